/* Saves each value of the chart by itself, and loses none.

   What is typed goes at once into a queue that also lies in this device's storage, and leaves it
   when the server has it. A lost line, a signed-out session or a closed tab only makes it wait.
   A value that somebody changed elsewhere is asked about, field by field. */
"use strict";

(() => {
  const { root, words } = chart;
  const state = document.getElementById("save-state");
  const panel = document.getElementById("panel");
  const out = document.getElementById("chart-out");
  const TYPED = 700; // milliseconds after the last letter
  const CHOSEN = 250;
  const LATEST = 1500; // no value waits longer than this for others
  const TRY_AGAIN = [1000, 2000, 4000, 8000];
  const tab = crypto.randomUUID();
  const shelf = `stepdown.chart.${words.user}.${words.chart}.`;
  const channel = new BroadcastChannel(shelf);
  const waiting = new Map(); // key -> {field, side, value, was}
  const refused = new Map(); // the same for what the server would not take
  const stored = new Map(); // key -> JSON of what the server holds, as far as known
  const others = new Set(); // tabs of this browser on the same chart
  let token = root.querySelector("[name=csrfmiddlewaretoken]").value;
  let version = Number(words.version);
  let hot = { key: "", at: 0 }; // the number that is being typed
  let timer = 0;
  let first = 0; // when the oldest waiting value was entered
  let busy = false;
  let failed = 0;
  let renewed = 0;
  let signedOut = false;
  let over = false; // signed: nothing more to save

  function say(text, worry = false) {
    state.textContent = text;
    state.classList.toggle("sd-cell-no", worry);
  }

  const queued = () => words.queued.replace("{count}", waiting.size);

  /* -- the queue and its place in the device's storage -- */

  function keep() {
    const entries = [...waiting.values(), ...refused.values()];
    try {
      if (entries.length) localStorage.setItem(shelf + tab, JSON.stringify(entries));
      else localStorage.removeItem(shelf + tab);
    } catch {
      return; // storage is full or forbidden: the page itself still holds it
    }
  }

  function queue(entry, delay) {
    const key = chart.keyOf(entry);
    const was = waiting.get(key)?.was ?? stored.get(key) ?? "null";
    refused.delete(key);
    waiting.set(key, { ...entry, was });
    first ||= performance.now();
    keep();
    later(Math.min(delay, Math.max(0, first + LATEST - performance.now())));
  }

  function later(delay) {
    clearTimeout(timer);
    timer = setTimeout(send, delay);
  }

  function remember() {
    for (const control of chart.all("[data-reads]")) {
      const key = chart.keyOf(chart.place(control.name));
      if (waiting.has(key)) continue;
      const cell = chart.cellOf(control);
      const skip = cell.querySelector("[data-skip]:checked");
      if (chart.unread(cell)) continue;
      stored.set(key, JSON.stringify(skip ? "not_tested" : chart.valueOf(control)));
    }
  }

  /* -- sending -- */

  /* "13" on the way to "138" is nothing to send */
  function halfTyped(entry) {
    const typed = chart.keyOf(entry) === hot.key && performance.now() - hot.at < TYPED - 50;
    return typed && document.hasFocus();
  }

  async function send() {
    if (busy || over || signedOut || !waiting.size) return undefined;
    const entries = [...waiting.values()].filter((entry) => !halfTyped(entry));
    if (!entries.length) return later(TYPED);
    busy = true;
    say(words.saving);
    try {
      await heard(await post(entries), entries);
      failed = 0;
    } catch {
      say(`${words.failed} ${queued()}`, true);
      later(TRY_AGAIN[Math.min(failed++, TRY_AGAIN.length - 1)]);
    }
    busy = false;
    first = waiting.size ? first : 0;
    if (waiting.size && !failed) later(CHOSEN);
    return undefined;
  }

  function post(entries, keepalive = false) {
    const values = entries.map(({ field, side, value, said }) => ({ field, side, value, said }));
    const time = window.chartTime?.spent();
    return fetch(words.save, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ base_version: version, values, time }),
      keepalive,
    });
  }

  async function heard(response, entries) {
    if (response.status >= 500 || response.status === 429) throw new Error("later");
    const answer = await response.json().catch(() => null);
    if (response.status === 401) return leave();
    // a page for people: the token of the form is old, once; twice it is something else
    if (!answer && response.status === 403 && !renewed++) return renew();
    if (!answer) return say(words.stopped, true), (over = true);
    renewed = 0;
    if (response.status === 409) return moved(answer, entries);
    if (response.status !== 200 && response.status !== 422) {
      over = response.status === 403;
      return say(answer.error || words.refused, true);
    }
    version = answer.version;
    stamp();
    arrived(entries, answer);
    channel.postMessage({ from: tab, version });
    return undefined;
  }

  function arrived(entries, answer) {
    const said = new Map();
    for (const entry of entries) {
      const cell = chart.cellFor(entry);
      if (cell) said.set(cell, []);
    }
    const refusedNow = new Set();
    for (const each of answer.errors) {
      const cell = chart.cellFor(each);
      said.set(cell, [...(said.get(cell) ?? []), [each.message, "sd-cell-no"]]);
      refusedNow.add(cell);
    }
    for (const each of answer.warnings) {
      const cell = chart.cellFor(each);
      if (said.has(cell)) said.get(cell).push([each.message, "sd-cell-hm"]);
    }
    for (const entry of entries) {
      const key = chart.keyOf(entry);
      const cell = chart.cellFor(entry);
      const newer = waiting.get(key) !== entry;
      if (!newer) waiting.delete(key);
      if (refusedNow.has(cell)) {
        if (!newer) refused.set(key, entry);
        continue;
      }
      stored.set(key, JSON.stringify(entry.value));
      if (newer) waiting.get(key).was = stored.get(key);
      cell?.querySelector("[data-carried]")?.remove();
    }
    for (const [cell, lines] of said) {
      chart.say(cell, lines);
      cell.classList.toggle("sd-cell-kept", !lines.length);
      chart.look(cell);
    }
    keep();
    chart.progress();
    tell(answer.saved_at);
    if (panel && window.htmx) window.htmx.trigger(panel, "chart-saved");
  }

  /* what still waits for the clinician is said before what was saved */
  function tell(savedAt) {
    if (root.querySelector("#chart-merge:not([hidden])")) return say(words.stale, true);
    if (refused.size) return say(words.refused, true);
    return say(waiting.size ? queued() : `${words.saved} ${savedAt ?? ""}`.trim());
  }

  function stamp() {
    for (const hidden of chart.all("[name=base_version]")) hidden.value = version;
  }

  /* -- the session -- */

  function leave() {
    signedOut = true;
    out.hidden = false;
    out.querySelector("[data-count]").textContent = queued();
    say(queued(), true);
  }

  async function renew() {
    const answer = await values();
    if (!answer) return;
    token = answer.token;
    for (const hidden of document.querySelectorAll("[name=csrfmiddlewaretoken]")) {
      hidden.value = token;
    }
    signedOut = false;
    out.hidden = true;
    catchUp(answer);
    later(0);
  }

  async function values() {
    const response = await fetch(words.values, { headers: { Accept: "application/json" } });
    if (response.status === 401) {
      leave();
      return null;
    }
    if (!response.ok) throw new Error("later");
    return response.json();
  }

  /* -- other tabs, other people -- */

  /* Bring what waits for nothing up to what the server holds. What waits keeps the version it was
     typed at: only so does the server say that somebody else changed it since. */
  function catchUp(answer) {
    if (!waiting.size) version = answer.version;
    stamp();
    if (answer.signed) {
      over = true;
      return say(words.signed, true);
    }
    const names = new Set(chart.all("[data-reads], [data-skip]").map((each) => each.name));
    for (const name of names) {
      const entry = chart.place(name);
      if (waiting.has(chart.keyOf(entry)) || refused.has(chart.keyOf(entry))) continue;
      if (!(name in answer.controls) && chart.named(name).some((each) => chart.unread(chart.cellOf(each)))) continue;
      chart.put(name, answer.controls[name] ?? null);
    }
    remember();
    for (const cell of chart.all("[data-cell]")) chart.look(cell);
    chart.progress();
    if (panel && window.htmx) window.htmx.trigger(panel, "chart-saved");
    return undefined;
  }

  async function moved(answer, entries) {
    const now = await values();
    if (!now) return;
    const asked = [];
    answer.values.forEach((both) => {
      const key = chart.keyOf(both);
      const entry = entries.find((each) => chart.keyOf(each) === key);
      const theirs = JSON.stringify(both.theirs);
      stored.set(key, theirs);
      if (waiting.get(key) !== entry) return;
      if (theirs === JSON.stringify(entry.value)) waiting.delete(key);
      else if (theirs === entry.was) return;
      else {
        waiting.delete(key);
        asked.push({ entry, theirs: both.theirs });
      }
    });
    // what was typed meanwhile was not compared: it keeps the old version as well
    if ([...waiting.values()].every((entry) => entries.includes(entry))) version = answer.version;
    catchUp(now);
    for (const { entry } of asked) chart.putValue(entry, entry.value);
    if (asked.length) window.chartMerge.ask(asked, choose);
    keepAsked(asked);
    tell();
  }

  /* until it is decided, what was typed here stays in the device's storage */
  function keepAsked(asked) {
    for (const { entry, theirs } of asked) {
      refused.set(chart.keyOf(entry), { ...entry, was: JSON.stringify(theirs) });
    }
    keep();
  }

  function choose(entry, theirs, mine) {
    refused.delete(chart.keyOf(entry));
    chart.putValue(entry, mine ? entry.value : theirs);
    if (mine) queue({ field: entry.field, side: entry.side, value: entry.value }, 0);
    else keep();
    const cell = chart.cellFor(entry);
    chart.look(cell);
    chart.progress();
    tell();
  }

  async function refresh() {
    if (busy || over) return;
    try {
      if (signedOut) await renew();
      else {
        const answer = await values();
        if (answer && (answer.version !== version || answer.signed)) catchUp(answer);
      }
      if (waiting.size) later(0);
    } catch {
      say(`${words.failed} ${queued()}`, true);
    }
  }

  channel.addEventListener("message", ({ data }) => {
    if (data.hello) channel.postMessage({ from: tab, here: true });
    if (data.hello || data.here) others.add(data.from);
    if (data.gone) others.delete(data.from);
    if (data.version && data.version !== version) refresh();
    document.getElementById("chart-twice").hidden = !others.size;
  });

  /* What an earlier tab of this device could not send any more. */
  function adopt() {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(shelf));
    const asked = [];
    for (const key of keys) {
      if (key === shelf + tab || others.has(key.slice(shelf.length))) continue;
      for (const entry of JSON.parse(localStorage.getItem(key))) {
        const now = stored.get(chart.keyOf(entry)) ?? "null";
        if (now === JSON.stringify(entry.value) || waiting.has(chart.keyOf(entry))) continue;
        chart.putValue(entry, entry.value);
        if (now === entry.was) waiting.set(chart.keyOf(entry), entry);
        else asked.push({ entry, theirs: JSON.parse(now) });
      }
      localStorage.removeItem(key);
    }
    if (asked.length) window.chartMerge.ask(asked, choose);
    keepAsked(asked);
    if (waiting.size) later(0);
  }

  /* -- what the clinician does -- */

  /* What the patient said, or an earlier visit found, is confirmed as it stands: now it counts. */
  function confirm(cell, but = null) {
    const said = chart.unread(cell) && !but;
    cell.removeAttribute("data-unread");
    const names = new Set(chart.all("[data-reads], [data-skip]:checked", cell).map((each) => each.name));
    for (const name of names) {
      const control = chart.named(name)[0];
      const value = chart.valueOf(control);
      if (value !== null && name !== but?.name) queue({ ...chart.place(name), value, said }, CHOSEN);
    }
    chart.look(cell);
    chart.progress();
  }

  function took(control, delay) {
    const whole = chart.cellOf(control);
    if (chart.unread(whole)) confirm(whole, control);
    chart.settle(control);
    const entry = { ...chart.place(control.name), value: chart.valueOf(control) };
    if (control.dataset.skip) {
      for (const key of [...waiting.keys()]) {
        const [field, side] = key.split("|");
        if (side === entry.side && field.startsWith(`${entry.field}.`)) waiting.delete(key);
      }
    }
    queue(entry, delay);
    const cell = chart.cellOf(control);
    chart.look(cell);
    chart.progress();
  }

  root.addEventListener("change", ({ target }) => {
    hot = { key: "", at: 0 };
    if (target.dataset.reads || target.dataset.skip) took(target, CHOSEN);
  });
  root.addEventListener("input", ({ target }) => {
    const typing = target.dataset.reads && ["text", "textarea", "date"].includes(target.type);
    if (!typing) return;
    const isNumber = target.dataset.reads === "number";
    if (isNumber) hot = { key: chart.keyOf(chart.place(target.name)), at: performance.now() };
    took(target, TYPED);
  });
  root.addEventListener("chart-confirm", ({ target }) => confirm(target));
  for (const form of chart.all("[data-section]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      send();
    });
  }

  window.addEventListener("online", () => later(0));
  window.addEventListener("focus", refresh);
  window.addEventListener("pageshow", ({ persisted }) => persisted && refresh());
  window.addEventListener("pagehide", () => {
    channel.postMessage({ from: tab, gone: true });
    if (waiting.size && !busy && !signedOut) post([...waiting.values()], true).catch(() => {});
  });

  window.chartSave = { flush: () => later(0), settled: () => !waiting.size && !busy };
  remember();
  chart.progress();
  say(words.saved);
  chart.all("[data-reads], [data-skip]").filter(chart.early).forEach((each) => took(each, CHOSEN));
  channel.postMessage({ from: tab, hello: true });
  setTimeout(adopt, 300);
})();
