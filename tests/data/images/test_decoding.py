"""data.images.decoding: every kind of image becomes the same upright RGB square."""

import io
import os
import pickle
import random
import socket
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from styleclf.data.images import decoding
from styleclf.data.images.decoding import UnreadableImageError
from styleclf.data.images.formats import readable_formats


def close(a, b, tolerance):
    return np.abs(np.asarray(a, float) - np.asarray(b, float)).mean() < tolerance


@pytest.mark.parametrize(
    "mode, suffix", [("CMYK", "jpg"), ("RGBA", "png"), ("RGB", "tif"), ("RGB", "webp"), ("RGB", "JPG")]
)
def test_modes_and_formats_show_the_same_picture(picture, tmp_path, mode, suffix):
    path = tmp_path / f"ünïcode name.{suffix}"
    picture.convert(mode).save(path)
    assert close(decoding.open_rgb(path), picture, 12)


def test_greys_of_8_16_and_32_bits_look_alike(picture, tmp_path):
    grey = np.asarray(picture.convert("L"))
    Image.fromarray(grey).save(tmp_path / "8.png")
    Image.fromarray(grey.astype(np.uint16) * 257).save(tmp_path / "16.png")
    Image.fromarray(grey.astype(np.float32) / 255).save(tmp_path / "float.tif")
    for name in ("8.png", "16.png"):
        assert close(decoding.open_rgb(tmp_path / name), np.stack([grey] * 3, 2), 1)
    stretched = (grey - grey.min()) * (255 / np.ptp(grey.astype(int)))
    assert close(decoding.open_rgb(tmp_path / "float.tif"), np.stack([stretched] * 3, 2), 1)


def test_transparent_pixels_show_white(tmp_path):
    Image.new("RGBA", (8, 8), (200, 0, 0, 0)).save(tmp_path / "clear.png")
    palette = Image.new("P", (8, 8), 0)
    palette.putpalette([10, 20, 30] * 256)
    palette.save(tmp_path / "palette.png", transparency=0)
    for name in ("clear.png", "palette.png"):
        assert (np.asarray(decoding.open_rgb(tmp_path / name)) == 255).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientations_are_undone(picture, tmp_path, orientation):
    turned = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}.get(orientation)  # the transposition that is its own way back
    stored = picture if turned is None else picture.transpose(Image.Transpose(turned))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    assert close(decoding.open_rgb(tmp_path / "turned.jpg"), picture, 4)


def test_the_first_frame_of_an_animation_is_used(tmp_path):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert (np.asarray(decoding.open_rgb(tmp_path / "moving.gif"))[0, 0] == (255, 0, 0)).all()


def test_a_large_jpeg_is_decoded_small_but_not_too_small(tmp_path):
    large = Image.effect_noise((1600, 1200), 60).convert("RGB")
    large.save(tmp_path / "large.jpg")
    drafted = decoding.open_rgb(tmp_path / "large.jpg", short_side=128)
    assert 2 * 128 <= min(drafted.size) < 1200
    full = decoding.fit_to_square(decoding.open_rgb(tmp_path / "large.jpg"), 128)
    assert close(decoding.decode(tmp_path / "large.jpg", 128), full, 6)


def test_fits_keep_what_they_promise(picture):
    wide = Image.new("RGB", (100, 50), "white")
    assert {fit: decoding.fit_to_square(wide, 20, fit).size for fit in decoding.FITS} == dict.fromkeys(
        decoding.FITS, (20, 20)
    )
    padded = np.asarray(decoding.fit_to_square(wide, 20, "pad"))
    assert (padded[:5] == 0).all()
    assert (padded[6:14] == 255).all()
    assert (padded[15:] == 0).all()
    squashed, cropped = (np.asarray(decoding.fit_to_square(picture, 32, fit), int) for fit in ("squash", "crop"))
    assert squashed[0, 0, 0] < 10 < cropped[0, 0, 0]  # the crop loses the dark left side


def test_bad_requests_are_refused(picture, tmp_path):
    with pytest.raises(ValueError, match="stretch"):
        decoding.fit_to_square(picture, 10, "stretch")
    with pytest.raises(ValueError, match="0"):
        decoding.fit_to_square(picture, 0)
    (tmp_path / "not.jpg").write_text("no image")
    with pytest.raises(OSError):
        decoding.open_rgb(tmp_path / "not.jpg")


def grey_tiff(greys, bits, photometric, order="<"):
    """The bytes of an uncompressed TIFF of one strip; `greys` are its pixels as bytes, 8 x 4 of them."""
    entries = [(256, 8), (257, 4), (258, bits), (259, 1), (262, photometric), (273, 8), (277, 1), (278, 4)]
    entries.append((279, len(greys)))
    mark = b"II*\0" if order == "<" else b"MM\0*"
    header = mark + struct.pack(order + "I", 8 + len(greys))
    tags = b"".join(struct.pack(order + "HHIHH", tag, 3, 1, value, 0) for tag, value in entries)
    return header + greys + struct.pack(order + "H", len(entries)) + tags + bytes(4)


GREYS = np.linspace(0, 65535, 32).astype(np.uint16)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("largest", [65535, 9000])
def test_16_bit_scans_are_the_same_in_either_byte_order(tmp_path, order, largest):
    greys = np.linspace(0, largest, 32).astype(f"{order}u2")
    (tmp_path / "scan.tif").write_bytes(grey_tiff(greys.tobytes(), 16, photometric=1, order=order))
    shown = np.asarray(decoding.open_rgb(tmp_path / "scan.tif"))[..., 0]
    assert (shown.ravel() == greys.astype(int) // 257).all()


def test_16_bit_scans_with_white_for_0_are_no_negatives(tmp_path):
    negative = (65535 - GREYS).astype("<u2")
    (tmp_path / "scan.tif").write_bytes(grey_tiff(negative.tobytes(), 16, photometric=0))
    shown = np.asarray(decoding.open_rgb(tmp_path / "scan.tif"))[..., 0]
    assert (shown.ravel() == GREYS // 257).all()


def test_32_bit_scans_are_not_split_at_the_middle_grey(tmp_path):
    greys = np.linspace(0, 2**32 - 1, 32).astype("<u4")
    (tmp_path / "scan.tif").write_bytes(grey_tiff(greys.tobytes(), 32, photometric=1))
    shown = np.asarray(decoding.open_rgb(tmp_path / "scan.tif"))[..., 0].ravel().astype(int)
    assert (abs(shown - np.linspace(0, 255, 32)) <= 1).all()


@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan])
def test_numbers_that_are_none_do_not_hide_the_picture(tmp_path, number):
    greys = np.linspace(0, 255, 32, dtype=np.float32).reshape(4, 8)
    greys[0, 0] = number
    Image.fromarray(greys).save(tmp_path / "scan.tif")
    shown = np.asarray(decoding.open_rgb(tmp_path / "scan.tif"))[..., 0].ravel().astype(int)
    assert (abs(shown[1:] - greys.ravel()[1:]) <= 9).all()


def test_12_bit_scans_reach_from_black_to_white(tmp_path):
    greys = GREYS.astype(int) // 16
    packed = bytearray()
    for first, second in greys.reshape(-1, 2):
        packed += bytes([first >> 4, (first & 15) << 4 | second >> 8, second & 255])
    (tmp_path / "scan.tif").write_bytes(grey_tiff(bytes(packed), 12, photometric=1))
    shown = np.asarray(decoding.open_rgb(tmp_path / "scan.tif"))[..., 0]
    assert (abs(shown.ravel().astype(int) - greys // 16) <= 1).all()


@pytest.mark.parametrize("position", [0, 1, 2])
@pytest.mark.parametrize("compression", [None, "tiff_lzw", "jpeg"])
def test_of_the_pages_of_a_tiff_the_largest_is_read(picture, tmp_path, position, compression):
    pages = [picture.resize((24, 16)), picture.resize((48, 32))]
    pages.insert(position, picture)
    pages[0].save(tmp_path / "scan.tif", save_all=True, append_images=pages[1:], compression=compression)
    assert close(decoding.open_rgb(tmp_path / "scan.tif"), picture, 4)


@pytest.mark.parametrize("with_thumbnail", [False, True])
@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_pages_of_a_tiff_are_turned_by_their_own_orientation(picture, tmp_path, orientation, with_thumbnail):
    turned = {3: 3, 6: 2, 8: 4}[orientation]
    with TiffImagePlugin.AppendingTiffWriter(str(tmp_path / "scan.tif"), True) as file:
        if with_thumbnail:
            picture.resize((24, 16)).save(file, format="TIFF")
            file.newFrame()
        stored = picture.convert("L").transpose(Image.Transpose(turned))
        stored.save(file, format="TIFF", tiffinfo={0x0112: orientation})
        file.newFrame()
    assert close(decoding.open_rgb(tmp_path / "scan.tif"), picture.convert("L").convert("RGB"), 1)


def test_a_damaged_second_page_does_not_cost_the_first(picture, tmp_path):
    picture.save(tmp_path / "scan.tif", save_all=True, append_images=[picture.resize((200, 100))])
    content = (tmp_path / "scan.tif").read_bytes()
    (tmp_path / "scan.tif").write_bytes(content[:-30_000])
    with pytest.raises(UnreadableImageError) as told:  # its tags are whole, so it would be the one
        decoding.open_rgb(tmp_path / "scan.tif")
    assert told.value.reason == "truncated image"
    with Image.open(io.BytesIO(content), formats=["TIFF"]) as file:
        file.seek(1)
        start_of_second = file.tag_v2._offset
    damaged = content[: start_of_second + 2] + bytes([1, 3, 9]) * 50
    (tmp_path / "scan.tif").write_bytes(damaged)
    assert close(decoding.open_rgb(tmp_path / "scan.tif"), picture, 0.01)


def test_postscript_starts_no_ghostscript_whatever_it_is_called(tmp_path, monkeypatch):
    started = tmp_path / "was-run"
    for name in ("gs", "gswin64c"):
        stand_in = tmp_path / "bin" / name
        stand_in.parent.mkdir(exist_ok=True)
        stand_in.write_text(f'#!/bin/sh\necho "$@" >> "{started}"\n')
        stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    postscript = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20 20\n%%EndComments\nshowpage\n%%EOF\n"
    with_preview = struct.pack("<IIIIIIIH", 0xC6D3D0C5, 30, len(postscript), 0, 0, 0, 0, 0xFFFF)
    for name in ("x.jpg", "x.eps", "x.png", "x.ps", "x"):
        for content in (postscript, with_preview + postscript):
            (tmp_path / name).write_bytes(content)
            with pytest.raises(UnreadableImageError):
                decoding.open_rgb(tmp_path / name)
    assert not started.exists()


@pytest.mark.timeout(20)
def test_what_has_no_end_is_refused_without_hanging(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the name of a socket has to be short
    os.mkfifo("pipe.jpg")
    Path("device.jpg").symlink_to("/dev/zero")
    Path("folder.jpg").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.jpg")
        reasons = {}
        for name in ("pipe.jpg", "device.jpg", "socket.jpg", "folder.jpg", "gone.jpg", "no\0name.jpg"):
            with pytest.raises(UnreadableImageError) as told:
                decoding.open_rgb(name)
            reasons[name] = told.value.reason
            assert not decoding.is_image_file(Path(name).with_suffix(""))
    assert reasons.pop("folder.jpg") == "folder named like an image"
    assert reasons.pop("gone.jpg") == reasons.pop("no\0name.jpg") == "file not found"
    assert set(reasons.values()) == {"not a regular file"}


def test_whatever_a_decoder_raises_becomes_one_exception(tmp_path, monkeypatch, picture):
    picture.save(tmp_path / "x.png")
    for kind in (RuntimeError, NotImplementedError, TypeError, SyntaxError, EOFError, struct.error, KeyError):

        def give_up(image, kind=kind):
            raise kind("enough")

        monkeypatch.setattr(decoding, "upright", give_up)
        with pytest.raises(UnreadableImageError, match=r"x\.png cannot be read as an image: damaged image"):
            decoding.open_rgb(tmp_path / "x.png")


@pytest.mark.parametrize("name", sorted(set(readable_formats()) & set(Image.SAVE)))
@pytest.mark.filterwarnings("ignore::Warning")
def test_damaged_files_of_every_format_raise_nothing_else(picture, name):
    buffer = io.BytesIO()
    picture.resize((24, 16)).save(buffer, format=name)
    rng = random.Random(0)
    n_damaged = 0
    for _ in range(60):
        content = bytearray(buffer.getvalue())
        for _ in range(rng.choice((1, 4, 16))):
            content[rng.randrange(min(len(content), rng.choice((60, 10_000))))] = rng.randrange(256)
        cut = rng.randrange(len(content)) if rng.random() < 0.2 else len(content)
        try:
            with decoding.open_image("x", bytes(content[:cut])) as image:
                decoding.to_rgb(decoding.upright(image)).load()
        except UnreadableImageError:
            n_damaged += 1
    assert n_damaged > 0


def test_the_exception_survives_the_way_from_another_process():
    error = pickle.loads(pickle.dumps(UnreadableImageError("a/b.jpg", "empty file")))
    assert (error.path, error.reason) == ("a/b.jpg", "empty file")
    assert str(error) == "a/b.jpg cannot be read as an image: empty file"


@pytest.mark.parametrize("name", ["x.jpg!Large", "default", "x.jpeg?sequence=1", "x.jpg", "x.part"])
def test_pictures_are_known_by_suffix_or_first_bytes(picture, tmp_path, name):
    picture.save(tmp_path / name, format="JPEG")
    assert decoding.is_image_file(tmp_path / name)
    (tmp_path / name).write_text("no picture")
    assert decoding.is_image_file(tmp_path / name) == (name == "x.jpg")


def test_a_picture_whose_package_is_missing_passes_for_one(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "missing_package", lambda head: "HEIC image: install it" if b"heic" in head else "")
    (tmp_path / "default").write_bytes(bytes(4) + b"ftypheic" + bytes(99))
    assert decoding.is_image_file(tmp_path / "default")
    with pytest.raises(UnreadableImageError, match="default cannot be read as an image: HEIC image: install it"):
        decoding.open_rgb(tmp_path / "default")


def test_a_page_may_not_be_a_decompression_bomb_either(picture, tmp_path, monkeypatch):
    picture.resize((8, 8)).save(tmp_path / "scan.tif", save_all=True, append_images=[picture])
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(UnreadableImageError, match="too large"):
        decoding.open_rgb(tmp_path / "scan.tif")
