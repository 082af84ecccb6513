/* Locks the screen when nobody touched it for a while, in place: nothing typed is lost. */
"use strict";

(() => {
  const own = document.currentScript.dataset;
  const idle = Number(own.minutes) * 60000;
  let touched = Date.now();
  let told = Date.now();
  let cover = null;

  async function ask(fields) {
    const body = new URLSearchParams(fields);
    const headers = { Accept: "application/json", "X-CSRFToken": own.token };
    try {
      return await fetch(own.url, { method: fields ? "POST" : "GET", headers, body: fields ? body : undefined });
    } catch {
      return null;
    }
  }

  function touch() {
    if (cover) return;
    touched = Date.now();
    if (touched - told < 60000) return;
    told = touched;
    ask({ do: "touch" }).then((answer) => { if (answer?.status === 401) lock(); });
  }

  function made(tag, more = {}) {
    return Object.assign(document.createElement(tag), more);
  }

  function lock() {
    if (cover) return;
    cover = made("dialog", { className: "sd-lock" });
    cover.setAttribute("aria-label", own.title);
    const form = made("form");
    const label = made("label", { htmlFor: "sd-lock-secret", textContent: own.label });
    const field = made("input", { id: "sd-lock-secret", type: "password", autocomplete: "current-password", required: true });
    const fault = made("p");
    fault.setAttribute("role", "alert");
    const passkey = made("a", { href: own.passkeyUrl, target: "_blank", textContent: own.passkey });
    form.append(made("div", { className: "sd-lock-face", textContent: own.initials.slice(0, 3) }), label, field, made("button", { textContent: own.open }), fault, passkey);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = await ask({ secret: field.value });
      field.value = "";
      if (answer?.ok) return open();
      fault.textContent = answer ? (await answer.json().catch(() => ({}))).error || own.title : own.title;
    });
    cover.addEventListener("cancel", (event) => event.preventDefault());
    cover.append(form);
    document.body.append(cover);
    document.body.classList.add("sd-locked");
    cover.showModal();
  }

  function open() {
    cover?.remove();
    cover = null;
    document.body.classList.remove("sd-locked");
    touched = told = Date.now();
  }

  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, touch, { capture: true, passive: true });
  window.addEventListener("focus", async () => {
    if (!cover) return;
    const answer = await ask(null);
    if (answer?.ok && !(await answer.json()).locked) open();
  });
  setInterval(() => {
    if (cover || Date.now() - touched < idle) return;
    lock();
    ask({ do: "lock" });
  }, 5000);
})();
