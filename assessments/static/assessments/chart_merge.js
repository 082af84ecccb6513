/* Two values for one field, from two tabs or two people: shown side by side, chosen one by one. */
"use strict";

window.chartMerge = (() => {
  const box = document.getElementById("chart-merge");
  const rows = box.querySelector("tbody");
  const { words } = chart;
  let open = [];

  function ask(asked, choose) {
    for (const one of asked) {
      open = open.filter((each) => chart.keyOf(each.entry) !== chart.keyOf(one.entry));
      open.push({ ...one, choose });
    }
    draw();
  }

  function draw() {
    rows.replaceChildren(...open.map(line));
    box.hidden = !open.length;
    box.querySelector("[data-many]").hidden = open.length < 2;
  }

  function line(one) {
    const cell = chart.cellFor(one.entry);
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = chart.labelOf(cell);
    row.append(
      head,
      choice(words.mine, chart.shown(cell, one.entry.value), () => settle(one, true)),
      choice(words.theirs, chart.shown(cell, one.theirs), () => settle(one, false)),
    );
    return row;
  }

  function choice(verb, value, act) {
    const place = document.createElement("td");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-secondary btn-sm";
    button.textContent = `${verb} ${value}`;
    button.addEventListener("click", act);
    place.append(button);
    return place;
  }

  function settle(one, mine) {
    open = open.filter((each) => each !== one);
    draw();
    one.choose(one.entry, one.theirs, mine);
  }

  box.addEventListener("click", ({ target }) => {
    const all = target.closest("[data-all]");
    if (all) for (const one of [...open]) settle(one, all.dataset.all === "mine");
  });

  return { ask };
})();
