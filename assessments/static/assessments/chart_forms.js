/* A form that changes the chart or note itself (nothing new, treatment given) goes after what still waits to be saved. */
"use strict";

(() => {
  const AGAIN = 250; // milliseconds between two looks

  for (const form of chart.all("form[data-after-saving]")) {
    form.addEventListener("submit", (event) => {
      if (window.chartSave.settled()) return;
      event.preventDefault();
      window.chartSave.flush();
      setTimeout(() => form.requestSubmit(event.submitter), AGAIN);
    });
  }

  const preset = document.getElementById("preset"); // none on a note
  preset?.addEventListener("change", () => preset.form.requestSubmit());
})();
