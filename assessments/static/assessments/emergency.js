// Counts the minutes of an emergency access, and takes the page off the screen when they are over.
(() => {
  const bar = document.querySelector("[data-emergency]");
  if (!bar) return;
  const left = bar.querySelector("[data-left]");
  const ends = Number(bar.dataset.ends) * 1000;
  const words = left.textContent;

  function tick() {
    const minutes = Math.max(0, Math.ceil((ends - Date.now()) / 60000));
    if (minutes === 0) {
      document.querySelector("main").replaceChildren(bar.dataset.over);
      location.reload();
      return;
    }
    left.textContent = minutes === 1 ? bar.dataset.one : words.replace(/\d+/, String(minutes));
    setTimeout(tick, 10000);
  }
  // A clock of this machine that is far off would only mislead: then the server's words stay.
  const said = Number((words.match(/\d+/) || ["0"])[0]);
  if (Math.abs(Math.ceil((ends - Date.now()) / 60000) - said) <= 1) tick();
})();
