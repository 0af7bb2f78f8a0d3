// The page asks again by itself while something is being made, as often as it says and not for ever.
(() => {
  const wait = document.querySelector("[data-wait]");
  if (!wait) return;
  const key = "waited";
  const times = Number(sessionStorage.getItem(key) || 0);
  if (times >= Number(wait.dataset.waitMost)) {
    sessionStorage.removeItem(key);
    return;
  }
  setTimeout(() => {
    sessionStorage.setItem(key, String(times + 1));
    location.reload();
  }, Number(wait.dataset.wait) * 1000);
})();
