/* Before somebody signs out on a phone that keeps a plan: what was not sent yet is sent, or they
   are asked; then nothing stays behind. */
"use strict";

(() => {
  for (const form of document.querySelectorAll("form[data-sign-out]")) form.addEventListener("submit", leave);

  async function leave(event) {
    const form = event.currentTarget;
    const keys = Object.keys(localStorage).filter((key) => key.startsWith("unsent:") && localStorage.getItem(key) !== "[]");
    if (!keys.length && !navigator.serviceWorker?.controller) return;
    event.preventDefault();
    const workers = (await navigator.serviceWorker?.getRegistrations()) ?? [];
    const left = [];
    for (const key of keys) if (!(await sent(key, form))) left.push(key);
    if (left.length && !confirm(form.dataset.ask)) return;
    for (const key of keys) localStorage.removeItem(key);
    for (const worker of workers) await worker.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
    form.submit();
  }

  async function sent(key, form) {
    try {
      const answer = await fetch(key.slice("unsent:".length), {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
        body: localStorage.getItem(key),
      });
      return answer.ok;
    } catch {
      return false;
    }
  }
})();
