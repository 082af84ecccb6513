/* The chart's controls, read and set by name. Saving is in chart_save.js, keys in chart_keys.js,
   fingers in chart_touch.js. Without these files every section is a form with its own button. */
"use strict";

const chart = (() => {
  const root = document.getElementById("chart");
  const words = root.dataset;

  root.classList.add("sd-chart-live");

  const all = (selector, within = root) => [...within.querySelectorAll(selector)];
  const named = (name) => all(`[name="${CSS.escape(name)}"]`);
  const cellOf = (control) => control.closest("[data-cell]");
  const cellNamed = (name) => root.querySelector(`[data-cell="${CSS.escape(name)}"]`);

  /* "wblt_cm:R" is a field and a side; ":nt" at the end is its "not tested" */
  function place(name) {
    const [field, side = ""] = name.replace(/:nt$/, "").split(":");
    return { field, side };
  }

  const keyOf = (entry) => `${entry.field}|${entry.side}`;
  const nameOf = (entry) => (entry.side ? `${entry.field}:${entry.side}` : entry.field);

  /* the cell of a value: parts of a finding share one */
  function cellFor(entry) {
    const tail = entry.side ? `:${entry.side}` : "";
    return (
      cellNamed(entry.field + tail) ||
      cellNamed(entry.field.replace(/\.[^.]+$/, "") + tail) ||
      named(nameOf(entry)).map(cellOf)[0]
    );
  }

  /* what the controls of one name say; null where nothing is recorded */
  function valueOf(control) {
    if (control.dataset.skip) return control.checked ? "not_tested" : null;
    const reads = control.dataset.reads;
    if (reads === "codes") {
      const codes = named(control.name).filter((each) => each.checked);
      if (!codes.length) return null;
      return codes.map((each) => each.value).filter((code) => code !== "none");
    }
    const chosen =
      control.type === "radio" ? named(control.name).find((each) => each.checked) : control;
    const text = chosen ? chosen.value : "";
    if (!text.trim()) return null;
    if (reads === "bool") return text === "yes";
    if (reads !== "number") return text;
    const plain = text.trim().replace(",", ".").replace("−", "-");
    return /^[-+]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : text.trim();
  }

  /* Put what is held into the controls of a name, without saying so to anybody. */
  function put(name, held) {
    const values = Array.isArray(held) ? held : [held];
    for (const control of named(name)) {
      if (control.type === "radio") control.checked = control.value === String(held ?? "");
      else if (control.type === "checkbox") {
        control.checked = held !== null && values.map(String).includes(control.value);
        if (control.value === "none") control.checked = Array.isArray(held) && !held.length;
      } else control.value = held ?? "";
    }
  }

  /* The same for a value as it is sent: yes and no are words on the page. */
  function putValue(entry, value) {
    const name = nameOf(entry);
    const skip = named(`${name}:nt`)[0];
    if (skip) skip.checked = value === "not_tested";
    const plain = value === "not_tested" ? null : value;
    const word = typeof plain === "boolean" ? (plain ? "yes" : "no") : plain;
    put(name, Array.isArray(word) && !word.length ? [] : word);
  }

  function enter(control) {
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /* Was it filled in before these files were running? What the server sent is the default. */
  function early(control) {
    if (control.type === "radio") return control.checked && !control.defaultChecked;
    if (control.type === "checkbox") return control.checked !== control.defaultChecked;
    if (control.tagName !== "SELECT") return control.value !== control.defaultValue;
    const sent = [...control.options].find((each) => each.defaultSelected) ?? control.options[0];
    return control.value !== sent?.value;
  }

  const unread = (cell) => cell.hasAttribute("data-unread");

  /* Is anything recorded? What only the patient said is not, before somebody confirmed it. */
  function filled(cell, values = false) {
    if (!values && unread(cell)) return false;
    const every = all("[data-reads], [data-skip]", cell);
    const controls = values ? every.filter((each) => !each.dataset.skip) : every;
    return controls.some((each) =>
      ["radio", "checkbox"].includes(each.type) ? each.checked && each.value : each.value.trim(),
    );
  }

  const cellsOf = (form) => all(".sd-side-row [data-cell]", form);

  function progress() {
    for (const form of all("[data-section]")) {
      const badge = root.querySelector(`[data-progress="${form.dataset.section}"]`);
      const asked = cellsOf(form).filter((cell) => filled(cell) || !folded(cell));
      const done = asked.filter((cell) => filled(cell)).length;
      badge.textContent = asked.length ? `${done}/${asked.length}` : "–";
      badge.classList.toggle("sd-all", asked.length > 0 && done === asked.length);
    }
  }

  const folded = (cell) => Boolean(cell.closest("details.sd-more:not([open])"));

  /* "none of these" and the others exclude each other; so do a value and "not tested" */
  function settle(control) {
    const cell = cellOf(control);
    if (control.dataset.skip) {
      if (control.checked) clear(cell, control);
      return;
    }
    const skip = cell.querySelector("[data-skip]");
    if (skip && filled(cell, true)) skip.checked = false;
    if (control.dataset.reads !== "codes" || !control.checked) return;
    for (const each of all("[data-reads=codes]", cell)) {
      if ((each.value === "none") !== (control.value === "none")) each.checked = false;
    }
  }

  function clear(cell, but) {
    for (const each of all("[data-reads], [data-skip]", cell)) {
      if (each === but) continue;
      if (each.type === "radio") each.checked = each.value === "";
      else if (each.type === "checkbox") each.checked = false;
      else each.value = "";
    }
  }

  function look(cell) {
    const state = cell.querySelector("[data-skip]:checked")
      ? "not_tested"
      : filled(cell)
        ? "known"
        : "missing";
    for (const each of ["known", "not_tested", "missing"]) {
      cell.classList.toggle(`sd-cell-${each}`, each === state);
    }
    const told = cell.querySelector("[data-told]");
    if (told && !unread(cell)) {
      told.classList.remove("sd-chip-attention");
      told.querySelector("kbd")?.remove();
    }
    const row = cell.closest(".sd-side-row");
    const needed = row?.querySelector("[data-needed]");
    if (needed) needed.hidden = all("[data-cell]", row).some((each) => filled(each));
  }

  /* Write what is to be said about a value beside it. */
  function say(cell, lines) {
    const box = cell.querySelector(".sd-cell-says");
    box.replaceChildren(
      ...lines.map(([text, kind]) => {
        const line = document.createElement("p");
        line.className = kind;
        line.textContent = text;
        return line;
      }),
    );
    const refused = lines.some(([, kind]) => kind === "sd-cell-no");
    cell.classList.toggle("sd-cell-error", refused);
    for (const input of all("input.sd-num", cell)) {
      if (refused) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }

  const labelOf = (cell) => {
    const row = cell.closest(".sd-side-row");
    const label = row?.querySelector(".sd-side-name > span")?.firstChild.textContent.trim();
    const side = cell.querySelector(".sd-cell-side")?.textContent ?? "";
    return label ? `${label} ${side}`.trim() : (cell.dataset.label ?? words.note);
  };

  /* the words a person reads for a value */
  function shown(cell, value) {
    if (value === null || value === undefined) return words.blank;
    if (value === "not_tested") return words.nottested;
    const codes = Array.isArray(value) ? value : [value];
    if (!codes.length) return words.none;
    return codes
      .map((code) => {
        const word = typeof code === "boolean" ? (code ? "yes" : "no") : String(code);
        const option = all("option, input[type=radio], input[type=checkbox]", cell).find(
          (each) => each.value === word && word !== "",
        );
        return option?.tagName === "OPTION"
          ? option.textContent
          : (option?.closest("label")?.textContent.trim() ?? word);
      })
      .join(", ");
  }

  /* The worse knee stands first: cells and headings change places when it is chosen. */
  function sides(first) {
    for (const row of all(".sd-side-row, .sd-sides-head")) {
      const mine = [...row.children].filter((each) => each.dataset.side);
      const wanted = mine.find((each) => each.dataset.side === first);
      if (mine.length === 2 && mine[0] !== wanted) mine[0].before(wanted);
      for (const each of mine) {
        const cell = each.matches("[data-cell]") ? each : each.querySelector("[data-cell]");
        cell?.classList.toggle("sd-index", each === wanted);
        const worse = each.querySelector("[data-worse]");
        if (worse) worse.hidden = each !== wanted;
      }
    }
    for (const view of all("[data-body] g")) {
      if (first === "L") view.setAttribute("transform", view.dataset.mirror);
      else view.removeAttribute("transform");
    }
    for (const words of all("[data-body-side]")) words.hidden = words.dataset.bodySide !== first;
  }

  /* what the patient said stands in the controls already, marked as theirs */
  for (const cell of all("[data-unread]")) {
    for (const [name, held] of Object.entries(JSON.parse(cell.dataset.unread))) put(name, held);
  }

  root.addEventListener("change", ({ target }) => {
    if (target.name === "index_side" && target.value) sides(target.value);
    if (target.name === "is_runner" && target.value === "yes") {
      for (const fold of all("details[data-for-runners]")) fold.open = true;
    }
  });
  root.addEventListener("toggle", progress, true);

  return {
    root, words, all, named, place, keyOf, nameOf, cellOf, cellFor, cellNamed, valueOf, put,
    putValue, enter, filled, unread, progress, settle, clear, look, say, labelOf, shown, folded, early,
  };
})();
