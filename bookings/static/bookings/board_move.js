/* Moving a visit on the board: dragged, or lifted with M and carried by the arrow keys.

   Where it is put down the server decides; what is in the way comes back as a form in a dialog,
   with the reason to give. Times are minutes of the wall clock, as the board's axis shows them. */
"use strict";

(() => {
  const { sheet, said, root } = board;
  const dialog = document.getElementById("bd-dialog");
  const STEP = 15; // minutes; with Shift 5
  const FINE = 5;
  const START = 6; // pixels before a press is a drag
  let held = null; // the visit being moved, and where it came from

  const columns = () => [...sheet.querySelectorAll(".bd-col")];
  const axis = () => ({ start: Number(board.grid().dataset.start), end: Number(board.grid().dataset.end) });
  const clock = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
  const byRoom = () => board.grid().dataset.by === "room";

  function lengthOf(visit) {
    const [, hours] = visit.className.match(/\bdh(\d+)/);
    const [, minutes] = visit.className.match(/\bdm(\d+)/);
    return Number(hours) * 60 + Number(minutes);
  }

  function begin(visit) {
    held = {
      visit,
      home: visit.parentElement,
      next: visit.nextSibling,
      classes: visit.className,
      column: visit.closest(".bd-col"),
      from: Number(visit.dataset.start),
      minute: Number(visit.dataset.start),
      length: lengthOf(visit),
    };
    held.start = held.column;
    visit.classList.add("bd-lifted");
  }

  function carry(minute, column) {
    const { start, end } = axis();
    held.minute = Math.max(start, Math.min(minute, end - held.length));
    if (column && column !== held.column) {
      held.column = column;
      column.querySelector(".bd-visits").append(held.visit);
    }
    for (const each of columns()) each.querySelector(".bd-day").classList.toggle("bd-over", each === held.column);
    board.put(held.visit, held.minute - start);
    const time = held.visit.querySelector(".bd-time");
    held.words = held.words || time.textContent;
    time.textContent = clock(held.minute);
  }

  function putBack() {
    const { visit, home, next, classes, words } = held;
    visit.className = classes;
    if (words) visit.querySelector(".bd-time").textContent = words;
    home.insertBefore(visit, next);
    for (const each of columns()) each.querySelector(".bd-day").classList.remove("bd-over");
    document.body.classList.remove("bd-dragging");
    held = null;
    return visit;
  }

  async function drop() {
    const { minute, from, column, start, visit } = held;
    const where = { ...column.dataset };
    putBack();
    if (minute === from && column === start) return;
    const fields = {
      "move-practitioner": byRoom() ? visit.dataset.movable : where.person,
      "move-location": board.grid().dataset.place,
      "move-day": where.day,
      "move-time": clock(minute),
      seen: visit.dataset.seen,
    };
    await board.settle(await board.send(`${visit.querySelector(".bd-open").pathname}move/`, fields));
  }

  /* by pointer */
  sheet.addEventListener("pointerdown", (event) => {
    const visit = event.target.closest(".bd-visit[data-movable]");
    if (!visit || held || event.button !== 0 || event.pointerType === "touch" || event.target.closest("button, [data-move]")) return;
    const [x, y] = [event.clientX, event.clientY];
    const scrolled = board.grid().scrollTop;
    const hour = board.grid().querySelector(".bd-hour").getBoundingClientRect().height;
    let moving = false;

    function follow(now) {
      if (!moving && Math.hypot(now.clientX - x, now.clientY - y) < START) return;
      if (!moving) {
        moving = true;
        begin(visit);
        document.body.classList.add("bd-dragging");
      }
      const step = now.shiftKey ? FINE : STEP;
      const by = (now.clientY - y + board.grid().scrollTop - scrolled) / hour * 60;
      const under = columns().find((each) => {
        const box = each.getBoundingClientRect();
        return now.clientX >= box.left && now.clientX < box.right;
      });
      carry(Math.round((held.from + by) / step) * step, byRoom() ? null : under);
    }
    function stop(now) {
      document.removeEventListener("pointermove", follow);
      document.removeEventListener("pointerup", stop);
      document.removeEventListener("pointercancel", stop);
      if (!moving) return;
      sheet.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => sheet.removeEventListener("click", swallow, { capture: true }), 0);
      if (!held) return;
      if (now.type === "pointerup") drop();
      else putBack();
    }
    document.addEventListener("pointermove", follow);
    document.addEventListener("pointerup", stop);
    document.addEventListener("pointercancel", stop);
  });
  const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };
  sheet.addEventListener("dragstart", (event) => event.preventDefault());

  /* by keys */
  function announce() {
    board.hear(said.dataset.moving.replace("{time}", clock(held.minute)).replace("{column}", held.column.dataset.title));
  }

  board.lift = (visit) => {
    if (!visit.matches(".bd-visit[data-movable]")) return;
    const link = visit.querySelector(".bd-open");
    begin(visit);
    link.focus();
    announce();
  };

  document.addEventListener("keydown", (event) => {
    if (!held) return;
    const { visit } = held;
    const link = visit.querySelector(".bd-open");
    const step = event.shiftKey ? FINE : STEP;
    const all = columns();
    const at = all.indexOf(held.column);
    const ways = { ArrowUp: [-step, 0], ArrowDown: [step, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    event.stopPropagation();
    if (ways[event.key]) {
      event.preventDefault();
      const [by, side] = ways[event.key];
      carry(held.minute + by, byRoom() ? null : all[at + side]);
      link.focus({ preventScroll: true });
      visit.scrollIntoView({ block: "nearest", inline: "nearest" });
      announce();
    } else if (event.key === "Enter") {
      event.preventDefault();
      drop().then(() => sheet.querySelector(`.bd-grid [data-visit="${visit.dataset.visit}"] .bd-open`)?.focus());
    } else if (event.key === "Escape" || event.key === "Tab") {
      putBack();
      if (event.key === "Escape") link.focus();
      board.hear(said.dataset.left);
    }
  }, { capture: true });

  /* the dialog: the plain page's own form, sent from here */
  function fill(html) {
    dialog.innerHTML = html;
    for (const close of dialog.querySelectorAll("[data-close]")) {
      close.hidden = false;
      close.addEventListener("click", () => dialog.close());
    }
    if (!dialog.open) dialog.showModal();
    const warning = dialog.querySelector(".bd-warning");
    (warning || dialog).querySelector("input:not([type=hidden]), select, button")?.focus();
    if (warning) dialog.querySelector("[name=move-force_reason]")?.focus();
  }

  board.ask = fill;
  board.askFor = async (url) => {
    const answer = await fetch(url, { headers: { "X-Board": "part" } });
    if (answer.ok) fill(await answer.text());
    else board.refresh(true);
  };
  dialog.addEventListener("submit", async (event) => {
    const form = event.target;
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form, event.submitter));
    const answer = await board.send(form.action, fields);
    if (answer && (answer.headers.get("Content-Type") || "").includes("json")) dialog.close();
    await board.settle(answer);
  });

  board.waitsFor(() => held !== null || dialog.open);
  root.setAttribute("data-moves", "");
})();
