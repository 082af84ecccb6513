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
    ask({ do: "touch" }).then((answer) => { if (answer?.status === 401) covered(null); });
  }

  function made(tag, more = {}) {
    return Object.assign(document.createElement(tag), more);
  }

  function lock() {
    if (cover) return null;
    cover = made("dialog", { className: "sd-lock" });
    cover.setAttribute("aria-label", own.title);
    const form = made("form");
    const label = made("label", { htmlFor: "sd-lock-secret", textContent: own.label });
    const field = made("input", { id: "sd-lock-secret", type: "password", autocomplete: "current-password", required: true });
    const fault = made("p");
    fault.setAttribute("role", "alert");
    const ways = made("div", { className: "sd-lock-ways" });
    form.append(made("div", { className: "sd-lock-face", textContent: own.initials.slice(0, 3) }), label, field, made("button", { textContent: own.open }), fault, ways);
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
    return { ways, fault };
  }

  /* Covers the page, tells the server (or asks it, without fields), and offers the ways back. */
  async function covered(fields) {
    const shown = lock();
    if (shown) await offer(await ask(fields), shown);
  }

  /* Offers what this person can open the screen with besides a password. */
  async function offer(answer, { ways, fault }) {
    const known = answer?.ok ? await answer.json() : {};
    if (known.passkey && window.PublicKeyCredential) {
      const button = made("button", { type: "button", textContent: own.passkey });
      button.addEventListener("click", async () => {
        fault.textContent = "";
        if (await withPasskey().catch(() => false)) open();
        else fault.textContent = own.passkeyFailed;
      });
      ways.append(button);
    }
    if (known.app) ways.append(made("a", { href: own.appUrl, target: "_blank", textContent: own.app }));
  }

  /* Proves who is there on the page for passkeys, without leaving this one. */
  async function withPasskey() {
    if (!window.webauthnJSON) await loaded(own.passkeyScript);
    const page = await (await fetch(own.passkeyUrl)).text();
    const data = new DOMParser().parseFromString(page, "text/html").getElementById("js_data");
    const credential = await window.webauthnJSON.get(JSON.parse(data.textContent).request_options);
    const body = new URLSearchParams({ credential: JSON.stringify(credential) });
    await fetch(own.passkeyUrl, { method: "POST", headers: { "X-CSRFToken": own.token }, body });
    return !(await isLocked());
  }

  function loaded(source) {
    return new Promise((resolve, reject) => {
      document.head.append(made("script", { src: source, onload: resolve, onerror: reject }));
    });
  }

  async function isLocked() {
    const answer = await ask(null);
    return !answer?.ok || (await answer.json()).locked;
  }

  function open() {
    cover?.remove();
    cover = null;
    document.body.classList.remove("sd-locked");
    touched = told = Date.now();
  }

  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, touch, { capture: true, passive: true });
  window.addEventListener("focus", async () => {
    if (cover && !(await isLocked())) open();
  });
  setInterval(() => {
    if (cover || Date.now() - touched < idle) return;
    covered({ do: "lock" });
  }, 5000);
})();
