/* A form that changes the chart itself (nothing new, carry) goes after what still waits to be saved. */
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

  const preset = document.getElementById("preset");
  preset.addEventListener("change", () => preset.form.requestSubmit());
})();
