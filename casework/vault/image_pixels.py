"""From a stranger's file to two new pictures that share nothing with it but their pixels.

Runs in the helper process only. Pillow is told one format, the one our own table found.
"""

import io
import warnings
from dataclasses import dataclass, field

import pillow_heif
from PIL import AvifImagePlugin, Image, ImageCms, ImageFile

from casework.vault.photo_formats import inspect, note_blocks
from casework.vault.photo_jpeg import Damaged, Inspected

MOST_PIXELS = 60_000_000
LONGEST = 2048  # pixels, the derivative's longer side
SHORTEST_LONGEST = 1600  # whole-number reduction stops here: half of 12 megapixels is 2016, and costs a sixth
THUMBNAIL = 320
QUALITY = 82
_MOST_PROFILE = 4 * 1024 * 1024  # bytes
_SPACE = {"RGB": b"RGB ", "L": b"GRAY", "CMYK": b"CMYK"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class TooManyPixels(Exception):
    """Refused by the size it announces, before anything is decoded."""


@dataclass(frozen=True)
class Cleaned:
    derivative: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)
    width: int
    height: int
    likeness: int
    removed: frozenset[str]


def prepare_decoders() -> None:
    """Before the first photo: one thread each, limits that raise, nothing lenient."""
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    pillow_heif.options.DECODE_THREADS = 1
    pillow_heif.register_heif_opener(thumbnails=False)


def clean(data: bytes) -> Cleaned:
    """Raises whatever the parsers and decoders raise: every exception means that nothing is kept."""
    photo = inspect(data)
    _refuse_giants(photo.width, photo.height)
    picture = _decode(photo)
    picture = _flatten(_reduce(picture))
    picture = _to_srgb(picture, photo.icc)
    picture = _shrink(picture, LONGEST)
    if photo.orientation in _TURNS:
        picture = picture.transpose(_TURNS[photo.orientation])
    fresh = _fresh(picture)
    thumbnail = _fresh(_shrink(fresh, THUMBNAIL))
    return Cleaned(
        derivative=_encode(fresh),
        thumbnail=_encode(thumbnail),
        width=fresh.width,
        height=fresh.height,
        likeness=_likeness(thumbnail),
        removed=frozenset(photo.found),
    )


def _refuse_giants(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise TooManyPixels


def _decode(photo: Inspected) -> Image.Image:
    """The first frame, at a whole fraction of its size where JPEG offers that."""
    picture = Image.open(io.BytesIO(photo.data), formats=[photo.format])
    _refuse_giants(*picture.size)
    if photo.format in ("HEIF", "AVIF"):
        _note_container(picture, photo)
    if photo.format == "JPEG":
        if picture.size != (photo.width, photo.height):
            raise Damaged("two sizes")
        scale = max((s for s in (1, 2, 4, 8) if max(picture.size) >= s * SHORTEST_LONGEST), default=1)
        picture.draft(None, (max(1, picture.width // scale), max(1, picture.height // scale)))
    picture.load()
    _refuse_giants(*picture.size)
    return picture


def _note_container(picture: Image.Image, photo: Inspected) -> None:
    """What the container's decoder found beside the picture."""
    info = picture.info
    # libheif turns the picture by itself and EXIF must not turn it again; for AVIF, Pillow writes
    # the container's own rotation into the EXIF block.
    note_blocks(photo, exif=info.get("exif") or b"", xmp=info.get("xmp") or b"", turn=photo.format == "AVIF")
    photo.icc = info.get("icc_profile") or b""
    if photo.icc:
        photo.found.add("colour_profile")
    if info.get("thumbnails"):
        photo.found.add("embedded_thumbnail")
    if (
        any(info.get(name) for name in ("metadata", "aux", "depth_images"))
        or getattr(picture, "n_frames", 1) > 1
    ):
        photo.found.add("other")


def _reduce(picture: Image.Image) -> Image.Image:
    """By a whole number while it is still in its own colours: what follows works on fewer pixels."""
    if picture.mode in ("1", "P", "PA"):
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    if picture.mode.startswith("I;16"):
        picture = picture.convert("I")
    factor = max(picture.size) // SHORTEST_LONGEST
    return picture.reduce(factor) if factor > 1 else picture


def _flatten(picture: Image.Image) -> Image.Image:
    """Eight bits, no transparency: L, RGB or CMYK."""
    if picture.mode in ("I", "F"):
        return picture.point(lambda value: value * (1 / 257)).convert("L")
    if picture.mode in ("L", "RGB", "CMYK") and not picture.has_transparency_data:
        return picture
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper
    return picture.convert("RGB")


def _to_srgb(picture: Image.Image, icc: bytes) -> Image.Image:
    """Colours as the camera meant them, without its profile. A profile that does not fit is only dropped."""
    if 128 < len(icc) <= _MOST_PROFILE and icc[16:20] == _SPACE[picture.mode] and b"sRGB" not in _plain(icc):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
            turned = ImageCms.profileToProfile(
                picture, source, _SRGB, ImageCms.Intent.PERCEPTUAL, outputMode="RGB"
            )
            if turned is not None:
                return turned
        except (ImageCms.PyCMSError, OSError):
            pass
    return picture.convert("RGB")


def _plain(icc: bytes) -> bytes:
    """The profile's words: descriptions are ASCII or UTF-16."""
    return icc[:4096].replace(b"\0", b"")


def _shrink(picture: Image.Image, longest: int) -> Image.Image:
    if max(picture.size) <= longest:
        return picture
    scale = longest / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _fresh(picture: Image.Image) -> Image.Image:
    """A new picture with the same pixels. Pillow saves what hangs on a picture (a JPEG's comment, say)."""
    fresh = Image.new("RGB", picture.size)
    fresh.paste(picture)
    return fresh


def _encode(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def _likeness(picture: Image.Image) -> int:
    """64 bits: whether each of 9 × 8 grey fields is brighter than its right neighbour (dHash, Krawetz 2013)."""
    grey = picture.convert("L").resize((9, 8), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            bits = bits << 1 | (grey[9 * row + column] > grey[9 * row + column + 1])
    return bits


_SRGB = ImageCms.createProfile("sRGB")
