/* "b" leads to booking the next visit; there 1 to 9 take one of the first free times. Both are off
   where somebody has switched the single letters of the chart off on this device. */
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (localStorage.getItem("stepdown.chart.letters") === "off") return;
  if (event.target.closest("input, select, textarea, [contenteditable], dialog")) return;
  const wanted = event.key === "b" ? "[data-book-next]" : `[data-key="${CSS.escape(event.key)}"]`;
  document.querySelector(wanted)?.click();
});
