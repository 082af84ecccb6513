/* Log without leaving the page, and without a signal: entries wait and are sent once.

   Each carries an id of its own, so that sending it twice is harmless. A phone that keeps the plan
   keeps what waits; any other holds it as long as the page is open. Without this file the forms
   are sent as forms. */
"use strict";

(() => {
  const box = document.querySelector("[data-phone]");
  if (!box || !globalThis.crypto?.randomUUID) return;
  const { dataset: said } = box;
  const kept = said.kept === "yes";
  const KEY = `unsent:${said.log}`;
  const copied = Number(document.documentElement.dataset.copy || 0);
  const unsent = box.querySelector("[data-unsent]");
  const state = box.querySelector("[data-state]");
  let waiting = read();
  let sending = false;
  // How far the phone's clock is off, by the moment the server made this page.
  let off = copied ? Number(recall("clock") || 0) : new Date(said.now).getTime() - Date.now();
  if (Math.abs(off) < 120000) off = 0;
  if (kept && !copied) remember("clock", String(off));
  const now = () => new Date(Date.now() + off);
  const today = () => {
    const day = now();
    return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
  };

  for (const form of document.querySelectorAll("form[data-log]")) form.addEventListener("submit", log);
  box.querySelector("[data-send]").addEventListener("click", () => send());
  addEventListener("online", () => send());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && (ease(), send()));
  addEventListener("beforeunload", (event) => !kept && waiting.length && event.preventDefault());
  if (copied) {
    state.textContent = said.copy.replace("%s", new Date(copied).toLocaleString(document.documentElement.lang));
    box.hidden = false;
  }
  if (kept && navigator.serviceWorker) keep();
  ease();
  show();
  send();

  /* An easier exercise ends with its last day, also on a kept copy that nobody made anew. */
  function ease() {
    for (const part of document.querySelectorAll("[data-until]")) part.hidden = today() > part.dataset.until;
    for (const part of document.querySelectorAll("[data-after]")) part.hidden = today() <= part.dataset.after;
  }

  function read() {
    try {
      return JSON.parse(recall(KEY) || "[]");
    } catch {
      return [];
    }
  }

  function recall(key) {
    return kept ? localStorage.getItem(key) : null;
  }

  function remember(key, value) {
    if (kept) localStorage.setItem(key, value);
  }

  function store() {
    remember(KEY, JSON.stringify(waiting));
    show();
  }

  function show() {
    unsent.hidden = !waiting.length;
    unsent.querySelector("[data-count]").textContent = String(waiting.length);
    box.hidden = !waiting.length && !state.textContent;
  }

  /* The entry a form stands for; null where the server has to say what is wrong with it. */
  function entry(form, button) {
    const typed = new FormData(form, button);
    const number = (name) => (typed.get(name) ? Number(typed.get(name)) : null);
    const made = { client_id: typed.get("client_id") || crypto.randomUUID(), at: now().toISOString(), on: today(), pain: number("pain") };
    if (form.dataset.log === "exercise") {
      return { ...made, line: typed.get("line"), done: typed.get("done"), effort: number("effort"), plan_version: number("plan_version") };
    }
    if (form.dataset.log === "morning") return { ...made, kind: "morning", knee: typed.get("knee") };
    const km = (typed.get("km") || "").replace(",", ".").trim();
    const settled = { yes: true, no: false }[typed.get("settled")] ?? null;
    return { ...made, kind: "run", plan: said.plan, on: typed.get("on"), stage: number("stage"), km: km || null, settled };
  }

  function log(event) {
    const form = event.currentTarget;
    if (form.dataset.log === "run" && navigator.onLine) return; // its faults belong beside its fields
    event.preventDefault();
    const made = entry(form, event.submitter);
    waiting.push(made);
    store();
    form.reset();
    const id = form.querySelector("[name=client_id]");
    if (id) id.value = crypto.randomUUID();
    noted(form, event.submitter, made);
    send();
  }

  function noted(form, button, made) {
    const card = form.closest("[data-card]");
    const chips = card?.querySelectorAll("[data-said]") ?? [];
    const words = button.textContent.trim() + (made.pain === null ? "" : ` · ${said.pain} ${made.pain}`);
    for (const chip of chips) {
      chip.textContent = words;
      chip.hidden = false;
    }
    if (chips.length) {
      card.querySelector(".sd-log").open = false;
      card.querySelector(".sd-log > summary").focus();
    } else {
      const line = document.createElement("p");
      line.setAttribute("role", "status");
      line.textContent = words;
      form.replaceChildren(line);
    }
  }

  async function send() {
    if (sending || !waiting.length || !navigator.onLine) return;
    sending = true;
    const batch = waiting.slice(0, 100);
    try {
      const answer = await post(batch);
      if (answer.status === 401) state.textContent = said.signin;
      if (!answer.ok) return;
      const heard = await answer.json();
      const done = new Set(heard.map((each) => each.client_id));
      const refused = heard.filter((each) => each.status === "refused");
      state.textContent = refused.map((each) => `${said.refused} ${each.error}`).join(" ");
      waiting = waiting.filter((each) => !done.has(each.client_id));
      store();
    } catch {
      /* no signal: they wait */
    } finally {
      sending = false;
      show();
    }
  }

  async function post(batch) {
    const body = JSON.stringify(batch);
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token(document) };
    const answer = await fetch(said.log, { method: "POST", headers, body });
    if (answer.status !== 403) return answer;
    const page = await (await fetch(location.pathname)).text(); // the token of a kept copy is old
    headers["X-CSRFToken"] = token(new DOMParser().parseFromString(page, "text/html"));
    return fetch(said.log, { method: "POST", headers, body });
  }

  function token(page) {
    return page.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  /* From the next visit on the page is there without a signal; its files are asked for once more. */
  async function keep() {
    const had = Boolean(navigator.serviceWorker.controller);
    await navigator.serviceWorker.register("/sw.js");
    await navigator.serviceWorker.ready;
    if (had || copied) return;
    if (!navigator.serviceWorker.controller) {
      await new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
    }
    const files = [...document.querySelectorAll("link[rel=stylesheet], script[src]")].map((each) => each.href || each.src);
    await Promise.all([location.pathname, ...files].map((each) => fetch(each)));
    document.documentElement.dataset.ready = "yes";
  }
})();
