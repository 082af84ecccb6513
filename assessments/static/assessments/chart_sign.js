/* On the page before the signature "s" leads to its button, and Enter signs. */
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key !== "s" || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.target.closest("input, select, textarea, [contenteditable]")) return;
  document.querySelector("form[data-carries-time] [type=submit]")?.focus();
});
