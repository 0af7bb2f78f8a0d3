"""What EXIF and XMP blocks say about the person who took a photo. Reads kinds, never values; never raises.

Runs in the helper process only (image_process.py): every byte read here comes from a stranger.
"""

import re
import struct
from dataclasses import dataclass, field

_MOST_ENTRIES = 500  # of all directories of one block; real ones hold about sixty
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_ORIENTATION = 0x0112

# Tags of Exif 3.0 (CIPA DC-008), by what they give away. What is not listed here or as harmless is `other`.
_TELLS = {
    "taken_at": {0x0132, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292},
    "device": {0x010F, 0x0110, 0xA432, 0xA433, 0xA434, 0xC614, 0xC615},
    "serial": {0xA431, 0xA435, 0xA420, 0xC62F},
    "owner": {0x013B, 0x8298, 0xA430, 0xA437, 0xA438, 0xA439, 0x9C9D},
    "software": {0x0131, 0x013C, 0xA43A, 0xA43B, 0xA43C},
    "comment": {0x010E, 0x9286, 0xA436, 0x9C9B, 0x9C9C, 0x9C9E, 0x9C9F, 0x010D},
    "xmp": {0x02BC},
    "iptc": {0x83BB, 0x8649},
    "colour_profile": {0x8773},
}
_KIND_OF = {tag: kind for kind, tags in _TELLS.items() for tag in tags}
# Sizes, resolution, colour space, versions, pointers: they describe the file, not the person.
_HARMLESS = {
    *(0x00FE, 0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0111, 0x0112, 0x0115, 0x0116, 0x0117, 0x011A),
    *(0x011B, 0x011C, 0x0128, 0x0201, 0x0202, 0x0211, 0x0212, 0x0213, 0x0214, 0x8769, 0x8825, 0xA005),
    *(0x0001, 0x0002, 0x9000, 0x9101, 0x9102, 0xA000, 0xA001, 0xA002, 0xA003),
}
_GPS_TIMES = {0x0007, 0x001D}
_XMP_TELLS = {
    "position": rb"exif:GPS|GPSL(?:at|ong)|photoshop:(?:City|State|Country)|Iptc4xmp(?:Core|Ext):Location",
    "taken_at": rb"DateTimeOriginal|(?:Create|Modify|Metadata)Date|DateCreated",
    "device": rb"tiff:(?:Make|Model)|aux:Lens",
    "serial": rb"SerialNumber",
    "owner": rb"dc:(?:creator|rights)|OwnerName|photoshop:(?:Credit|AuthorsPosition)",
    "software": rb"CreatorTool|xmptk|softwareAgent",
    "comment": rb"dc:(?:description|title|subject)|UserComment",
    "embedded_thumbnail": rb"xmpGImg:image|xmp:Thumbnails",
}
_XMP_PATTERNS = {kind: re.compile(pattern) for kind, pattern in _XMP_TELLS.items()}


@dataclass
class ExifRead:
    found: set[str] = field(default_factory=set)
    orientation: int = 1


def read_exif(block: bytes) -> ExifRead:
    """Kinds and orientation out of a TIFF block, with or without `Exif\\0\\0` before it."""
    read = ExifRead()
    block = block.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None:
        if block.strip(b"\0"):
            read.found.add("other")
        return read
    try:
        _Walk(block, order, read).walk()
    except (struct.error, IndexError, OverflowError):
        read.found.add("other")  # cut off or crooked: something was there, and it is gone now
    return read


def read_xmp(packet: bytes) -> set[str]:
    """`xmp`, and what else a plain look at its words shows."""
    if not packet.strip(b"\0 \r\n\t"):
        return set()
    return {"xmp"} | {kind for kind, pattern in _XMP_PATTERNS.items() if pattern.search(packet)}


class _Walk:
    def __init__(self, block: bytes, order: str, read: ExifRead) -> None:
        self.block, self.order, self.read = block, order, read
        self.seen: set[int] = set()
        self.left = _MOST_ENTRIES

    def walk(self) -> None:
        (first,) = self._unpack("I", 4)
        thumbnail = self._directory(first, gps=False)
        if thumbnail:
            self.read.found.add("embedded_thumbnail")
            self._directory(thumbnail, gps=False)

    def _directory(self, place: int, *, gps: bool) -> int:
        """Reads one directory and those it points to; answers where the next one lies."""
        if place in self.seen or not place:
            return 0
        self.seen.add(place)
        (count,) = self._unpack("H", place)
        for n in range(count):
            self.left -= 1
            if self.left < 0:
                raise IndexError("too many entries")
            self._entry(place + 2 + 12 * n, gps=gps)
        try:
            (following,) = self._unpack("I", place + 2 + 12 * count)
        except struct.error:
            return 0  # some writers leave the last pointer out
        return int(following)

    def _entry(self, place: int, *, gps: bool) -> None:
        tag, kind, _, value = self._unpack("HHII", place)
        if gps:
            if tag:  # 0 is the version of the directory
                self.read.found.add("taken_at" if tag in _GPS_TIMES else "position")
        elif tag in (_EXIF_IFD, _GPS_IFD):
            self._directory(value, gps=tag == _GPS_IFD)
        elif tag == _ORIENTATION and kind == 3:
            (turned,) = self._unpack("H", place + 8)
            self.read.orientation = turned if 1 <= turned <= 8 else 1
        elif tag not in _HARMLESS:
            self.read.found.add(_KIND_OF.get(tag, "other"))

    def _unpack(self, layout: str, place: int) -> tuple[int, ...]:
        return struct.unpack_from(self.order + layout, self.block, place)
