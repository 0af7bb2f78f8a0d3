"""Real photos of all five kinds, telling everything a careless phone tells, and hostile ones."""

import io
import struct
import zlib
from collections.abc import Callable

import pillow_heif
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

pillow_heif.register_heif_opener()

# Words that stand in the metadata and must stand in no clean copy. All invented.
MAKE, MODEL, SERIAL, LENS_SERIAL = "QINGMAKE", "QS-Phone-9", "SN-774411-QS", "LENS-55-QS"
OWNER, SOFTWARE, COMMENT, TAKEN_AT = (
    "Owner-Qingsong",
    "QS-Soft-1.2",
    "qs-comment-words",
    "2026:11:07 06:31:09",
)
MARKS = [text.encode() for text in (MAKE, MODEL, SERIAL, LENS_SERIAL, OWNER, SOFTWARE, COMMENT, TAKEN_AT)]
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="QS-Soft-1.2"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    b'xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="37,33.1N" '
    b'exif:DateTimeOriginal="2026-11-07T06:31:09"/></rdf:RDF></x:xmpmeta>'
)
TOLD = {
    *("position", "taken_at", "device", "serial", "owner", "software", "comment"),
    *("embedded_thumbnail", "other"),
}


def picture(width: int = 640, height: int = 480) -> Image.Image:
    """Hills under a sky; the top left corner red, the top right one blue, so that turning it shows."""
    image = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, height), (width // 3, height // 2), (width // 2, height)], fill=(60, 110, 60))
    draw.polygon([(width // 3, height), (3 * width // 4, height // 3), (width, height)], fill=(110, 90, 60))
    draw.rectangle((0, 0, width // 4, height // 4), fill=(220, 20, 20))
    draw.rectangle((3 * width // 4, 0, width, height // 4), fill=(20, 20, 220))
    return image


def noisy_picture(width: int, height: int) -> Image.Image:
    """As heavy to decode as a camera's: soft shapes with grain on them."""
    soft = [Image.effect_noise((width // 8, height // 8), 60).resize((width, height)) for _ in "RGB"]
    grain = Image.effect_noise((width, height), 12).convert("RGB")
    return Image.blend(Image.merge("RGB", soft), grain, 0.1)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


# --- what phones write beside the picture ----------------------------------------------------


def telling_exif(orientation: int = 1, *, thumbnail: bool = True) -> bytes:
    """A TIFF block with position, time, device, serial numbers, owner, comment, thumbnail, maker's note."""
    tiff = _Tiff()
    exif = [
        (0x9003, TAKEN_AT),
        (0x9286, b"ASCII\0\0\0" + COMMENT.encode()),
        (0x927C, b"maker-note-" + SERIAL.encode()),
        (0xA430, OWNER),
        (0xA431, SERIAL),
        (0xA435, LENS_SERIAL),
    ]
    gps = [
        (0, b"\2\3\0\0"),
        (1, "N"),
        (2, _degrees(37, 33, 12)),
        (3, "E"),
        (4, _degrees(112, 9, 20)),
        (29, "2026:11:07"),
    ]
    main = [(0x010F, MAKE), (0x0110, MODEL), (0x0112, orientation), (0x0131, SOFTWARE), (0x0132, TAKEN_AT)]
    small = encoded(picture(160, 120), "JPEG") if thumbnail else b""
    return tiff.block([*main, (0x013B, OWNER)], exif, gps, small)


def plain_exif(orientation: int) -> bytes:
    """Which way up, and nothing of anybody."""
    return _Tiff().block([(0x0112, orientation)], [], [], b"")


class _Tiff:
    """Writes little-endian TIFF directories by hand, because Pillow writes no thumbnail."""

    def __init__(self) -> None:
        self.data = bytearray(b"II*\0\0\0\0\0")

    def block(self, main: list, exif: list, gps: list, small: bytes) -> bytes:
        exif_at, gps_at = (self._directory(part) if part else 0 for part in (exif, gps))
        pointers = [(tag, _Long(at)) for tag, at in ((0x8769, exif_at), (0x8825, gps_at)) if at]
        thumb_at = self._thumbnail(small) if small else 0
        first = self._directory([*main, *pointers], thumb_at)
        self.data[4:8] = struct.pack("<I", first)
        return b"Exif\0\0" + bytes(self.data)

    def _thumbnail(self, small: bytes) -> int:
        at = len(self.data)
        self.data += small
        return self._directory([(0x0201, _Long(at)), (0x0202, _Long(len(small)))])

    def _directory(self, entries: list, following: int = 0) -> int:
        """Text is ASCII, a whole number a short, a list rationals, bytes are as they are."""
        rows = b""
        for tag, value in sorted(entries, key=lambda entry: entry[0]):
            kind, count, raw = _typed(value)
            if len(raw) > 4:
                at = len(self.data)
                self.data += raw
                raw = struct.pack("<I", at)
            rows += struct.pack("<HHI", tag, kind, count) + raw.ljust(4, b"\0")
        place = len(self.data)
        self.data += struct.pack("<H", len(entries)) + rows + struct.pack("<I", following)
        return place


class _Long(int):
    """Four bytes; a plain int is a short of two."""


def _typed(value: object) -> tuple[int, int, bytes]:
    if isinstance(value, str):
        return 2, len(value) + 1, value.encode() + b"\0"
    if isinstance(value, _Long):
        return 4, 1, struct.pack("<I", value)
    if isinstance(value, int):
        return 3, 1, struct.pack("<H", value)
    if isinstance(value, list):
        return 5, len(value), b"".join(struct.pack("<II", *pair) for pair in value)
    assert isinstance(value, bytes)
    return 1 if len(value) == 4 else 7, len(value), value


def _degrees(degrees: int, minutes: int, seconds: int) -> list[tuple[int, int]]:
    return [(degrees, 1), (minutes, 1), (seconds, 1)]


def wide_colours() -> bytes:
    """A profile that does not call itself sRGB, so that it is looked into."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes().replace(b"s\0R", b"n\0o")


# --- the five kinds, telling everything ------------------------------------------------------


def jpeg(size: tuple[int, int] = (640, 480), orientation: int = 1, **options: object) -> bytes:
    image = picture(*size)
    return encoded(
        image,
        "JPEG",
        exif=telling_exif(orientation),
        xmp=XMP,
        comment=COMMENT.encode(),
        quality=90,
        **options,
    )


def jpeg_with_everything() -> bytes:
    """Also IPTC, a colour profile, and a second picture behind the first, as multi-picture files have."""
    plain = jpeg(icc_profile=wide_colours())
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0a\x1c\x02\x50\0\x05Qsong"
    return with_segment(plain, 0xED, iptc) + jpeg((160, 120))


def png(size: tuple[int, int] = (640, 480), orientation: int = 1) -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", OWNER)
    words.add_text("Software", SOFTWARE, zip=True)
    words.add_itxt("Description", COMMENT)
    words.add_itxt("XML:com.adobe.xmp", XMP.decode())
    return encoded(picture(*size), "PNG", exif=telling_exif(orientation), pnginfo=words)


def webp(size: tuple[int, int] = (640, 480), orientation: int = 1) -> bytes:
    return encoded(picture(*size), "WEBP", exif=telling_exif(orientation), xmp=XMP, quality=85)


def heic(size: tuple[int, int] = (640, 480), orientation: int = 1) -> bytes:
    return encoded(picture(*size), "HEIF", exif=telling_exif(orientation), xmp=XMP, quality=70)


def avif(size: tuple[int, int] = (640, 480), orientation: int = 1) -> bytes:
    return encoded(picture(*size), "AVIF", exif=telling_exif(orientation), xmp=XMP, quality=70, speed=9)


ALL_KINDS: dict[str, Callable[..., bytes]] = {
    "jpeg": jpeg,
    "png": png,
    "webp": webp,
    "heic": heic,
    "avif": avif,
}


# --- hostile ones ----------------------------------------------------------------------------


def with_segment(data: bytes, marker: int, body: bytes) -> bytes:
    """A JPEG with one more segment right behind its start."""
    return data[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body + data[2:]


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_claiming(width: int, height: int) -> bytes:
    """A few bytes that announce a picture of any size."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(3000))
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")
    )


def png_with_inflating_text() -> bytes:
    """A hundred and twenty-eight mebibytes of text in an eighth of one."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(128)) + packer.flush()
    plain = encoded(picture(64, 64), "PNG")
    return plain[:33] + png_chunk(b"zTXt", b"Comment\0\0" + packed) + plain[33:]


def jpeg_claiming(width: int, height: int) -> bytes:
    data = bytearray(encoded(picture(64, 64), "JPEG"))
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_with_many_scans(count: int = 3000) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    data = encoded(picture(512, 512), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * count + data[-2:]


def heavy_jpeg() -> bytes:
    """Honest and slow: a progressive photo of 30 megapixels."""
    return encoded(picture(6400, 4700), "JPEG", progressive=True, subsampling=0, quality=95)


def jpeg_with_looping_exif() -> bytes:
    """Directories that point at each other."""
    block = b"II*\0\x08\0\0\0" + struct.pack("<HHHIII", 1, 0x8769, 4, 1, 8, 8)
    return with_segment(encoded(picture(64, 64), "JPEG"), 0xE1, b"Exif\0\0" + block)


def many_framed(kind: str) -> bytes:
    frames = [picture(120, 90), Image.new("RGB", (120, 90), "white"), Image.new("RGB", (120, 90), "black")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


NO_PHOTOS = {
    "nothing": b"",
    "words": "这不是照片".encode(),
    "a page": b"<html><script>alert(1)</script>",
    "gif": encoded(picture(32, 32), "GIF"),
    "bmp": encoded(picture(32, 32), "BMP"),
    "tiff": encoded(picture(32, 32), "TIFF"),
    "film": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(200),
    "vector": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
}
