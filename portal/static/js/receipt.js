// The receipt page: copy the code, print the slip, keep it as a picture made on the phone itself.
(() => {
  "use strict";
  const slip = document.querySelector("[data-slip]");
  if (!slip) return;
  const code = [...slip.querySelectorAll("[data-receipt-code] span")].map((group) => group.textContent);
  const told = document.querySelector("[data-told]");
  const tell = (words) => { if (told) told.textContent = words; };
  const on = (name, deed) => {
    const button = document.querySelector(`[data-${name}]`);
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => deed(button));
  };

  on("print", () => print());
  on("copy", async (button) => {
    try {
      await navigator.clipboard.writeText(code.join(" "));
      tell(button.dataset.done);
    } catch {
      getSelection().selectAllChildren(slip.querySelector("[data-receipt-code]"));
      tell(button.dataset.failed);
    }
  });
  on("save", (button) => {
    const picture = draw(slip, code);
    picture.toBlob((blob) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = button.dataset.name;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      tell(button.dataset.done);
    }, "image/png");
  });

  // What stands on the slip and nothing else: it names no act and no place.
  function draw(from, groups) {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const canvas = document.createElement("canvas");
    canvas.width = 1080; canvas.height = 1080;
    const pen = canvas.getContext("2d");
    const write = (words, x, y, font, ink = "ink") => { pen.fillStyle = colour(ink); pen.font = font; pen.fillText(words, x, y); };
    const sans = style.getPropertyValue("--sans"), figures = style.getPropertyValue("--figures");
    pen.fillStyle = colour("paper"); pen.fillRect(0, 0, 1080, 1080);
    pen.fillStyle = colour("malachite"); pen.fillRect(0, 0, 1080, 16);
    write(from.querySelector("h1").textContent, 72, 150, `700 56px ${sans}`);
    groups.forEach((group, at) => write(group, 72 + (at % 3) * 310, 300 + Math.floor(at / 3) * 130, `700 104px ${figures}`));
    let y = 590;
    for (const row of from.querySelectorAll("dt")) {
      write(row.textContent, 72, y, `400 44px ${sans}`, "ink-2");
      write(row.nextElementSibling.textContent, 300, y, `700 44px ${sans}`);
      y += 72;
    }
    const words = from.querySelector("[data-slip-address]");
    if (words) write(words.textContent, 72, y + 50, `400 38px ${sans}`, "ink-2");
    return canvas;
  }
})();
