/* Keeps the plan page of a phone whose owner chose that, and nothing else of anybody's record.

   The server says with X-Plan-Kept whether this phone may keep the page. A page that says no more,
   or leads to the sign-in, is forgotten; signing out forgets them all. */
"use strict";

const PLANS = "plans-1";
const FILES = "files-1"; // stylesheets, scripts and the brand: the same for everybody
const PATIENCE = 4000; // milliseconds before the kept copy is shown
const KEPT_FOR = 90 * 24 * 60 * 60 * 1000;
const PLAN = /^\/me\/[0-9a-f-]{36}\/plan\/$/;
const ASK = /^(\/me\/[0-9a-f-]{36}\/plan\/)ask\/$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data === "forget") event.waitUntil(forget().then(() => event.ports[0]?.postMessage("done")));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.method === "POST" && /^\/(accounts\/logout|me\/phone\/forget)\/$/.test(url.pathname)) {
    event.waitUntil(forget());
  }
  if (request.method !== "GET") return;
  if (PLAN.test(url.pathname) && !url.search) event.respondWith(plan(request, url.pathname));
  else if (request.mode === "navigate" && url.pathname === "/me/plan/") event.respondWith(start(request));
  else if (request.mode === "navigate" && ASK.test(url.pathname)) event.respondWith(ask(request, url.pathname));
  else if (url.pathname.startsWith("/static/") || url.pathname.startsWith("/brand")) event.respondWith(file(request));
});

async function plan(request, path) {
  const plans = await caches.open(PLANS);
  let answer;
  try {
    answer = await inTime(fetch(request));
  } catch {
    return (await copy(plans, path)) ?? Response.error();
  }
  if (answer.status >= 500) return (await copy(plans, path)) ?? answer;
  if (answer.ok && answer.headers.get("X-Plan-Kept") === "yes") await keep(plans, path, answer.clone());
  else await plans.delete(path);
  return answer;
}

async function keep(plans, path, answer) {
  const headers = new Headers(answer.headers);
  headers.set("X-Kept-At", String(Date.now()));
  await plans.put(path, new Response(await answer.blob(), { headers }));
}

/* The kept page, marked as a copy, so that the page can say so. */
async function copy(plans, path) {
  const found = await plans.match(path);
  if (!found) return undefined;
  const at = Number(found.headers.get("X-Kept-At"));
  if (Date.now() - at > KEPT_FOR) {
    await plans.delete(path);
    return undefined;
  }
  const text = await found.text();
  const headers = new Headers(found.headers);
  headers.delete("Content-Length");
  headers.delete("Content-Encoding");
  return new Response(text.replace("<html ", `<html data-copy="${at}" `), { headers });
}

async function start(request) {
  try {
    return await inTime(fetch(request));
  } catch {
    const [first] = await (await caches.open(PLANS)).keys();
    return first ? Response.redirect(first.url) : Response.error();
  }
}

/* Without a signal nobody can be told; the page says when to get help. */
async function ask(request, path) {
  try {
    return await fetch(request);
  } catch {
    return Response.redirect(`${ASK.exec(path)[1]}#help`);
  }
}

async function file(request) {
  const files = await caches.open(FILES);
  try {
    const answer = await fetch(request);
    if (answer.ok) await files.put(request, answer.clone());
    return answer;
  } catch {
    return (await files.match(request)) ?? Response.error();
  }
}

function inTime(answer) {
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("late")), PATIENCE));
  return Promise.race([answer, late]);
}

async function forget() {
  for (const name of await caches.keys()) await caches.delete(name);
}
