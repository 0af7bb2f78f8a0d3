// The office's small comforts: choosing rows, dialogs, waiting, the countdown. Every page works without it.
(() => {
  "use strict";

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  // Choosing rows: the bar above the list shows once something is chosen, and counts.
  function bulk(form) {
    const bar = form.querySelector("[data-bulk]");
    const count = bar.querySelector("[data-picked]");
    const everything = form.querySelector("[data-pick-all]");
    const boxes = () => all("[data-pick]", form);

    function show() {
      const chosen = boxes().filter((box) => box.checked).length;
      bar.hidden = chosen === 0;
      count.textContent = count.dataset.words.replace("{n}", chosen);
      if (everything) {
        const box = everything.querySelector("input");
        box.checked = chosen > 0 && chosen === boxes().length;
        box.indeterminate = chosen > 0 && !box.checked;
      }
    }

    function set(checked) {
      for (const box of boxes()) box.checked = checked;
      show();
    }

    if (everything) {
      everything.hidden = boxes().length === 0;
      everything.addEventListener("change", (event) => set(event.target.checked));
    }
    for (const none of all("[data-pick-none]", bar)) {
      none.hidden = false;
      none.addEventListener("click", () => set(false));
    }
    form.addEventListener("change", (event) => event.target.matches("[data-pick]") && show());
    show();
  }

  // A link to a deed's page opens the same form as a dialog, if this page holds it.
  function dialogs() {
    document.addEventListener("click", (event) => {
      const opener = event.target.closest("[data-dialog]");
      const closer = event.target.closest("dialog [data-close]");
      const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
      if (opener && plain) {
        const dialog = document.getElementById(opener.dataset.dialog);
        if (!dialog || !dialog.showModal) return;
        event.preventDefault();
        dialog.showModal();
      } else if (closer) {
        event.preventDefault();
        closer.closest("dialog").close();
      }
    });
  }

  // A second click while the first is on its way does nothing; the button says why.
  function waiting() {
    const words = document.body.dataset.waiting;
    const kept = new Map(); // each waiting button with what stood on it

    document.addEventListener("submit", (event) => {
      const form = event.target;
      if (event.defaultPrevented || form.method !== "post") return;
      if (form.dataset.sent) {
        event.preventDefault();
        return;
      }
      form.dataset.sent = "yes";
      const button = event.submitter;
      if (!button) return;
      kept.set(button, [...button.childNodes]);
      button.setAttribute("aria-disabled", "true");
      button.replaceChildren(words);
    });

    // Coming back by the browser's own button shows the page as it was left.
    window.addEventListener("pageshow", () => {
      for (const form of all("form[data-sent]")) delete form.dataset.sent;
      for (const [button, nodes] of kept) {
        button.replaceChildren(...nodes);
        button.removeAttribute("aria-disabled");
      }
      kept.clear();
    });
  }

  function countdown(chip) {
    const until = Date.parse(chip.dataset.until);

    function show() {
      const minutes = Math.floor((until - Date.now()) / 60000);
      const sample = minutes < 0 ? chip.dataset.past : minutes < 60 ? chip.dataset.minutes : chip.dataset.hours;
      chip.textContent = sample.replace("{h}", Math.floor(minutes / 60)).replace("{m}", minutes % 60);
    }

    show();
    setInterval(show, 30000);
  }

  // Whoever writes is here, though no page is asked for: the server is told every few minutes, and before the fifteen
  // minutes of idleness are over the page says so.
  function stillHere(address, words) {
    const MINUTE = 60000;
    const notice = document.createElement("div");
    let told = Date.now();
    let waiting = 0;

    function wait() {
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        notice.className = "flash care";
        notice.setAttribute("role", "alert");
        notice.textContent = words;
        document.getElementById("main").prepend(notice);
      }, 13 * MINUTE);
    }

    async function tell() {
      const late = notice.isConnected;
      if (Date.now() - told < (late ? 1000 : 4 * MINUTE)) return;
      told = Date.now();
      try {
        const answer = await fetch(address, { redirect: "manual" });
        if (answer.status !== 204) return;
        notice.remove();
        wait();
      } catch {
        // Without the network the page stays as it is; sending the form will say more.
      }
    }

    for (const sign of ["input", "keydown", "pointerdown"]) document.addEventListener(sign, tell, { passive: true });
    wait();
  }

  for (const bar of all("[data-bulk]")) if (bar.closest("form")) bulk(bar.closest("form"));
  for (const chip of all("[data-until]")) countdown(chip);
  for (const button of all("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  document.querySelector("[data-focus]")?.focus();
  dialogs();
  waiting();
  const { stillHere: address, idle } = document.body.dataset;
  if (address) stillHere(address, idle);
})();
