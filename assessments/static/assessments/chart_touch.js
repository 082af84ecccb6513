/* The chart under a finger: buttons beside numbers, the body chart, tapping along with steps; and
   limits checked while a number is typed. */
"use strict";

(() => {
  const { root, words } = chart;
  const span = (text) => (text ?? "").split(" ").map((each) => (each === "" ? null : Number(each)));
  const outside = (value, [low, high]) =>
    (low !== null && value < low) || (high !== null && high !== undefined && value > high);
  const say = (template, [low, high]) =>
    template.replace("{low}", low ?? "…").replace("{high}", high ?? "…");

  /* -- limits -- */

  function check(input, done) {
    const cell = chart.cellOf(input);
    const value = chart.valueOf(input);
    const hard = span(input.dataset.hard);
    const warn = input.dataset.warn === undefined ? [null, null] : span(input.dataset.warn);
    if (value === null) return chart.say(cell, []);
    const unfinished = !done && (typeof value !== "number" || value < hard[0]);
    if (unfinished && (typeof value === "number" || /^[-−+]?\d*[.,]?$/.test(value))) return undefined;
    if (typeof value !== "number") return chart.say(cell, [[words.nonumber, "sd-cell-no"]]);
    if (outside(value, hard)) return chart.say(cell, [[say(words.hard, hard), "sd-cell-no"]]);
    if (done && outside(value, warn)) {
      return chart.say(cell, [[say(words.warn, warn).replace("{value}", value), "sd-cell-hm"]]);
    }
    return chart.say(cell, []);
  }

  root.addEventListener("input", ({ target }) => target.matches("input.sd-num") && check(target, false));
  root.addEventListener("change", ({ target }) => target.matches("input.sd-num") && check(target, true));

  /* -- a button on either side of a number -- */

  /* A blank number begins at the other side's value, or the last visit's, or mid-range. */
  function begin(input) {
    const row = input.closest(".sd-side-row");
    const beside = chart.all("input.sd-num", row).find((each) => each !== input && each.value);
    const last = chart.cellOf(input).querySelector(".sd-cell-last")?.textContent.match(/-?[\d.]+/);
    if (beside) return Number(beside.value.replace(",", "."));
    if (last) return Number(last[0]);
    const [low, high] = span(input.dataset.warn ?? input.dataset.hard);
    return Math.round(((low ?? 0) + (high ?? low ?? 0)) / 2);
  }

  function step(input, way) {
    const by = Number(input.dataset.step);
    const places = (input.dataset.step.split(".")[1] ?? "").length;
    const [low, high] = span(input.dataset.hard);
    const now = chart.valueOf(input);
    const next = typeof now === "number" ? now + way * by : begin(input);
    input.value = Math.min(Math.max(next, low), high).toFixed(places).replace(/\.0+$/, "");
    chart.enter(input);
  }

  function button(text, label, input, way) {
    const made = document.createElement("button");
    made.type = "button";
    made.tabIndex = -1; // the keyboard types the number
    made.className = "sd-step";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => step(input, way));
    return made;
  }

  if (matchMedia("(any-pointer: coarse)").matches) {
    for (const input of chart.all("input.sd-num")) {
      const label = input.getAttribute("aria-label");
      const holder = document.createElement("span");
      holder.className = "sd-stepper";
      input.replaceWith(holder);
      holder.append(
        button("−", `${words.less} ${label}`, input, -1),
        input,
        button("+", `${words.more} ${label}`, input, 1),
      );
    }
  }

  /* -- what the patient said: pressed, it is confirmed -- */

  root.addEventListener("click", ({ target }) => {
    const told = target.closest("button[data-told]");
    const cell = told && chart.cellOf(told);
    if (cell && chart.unread(cell)) {
      cell.dispatchEvent(new Event("chart-confirm", { bubbles: true }));
    }
  });

  /* -- the body chart -- */

  for (const body of chart.all("[data-body]")) {
    const list = chart.cellNamed("pain_location");
    const boxOf = (code) => list.querySelector(`[value="${CSS.escape(code)}"]`);
    const spots = chart.all("[data-spot]", body);
    const draw = () => {
      for (const spot of spots) {
        spot.classList.toggle("sd-body-on", boxOf(spot.dataset.spot).checked);
      }
    };
    for (const spot of spots) {
      const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
      title.textContent = boxOf(spot.dataset.spot).closest("label").textContent.trim();
      spot.append(title);
    }
    body.hidden = false;
    draw();
    body.addEventListener("click", ({ target }) => {
      const spot = target.closest("[data-spot]");
      if (!spot) return;
      const box = boxOf(spot.dataset.spot);
      box.checked = !box.checked;
      chart.enter(box);
      draw();
    });
    list.addEventListener("change", draw);
  }

  /* -- tapping along: every step one tap, the rate from the time between them -- */

  for (const tap of chart.all("[data-tap]")) {
    const LONGEST = 1500; // milliseconds; a longer gap begins anew
    const FEWEST = 8; // steps before a rate is worth saying
    const KEPT = 60;
    const count = tap.querySelector("[data-tap-count]");
    const use = tap.querySelector("[data-tap-use]");
    const cadence = chart.named("cadence_spm")[0];
    let taps = [];

    function rate() {
      if (taps.length < FEWEST) return null;
      return Math.round(((taps.length - 1) * 60000) / (taps.at(-1) - taps[0]));
    }

    function draw() {
      const now = rate();
      use.disabled = now === null;
      count.textContent = !taps.length
        ? "–"
        : now === null
          ? `${taps.length} ${count.dataset.steps}, ${count.dataset.more}`
          : `${now} ${count.dataset.unit}`;
    }

    function again() {
      taps = [];
      draw();
    }

    function tapped(at) {
      if (taps.length && at - taps.at(-1) > LONGEST) taps = [];
      taps = [...taps, at].slice(-KEPT);
      draw();
    }

    function take() {
      cadence.value = rate();
      chart.enter(cadence);
      again();
      cadence.focus();
    }

    tap.hidden = false;
    const pad = tap.querySelector("[data-tap-button]");
    pad.addEventListener("pointerdown", (event) => tapped(event.timeStamp));
    pad.addEventListener("keydown", (event) => {
      if (event.repeat || ![" ", "t"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      tapped(event.timeStamp);
    });
    use.addEventListener("click", take);
    tap.querySelector("[data-tap-again]").addEventListener("click", again);
  }
})();
