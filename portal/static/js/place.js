// The place: a map of the county's outline that is fetched only when it is opened, and the device's own position by a button.
(() => {
  "use strict";
  const box = document.querySelector("[data-place]");
  if (!box) return;
  const field = (name) => box.querySelector(`[name=${name}]`) || document.querySelector(`[name=${name}]`);
  const told = box.querySelector("[data-place-told]");
  const tell = (words) => { told.textContent = words; };
  const words = box.dataset;
  let map, pin;

  // Shared with the photos' script, which may suggest a position.
  const place = {
    set(longitude, latitude, source) {
      field("longitude").value = longitude.toFixed(6);
      field("latitude").value = latitude.toFixed(6);
      field("datum").value = "wgs84";
      field("point_source").value = source;
      box.querySelector("[data-forget]").hidden = false;
      taken(longitude, latitude);
      if (map) show(longitude, latitude, source !== "map");
      box.dispatchEvent(new Event("change", { bubbles: true }));
    },
    forget() {
      for (const name of ["longitude", "latitude"]) field(name).value = "";
      field("point_source").value = "map";
      box.querySelector("[data-forget]").hidden = true;
      if (pin) { pin.remove(); pin = null; }
      tell(words.forgotten);
      box.dispatchEvent(new Event("change", { bubbles: true }));
    },
  };
  window.qingshanPlace = place;

  const taken = (longitude, latitude) => tell(`${words.taken} ${latitude.toFixed(4)}, ${longitude.toFixed(4)}`);
  if (Number(field("longitude").value)) taken(Number(field("longitude").value), Number(field("latitude").value));

  box.querySelector("[data-map-label]").hidden = false;
  button("open-map", openMap);
  button("here", useDevice);
  button("centre", () => { const at = map.getCenter(); place.set(at.lng, at.lat, "map"); }, false);
  button("forget", place.forget, field("longitude").value !== "");

  function button(name, deed, shown = true) {
    const element = box.querySelector(`[data-${name}]`);
    element.hidden = !shown;
    element.addEventListener("click", () => deed(element));
  }

  async function openMap(opener) {
    opener.setAttribute("aria-disabled", "true");
    tell(words.loading);
    try {
      await load(words.mapStyle, words.mapScript);
      const outline = await (await fetch(words.outline)).json();
      draw(outline);
    } catch {
      opener.removeAttribute("aria-disabled");
      tell(words.failed);
      return;
    }
    opener.hidden = true;
    box.querySelector("[data-centre]").hidden = false;
    tell(words.press);
  }

  function load(style, script) {
    return new Promise((resolve, reject) => {
      const sheet = document.createElement("link");
      sheet.rel = "stylesheet"; sheet.href = style;
      const code = document.createElement("script");
      code.src = script; code.onload = resolve; code.onerror = reject;
      document.head.append(sheet, code);
    });
  }

  function draw(outline) {
    const canvas = box.querySelector("[data-canvas]");
    canvas.hidden = false;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    map = L.map(canvas, { minZoom: 8, zoomSnap: .5, maxZoom: 17, zoomControl: false, zoomAnimation: !still, fadeAnimation: !still });
    map.attributionControl.setPrefix(false);
    L.control.zoom({ zoomInTitle: words.closer, zoomOutTitle: words.wider }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    const land = L.geoJSON(outline, { className: "land", interactive: false }).addTo(map);
    map.fitBounds(land.getBounds());
    map.setMaxBounds(land.getBounds().pad(1));
    map.on("click", (event) => place.set(event.latlng.lng, event.latlng.lat, "map"));
    if (field("longitude").value) show(Number(field("longitude").value), Number(field("latitude").value), true);
  }

  // A finger on the map has chosen its view; a position from elsewhere has to be brought into it.
  function show(longitude, latitude, move) {
    const sign = L.divIcon({ className: "spot", iconSize: [36, 44], iconAnchor: [18, 43], html: box.querySelector("[data-spot]").innerHTML });
    if (pin) pin.setLatLng([latitude, longitude]);
    else pin = L.marker([latitude, longitude], { icon: sign, keyboard: false, interactive: false }).addTo(map);
    if (move) map.setView([latitude, longitude], Math.max(map.getZoom(), 12));
  }

  function useDevice(asked) {
    if (!navigator.geolocation) { tell(words.noDevice); return; }
    asked.setAttribute("aria-disabled", "true");
    tell(words.asking);
    const done = () => asked.removeAttribute("aria-disabled");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => { done(); place.set(coords.longitude, coords.latitude, "device"); },
      () => { done(); tell(words.noDevice); },
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 },
    );
  }
})();
