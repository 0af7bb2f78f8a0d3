"""Photos that people send, and what may remain of them."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image

from casework.vault.images import MOST_BYTES, Cleaner, CleanResult, PhotoRefused
from casework.vault.photo_jpeg import is_bare_jpeg
from casework.vault.photo_terms import MetadataKind, PhotoRefusal
from tests.factories import photos


@pytest.fixture(scope="module")
def cleaner() -> Iterator[Cleaner]:
    with Cleaner() as cleaner:
        yield cleaner


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def shows(image: Image.Image, place: tuple[int, int], colour: tuple[int, int, int], by: int = 40) -> bool:
    seen = image.getpixel(place)
    assert isinstance(seen, tuple)
    return all(abs(a - b) <= by for a, b in zip(seen, colour, strict=True))


def assert_bare(result: CleanResult) -> None:
    for data in (result.derivative, result.thumbnail):
        image = opened(data)
        assert is_bare_jpeg(data, *image.size)
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not any(mark in data for mark in (*photos.MARKS, b"Exif", b"GPS", b"xmp", b"ICC_PROFILE"))


def refusal(cleaner: Cleaner, data: bytes) -> PhotoRefusal:
    with pytest.raises(PhotoRefused) as caught:
        cleaner.clean(data)
    return caught.value.kind


@pytest.mark.parametrize("kind", photos.ALL_KINDS)
def test_what_a_phone_writes_beside_the_picture_is_told_and_left_behind(cleaner: Cleaner, kind: str) -> None:
    result = cleaner.clean(photos.ALL_KINDS[kind]())
    told = photos.TOLD - ({"embedded_thumbnail"} if kind == "avif" else set())  # Pillow writes none into AVIF
    assert {word.value for word in result.removed} >= told | {"xmp"}
    assert_bare(result)


def test_every_block_a_jpeg_can_hold_is_told(cleaner: Cleaner) -> None:
    result = cleaner.clean(photos.jpeg_with_everything())
    assert result.removed == frozenset(MetadataKind)
    assert_bare(result)


def test_a_bare_photo_tells_that_nothing_was_found(cleaner: Cleaner) -> None:
    assert cleaner.clean(photos.encoded(photos.picture(), "JPEG")).removed == frozenset()


def test_which_way_up_alone_gives_nobody_away(cleaner: Cleaner) -> None:
    data = photos.encoded(photos.picture(), "JPEG", exif=photos.plain_exif(6))
    assert cleaner.clean(data).removed == frozenset()


@pytest.mark.parametrize("kind", photos.ALL_KINDS)
@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 6, 7, 8])
def test_pictures_come_out_the_right_way_up(cleaner: Cleaner, kind: str, orientation: int) -> None:
    """Where the red corner and the blue corner end up, by the table of Exif 3.0, 4.6.5.1.6."""
    width, height = (320, 240) if orientation < 5 else (240, 320)
    corners = {
        (0, 0): (20, 20),
        (1, 0): (width - 20, 20),
        (0, 1): (20, height - 20),
        (1, 1): (width - 20, height - 20),
    }
    red, blue = {
        1: ((0, 0), (1, 0)),
        2: ((1, 0), (0, 0)),
        3: ((1, 1), (0, 1)),
        4: ((0, 1), (1, 1)),
        5: ((0, 0), (0, 1)),
        6: ((1, 0), (1, 1)),
        7: ((1, 1), (1, 0)),
        8: ((0, 1), (0, 0)),
    }[orientation]
    result = cleaner.clean(photos.ALL_KINDS[kind]((320, 240), orientation))
    image = opened(result.derivative)
    assert image.size == (width, height) == (result.width, result.height)
    assert shows(image, corners[red], (220, 20, 20))
    assert shows(image, corners[blue], (20, 20, 220))


@pytest.mark.parametrize("kind", photos.ALL_KINDS)
@pytest.mark.parametrize("size", [(4000, 3000), (2500, 1200), (1200, 2500), (3100, 40)])
def test_large_pictures_shrink_and_keep_their_shape(
    cleaner: Cleaner, kind: str, size: tuple[int, int]
) -> None:
    result = cleaner.clean(photos.ALL_KINDS[kind](size))
    image, small = opened(result.derivative), opened(result.thumbnail)
    assert 1500 <= max(image.size) <= 2048
    assert max(small.size) == 320
    for shown in (image, small):
        assert abs(shown.width * size[1] - shown.height * size[0]) <= max(size) * 1.5
    assert shows(image, (image.width // 8, image.height // 8), (220, 20, 20))


def test_small_pictures_stay_as_they_are(cleaner: Cleaner) -> None:
    result = cleaner.clean(photos.png((37, 11)))
    assert opened(result.derivative).size == opened(result.thumbnail).size == (37, 11)


MODES = {
    "grey": ("JPEG", lambda: photos.picture().convert("L")),
    "cmyk": ("JPEG", lambda: photos.picture().convert("CMYK")),
    "palette": ("PNG", lambda: photos.picture().quantize(200)),
    "one bit": ("PNG", lambda: Image.new("1", (64, 48), 1)),
    "grey with alpha": ("PNG", lambda: photos.picture().convert("LA")),
    "sixteen bits": ("PNG", lambda: photos.picture().convert("L").convert("I;16")),
    "alpha webp": ("WEBP", lambda: photos.picture().convert("RGBA")),
    "alpha heic": ("HEIF", lambda: photos.picture().convert("RGBA")),
    "alpha avif": ("AVIF", lambda: photos.picture().convert("RGBA")),
}


@pytest.mark.parametrize("mode", MODES)
def test_every_way_of_holding_colours_becomes_plain_colours(cleaner: Cleaner, mode: str) -> None:
    kind, make = MODES[mode]
    assert opened(cleaner.clean(photos.encoded(make(), kind)).derivative).mode == "RGB"


def test_cmyk_keeps_its_colours(cleaner: Cleaner) -> None:
    image = opened(cleaner.clean(photos.encoded(photos.picture().convert("CMYK"), "JPEG")).derivative)
    assert shows(image, (40, 40), (220, 20, 20), 60)


def test_sixteen_bits_become_eight_without_burning_out(cleaner: Cleaner) -> None:
    image = Image.new("I;16", (60, 40), 0x8000)
    assert shows(opened(cleaner.clean(photos.encoded(image, "PNG")).derivative), (9, 9), (128, 128, 128), 3)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "HEIF"])
def test_what_is_transparent_becomes_white(cleaner: Cleaner, kind: str) -> None:
    image = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    assert shows(opened(cleaner.clean(photos.encoded(image, kind)).derivative), (30, 30), (255, 255, 255))


def test_a_colour_profile_is_used_and_dropped(cleaner: Cleaner) -> None:
    """A profile with two primaries exchanged: whoever obeys it sees blue where the bytes say red."""
    swapped = bytearray(photos.wide_colours())
    ends = 132 + 12 * int.from_bytes(swapped[128:132], "big")
    tags = {bytes(swapped[n : n + 4]): n for n in range(132, ends, 12)}
    swapped[tags[b"rXYZ"] : tags[b"rXYZ"] + 4], swapped[tags[b"bXYZ"] : tags[b"bXYZ"] + 4] = b"bXYZ", b"rXYZ"
    data = photos.encoded(
        Image.new("RGB", (64, 64), (250, 5, 5)), "JPEG", icc_profile=bytes(swapped), quality=95
    )
    result = cleaner.clean(data)
    assert shows(opened(result.derivative), (30, 30), (0, 0, 250), 60)
    assert result.removed == {MetadataKind.COLOUR_PROFILE}
    assert_bare(result)


def test_a_broken_colour_profile_is_only_dropped(cleaner: Cleaner) -> None:
    data = photos.encoded(photos.picture(), "JPEG", icc_profile=b"\0" * 16 + b"RGB " + b"x" * 300)
    assert_bare(cleaner.clean(data))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "HEIF"])
def test_of_many_frames_the_first_is_kept_and_the_rest_told(cleaner: Cleaner, kind: str) -> None:
    result = cleaner.clean(photos.many_framed(kind))
    assert shows(opened(result.derivative), (10, 10), (220, 20, 20))
    assert MetadataKind.OTHER in result.removed


def test_like_pictures_have_like_fingerprints(cleaner: Cleaner) -> None:
    picture = photos.noisy_picture(1600, 1200)
    one = cleaner.clean(photos.encoded(picture, "JPEG", quality=92))
    other = cleaner.clean(photos.encoded(picture.resize((900, 675)), "WEBP", quality=60))
    different = cleaner.clean(photos.jpeg())
    assert (one.likeness ^ other.likeness).bit_count() <= 6
    assert (one.likeness ^ different.likeness).bit_count() >= 16


def test_a_photo_may_come_in_pieces(cleaner: Cleaner) -> None:
    data = photos.jpeg()
    assert cleaner.clean(data[n : n + 5000] for n in range(0, len(data), 5000)) == cleaner.clean(data)


@pytest.mark.parametrize("what", photos.NO_PHOTOS)
def test_what_is_no_photo_is_refused_as_that(cleaner: Cleaner, what: str) -> None:
    assert refusal(cleaner, photos.NO_PHOTOS[what]) is PhotoRefusal.NOT_A_PHOTO


@pytest.mark.parametrize("kind", photos.ALL_KINDS)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.995])
def test_a_photo_that_was_cut_off_is_refused(cleaner: Cleaner, kind: str, share: float) -> None:
    data = photos.ALL_KINDS[kind]()
    assert refusal(cleaner, data[: int(len(data) * share)]) is PhotoRefusal.DAMAGED


def test_a_file_beyond_twenty_mebibytes_is_refused_without_reading_on(cleaner: Cleaner) -> None:
    assert refusal(cleaner, bytes(MOST_BYTES + 1)) is PhotoRefusal.TOO_LARGE
    read = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(1)
            yield bytes(1 << 20)

    with pytest.raises(PhotoRefused):
        cleaner.clean(endless())
    assert len(read) == 21
