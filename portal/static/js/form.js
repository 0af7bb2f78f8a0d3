// The tip form: villages of the chosen township, ticks on the parts that are filled, and what a photo says of its place.
(() => {
  "use strict";
  const form = document.querySelector("[data-tip]");
  if (!form) return;
  const field = (name) => form.elements[name];

  // Names to choose from while the village is typed: of the chosen township, or of them all.
  const towns = field("township"), villages = document.getElementById("villages");
  let names = null;
  const narrow = async () => {
    try { names = names || await (await fetch(villages.dataset.source)).json(); } catch { return; }
    const fitting = towns.value ? names[towns.value] : Object.values(names).flat();
    villages.replaceChildren(...fitting.map((name) => new Option(name, name)));
  };
  field("village").addEventListener("focus", narrow);
  towns.addEventListener("change", narrow);

  const filled = {
    1: () => field("category").value,
    2: () => towns.value || field("place").value.trim() || field("longitude").value,
    3: () => form.querySelector(".photo:not(.refused)"),
    4: () => field("narrative").value.trim(),
    5: () => field("wants_reward").checked || field("identity").value === "named",
    6: () => field("pledge").checked,
  };
  const tick = () => {
    for (const link of form.querySelectorAll("[data-part]")) {
      const part = link.dataset.part, done = Boolean(filled[part]());
      if (link.classList.contains("wrong") && !done) continue;
      link.className = done ? "done" : "";
      link.querySelector("b").textContent = done ? "✓" : part;
    }
  };
  for (const event of ["input", "change", "photo"]) form.addEventListener(event, tick);
  addEventListener("pageshow", tick);

  // A suggestion, taken or left; it says where, so that a picture from elsewhere is seen to be one.
  const suggestion = form.querySelector("[data-suggest]");
  let found = null, left = false;
  form.addEventListener("photo", async ({ detail }) => {
    let place = null;
    try {
      place = await (await import(suggestion.dataset.reader)).position(detail);
    } catch { /* the suggestion is an extra */ }
    if (!place || left || found || field("longitude").value) return;
    found = place;
    suggestion.querySelector("[data-suggest-told]").textContent = `${found.latitude.toFixed(4)}, ${found.longitude.toFixed(4)}`;
    suggestion.hidden = false;
  });
  suggestion.querySelector("[data-suggest-take]").addEventListener("click", () => {
    window.qingshanPlace.set(found.longitude, found.latitude, "photo");
    suggestion.hidden = true;
    field("longitude").closest("[data-place]").scrollIntoView({ block: "center" });
  });
  suggestion.querySelector("[data-suggest-leave]").addEventListener("click", () => { suggestion.hidden = left = true; });
})();
