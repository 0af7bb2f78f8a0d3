// Where a photo was taken, read on the phone itself. Fetched only when a photo is chosen; answers {longitude, latitude} or null.
// The position lies in a TIFF block behind a known mark: in JPEG "Exif\0\0", in HEIC and AVIF too, in WebP "EXIF", in PNG "eXIf".
const NEAR = 262144;

export async function position(file) {
  for (const part of [file.slice(0, NEAR), file.slice(Math.max(NEAR, file.size - 131072))]) {
    const view = new DataView(await part.arrayBuffer());
    for (let at = 0; at + 16 < view.byteLength; at++) {
      const word = view.getUint32(at);
      if (word !== 0x45786966 && word !== 0x65584966 && word !== 0x45584946) continue;
      for (const gap of [4, 6, 8]) {
        const found = tiff(view, at + gap);
        if (found) return found;
      }
    }
  }
  return null;
}

function tiff(view, start) {
  try {
    const order = view.getUint16(start);
    if (order !== 0x4949 && order !== 0x4d4d) return null;
    const small = order === 0x4949;
    const u16 = (at) => view.getUint16(start + at, small), u32 = (at) => view.getUint32(start + at, small);
    if (u16(2) !== 42) return null;
    const entries = (at) => {
      const found = new Map();
      for (let n = u16(at), i = 0; i < n && i < 512; i++) found.set(u16(at + 2 + 12 * i), at + 2 + 12 * i);
      return found;
    };
    const gps = entries(u32(4)).get(0x8825);
    if (gps === undefined) return null;
    const fields = entries(u32(gps + 8));
    const degrees = (tag) => {
      const at = u32(fields.get(tag) + 8);
      return [0, 8, 16].reduce((sum, step, i) => sum + u32(at + step) / u32(at + step + 4) / 60 ** i, 0);
    };
    const letter = (tag) => String.fromCharCode(view.getUint8(start + fields.get(tag) + 8));
    const latitude = degrees(2) * (letter(1) === "S" ? -1 : 1), longitude = degrees(4) * (letter(3) === "W" ? -1 : 1);
    const sound = Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 && (latitude !== 0 || longitude !== 0);
    return sound ? { longitude, latitude } : null;
  } catch {
    return null; // cut short, or not what it seemed
  }
}
