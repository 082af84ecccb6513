/* The chart by keyboard alone. The list of keys is the dialog behind "?". */
"use strict";

(() => {
  const { root } = chart;
  const help = document.getElementById("chart-help");
  const letters = help.querySelector("[data-letters]");
  const LETTERS = "stepdown.chart.letters";
  const TEN = 900; // milliseconds in which 0 after 1 makes ten
  let anchor = 0; // the column that Enter comes back to
  let before = null; // where a note was written from
  let one = { at: 0, name: "", minus: false };

  letters.checked = localStorage.getItem(LETTERS) !== "off";
  document.querySelector("[data-help]").hidden = false;

  /* what a key reaches must not be in the way of Tab, unless letters are switched off */
  function tabOrder() {
    for (const each of chart.all("[data-skip], .sd-how > summary")) {
      each.tabIndex = letters.checked ? -1 : 0;
    }
  }

  /* -- where the focus can stand: one stop for each name of a control -- */

  const visible = (element) => element.checkVisibility({ visibilityProperty: true });
  const typing = (element) => element.matches("textarea, input[data-reads=text]");
  const ours = (element) => Boolean(element?.closest?.("#chart [data-cell]"));

  function stopsOf(cell) {
    const stops = new Map();
    for (const control of chart.all("[data-reads]", cell)) {
      const known = stops.get(control.name);
      if (!known || (control.type === "radio" && control.checked)) stops.set(control.name, control);
    }
    return [...stops.values()].filter(visible);
  }

  const rows = () => chart.all(".sd-side-row, .sd-note").filter(visible);
  const rowOf = (element) => element.closest(".sd-side-row, .sd-note");
  const cells = (row) => chart.all("[data-cell]", row).filter((cell) => stopsOf(cell).length);
  const cellStop = (cell) => stopsOf(cell)[0];

  function go(control) {
    if (!control) return false;
    control.focus();
    control.select?.();
    control.closest(".sd-side-row, .sd-note").scrollIntoView({ block: "nearest" });
    return true;
  }

  /* the next or previous stop in the column of `column` */
  function beside(control, way, column) {
    const row = rowOf(control);
    const inside = cells(row).flatMap((cell) => (cell.closest(".sd-row-grid") ? stopsOf(cell) : []));
    const at = inside.findIndex((each) => each.name === control.name);
    if (at >= 0 && inside[at + way]) return inside[at + way];
    const every = rows().filter((each) => each.matches(".sd-side-row") || each === row);
    for (let place = every.indexOf(row) + way; every[place]; place += way) {
      const found = cells(every[place]);
      if (!found.length) continue;
      const cell = found[Math.min(column, found.length - 1)];
      const stops = stopsOf(cell);
      return cell.closest(".sd-row-grid") && way < 0 ? stops.at(-1) : stops[0];
    }
    return null;
  }

  const columnOf = (control) => Math.max(0, cells(rowOf(control)).indexOf(chart.cellOf(control)));

  function onwards(control) {
    const row = rowOf(control);
    const found = cells(row);
    const next = found[found.indexOf(chart.cellOf(control)) + 1];
    if (next && !row.matches(".sd-row-grid") && !chart.filled(next)) return go(cellStop(next));
    let below = beside(control, 1, anchor);
    while (below && rowOf(below).matches(".sd-ask") && chart.filled(chart.cellOf(below))) {
      below = beside(below, 1, anchor); // a question that is answered already
    }
    return go(below);
  }

  /* -- choosing by one key -- */

  function pick(control, value) {
    const one =
      control.tagName === "SELECT"
        ? control
        : chart.named(control.name).find((each) => each.value === value);
    if (one === control && control.tagName === "SELECT") control.value = value;
    else one.checked = true;
    chart.enter(one);
  }

  const codes = (control) =>
    control.tagName === "SELECT"
      ? [...control.options].map((each) => each.value)
      : chart.named(control.name).map((each) => each.value);

  function number(control, key) {
    const has = codes(control);
    const again = one.name === control.name && performance.now() - one.at < TEN;
    const value = again && key === "0" && has.includes("10") ? "10" : again && one.minus ? `-${key}` : key;
    if (key === "-" && has.includes("-1")) {
      one = { at: performance.now(), name: control.name, minus: true };
      return true;
    }
    if (!has.includes(value) || !/^\d$/.test(key)) return false;
    pick(control, value);
    const mayBeTen = value === "1" && has.includes("10");
    one = { at: mayBeTen ? performance.now() : 0, name: control.name, minus: false };
    if (!mayBeTen) onwards(control);
    return true;
  }

  function choice(control, key) {
    const has = codes(control).filter(Boolean);
    const reads = control.dataset.reads;
    const spoken = { y: "yes", n: reads === "code" ? "no" : undefined, 0: reads === "bool" ? "no" : undefined };
    const letter = control.tagName === "SELECT" && has.includes(key) ? key : undefined;
    const nth = /^[1-9]$/.test(key) ? has[Number(key) - 1] : undefined;
    const value = letter ?? (has.includes(spoken[key]) ? spoken[key] : nth);
    if (!value) return false;
    pick(control, value);
    onwards(control);
    return true;
  }

  function toggle(control, key) {
    if (!/^\d$/.test(key)) return false;
    const boxes = chart.all("[data-reads=codes]", chart.cellOf(control));
    const box = key === "0" ? boxes.find((each) => each.value === "none") : boxes[Number(key) - 1];
    if (!box) return false;
    box.checked = !box.checked;
    chart.enter(box);
    return key === "0" && box.checked ? onwards(control) || true : true;
  }

  /* Several choices are one stop for Tab; the arrows walk through them. */
  function roving() {
    const cells = new Set(chart.all("[data-reads=codes]").map(chart.cellOf));
    for (const cell of cells) {
      const boxes = chart.all("[data-reads=codes]", cell);
      const stop = boxes.find((each) => each === document.activeElement) ?? boxes[0];
      for (const each of boxes) each.tabIndex = each === stop ? 0 : -1;
    }
  }

  function walk(control, way) {
    if (control.type !== "checkbox" || !control.dataset.reads) return false;
    const boxes = chart.all("[data-reads=codes]", chart.cellOf(control));
    const next = boxes[boxes.indexOf(control) + way];
    next?.focus();
    return true;
  }

  function chosen(control, key) {
    if (control.type === "checkbox") return toggle(control, key);
    if (control.type !== "radio" && control.tagName !== "SELECT") return false;
    return control.dataset.reads === "number" ? number(control, key) : choice(control, key);
  }

  function blank(control) {
    if (!["radio", "checkbox", "select-one"].includes(control.type)) return false;
    if (control.type === "checkbox") {
      const boxes = chart.all("[data-reads=codes]", chart.cellOf(control));
      for (const each of boxes) each.checked = false;
      chart.enter(boxes[0]);
    } else pick(control, "");
    return true;
  }

  function skip(control) {
    const box = chart.cellOf(control).querySelector("[data-skip]");
    if (!box) return false;
    box.checked = !box.checked;
    chart.enter(box);
    return box.checked ? onwards(control) || true : true;
  }

  /* -- moving about -- */

  const sections = () => chart.all(".sd-panel[id]");
  const sectionOf = (element) => element?.closest?.(".sd-panel[id]") ?? sections()[0];

  function enterSection(section) {
    const more = section.querySelector(":scope > details.sd-more");
    if (more) more.open = true;
    const every = rows().filter((row) => section.contains(row)).flatMap(cells);
    const empty = every.find((cell) => !chart.filled(cell) && !cell.closest(".sd-note"));
    const first = empty ?? every[0];
    section.scrollIntoView({ block: "start" });
    return first ? go(cellStop(first)) : true;
  }

  function section(from, way) {
    const every = sections();
    const next = every[every.indexOf(sectionOf(from)) + way];
    return next ? enterSection(next) : true;
  }

  /* from nowhere: the first empty stop of the chart */
  function begin() {
    const every = rows().flatMap(cells);
    return go(cellStop(every.find((cell) => !chart.filled(cell)) ?? every[0]));
  }

  /* the next empty answer without which the gate says nothing */
  function gate(from) {
    const open = chart
      .all(".sd-row-open, .sd-ask")
      .filter((row) => visible(row) && !chart.all("[data-cell]", row).some((cell) => chart.filled(cell)));
    const here = ours(from) ? rowOf(from) : null;
    const later = open.filter(
      (row) => !here || here.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const row = later[0] ?? open[0];
    return row ? go(cellStop(cells(row)[0])) : true;
  }

  function more(from) {
    const folds = chart.all("details.sd-more", sectionOf(from));
    const open = folds.some((each) => !each.open);
    for (const each of folds) each.open = open;
    const first = open && folds.length ? chart.all(".sd-side-row", folds[0]).find(visible) : null;
    return first ? go(cellStop(cells(first)[0])) : true;
  }

  function confirm(from) {
    const here = ours(from) ? chart.all("[data-unread], :has(> * > [data-carried])", rowOf(from)) : [];
    if (!here.length) return window.chartRest.told(sectionOf(from));
    for (const cell of here) cell.dispatchEvent(new Event("chart-confirm", { bubbles: true }));
    return onwards(from) || true;
  }

  function note(from) {
    before = ours(from) ? from : null;
    return go(sectionOf(from).querySelector("[data-note]"));
  }

  /* Words: Enter is a new line in a note and goes on elsewhere; Escape always leaves. */
  function wording(event) {
    const { target, key } = event;
    const isNote = target.matches("[data-note]");
    if (key === "Escape") return go(isNote && before ? before : beside(target, 1, 0));
    if (key === "Enter") return isNote || event.shiftKey ? false : move(event);
    return target.tagName !== "TEXTAREA" && ["ArrowDown", "ArrowUp"].includes(key) && move(event);
  }

  function how(from) {
    const details = ours(from) && rowOf(from).querySelector(".sd-how");
    if (details) details.open = !details.open;
    return true;
  }

  function tap() {
    const pad = chart.all("[data-tap-button]").find(visible);
    pad?.focus();
    return true;
  }

  const COMMANDS = {
    a: (from) => window.chartRest.ask(sectionOf(from)),
    b: () => document.querySelector("[data-book-next]")?.click() || true,
    c: confirm,
    g: gate,
    h: how,
    m: more,
    s: () => root.querySelector("[data-sign]").click() || true,
    t: tap,
    T: () => document.querySelector("#treatment select")?.focus() || true,
    N: () => document.querySelector("[data-nothing-new]")?.click() || true,
    w: note,
    "[": (from) => section(from, -1),
    "]": (from) => section(from, 1),
    "?": () => help.showModal() || true,
  };

  function move(event) {
    const { target, key } = event;
    const column = columnOf(target);
    if (key === "Enter") return go(beside(target, event.shiftKey ? -1 : 1, anchor));
    if (key === "ArrowDown") return go(beside(target, 1, column));
    if (key === "ArrowUp") return go(beside(target, -1, column));
    return false;
  }

  function pressed(event) {
    const { target, key } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return false;
    if (!ours(target)) {
      if (target !== document.body && !root.contains(target)) return false;
      if (target.closest("a, button, summary, dialog, input, select, textarea")) return false;
      if (["Enter", "ArrowDown"].includes(key)) return begin();
      return letters.checked && COMMANDS[key] ? COMMANDS[key](target) !== false : false;
    }
    if (typing(target)) return wording(event);
    if (["Enter", "ArrowDown", "ArrowUp"].includes(key)) return move(event);
    if (key === "ArrowLeft" || key === "ArrowRight") return walk(target, key === "ArrowLeft" ? -1 : 1);
    if (["Delete", "Backspace"].includes(key)) return blank(target);
    if (!letters.checked && !/^[\d-]$/.test(key)) return false;
    if (chosen(target, key)) return true;
    if (key === "n") return skip(target);
    return COMMANDS[key] && key.length === 1 ? COMMANDS[key](target) !== false : false;
  }

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (pressed(event)) event.preventDefault();
  });

  /* Enter comes back to the column where somebody came in, not where Tab led. */
  root.addEventListener("focusin", ({ target, relatedTarget }) => {
    if (!ours(target) || !rowOf(target)) return;
    const stays = relatedTarget && ours(relatedTarget) && rowOf(relatedTarget) === rowOf(target);
    if (!stays) anchor = columnOf(target);
    if (target.dataset.reads === "codes") roving();
  });

  document.querySelector("[data-help]").addEventListener("click", () => help.showModal());
  letters.addEventListener("change", () => {
    localStorage.setItem(LETTERS, letters.checked ? "on" : "off");
    tabOrder();
  });
  tabOrder();
  roving();
})();
