// Opens a tip in the pane beside the list where there is room for one; everywhere else its link leads to its own page.
(() => {
  "use strict";

  const wide = window.matchMedia("(min-width: 768px)");

  function show(link, pane) {
    const row = link.closest("[data-row]");
    for (const each of document.querySelectorAll("[data-row]")) {
      each.classList.toggle("here", each === row);
      each.toggleAttribute("aria-current", each === row);
    }
    window.htmx.ajax("GET", link.href, { target: pane, swap: "innerHTML" });
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-pane]");
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const pane = link && document.getElementById(link.dataset.pane);
    if (!pane || !plain || !wide.matches || !window.htmx) return;
    event.preventDefault();
    show(link, pane);
  });

  // A session that is over, or a tip that is not there any more: the whole page says so, not a corner of it.
  document.addEventListener("htmx:before:response", (event) => {
    const answer = event.detail.ctx.response.raw;
    if (answer.ok && !answer.redirected) return;
    event.preventDefault();
    window.location.assign(answer.url);
  });

  document.addEventListener("htmx:error", () => {
    const pane = document.getElementById("preview");
    if (pane) pane.replaceChildren(pane.dataset.failed);
  });
})();
