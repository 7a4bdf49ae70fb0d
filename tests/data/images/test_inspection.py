"""data.images.inspection: sound images of every kind, and why others are left out."""

import os
import struct
import threading
import zlib
from pathlib import Path

import pytest
from PIL import Image

from styleclf.data.annotation.catalog import annotate
from styleclf.data.images import decoding as image_files, inspection
from tests.data.folders import draw, reasons, row_of

SMALLER = "of this format only smaller pictures are read: save it as TIFF or JPEG"


@pytest.mark.parametrize(
    "name, mode, options",
    [
        ("x_cmyk.jpg", "CMYK", {}),
        ("x_grey.jpg", "L", {}),
        ("x_sixteen.png", "I;16", {}),
        ("x_sixteen.tif", "I;16", {}),
        ("x_alpha.png", "RGBA", {}),
        ("x_grey-alpha.png", "LA", {}),
        ("x_palette.png", "P", {"transparency": 0}),
        ("x_bits.png", "1", {}),
        ("x_float.tif", "F", {}),
        ("x_upper.JPG", "RGB", {}),
        ("x_UPPER.PNG", "RGB", {}),
        ("x_progressive.jpeg", "RGB", {"progressive": True}),
        ("x_with some spaces.jpg", "RGB", {}),
        ("Ōhara Koson_雪中の鷺, 'été'.jpg", "RGB", {}),
        ("x_lossless.webp", "RGBA", {"lossless": True}),
    ],
)
def test_every_usual_kind_of_image_works(images, name, mode, options):
    draw(images / "cubism" / name, (31, 17), mode, **options)
    annotation, rejected = annotate(images, progress=False)
    assert rejected.empty
    row = row_of(annotation, f"cubism/{name}")
    assert (row["width"], row["height"]) == (31, 17)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp"])
def test_size_is_as_shown_after_the_exif_rotation(images, orientation, suffix):
    exif = Image.Exif()
    exif[0x0112] = orientation
    draw(images / "cubism" / f"x_turned.{suffix}", (50, 20), exif=exif)
    row = row_of(annotate(images, progress=False)[0], f"cubism/x_turned.{suffix}")
    assert (row["width"], row["height"]) == ((20, 50) if orientation >= 5 else (50, 20))


@pytest.mark.parametrize("suffix", ["gif", "png", "webp"])
def test_animated_image_is_its_first_frame(images, suffix):
    path = images / "cubism" / f"x_moving.{suffix}"
    frames = [Image.new("RGB", (24, 16), colour) for colour in ("red", "green", "blue")]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    row = row_of(annotate(images, progress=False)[0], f"cubism/x_moving.{suffix}")
    assert (row["width"], row["height"]) == (24, 16)


def png_that_claims(width, height):
    """The bytes of a small PNG whose header claims a huge size."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "name, content, reason",
    [
        ("x_zero.jpg", b"", "empty file"),
        ("x_text.jpg", b"not an image", "not a readable image"),
        ("notes.txt", b"notes", "not an image"),
        ("x_bomb.png", png_that_claims(100_000, 100_000), f"too large (over 179 million pixels); {SMALLER}"),
        ("x_no-pixels.png", png_that_claims(10, 10), "truncated image"),
    ],
)
def test_what_is_no_image_is_rejected_with_a_reason(images, name, content, reason):
    (images / "cubism" / name).write_bytes(content)
    assert reasons(images) == {f"cubism/{name}": reason}


@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "bmp", "webp", "tif"])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_truncated_image_is_rejected(images, suffix, share):
    path = images / "cubism" / f"x_cut.{suffix}"
    Image.effect_noise((64, 64), 80).convert("RGB").save(path)
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert list(reasons(images)) == [f"cubism/x_cut.{suffix}"]


def test_unreadable_file_is_rejected(images, monkeypatch):
    draw(images / "cubism" / "x_locked.jpg")

    def refuse(path, mode):
        if Path(path).name == "x_locked.jpg":
            raise PermissionError(13, "Permission denied")
        return open(path, mode)

    monkeypatch.setattr(image_files, "open", refuse, raising=False)
    assert reasons(images) == {"cubism/x_locked.jpg": "no permission to read"}


def test_two_images_are_read_at_once(images, monkeypatch):
    meeting = threading.Barrier(2)

    def wait_for_another(path, reason):
        meeting.wait(timeout=5)  # raises where images are read one after another
        return inspection.Inspection(40, 30, path.name)

    monkeypatch.setattr(inspection, "_inspect", wait_for_another)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert len(annotate(images, progress=False)[0]) == 4


def test_ignored_profiles_are_counted(picture, tmp_path, capsys):
    paths = [tmp_path / f"{i}.jpg" for i in range(3)]
    for path in paths[:2]:
        picture.save(path, icc_profile=b"no profile")
    picture.save(paths[2])
    table = inspection.inspect_files(paths, [""] * 3, progress=False)
    assert (table["reason"] == "").all()
    expected = "the colour profile of 2 images is ignored, and the colours are taken for sRGB: it cannot be read"
    assert expected in capsys.readouterr().out
