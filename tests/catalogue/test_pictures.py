"""Pictures as shops have them: every fault has a code, every usable one becomes upright RGB."""

from __future__ import annotations

import base64
import io
import os
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gergo.catalogue import pictures
from gergo.catalogue.hashing import picture_hash
from gergo.catalogue.pictures import PictureError, PictureFolders
from gergo.catalogue.pictures.reading import fingerprint


def scene(width: int = 96, height: int = 64) -> Image.Image:
    """A picture without any symmetry: red grows to the right, green downwards, a blue corner at the top left."""
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    rgb_HWC = np.stack([x, y, np.zeros_like(x)], axis=-1).astype(np.uint8)
    rgb_HWC[: height // 4, : width // 4, 2] = 255
    return Image.fromarray(rgb_HWC)


def encoded(picture: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG of any claimed size, a few hundred bytes long."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 500)) + chunk(b"IEND", b"")
    )


def difference(one: Image.Image, other: Image.Image) -> float:
    return float(np.abs(np.asarray(one, dtype=float) - np.asarray(other, dtype=float)).mean())


JPEG = encoded(scene(), "JPEG", quality=90)

FAULTS = {
    "nothing": (b"", "picture_empty"),
    "html": (b"<!DOCTYPE html><html><body>404 Not Found</body></html>", "picture_not_an_image"),
    "json error": (b'{"error": "not found"}', "picture_not_an_image"),
    "text": (b"Ceci n'est pas une image", "picture_not_an_image"),
    "random": (bytes(range(7, 250)), "picture_not_an_image"),
    "svg": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "picture_unsupported"),
    "pdf": (b"%PDF-1.7 ...", "picture_unsupported"),
    "eps": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "picture_unsupported"),
    "mp4": (b"\0\0\0\x18ftypmp42" + b"\0" * 64, "picture_unsupported"),
    "heic": (b"\0\0\0\x18ftypheic" + b"\0" * 64, "picture_unsupported"),
    "jpeg half": (JPEG[: len(JPEG) // 2], "picture_truncated"),
    "jpeg header only": (JPEG[:30], "picture_truncated"),
    "png half": (encoded(scene(), "PNG")[:-60], "picture_truncated"),
    "png header only": (encoded(scene(), "PNG")[:20], "picture_truncated"),
    "bomb": (png_header(60_000, 60_000), "picture_too_large"),
    "bomb below Pillow's own limit": (png_header(12_000, 12_000), "picture_too_large"),
    "tracking pixel": (encoded(scene(8, 8).resize((1, 1)), "GIF"), "picture_too_small"),
    "line": (encoded(scene().resize((400, 2)), "PNG"), "picture_too_small"),
    "png of nothing": (png_header(100, 100), "picture_truncated"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_have_codes(name: str) -> None:
    data, reason = FAULTS[name]
    for use in (pictures.read, pictures.decode):
        with pytest.raises(PictureError) as caught:
            use(data)
        assert caught.value.reason == reason
        assert caught.value.detail


GOOD = {
    "jpeg": JPEG,
    "progressive jpeg": encoded(scene(), "JPEG", quality=90, progressive=True),
    "cmyk jpeg": encoded(scene().convert("CMYK"), "JPEG", quality=95),
    "png": encoded(scene(), "PNG"),
    "rgba png": encoded(scene().convert("RGBA"), "PNG"),
    "palette png": encoded(scene().quantize(256), "PNG"),
    "palette with transparent colour": encoded(scene().quantize(255), "PNG", transparency=b"\xff" * 255),
    "gif": encoded(scene(), "GIF"),
    "webp": encoded(scene(), "WEBP", lossless=True),
    "bmp": encoded(scene(), "BMP"),
    "tiff": encoded(scene(), "TIFF"),
    "tiff lab": encoded(scene().convert("YCbCr"), "TIFF"),
    "avif": encoded(scene(), "AVIF", quality=95),
    "trailing rubbish": JPEG + b"\0" * 1000,
    "wrong name does not matter": encoded(scene(), "JPEG2000"),
}


@pytest.mark.parametrize("name", GOOD)
def test_formats_show_the_same(name: str) -> None:
    picture = pictures.read(GOOD[name])
    assert (picture.width, picture.height) == (96, 64)
    assert difference(pictures.decode(picture.data), scene()) < 6
    assert picture.hash == picture_hash(pictures.pixels(picture.data))
    assert picture == pictures.read(GOOD[name])
    kept = name not in ("cmyk jpeg", "bmp", "tiff", "tiff lab", "avif", "wrong name does not matter")
    assert (picture.data == GOOD[name]) == kept


def test_lossless_formats_share_a_hash() -> None:
    hashes = {pictures.read(encoded(scene(), kind)).hash for kind in ("PNG", "BMP", "TIFF")}
    assert hashes == {picture_hash(np.asarray(scene()))}
    assert pictures.read(encoded(scene().crop((0, 0, 95, 64)), "PNG")).hash not in hashes


def test_hash_tells_shapes_of_equal_bytes_apart() -> None:
    rgb_HWC = np.zeros((8, 32, 3), np.uint8)
    assert picture_hash(rgb_HWC) != picture_hash(rgb_HWC.reshape(16, 16, 3))
    assert picture_hash(rgb_HWC[:, ::-1]) == picture_hash(rgb_HWC)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_camera_rotation_is_undone(orientation: int, kind: str) -> None:
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    turned = scene().transpose(turn[orientation]) if orientation > 1 else scene()
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = pictures.read(encoded(turned, kind, exif=exif))
    assert (picture.width, picture.height) == (96, 64)
    assert difference(pictures.decode(picture.data), scene()) < 6


def test_broken_exif_costs_nothing() -> None:
    data = encoded(scene(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40)
    assert pictures.read(data).width == 96


def test_transparent_becomes_white() -> None:
    layer = scene().convert("RGBA")
    layer.putalpha(Image.new("L", layer.size, 0))
    for data in (encoded(layer, "PNG"), encoded(layer.convert("LA"), "PNG"), encoded(layer, "WEBP", lossless=True)):
        assert np.asarray(pictures.decode(data)).min() == 255
    halved = scene().convert("RGBA")
    halved.putalpha(Image.new("L", layer.size, 128))
    expected = (np.asarray(scene(), dtype=float) + 255) / 2
    assert np.abs(np.asarray(pictures.decode(encoded(halved, "PNG")), dtype=float) - expected).max() <= 2


@pytest.mark.parametrize("colour", ["white", "black", (128, 129, 128), (90, 0, 0, 0)])
def test_a_picture_with_nothing_on_it_is_none(colour: str | tuple[int, ...]) -> None:
    with pytest.raises(PictureError, match="picture_blank: nothing on it"):
        pictures.read(encoded(Image.new("RGBA", (40, 40), colour), "PNG"))


def test_a_swatch_shows_its_colour() -> None:
    assert pictures.read(encoded(Image.new("RGB", (40, 40), (150, 40, 60)), "PNG")).width == 40


def test_sixteen_bits_and_floats() -> None:
    grey_HW = np.linspace(0, 65535, 64 * 96).reshape(64, 96).astype(np.uint16)
    expected = (grey_HW / 257.0)[..., None].repeat(3, axis=2)
    for kind in ("PNG", "TIFF"):
        found = np.asarray(pictures.decode(encoded(Image.fromarray(grey_HW), kind)), dtype=float)
        assert np.abs(found - expected).max() <= 1
    floats = encoded(Image.fromarray((grey_HW / 65535).astype(np.float32)), "TIFF")
    assert np.abs(np.asarray(pictures.decode(floats), dtype=float) - expected).max() <= 1


def test_grey_and_one_bit_pictures() -> None:
    for mode in ("L", "1"):
        picture = pictures.decode(encoded(scene().convert(mode), "PNG"))
        assert picture.mode == "RGB"
        assert difference(picture, scene().convert(mode).convert("RGB")) == 0


def test_animations_keep_their_first_frame() -> None:
    frames = [scene(), Image.new("RGB", (96, 64), "red"), Image.new("RGB", (96, 64), "blue")]
    for kind in ("GIF", "WEBP", "PNG", "TIFF"):
        options = {"lossless": True} if kind == "WEBP" else {}
        data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], **options)
        picture = pictures.read(data)
        assert difference(pictures.decode(data), scene()) < 6
        assert picture.data != data
        assert getattr(Image.open(io.BytesIO(picture.data)), "n_frames", 1) == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_huge_pictures_are_stored_smaller(kind: str) -> None:
    data = encoded(scene(1600, 800), kind)
    picture = pictures.read(data)
    assert (picture.width, picture.height) == (1024, 512)
    assert difference(pictures.decode(picture.data), scene(1600, 800).resize((1024, 512))) < 4
    assert picture.hash == picture_hash(pictures.pixels(picture.data))
    assert pictures.read(picture.data) == picture


def test_decode_to_a_size() -> None:
    assert pictures.decode(JPEG, max_px=48).size == (48, 32)
    assert difference(pictures.decode(JPEG, max_px=48), scene().resize((48, 32))) < 6
    assert pictures.decode(JPEG, max_px=500).size == (96, 64)


def test_same_bytes_same_hash_among_threads() -> None:
    before = list(warnings.filters)
    data = [GOOD[name] for name in GOOD] * 4
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda item: pictures.read(item).hash, data))
    assert found == [pictures.read(item).hash for item in data]
    assert list(warnings.filters) == before


def test_fingerprint_proposes_what_looks_alike() -> None:
    def bits(picture: Image.Image) -> int:
        return fingerprint(np.asarray(picture)).perceptual

    rng = np.random.default_rng(0)
    noise = Image.fromarray(rng.integers(0, 255, (64, 96, 3), dtype=np.uint8))
    same = bits(scene())
    assert len(fingerprint(np.asarray(scene())).thumbnail) == 32 * 32 * 3
    assert 0 <= same < 2**64
    again = Image.open(io.BytesIO(encoded(scene().resize((300, 200)), "JPEG", quality=40)))
    assert (same ^ bits(again)).bit_count() <= 6
    assert (same ^ bits(noise)).bit_count() > 16
    assert (same ^ bits(scene().transpose(Image.Transpose.FLIP_LEFT_RIGHT))).bit_count() > 8


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(JPEG) - 1), st.binary(max_size=8), st.sampled_from(sorted(GOOD)))
def test_damaged_bytes_never_escape_as_another_error(place: int, wound: bytes, name: str) -> None:
    data = GOOD[name]
    place %= len(data)
    try:
        picture = pictures.read(data[:place] + wound + data[place + len(wound) :])
    except PictureError:
        pass  # anything else would fail the test
    else:
        assert picture.hash == picture_hash(pictures.pixels(picture.data))


# Finding pictures


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    (folder / "images" / "sub").mkdir(parents=True)
    for name in ("images/One.JPG", "images/sub/two.jpg", "images/10000.png", "images/sub/twin.jpg", "images/twin.jpg"):
        (folder / name).write_bytes(name.encode())
    (folder / "images" / "a b.jpg").write_bytes(b"spaced")
    (folder / "images" / "cafe\u0301.jpg").write_bytes(b"accent")
    (folder / "empty.jpg").write_bytes(b"")
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (folder / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "inner.jpg").symlink_to(folder / "images" / "One.JPG")
    return folder


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ("images/One.JPG", b"images/One.JPG"),
        (" images/One.JPG ", b"images/One.JPG"),
        ("./images/../images/One.JPG", b"images/One.JPG"),
        ("images/one.jpg", b"images/One.JPG"),
        ("images\\sub\\two.jpg", b"images/sub/two.jpg"),
        ("IMAGES\\Sub\\TWO.JPG", b"images/sub/two.jpg"),
        ("/images/One.JPG", b"images/One.JPG"),
        ("shop/images/One.JPG", b"images/One.JPG"),
        ("two.jpg", b"images/sub/two.jpg"),
        ("C:\\exports\\images\\sub\\two.jpg", b"images/sub/two.jpg"),
        ("/sub/two.jpg", b"images/sub/two.jpg"),
        ("10000", b"images/10000.png"),
        (10000, b"images/10000.png"),
        ("images/a%20b.jpg", b"spaced"),
        ("images/caf\u00e9.jpg", b"accent"),
        ("inner.jpg", b"images/One.JPG"),
        (b"bytes", b"bytes"),
        ({"bytes": b"bytes", "path": "x.jpg"}, b"bytes"),
        ({"bytes": None, "path": "images/One.JPG"}, b"images/One.JPG"),
        ("data:image/png;base64," + base64.b64encode(b"inline").decode(), b"inline"),
    ],
)
def test_load(shop: Path, value: object, content: bytes) -> None:
    assert pictures.load(value, shop) == content
    assert pictures.load(value, PictureFolders(shop)) == content


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("images/none.jpg", "picture_missing"),
        ("images", "picture_missing"),
        ("", "picture_missing"),
        ("a\0b.jpg", "picture_missing"),
        ("x" * 5000 + ".jpg", "picture_missing"),
        ("twin.jpg", "picture_missing"),
        ("../secret.jpg", "picture_outside_source"),
        ("..\\secret.jpg", "picture_outside_source"),
        ("%2e%2e/secret.jpg", "picture_outside_source"),
        ("images/../../secret.jpg", "picture_outside_source"),
        ("/etc/passwd", "picture_outside_source"),
        ("C:\\pictures\\1.jpg", "picture_missing"),
        ("~/secret.jpg", "picture_missing"),
        ("link.jpg", "picture_outside_source"),
        ("LINK.JPG", "picture_missing"),
        ("https://shop.example/1.jpg", "picture_is_a_url"),
        ("//cdn.shop.example/1.jpg", "picture_is_a_url"),
        ("file:///etc/passwd", "picture_is_a_url"),
        ("empty.jpg", "picture_empty"),
        (b"", "picture_empty"),
        ({"bytes": b"", "path": None}, "picture_missing"),
        ("data:image/png;base64,!!!", "picture_broken"),
    ],
)
def test_load_refuses(shop: Path, value: object, reason: str) -> None:
    with pytest.raises(PictureError) as caught:
        pictures.load(value, shop)
    assert caught.value.reason == reason


def test_absolute_paths_within_the_source_are_fine(shop: Path) -> None:
    assert pictures.load(str(shop / "images" / "One.JPG"), shop) == b"images/One.JPG"


def test_several_folders_are_tried_in_order(shop: Path) -> None:
    folders = PictureFolders(shop / "images" / "sub", shop)
    assert folders.find("twin.jpg") == (shop / "images/sub/twin.jpg").resolve()
    assert folders.find("images/twin.jpg") == (shop / "images/twin.jpg").resolve()
    assert folders.find("../One.JPG") == (shop / "images/One.JPG").resolve()
    with pytest.raises(PictureError, match="picture_outside_source"):
        folders.find("../../../secret.jpg")


def test_special_files_are_not_read(shop: Path) -> None:
    os.mkfifo(shop / "pipe.jpg")
    with pytest.raises(PictureError, match="picture_missing"):
        pictures.load("pipe.jpg", shop)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, []),
        ("", []),
        ("N/A", []),
        ("-", []),
        (float("nan"), []),
        ("a.jpg", ["a.jpg"]),
        ("a.jpg|b.jpg", ["a.jpg", "b.jpg"]),
        ("a.jpg, b.jpg", ["a.jpg", "b.jpg"]),
        ("a.jpg,b.jpg", ["a.jpg", "b.jpg"]),
        ("a.jpg;b.png;", ["a.jpg", "b.png"]),
        ("a.jpg\nb.jpg", ["a.jpg", "b.jpg"]),
        ("Shirt, red.jpg", ["Shirt, red.jpg"]),
        ("red shirt.jpg", ["red shirt.jpg"]),
        ('["a.jpg", "b.jpg"]', ["a.jpg", "b.jpg"]),
        ('[{"src": "a.jpg"}, {"url": "b.jpg"}]', ["a.jpg", "b.jpg"]),
        ("[1] front.jpg", ["[1] front.jpg"]),
        (["a.jpg", None, "b.jpg"], ["a.jpg", "b.jpg"]),
        ("https://x.eu/a.jpg?w=1,https://x.eu/b.jpg", ["https://x.eu/a.jpg?w=1", "https://x.eu/b.jpg"]),
        ("https://x.eu/a https://x.eu/b", ["https://x.eu/a", "https://x.eu/b"]),
        (b"bytes", [b"bytes"]),
        ({"bytes": b"x", "path": "p.jpg"}, [{"bytes": b"x", "path": "p.jpg"}]),
        ({"bytes": b"", "path": None}, [{"bytes": b"", "path": None}]),
        ({"bytes": None, "path": None}, []),
        ({"bytes": None, "path": "a, b.jpg"}, ["a, b.jpg"]),
        ([b"one", {"bytes": b"two", "path": None}], [b"one", {"bytes": b"two", "path": None}]),
    ],
)
def test_split(cell: object, expected: list[object]) -> None:
    assert pictures.split(cell) == expected


@pytest.mark.real
def test_real_pictures_are_kept_as_they_are(real_data: Path) -> None:
    for path in sorted((real_data / "fashion" / "images").iterdir())[:50]:
        picture = pictures.read(path.read_bytes())
        assert picture.data == path.read_bytes()
        assert (picture.width, picture.height) == (224, 224)
