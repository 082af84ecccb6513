/* Follows work that takes a while. Without this file a link asks how far it is. */
"use strict";

(() => {
  const EVERY = 2000;
  const box = document.querySelector("[data-progress]");
  if (!box) return;

  async function look() {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { cache: "no-store", redirect: "error" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const now = page.querySelector("[data-progress]");
      if (!now) {
        location.reload(); // it is done: the page says what came of it
        return;
      }
      for (const part of ["label", "progress"]) {
        const [here, there] = [box.querySelector(part), now.querySelector(part)];
        if (here && there) here.replaceWith(there);
      }
    } catch {
      /* the next time will do */
    }
  }

  setInterval(look, EVERY);
})();
