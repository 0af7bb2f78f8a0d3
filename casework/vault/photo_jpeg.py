"""JPEG as a list of segments: what a stranger's file holds, and whether a file of ours is bare."""

import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from casework.vault.photo_exif import read_exif, read_xmp

SOI, EOI, SOS = 0xD8, 0xD9, 0xDA
_DQT, _DHT, _DRI, _COM = 0xDB, 0xC4, 0xDD, 0xFE
_SOF = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive; no camera writes others
_PICTURE = {*_SOF, _DQT, _DHT, _DRI, SOS}
_MOST_SCANS = 100  # a progressive file has about ten; hundreds are a bomb
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_BLOCK = 32 * 1024  # bytes
_LONGEST_FILL = 16  # fill bytes before a marker; more of them are taken for damage
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_LONG_XMP = b"http://ns.adobe.com/xmp/extension/\0"
_ICC = b"ICC_PROFILE\0"
# JFIF 1.1, no units, 1 × 1, no thumbnail: tells the decoder which colours these are.
_PLAIN_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"


class Damaged(Exception):
    """The file's own structure does not hold together."""


@dataclass
class Inspected:
    """A photo before decoding. `data` is what the decoder gets: the picture, nothing beside it."""

    format: str
    data: bytes = field(repr=False)
    width: int = 0
    height: int = 0
    orientation: int = 1
    icc: bytes = field(default=b"", repr=False)
    found: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Segment:
    marker: int
    body: bytes
    raw: bytes  # with marker and length; for a scan also the coded data


def inspect_jpeg(data: bytes) -> Inspected:
    """Takes a JPEG apart. Raises Damaged where it is cut off or crooked."""
    reading, end = _Reading(), 0
    for segment, following in _segments(data):
        reading.take(segment)
        end = following
    photo = reading.photo
    if not photo.width or not reading.scans:
        raise Damaged("no picture")
    _after_the_end(data, end, photo)
    photo.icc = b"".join(reading.profile[number] for number in sorted(reading.profile))
    photo.data = b"".join([*reading.kept, b"\xff\xd9"])
    return photo


def is_bare_jpeg(data: bytes, width: int, height: int) -> bool:
    """Whether every byte belongs to a picture of this size and nothing else: the allow-list for what is kept."""
    if not data.startswith(b"\xff\xd8"):
        return False
    try:
        segments = list(_segments(data, fill=False))
    except Damaged:
        return False
    markers = [segment.marker for segment, _ in segments]
    sizes = [segment.body[:5] for segment, _ in segments if segment.marker in (0xC0, 0xC2)]
    return (
        markers.count(0xE0) <= 1
        and markers[-1] == EOI
        and segments[-1][1] == len(data)
        and SOS in markers
        and sizes == [b"\x08" + struct.pack(">HH", height, width)]
        and all(_is_bare(segment, first=n == 0) for n, (segment, _) in enumerate(segments))
    )


class _Reading:
    """What was seen so far: segments to keep for the decoder, kinds to tell."""

    def __init__(self) -> None:
        self.photo = Inspected("JPEG", b"")
        self.kept = [b"\xff\xd8"]
        self.profile: dict[int, bytes] = {}
        self.scans = 0

    def take(self, segment: _Segment) -> None:
        marker, body = segment.marker, segment.body
        if marker in _SOF:
            self._frame(body)
        self.scans += marker == SOS
        if self.scans > _MOST_SCANS:
            raise Damaged("too many scans")
        if marker in _PICTURE:
            self.kept.append(segment.raw)
        elif marker == 0xE2 and body.startswith(_ICC) and len(body) > len(_ICC) + 2:
            self.profile[body[len(_ICC)]] = body[len(_ICC) + 2 :]
            self.photo.found.add("colour_profile")
        elif 0xE0 <= marker <= 0xEF or marker == _COM:
            self.kept.append(_application(marker, body, self.photo))
        elif marker != EOI:
            raise Damaged("unknown kind of JPEG")

    def _frame(self, body: bytes) -> None:
        if self.photo.width or len(body) < 6:
            raise Damaged("frame header")
        self.photo.height, self.photo.width = struct.unpack_from(">HH", body, 1)


def _is_bare(segment: _Segment, *, first: bool) -> bool:
    marker, body = segment.marker, segment.body
    if marker == 0xE0:
        return first and len(body) == 14 and body.startswith(b"JFIF\0") and body.endswith(b"\0\0")
    if marker in (0xC0, 0xC2):
        return len(body) == 6 + 3 * body[5] and body[5] in (1, 3)
    if marker == _DQT:
        return _tables(body, lambda head, _: 65 if head >> 4 == 0 else 129)
    if marker == _DHT:
        return _tables(body, lambda _, rest: 17 + sum(rest[1:17]))
    if marker == SOS:
        return bool(body) and len(body) == 4 + 2 * body[0]
    return (marker == _DRI and len(body) == 2) or (marker == EOI and not body)


def _tables(body: bytes, size: Callable[[int, bytes], int]) -> bool:
    """Whether a segment is exactly filled by its tables."""
    place = 0
    while place < len(body):
        place += size(body[place], body[place:])
    return place == len(body) and place > 0


def _segments(data: bytes, *, fill: bool = True) -> Iterator[tuple[_Segment, int]]:
    """Segments after SOI up to EOI, each with where it ends. Raises Damaged."""
    place, marker = 2, 0
    while marker != EOI:
        start = place
        while fill and data[place : place + 2] == b"\xff\xff":
            place += 1
        if data[place : place + 1] != b"\xff" or place + 2 > len(data):
            raise Damaged("no marker where one should be")
        marker = data[place + 1]
        if marker == EOI:
            yield _Segment(EOI, b"", b"\xff\xd9"), place + 2
            return
        if place + 4 > len(data):
            raise Damaged("cut off")
        (length,) = struct.unpack_from(">H", data, place + 2)
        body_end = place + 2 + length
        if length < 2 or body_end > len(data):
            raise Damaged("cut off")
        body, start = data[place + 4 : body_end], place
        place = _scan_end(data, body_end) if marker == SOS else body_end
        yield _Segment(marker, body, data[start:place]), place


def _scan_end(data: bytes, place: int) -> int:
    """Where the coded data stops. Blocks in which every 0xFF is a stuffed one are skipped at memory's speed."""
    while place < len(data):
        end = place + _BLOCK
        if data[end - 1 : end] == b"\xff":
            end += 1  # a pair is not cut in two
        if data.count(b"\xff", place, end) != data.count(b"\xff\x00", place, end):
            found = _AFTER_SCAN.search(data, place, end + _LONGEST_FILL)
            if found is not None and found.start() < end:
                return found.start()
        place = end
    raise Damaged("cut off")


def _application(marker: int, body: bytes, photo: Inspected) -> bytes:
    """Notes what an APPn or COM segment is; answers what of it the decoder needs."""
    if marker == 0xE0 and body.startswith(b"JFIF\0"):
        if len(body) > 14:
            photo.found.add("embedded_thumbnail")
        return _PLAIN_JFIF
    if marker == 0xEE and body.startswith(b"Adobe") and len(body) == 12:
        return b"\xff\xee\x00\x0e" + body
    photo.found |= _kinds(marker, body, photo)
    return b""


def _kinds(marker: int, body: bytes, photo: Inspected) -> set[str]:
    if marker == _COM:
        return {"comment"}
    if marker == 0xE0 and body.startswith(b"JFXX\0"):
        return {"embedded_thumbnail"}
    if marker == 0xE1 and body.startswith(b"Exif\0\0"):
        read = read_exif(body)
        photo.orientation = read.orientation if read.orientation != 1 else photo.orientation
        return read.found
    if marker == 0xE1 and body.startswith((_XMP, _LONG_XMP)):
        return read_xmp(body.partition(b"\0")[2])
    if marker == 0xED and body.startswith(b"Photoshop 3.0\0"):
        return {"iptc"} if b"8BIM\x04\x04" in body else {"other"}
    return {"other"}


def _after_the_end(data: bytes, end: int, photo: Inspected) -> None:
    """Second pictures, film clips and makers' blocks are appended behind the first picture."""
    if not data[end:].strip(b"\0"):
        return
    photo.found.add("other")
    place = end
    for _ in range(4):
        place = data.find(b"Exif\0\0", place)
        if place < 0:
            return
        photo.found |= read_exif(data[place : place + 65536]).found
        place += 6
