// Photos leave as soon as they are chosen, in sealed pieces (tus 1.0); the form then carries only their tickets.
// What cannot be sent this way goes with the form, as it does without script. Nothing is kept on the phone.
(() => {
  "use strict";
  const list = document.querySelector("[data-photos]");
  const box = list && list.querySelector("input[type=file]");
  if (!box || !window.fetch || !window.DataTransfer || !Blob.prototype.slice) return;
  const form = list.closest("form"), words = list.dataset;
  const template = form.querySelector("[data-tile]"), note = form.querySelector("[data-uploads]");
  const PIECE = 262144, ADDRESS = "/tip/photos";
  const value = (name) => form.elements[name].value;
  const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
  const jobs = [];
  let waiting = null, sending = false;

  box.addEventListener("change", () => {
    const chosen = [...box.files];
    box.value = "";
    for (const file of chosen) add(file);
    next();
  });

  function add(file) {
    const tile = template.content.firstElementChild.cloneNode(true);
    const job = { file, tile, name: `${words.photo} ${list.children.length}`, state: "arriving", sent: 0, ticket: "" };
    tile.querySelector("[data-name]").textContent = job.name;
    tile.querySelector("progress").setAttribute("aria-label", job.name);
    tile.querySelector("[data-take-back]").addEventListener("click", () => takeBack(job));
    list.insertBefore(tile, box.closest(".more"));
    const full = list.querySelectorAll(".photo:not(.refused)").length > Number(words.most);
    if (full) settle(job, "refused", words.tooMany);
    else if (file.size > Number(words.largest)) settle(job, "refused", words.tooLarge);
    else if (!file.size) settle(job, "refused", words.notTaken);
    else { preview(job); settle(job, "arriving", size(file)); jobs.push(job); }
    form.dispatchEvent(new CustomEvent("photo", { detail: file }));
    room();
  }

  function preview(job) {
    const picture = new Image(), address = URL.createObjectURL(job.file);
    picture.alt = "";
    picture.onload = () => { job.tile.querySelector(".blank").replaceWith(picture); URL.revokeObjectURL(address); };
    picture.onerror = () => URL.revokeObjectURL(address);
    picture.src = address;
  }

  const size = (file) => `${Math.max(.1, file.size / 1048576).toFixed(1)} ${words.mb}`;

  function settle(job, state, said) {
    const { tile } = job;
    job.state = state;
    tile.className = `photo ${state}`;
    tile.dataset.photoState = state;
    tile.querySelector("[data-state]").textContent = `${job.name} ${words[state] || ""}`;
    tile.querySelector("[data-said]").textContent = said;
    const bar = tile.querySelector("progress");
    if (state === "arriving") bar.value = 100 * job.sent / job.file.size;
    else if (state === "waiting") bar.removeAttribute("value");
    else bar.hidden = true;
    if (state !== "arriving") form.querySelector("[data-photos-told]").textContent = `${job.name} ${words[state] || ""} ${said}`;
    if (state === "refused") tile.querySelector("[data-take-back]").firstChild.data = words.known;
    tell();
  }

  function room() {
    const left = Math.max(0, Number(words.most) - list.querySelectorAll(".photo:not(.refused)").length);
    form.querySelector("[data-room-told]").textContent = words.room + left;
    box.closest(".more").hidden = left === 0;
  }

  function takeBack(job) {
    job.gone = true;
    if (job.ticket) call(`${ADDRESS}/${job.ticket}`, "DELETE").catch(() => {});
    if (job.carried) job.carried.remove();
    job.tile.remove();
    const kept = new DataTransfer();
    for (const file of box.files) if (file !== job.file) kept.items.add(file);
    box.files = kept.files;
    room();
    tell();
    box.focus();
  }

  function call(address, method, headers = {}, body) {
    return fetch(address, { method, body, redirect: "error", headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": value("csrf_token"), ...headers } });
  }

  // One photo at a time: on one bar of signal two at once are both late.
  async function next() {
    if (sending) return;
    sending = true;
    for (let job; (job = jobs.find((one) => one.state === "arriving" && !one.gone));) await send(job);
    sending = false;
    tell();
    if (waiting) { const pressed = waiting; waiting = null; form.requestSubmit ? form.requestSubmit(pressed) : pressed.click(); }
  }

  async function send(job) {
    let failures = 0;
    while (!job.gone && job.state === "arriving") {
      try {
        if (await step(job)) failures = 0;
      } catch (trouble) {
        if (trouble.refused) return settle(job, "refused", trouble.refused);
        // Not our network but our server, again and again: the photo goes with the form.
        if (trouble.status && ++failures > 2) return withForm(job);
        settle(job, "arriving", trouble.status ? size(job.file) : words.offline);
        job.lost = true;
        await pause(trouble.wait || Math.min(15, 2 ** failures));
      }
    }
  }

  // The next thing to do for one photo; true when it has come further.
  async function step(job) {
    if (!job.ticket) return create(job);
    const address = `${ADDRESS}/${job.ticket}`;
    if (job.lost) {
      const answer = await call(address, "HEAD");
      if (answer.status === 404) { job.ticket = ""; job.sent = 0; return false; }
      if (!answer.ok) throw { status: answer.status };
      job.sent = Number(answer.headers.get("Upload-Offset"));
      job.lost = false;
    }
    if (job.sent < job.file.size) {
      const piece = job.file.slice(job.sent, job.sent + PIECE);
      const answer = await call(address, "PATCH", { "Upload-Offset": job.sent, "Content-Type": "application/offset+octet-stream" }, piece);
      if (answer.status !== 204) throw { status: answer.status, wait: answer.status === 423 ? 2 : 0 };
      job.sent = Number(answer.headers.get("Upload-Offset"));
      settle(job, "arriving", size(job.file));
    }
    if (job.sent >= job.file.size) arrived(job);
    return true;
  }

  async function create(job) {
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(job.file.name)));
    const headers = { "Upload-Length": job.file.size, "Upload-Form": value("form_key"), "Upload-Metadata": `filename ${name}` };
    if (job.waited) headers["X-Wait"] = job.waited;
    const answer = await call(ADDRESS, "POST", headers);
    if (answer.status === 413) throw { refused: words.tooLarge };
    if (answer.status === 429) {
      job.waited = answer.headers.get("X-Wait");
      throw { wait: Number(answer.headers.get("Retry-After")) + 1 };
    }
    if (answer.status === 400 && (answer.headers.get("Content-Type") || "").includes("json")) throw { refused: words.tooMany };
    if (answer.status !== 201) throw { status: answer.status };
    job.ticket = answer.headers.get("Location").split("/").pop();
    return true;
  }

  function arrived(job) {
    const carried = document.createElement("input");
    carried.type = "hidden"; carried.name = "ticket"; carried.value = job.ticket;
    form.append(carried);
    job.carried = carried;
    settle(job, "waiting", words.waitingSaid);
    watch(job);
  }

  async function watch(job) {
    for (let turn = 0; turn < 40 && !job.gone; turn++) {
      await pause(turn < 10 ? 1 : 4);
      let told;
      try { told = await (await call(`${ADDRESS}/${job.ticket}`, "GET")).json(); } catch { continue; }
      if (told.state === "waiting") continue;
      if (!job.gone) { settle(job, told.state, told.words); room(); }
      return;
    }
  }

  function withForm(job) {
    const kept = new DataTransfer();
    for (const file of [...box.files, job.file]) kept.items.add(file);
    box.files = kept.files;
    settle(job, "later", words.later);
    job.tile.querySelector("[data-state]").textContent = job.name;
  }

  function tell() {
    const job = jobs.find((one) => one.state === "arriving" && !one.gone);
    note.hidden = !(waiting && job);
    if (!note.hidden) note.querySelector("[data-uploads-told]").textContent = `${words.wait}${job.name}, ${Math.round(100 * job.sent / job.file.size)}%`;
  }

  // Pressed while a photo is on its way: it waits, and says so. Listens before the one that greys the button.
  form.addEventListener("submit", (event) => {
    const busy = jobs.some((job) => job.state === "arriving" && !job.gone);
    if (!busy) return;
    event.preventDefault();
    waiting = event.submitter || form.querySelector("[data-busy]");
    tell();
  }, true);
})();
