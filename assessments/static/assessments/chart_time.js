/* Counts the seconds somebody works on a chart, from opening to signature, for the clinic's own
   learning. A second counts while the page is in front and something was pressed or scrolled just
   before. The tab always says the whole so far, so that nothing can count twice. */
"use strict";

window.chartTime = (() => {
  const place = document.querySelector("[data-chart-time]");
  if (!place) return null;
  const RESTS = 20; // seconds without a key, a press or a scroll, after which time stands still
  const shelf = `stepdown.time.${place.dataset.chartTime}`;
  const kept = JSON.parse(sessionStorage.getItem(shelf) ?? "null");
  const count = kept ?? { tab: crypto.randomUUID(), seconds: 0, keys: 0, touches: 0 };
  let active = performance.now();

  function seen(event) {
    active = performance.now();
    if (event.type === "keydown" && !event.repeat) count.keys += 1;
    if (event.type === "pointerdown") count.touches += 1;
  }

  for (const kind of ["keydown", "pointerdown", "wheel", "touchmove"]) {
    document.addEventListener(kind, seen, { capture: true, passive: true });
  }

  setInterval(() => {
    if (document.hidden || performance.now() - active > RESTS * 1000) return;
    count.seconds += 1;
    sessionStorage.setItem(shelf, JSON.stringify(count));
  }, 1000);

  /* where a form carries the time along: the signature */
  for (const form of document.querySelectorAll("form[data-carries-time]")) {
    form.addEventListener("submit", () => {
      for (const name of ["tab", "seconds", "keys", "touches"]) {
        form.elements.namedItem(`time_${name}`).value = count[name];
      }
    });
  }

  return { spent: () => ({ ...count }) };
})();
