"""Which of the five kinds of photo a file is, and what lies in it beside the picture.

Runs in the helper process only: every byte read here comes from a stranger.
"""

import struct
import zlib
from collections.abc import Iterator

from casework.vault.photo_exif import read_exif, read_xmp
from casework.vault.photo_jpeg import Damaged, Inspected, inspect_jpeg

_PNG = b"\x89PNG\r\n\x1a\n"
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_AVIF_BRANDS = {b"avif", b"avis"}
_MOST_INFLATED = 4 * 1024 * 1024  # bytes of a compressed text or profile inside a PNG
# Chunks that say how to show the pixels and nothing of who made them.
_PNG_PLAIN = {b"pHYs", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"hIST", b"cICP", b"mDCV", b"cLLI"}
_PNG_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_PNG_WORDS = {
    b"software": "software",
    b"author": "owner",
    b"copyright": "owner",
    b"creation time": "taken_at",
    b"date:create": "taken_at",
    b"date:modify": "taken_at",
    b"date:timestamp": "taken_at",
    b"source": "device",
}
_BOXES_PLAIN = {b"ftyp", b"meta", b"mdat", b"free", b"skip"}


class NotAPhoto(Exception):
    """None of the five kinds."""


def inspect(data: bytes) -> Inspected:
    """Raises NotAPhoto or Damaged. HEIC and AVIF come back without size and kinds: their decoder tells."""
    if data.startswith(b"\xff\xd8\xff"):
        return inspect_jpeg(data)
    if data.startswith(_PNG):
        return _inspect_png(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _inspect_webp(data)
    if data[4:8] == b"ftyp":
        return _inspect_boxes(data)
    raise NotAPhoto


def note_blocks(photo: Inspected, *, exif: bytes, xmp: bytes, turn: bool) -> None:
    """Kinds out of the EXIF and XMP blocks that a container held; `turn` takes its orientation too."""
    if exif:
        read = read_exif(exif)
        photo.found |= read.found
        if turn:
            photo.orientation = read.orientation
    photo.found |= read_xmp(xmp)


# --- PNG -------------------------------------------------------------------------------------


def _inspect_png(data: bytes) -> Inspected:
    photo = Inspected("PNG", b"")
    kept, end = [_PNG], 0
    for kind, body, start, end in _png_chunks(data):
        if kind == b"IHDR":
            photo.width, photo.height = struct.unpack_from(">II", body) if len(body) == 13 else (0, 0)
        if kind in _PNG_KEPT:
            kept.append(data[start:end])
        elif kind not in _PNG_PLAIN:
            _png_kinds(kind, body, photo)
    if not photo.width or not photo.height:
        raise Damaged("no size")
    if data[end:].strip(b"\0"):
        photo.found.add("other")
    photo.data = b"".join(kept)
    return photo


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, int, int]]:
    place, kind = len(_PNG), b""
    while kind != b"IEND":
        if place + 12 > len(data):
            raise Damaged("cut off")
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if end > len(data):
            raise Damaged("cut off")
        yield kind, data[place + 8 : end - 4], place, end
        place = end


def _png_kinds(kind: bytes, body: bytes, photo: Inspected) -> None:
    if kind == b"eXIf":
        note_blocks(photo, exif=body, xmp=b"", turn=True)
    elif kind == b"iCCP":
        photo.found.add("colour_profile")
        photo.icc = _inflate(body.partition(b"\0")[2][1:])
    elif kind == b"tIME":
        photo.found.add("taken_at")
    elif kind in (b"tEXt", b"zTXt", b"iTXt"):
        _png_text(kind, body, photo)
    else:
        photo.found.add("other")


def _png_text(kind: bytes, body: bytes, photo: Inspected) -> None:
    keyword, _, rest = body.partition(b"\0")
    name = keyword.strip().lower()
    words = rest
    if kind == b"zTXt":
        words = _inflate(rest[1:])
    elif kind == b"iTXt" and len(rest) > 2:
        words = rest[2:].split(b"\0", 2)[-1]
        words = _inflate(words) if rest[:1] == b"\x01" else words
    if name == b"xml:com.adobe.xmp":
        photo.found |= read_xmp(words)
    elif name.startswith(b"raw profile type"):
        photo.found |= _raw_profile(name, words)
    else:
        photo.found.add(_PNG_WORDS.get(name, "comment"))


def _raw_profile(name: bytes, words: bytes) -> set[str]:
    """ImageMagick writes other formats' blocks as hexadecimal text: name, length, digits."""
    if name.endswith(b"iptc"):
        return {"iptc"}
    try:
        block = bytes.fromhex(b"".join(words.split()[2:]).decode("ascii"))
    except ValueError:
        return {"other"}
    if name.endswith(b"xmp"):
        return read_xmp(block)
    return read_exif(block).found or {"other"}


def _inflate(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _MOST_INFLATED)
    except zlib.error:
        return b""


# --- WebP ------------------------------------------------------------------------------------


def _inspect_webp(data: bytes) -> Inspected:
    (size,) = struct.unpack_from("<I", data, 4)
    end = 8 + size
    if end > len(data) or size < 12:
        raise Damaged("cut off")
    photo = Inspected("WEBP", data[:end])
    if data[end:].strip(b"\0"):
        photo.found.add("other")
    for kind, body in _riff_chunks(data, end):
        _webp_chunk(kind, body, photo)
    if not photo.width or not photo.height:
        raise Damaged("no picture")
    return photo


def _riff_chunks(data: bytes, end: int) -> Iterator[tuple[bytes, bytes]]:
    place = 12
    while place < end:
        if place + 8 > end:
            raise Damaged("cut off")
        kind, length = struct.unpack_from("<4sI", data, place)
        if place + 8 + length > end:
            raise Damaged("cut off")
        yield kind, data[place + 8 : place + 8 + length]
        place += 8 + length + (length & 1)


def _webp_chunk(kind: bytes, body: bytes, photo: Inspected) -> None:
    if kind in (b"VP8X", b"VP8 ", b"VP8L"):
        width, height = _webp_size(kind, body)
        photo.width, photo.height = max(photo.width, width), max(photo.height, height)
    elif kind == b"EXIF":
        note_blocks(photo, exif=body, xmp=b"", turn=True)
    elif kind == b"XMP ":
        photo.found |= read_xmp(body)
    elif kind == b"ICCP":
        photo.found.add("colour_profile")
        photo.icc = body
    elif kind not in (b"ALPH", b"ANIM"):
        photo.found.add("other")  # further frames, and chunks of somebody's own


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int]:
    if len(body) < (5 if kind == b"VP8L" else 10):
        raise Damaged("cut off")
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    bits = int.from_bytes(body[1:5], "little")
    return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)


# --- HEIC and AVIF ---------------------------------------------------------------------------


def _inspect_boxes(data: bytes) -> Inspected:
    (length,) = struct.unpack_from(">I", data)
    brands = {data[8:12], *(data[n : n + 4] for n in range(16, min(length, 256, len(data)), 4))}
    if brands & _AVIF_BRANDS:
        photo = Inspected("AVIF", data)
    elif brands & _HEIC_BRANDS:
        photo = Inspected("HEIF", data)
    else:
        raise NotAPhoto
    for kind in _boxes(data):
        if kind not in _BOXES_PLAIN:
            photo.found.add("other")  # film clips (moov, mpvd), makers' boxes (uuid)
    return photo


def _boxes(data: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(data):
        if place + 8 > len(data):
            raise Damaged("cut off")
        length, kind = struct.unpack_from(">I4s", data, place)
        header = 8
        if length == 1 and place + 16 <= len(data):
            (length,) = struct.unpack_from(">Q", data, place + 8)
            header = 16
        if length == 0:  # up to the end of the file
            length = len(data) - place
        if length < header or place + length > len(data):
            raise Damaged("cut off")
        yield kind
        place += length
