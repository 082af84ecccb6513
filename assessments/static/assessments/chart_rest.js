/* Many values at once, but never unseen: "all other normal", and what the patient said. A dialog
   lists them, and only what stays ticked is entered. */
"use strict";

window.chartRest = (() => {
  const { words } = chart;

  /* Return a function that lists the cells `find` finds in a section and enters what is ticked. */
  function asking(dialog, find, said, act) {
    const list = dialog.querySelector("[data-list]");
    const set = dialog.querySelector("[data-set]");
    const none = dialog.querySelector("[data-none]");
    let proposed = [];
    let origin = null;

    function line(cell, place) {
      const item = document.createElement("li");
      const label = document.createElement("label");
      const box = document.createElement("input");
      const value = document.createElement("strong");
      Object.assign(box, { type: "checkbox", checked: true, value: place, name: cell.dataset.cell });
      value.textContent = said(cell);
      label.append(box, ` ${chart.labelOf(cell)}: `, value);
      item.append(label);
      return item;
    }

    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "set") {
        for (const box of list.querySelectorAll("input:checked")) act(proposed[box.value]);
      }
      origin?.focus?.();
    });

    return (section) => {
      origin = document.activeElement;
      proposed = find(section);
      list.replaceChildren(...proposed.map(line));
      none.hidden = proposed.length > 0;
      set.hidden = !proposed.length;
      dialog.returnValue = "";
      dialog.showModal();
      if (proposed.length) set.focus();
      return true;
    };
  }

  /* -- all other normal -- */

  /* empty cells with one unremarkable answer; no manual grade beside a measured force */
  function empty(section) {
    return chart.all("[data-usual]", section).filter((cell) => {
      const force = cell.dataset.spared && chart.cellNamed(cell.dataset.spared);
      const spared = force && chart.filled(force, true);
      return !chart.filled(cell, true) && !chart.filled(cell) && !spared;
    });
  }

  function usual(cell) {
    const code = cell.dataset.usual;
    if (code === "none" && cell.querySelector("[data-reads=codes]")) return words.none;
    const word = chart.shown(cell, code);
    return cell.querySelector(".sd-part") ? `${word} ${words.each}` : word;
  }

  function put(cell) {
    const names = new Set(chart.all("[data-reads]", cell).map((each) => each.name));
    for (const name of names) {
      const controls = chart.named(name);
      const code = cell.dataset.usual;
      const one = controls.find((each) => each.value === code) ?? controls[0];
      if (["radio", "checkbox"].includes(one.type)) one.checked = true;
      else one.value = code;
      chart.enter(one);
    }
  }

  /* -- what the patient said -- */

  const unread = (section) => chart.all("[data-unread]", section);
  const told = (cell) =>
    Object.entries(JSON.parse(cell.dataset.unread))
      .map(([, held]) => chart.shown(cell, held))
      .join(", ");
  const confirm = (cell) => cell.dispatchEvent(new Event("chart-confirm", { bubbles: true }));

  const asks = {
    rest: asking(document.getElementById("chart-rest"), empty, usual, put),
    confirm: asking(document.getElementById("chart-told"), unread, told, confirm),
  };

  chart.root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-rest], [data-confirm]");
    if (!button) return;
    event.preventDefault();
    asks[button.name](button.closest(".sd-panel"));
  });

  return { ask: asks.rest, told: asks.confirm };
})();
