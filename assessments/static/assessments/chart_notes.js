/* Notes of the chart: they grow as they are written, and ".word " becomes one's own sentence. */
"use strict";

(() => {
  const sentences = new Map(
    [...document.querySelectorAll("[data-snippets] dt")].map((word) => [
      word.textContent.trim(),
      word.nextElementSibling.textContent,
    ]),
  );

  function expand(note) {
    const end = note.selectionStart;
    const before = note.value.slice(0, end);
    const typed = before.match(/(?:^|\s)(\.[a-z0-9][a-z0-9-]*)\s$/);
    const sentence = typed && sentences.get(typed[1]);
    if (!sentence) return;
    const start = end - typed[1].length - 1;
    note.setRangeText(`${sentence} `, start, end, "end");
  }

  for (const note of chart.all("[data-note]")) {
    const grow = () => {
      note.rows = Math.min(Number(note.dataset.most ?? 8), Math.max(Number(note.dataset.least ?? 1), note.value.split("\n").length, Math.ceil(note.value.length / 70)));
    };
    // before the value is read for saving
    note.addEventListener("input", (event) => {
      if (!event.isComposing) expand(note);
      grow();
    });
    grow();
  }
})();
