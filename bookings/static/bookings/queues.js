/* Keeps the queues of the first page up to date. Without this file the page is as it was loaded. */
"use strict";

(() => {
  const EVERY = 30000;
  const box = document.querySelector("[data-queues]");
  const said = document.getElementById("dq-said");
  if (!box) return;
  let tag = box.dataset.tag;
  let asking = false;

  const counts = () => new Map([...box.querySelectorAll("[data-count]")].map((each) => [each.dataset.count, each]));

  /* the same link or button after the part was written anew */
  const nameOf = (element) => element && (element.getAttribute("href") || `${element.form?.getAttribute("action")} ${element.value}`);

  function put(html) {
    const before = new Map([...counts()].map(([name, each]) => [name, each.textContent]));
    const held = box.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    box.innerHTML = html;
    if (held) [...box.querySelectorAll("a, button")].find((each) => nameOf(each) === held)?.focus();
    const changed = [...counts()].filter(([name, each]) => before.get(name) !== each.textContent);
    said.textContent = changed
      .map(([, each]) => said.dataset.words.replace("{title}", each.previousSibling.textContent.trim()).replace("{count}", each.textContent))
      .join(". ");
  }

  async function refresh() {
    if (asking || document.hidden) return;
    asking = true;
    try {
      const answer = await fetch(box.dataset.queues, {
        headers: { "If-None-Match": tag, "X-Board": "queues" },
        cache: "no-store",
        redirect: "error",
      });
      if (answer.status === 200) {
        tag = answer.headers.get("ETag");
        put(await answer.text());
      }
    } catch {
      /* the next time will do: nothing on the page is wrong, it is only older */
    } finally {
      asking = false;
    }
  }

  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
})();
