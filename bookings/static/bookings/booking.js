// Conveniences; every page says the same without them: how long a time is still held, what the
// reader's own clock will show at the time of a phone or video visit (told to the form as well, so
// that mails can say it), and a button that prints.

(function () {
  "use strict";

  function countDown(place) {
    var end = Date.now() + Number(place.dataset.countdown) * 1000;

    function tell() {
      var seconds = Math.max(0, Math.round((end - Date.now()) / 1000));
      if (seconds === 0) {
        place.textContent = place.dataset.over;
        return;
      }
      var clock = Math.floor(seconds / 60) + ":" + String(seconds % 60).padStart(2, "0");
      place.textContent = place.dataset.left.replace("MINUTES", clock);
      window.setTimeout(tell, 1000);
    }

    tell();
  }

  function ownTime(place) {
    var at = new Date(place.dataset.ownTime);
    var own = new Intl.DateTimeFormat(document.documentElement.lang, {
      weekday: "long", hour: "2-digit", minute: "2-digit", hour12: false, timeZoneName: "short",
    }).format(at);
    place.textContent = place.dataset.ownWords.replace("TIME", own);
  }

  function ownZone(field) {
    field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  }

  function printable(button) {
    button.hidden = false;
    button.addEventListener("click", function () { window.print(); });
  }

  document.querySelectorAll("[data-print]").forEach(printable);
  document.querySelectorAll("[data-countdown]").forEach(countDown);
  document.querySelectorAll("[data-own-time]").forEach(ownTime);
  document.querySelectorAll("input[name=own_zone]").forEach(ownZone);
})();
