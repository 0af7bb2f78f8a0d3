// 大字 without leaving the page, the quick way out, the first fault in focus, one press for one sending.
(() => {
  "use strict";
  const root = document.documentElement;

  for (const button of document.querySelectorAll("[data-type-switch]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      const large = root.dataset.type !== "large";
      if (large) root.dataset.type = "large"; else delete root.dataset.type;
      button.textContent = large ? button.dataset.normal : button.dataset.large;
      fetch(`/display?set=${large ? "large" : "normal"}`, { redirect: "manual", keepalive: true }).catch(() => {});
    });
  }

  // What is on the screen goes first; then the server forgets, and this page's place in the history is taken.
  const leave = document.querySelector("[data-leave]");
  if (leave) leave.addEventListener("click", (event) => {
    event.preventDefault();
    document.body.hidden = true;
    document.title = " ";
    location.replace(leave.href);
  });

  const faults = document.querySelector("[data-faults]");
  if (faults) faults.focus();

  // A second press while the first is on its way: the server would give the same receipt, but it costs the line.
  for (const form of document.querySelectorAll("form[method=post]")) {
    form.addEventListener("submit", (event) => {
      const pressed = event.submitter;
      if (!pressed || !pressed.dataset.busy) return;
      if (pressed.getAttribute("aria-disabled") === "true") { event.preventDefault(); return; }
      if (event.defaultPrevented) return;
      const words = pressed.textContent;
      pressed.setAttribute("aria-disabled", "true");
      pressed.textContent = pressed.dataset.busy;
      addEventListener("pageshow", () => { pressed.removeAttribute("aria-disabled"); pressed.textContent = words; }, { once: true });
    });
  }
})();
