/* What still waits to be saved goes to the server before the page to sign is opened. */
"use strict";

(() => {
  const AGAIN = 200; // milliseconds between two looks
  const LONGEST = 25; // looks; then the page to sign shows what the server has

  for (const button of chart.all("[data-sign]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      window.chartSave.flush();
      let looks = 0;
      const wait = () => {
        if (window.chartSave.settled() || ++looks > LONGEST) window.location.assign(button.dataset.sign);
        else setTimeout(wait, AGAIN);
      };
      wait();
    });
  }
})();
