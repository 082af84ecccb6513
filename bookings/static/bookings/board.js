/* The day board, kept up to date and worked by mouse or keys. Without this file it is a page of
   links and forms; every button here is one of those, sent without leaving the page. */
"use strict";

const board = (() => {
  const root = document.querySelector("[data-board]");
  const sheet = document.getElementById("bd-sheet");
  const doing = document.getElementById("bd-do");
  const toast = document.getElementById("bd-toast");
  const said = document.getElementById("bd-said");
  const late = document.getElementById("bd-live");
  const EVERY = Number(root.dataset.every);
  const WHOLE = 60000; // after so long everything is asked for, not only what visits say
  const SECOND_THOUGHTS = 5000; // what cannot be undone, cancelling late and declining, waits this long
  const KEYS = new Set(["C", "A", "R", "D", "N", "L", "X"]);
  let asked = performance.now();
  let loaded = performance.now();
  let last = null; // how to take the last change back
  let leaving = null; // one of those that waits for second thoughts
  let busy = () => false;

  const grid = () => sheet.querySelector(".bd-grid");
  const visitOf = (element) => element?.closest?.("[data-visit]");
  const links = () => [...sheet.querySelectorAll(".bd-grid .bd-open")];

  /* places are classes: h m from the beginning of the axis, dh dm long */
  function put(element, minutes) {
    for (const name of [...element.classList]) if (/^[hm]\d+$/.test(name)) element.classList.remove(name);
    element.classList.add(`h${Math.floor(minutes / 60)}`, `m${minutes % 60}`);
  }

  function drawNow() {
    const at = grid();
    if (!at) return;
    const minute = Number(at.dataset.now) + Math.floor((performance.now() - loaded) / 60000);
    const inside = minute >= Number(at.dataset.start) && minute < Number(at.dataset.end);
    for (const line of at.querySelectorAll("[data-now-line]")) {
      line.hidden = !inside;
      if (inside) put(line, minute - Number(at.dataset.start));
    }
  }

  /* one visit is in the order of Tab; arrows go to the others */
  function rove(chosen) {
    const all = links();
    const one = chosen && all.includes(chosen) ? chosen : all.find((link) => link.tabIndex === 0) || all[0];
    for (const link of all) link.tabIndex = link === one ? 0 : -1;
  }

  function neighbour(link, key) {
    const columns = [...sheet.querySelectorAll(".bd-col")].map((column) => [...column.querySelectorAll(".bd-open")]);
    const x = columns.findIndex((column) => column.includes(link));
    const y = columns[x].indexOf(link);
    if (key === "ArrowDown") return columns[x][y + 1];
    if (key === "ArrowUp") return columns[x][y - 1];
    const step = key === "ArrowRight" ? 1 : -1;
    const top = link.getBoundingClientRect().top;
    for (let at = x + step; at >= 0 && at < columns.length; at += step) {
      const near = columns[at].map((each) => [Math.abs(each.getBoundingClientRect().top - top), each]);
      if (near.length) return near.sort((a, b) => a[0] - b[0])[0][1];
    }
    return undefined;
  }

  function hear(text) {
    said.textContent = "";
    said.textContent = text;
  }

  function show(text, { undo = null, wrong = false } = {}) {
    toast.replaceChildren(text);
    toast.toggleAttribute("data-wrong", wrong);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = undo ? toast.dataset.undo : toast.dataset.close;
    button.addEventListener("click", undo || quiet);
    toast.append(button);
    clearTimeout(show.timer);
    show.timer = setTimeout(quiet, wrong ? 30000 : 12000);
  }

  function quiet() {
    toast.replaceChildren();
  }

  /* what stands where, asked for again; focus and scroll stay where they were */
  function swap(html) {
    const active = document.activeElement;
    const visit = sheet.contains(active) ? visitOf(active)?.dataset.visit : null;
    const key = active?.dataset?.key;
    const open = sheet.querySelector(".bd-gone")?.open;
    const [x, y] = [grid()?.scrollLeft, grid()?.scrollTop];
    sheet.innerHTML = html;
    loaded = performance.now();
    if (grid()) [grid().scrollLeft, grid().scrollTop] = [x || 0, y || 0];
    if (open) sheet.querySelector(".bd-gone")?.setAttribute("open", "");
    drawNow();
    const again = visit && sheet.querySelector(`.bd-grid [data-visit="${visit}"]`);
    rove(again?.querySelector(".bd-open"));
    if (again) (key && again.querySelector(`[data-key="${key}"]`) || again.querySelector(".bd-open")).focus({ preventScroll: true });
    if (leaving) sheet.querySelector(`.bd-grid [data-visit="${leaving.visit}"]`)?.setAttribute("data-leaving", "");
  }

  async function refresh(force = false) {
    if (!force && (document.hidden || busy())) return;
    const headers = { "X-Board": "part" };
    if (!force && performance.now() - asked < WHOLE) headers["If-None-Match"] = sheet.dataset.tag;
    else asked = performance.now();
    try {
      const answer = await fetch(location.href, { headers, redirect: "error" });
      const whole = answer.status === 200 || answer.status === 422; // 422: a day that is none
      if (whole) {
        const html = await answer.text();
        if (busy() && !force) return;
        sheet.dataset.tag = answer.headers.get("ETag");
        swap(html);
      }
      late.hidden = whole || answer.status === 304;
    } catch {
      late.hidden = false;
    }
    if (!late.hidden) late.textContent = late.dataset.late;
  }

  async function send(url, fields, more = {}) {
    const data = new FormData(doing);
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    try {
      return await fetch(url, { method: "POST", body: data, headers: { "X-Board": "part" }, redirect: "error", ...more });
    } catch {
      show(said.dataset.lost, { wrong: true });
      return null;
    }
  }

  /* done: say so and offer to take it back; refused: say why and show how it stands now */
  async function settle(answer) {
    if (!answer) return;
    const kind = answer.headers.get("Content-Type") || "";
    if (!kind.includes("json")) {
      if ((answer.status === 409 || answer.status === 422) && board.ask) board.ask(await answer.text());
      else show(said.dataset.lost, { wrong: true });
      return;
    }
    const found = await answer.json();
    if (found.error) show(found.error, { wrong: true });
    else {
      last = found.undo;
      show(found.said, { undo: last && takeBack });
    }
    await refresh(true);
  }

  async function takeBack() {
    if (leaving) return stay();
    if (!last) return undefined;
    const { url, fields } = last;
    last = null;
    quiet();
    return settle(await send(url, fields));
  }

  function leave(button) {
    commit();
    const visit = visitOf(button);
    leaving = { visit: visit.dataset.visit, url: button.formAction, value: button.value };
    leaving.timer = setTimeout(commit, SECOND_THOUGHTS);
    visit.setAttribute("data-leaving", "");
    const words = button.value.startsWith("decline|") ? said.dataset.declining : said.dataset.cancelling;
    show(words.replace("{who}", visit.dataset.who), { undo: stay });
  }

  function stay() {
    clearTimeout(leaving.timer);
    sheet.querySelector("[data-leaving]")?.removeAttribute("data-leaving");
    leaving = null;
    quiet();
  }

  async function commit() {
    if (!leaving) return;
    const { url, value, timer } = leaving;
    clearTimeout(timer);
    leaving = null;
    await settle(await send(url, { do: value }, { keepalive: true }));
  }

  async function press(button) {
    if (/^(late-cancel|decline)\|/.test(button.value)) return leave(button);
    button.disabled = true;
    await settle(await send(button.formAction, { do: button.value }));
    button.disabled = false;
    return undefined;
  }

  sheet.addEventListener("click", (event) => {
    const button = event.target.closest("button[form=bd-do]");
    if (button) {
      event.preventDefault();
      press(button);
      return;
    }
    const move = event.target.closest("[data-move]");
    if (move && board.askFor && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      board.askFor(move.href);
      return;
    }
    const link = event.target.closest(".bd-grid .bd-open") || event.target.closest(".bd-visit")?.querySelector(".bd-open");
    if (link && !event.ctrlKey && !event.metaKey && !event.target.closest(".bd-do, .bd-elsewhere")) {
      event.preventDefault();
      rove(link);
      link.focus({ preventScroll: true });
    }
  });
  sheet.addEventListener("dblclick", (event) => {
    const link = event.target.closest(".bd-visit")?.querySelector(".bd-open");
    if (link && !event.target.closest(".bd-do, .bd-elsewhere")) location.assign(link.dataset.full);
  });
  sheet.addEventListener("focusin", (event) => {
    if (event.target.matches(".bd-grid .bd-open")) rove(event.target);
  });

  sheet.addEventListener("keydown", (event) => {
    const visit = visitOf(event.target);
    if (!visit || busy() || event.ctrlKey || event.metaKey || event.altKey) return;
    const link = visit.querySelector(".bd-open");
    if (event.key.startsWith("Arrow") && event.target === link) {
      event.preventDefault();
      const next = neighbour(link, event.key);
      next?.focus();
      visitOf(next)?.scrollIntoView({ block: "nearest", inline: "nearest" });
      return;
    }
    if (event.key === "Enter" && event.target === link) {
      event.preventDefault();
      location.assign(link.dataset.full);
      return;
    }
    if (event.key === "Escape") return link.blur();
    const key = event.key.toUpperCase();
    if (key === "U") return takeBack();
    if (key === "M" && board.lift) {
      event.preventDefault();
      return board.lift(visit);
    }
    const button = visit.querySelector(`.bd-do [data-key="${key}"]`) || root.querySelector(`:is(.bd-bar, .bd-tools) [data-key="${key}"]`);
    if (!button) {
      if (KEYS.has(key)) show(said.dataset.cannot.replace("{who}", visit.dataset.who), { wrong: true });
      return;
    }
    event.preventDefault();
    if (button.form === doing) press(button);
    else button.click();
  });

  /* without a visit in hand: book, before, today, after and undo, anywhere but in a field */
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || busy() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (visitOf(event.target) || event.target.closest("input, select, textarea, dialog")) return;
    const key = event.key.toUpperCase();
    if (key === "U") return takeBack();
    const button = root.querySelector(`:is(.bd-bar, .bd-tools) [data-key="${CSS.escape(key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  root.setAttribute("data-script", "");
  const printing = root.querySelector("[data-print]");
  printing.hidden = false;
  printing.addEventListener("click", () => window.print());
  root.querySelector("[data-plain-undo]")?.remove();
  rove();
  drawNow();
  const line = grid()?.querySelector("[data-now-line]:not([hidden])");
  if (line) grid().scrollTop = line.offsetTop - grid().clientHeight / 3;
  setInterval(drawNow, 20000);
  setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", () => refresh());
  window.addEventListener("pagehide", commit);
  return {
    root, sheet, said, grid, visitOf, put, hear, show, send, settle, refresh,
    waitsFor: (check) => { busy = check; },
  };
})();
