// Single keys of the office. They act only while no field has the focus, can be switched off (WCAG 2.1.4), and each one
// presses something visible: an element with data-key. Rows of a list carry data-row, their link data-open.
(() => {
  "use strict";

  const STORE = "qingshan-keys";
  const PAUSE = 1500; // how long `g` waits for its second letter, in milliseconds
  const list = document.querySelector("[data-keys-list]");
  let first = "";
  let timer = 0;

  const isOn = () => {
    try {
      return localStorage.getItem(STORE) !== "off";
    } catch {
      return true;
    }
  };

  function keep(on) {
    try {
      localStorage.setItem(STORE, on ? "on" : "off");
    } catch {
      // A browser that keeps nothing has the keys on at every visit.
    }
    hints(on);
  }

  function hints(on) {
    for (const hint of document.querySelectorAll("[data-keys-hint], main kbd, dialog .btn kbd")) hint.hidden = !on;
  }

  const isSeen = (element) => element.getClientRects().length > 0;
  const writes = (element) =>
    element.matches("textarea, select, [contenteditable]") ||
    (element.matches("input") && !element.matches("[type=checkbox], [type=radio], [type=button], [type=submit]"));

  function press(key) {
    const target = [...document.querySelectorAll("[data-key]")].find((e) => e.dataset.key === key && isSeen(e));
    if (!target) return false;
    target.focus();
    if (!writes(target)) target.click();
    return true;
  }

  const rows = () => [...document.querySelectorAll("[data-row]")].filter(isSeen);
  const here = () => document.activeElement.closest("[data-row]") || document.querySelector("[data-row].here");

  function move(step) {
    const everyone = rows();
    if (everyone.length === 0) return false;
    const at = everyone.indexOf(here());
    const next = everyone[at < 0 ? 0 : Math.min(Math.max(at + step, 0), everyone.length - 1)];
    for (const row of everyone) row.classList.toggle("here", row === next);
    (next.querySelector("[data-open]") || next.querySelector("a, button, input")).focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  function choose() {
    const box = here()?.querySelector("[data-pick]");
    if (!box) return false;
    box.click();
    return true;
  }

  function open() {
    const link = here()?.querySelector("[data-open]");
    if (!link || document.activeElement.matches("a, button, summary, input")) return false;
    link.click();
    return true;
  }

  function showList() {
    list.querySelector("[data-keys-switch]").checked = isOn();
    list.showModal();
    return true;
  }

  const OWN = { j: () => move(1), k: () => move(-1), x: choose, Enter: open, "?": showList };

  function forget() {
    first = "";
    clearTimeout(timer);
  }

  function act(key) {
    if (first) {
      const both = `${first} ${key}`;
      forget();
      return press(both);
    }
    if (key === "g") {
      first = key;
      timer = setTimeout(forget, PAUSE);
      return true;
    }
    return OWN[key] ? OWN[key]() : press(key);
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && event.key === "x") return;
    if (document.querySelector("dialog[open]")) return;
    if (writes(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (isOn() && act(event.key)) event.preventDefault();
  });

  if (!list || !list.showModal) return;
  for (const button of document.querySelectorAll("[data-keys-open]")) {
    button.hidden = false;
    button.addEventListener("click", showList);
  }
  list.querySelector("[data-keys-switch]").addEventListener("change", (event) => keep(event.target.checked));
  hints(isOn());
})();
