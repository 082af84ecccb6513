/* Tools beside the lines of a plan: a timer for sets and holds, a beat for the step rate.

   They only count; nothing is logged by them. Without this file the doses say the same in words. */
"use strict";

(() => {
  const REST = 45; // seconds between sets, a usual pause; "Next set" skips it
  let sound = null;

  for (const box of document.querySelectorAll("[data-timer]")) timer(box);
  for (const box of document.querySelectorAll("[data-beat]")) beat(box);

  /* A click of one pitch at a moment of the sound card's clock. */
  function click(at, pitch = 880, length = 0.05) {
    const tone = sound.createOscillator();
    const loud = sound.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.4, at);
    loud.gain.exponentialRampToValueAtTime(0.001, at + length);
    tone.connect(loud).connect(sound.destination);
    tone.start(at);
    tone.stop(at + length);
  }

  function ready() {
    sound ??= new AudioContext();
    if (sound.state === "suspended") sound.resume();
  }

  function button(text, kind = "secondary") {
    const made = document.createElement("button");
    made.type = "button";
    made.className = `btn btn-${kind}`;
    made.textContent = text;
    return made;
  }

  function timer(box) {
    const names = ["start", "stop", "set", "hold", "rest", "next", "done"];
    const words = Object.fromEntries(box.dataset.words.split("|").map((word, i) => [names[i], word]));
    const sets = Number(box.dataset.sets);
    const hold = Number(box.dataset.hold);
    const go = button(words.start);
    const name = document.createElement("span");
    name.className = "visually-hidden";
    name.textContent = ` · ${box.dataset.name}`;
    go.append(name);
    const label = go.firstChild;
    const next = button(words.next);
    const shown = document.createElement("output");
    next.hidden = true;
    box.append(go, next, shown);
    box.hidden = false;
    let clock = 0;
    let set = 0;
    let ends = 0;
    let phase = "";

    go.addEventListener("click", () => (phase ? stop("") : begin()));
    next.addEventListener("click", advance);

    function begin() {
      ready();
      set = 1;
      label.data = words.stop;
      work();
      clock = setInterval(tick, 200);
    }

    function work() {
      phase = "work";
      ends = performance.now() + hold * 1000;
      next.hidden = Boolean(hold);
      tick();
    }

    function advance() {
      if (phase === "rest") {
        set += 1;
        return work();
      }
      if (set >= sets) return stop(words.done);
      phase = "rest";
      ends = performance.now() + REST * 1000;
      next.hidden = false;
      return tick();
    }

    function tick() {
      const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
      const place = `${words.set} ${set} / ${sets}`;
      if (phase === "work") shown.textContent = hold ? `${place} · ${words.hold} ${left} s` : place;
      if (phase === "rest") shown.textContent = `${words.rest} ${left} s`;
      if (phase && left === 0 && (phase === "rest" || hold)) {
        click(sound.currentTime, phase === "work" ? 660 : 990, 0.25);
        advance();
      }
    }

    function stop(text) {
      clearInterval(clock);
      phase = "";
      label.data = words.start;
      next.hidden = true;
      shown.textContent = text;
    }
  }

  /* Clicks are put on the sound card's clock a little ahead, so that a busy page does not stumble. */
  function beat(box) {
    const AHEAD = 0.3;
    const low = Number(box.dataset.low);
    const high = Number(box.dataset.high);
    const now = box.querySelector("[data-beat-now]");
    const toggle = box.querySelector("[data-beat-toggle]");
    let rate = low;
    let clock = 0;
    let at = 0;
    box.hidden = false;
    show();

    box.querySelector("[data-beat-less]").addEventListener("click", () => change(-1));
    box.querySelector("[data-beat-more]").addEventListener("click", () => change(1));
    toggle.addEventListener("click", () => (clock ? stop() : start()));

    function change(by) {
      rate = Math.min(high, Math.max(low, rate + by));
      show();
    }

    function show() {
      now.textContent = String(rate);
    }

    function start() {
      ready();
      at = sound.currentTime + 0.1;
      clock = setInterval(fill, 100);
      toggle.textContent = toggle.dataset.stop;
      toggle.setAttribute("aria-pressed", "true");
    }

    function fill() {
      while (at < sound.currentTime + AHEAD) {
        click(at);
        at += 60 / rate;
      }
    }

    function stop() {
      clearInterval(clock);
      clock = 0;
      toggle.textContent = toggle.dataset.start;
      toggle.setAttribute("aria-pressed", "false");
    }
  }
})();
