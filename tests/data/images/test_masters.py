"""data.images.masters: pictures of more pixels than Pillow opens."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from styleclf.data.images import decoding, inspection, masters, tiff_pieces
from styleclf.data.images.decoding import UnreadableImageError
from tests.data.images.test_colours import ADOBE

WIDTH, HEIGHT = 400, 301


@pytest.fixture(autouse=True)
def small_limits(monkeypatch):
    """Everything above 40,000 pixels is a master."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 20_000)
    monkeypatch.setattr(masters, "KEPT_PIXELS", 10_000)
    monkeypatch.setattr(tiff_pieces, "_RAW_BAND_PIXELS", 4_000)


@pytest.fixture(scope="module")
def master():
    """A smooth picture."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    pixels = np.stack([x * 255 / WIDTH, y * 255 / HEIGHT, (x + y) * 255 / (WIDTH + HEIGHT)], axis=-1)
    return Image.fromarray(pixels.astype(np.uint8))


def content_of(image, name, **kwargs):
    buffer = io.BytesIO()
    image.save(buffer, name, **kwargs)
    return buffer.getvalue()


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(
    "name, kwargs",
    [
        ("JPEG", {"quality": 95}),
        ("JPEG", {"progressive": True, "quality": 95}),
        ("JPEG2000", {}),
        ("TIFF", {}),
        ("TIFF", {"strip_size": 9_000_000}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
        ("TIFF", {"compression": "jpeg", "quality": 95}),
    ],
)
def test_masters_are_read_reduced(master, name, kwargs, monkeypatch):
    if name == "TIFF":
        monkeypatch.setattr("PIL.TiffImagePlugin.STRIP_SIZE", kwargs.pop("strip_size", 8192))
    content = content_of(master, name, icc_profile=ADOBE, **kwargs)
    with decoding.open_image("x", content) as image:
        assert masters.full_size(image) == (WIDTH, HEIGHT)
        assert image.width * image.height <= 10_000
        assert image.format == name
        assert (image.info.get("icc_profile") == ADOBE) == (name != "JPEG2000")  # Pillow writes none into the latter
        shown = image.resize((20, 15), Image.Resampling.BOX)
    meant = master.resize((20, 15), Image.Resampling.BOX)
    assert np.abs(np.asarray(shown, int) - np.asarray(meant, int)).max() <= 8


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_16_bit_masters_are_read_in_either_byte_order(order):
    greys = np.broadcast_to(np.linspace(0, 65535, WIDTH).astype(f"{order}u2"), (HEIGHT, WIDTH))
    tags = [(256, WIDTH), (257, HEIGHT), (258, 16), (259, 1), (262, 1), (274, 3), (277, 1), (278, HEIGHT)]
    entries = b"".join(struct.pack(order + "HHIHH", tag, 3, 1, value, 0) for tag, value in tags)
    entries += struct.pack(order + "HHII", 279, 4, 1, greys.nbytes)
    entries = entries[: 5 * 12] + struct.pack(order + "HHII", 273, 4, 1, 8) + entries[5 * 12 :]
    mark = b"II*\0" if order == "<" else b"MM\0*"
    content = mark + struct.pack(order + "I", 8 + greys.nbytes) + greys.tobytes()
    content += struct.pack(order + "H", len(tags) + 2) + entries + bytes(4)
    shown = np.asarray(decoding.open_rgb("x", content=content), int)
    meant = np.linspace(255, 0, shown.shape[1])  # turned upside down, as its orientation says
    assert np.abs(shown[..., 0] - meant).max() <= 3


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_of_a_pyramid_a_smaller_page_is_read(master, monkeypatch):
    monkeypatch.setattr("styleclf.data.images.tiff_pages._MIN_SIDE", 20)
    buffer = io.BytesIO()
    pages = [master, master.resize((100, 75)), master.resize((50, 38))]
    with masters.TiffImagePlugin.AppendingTiffWriter(buffer, True) as file:
        for page in pages:
            page.save(file, format="TIFF", tiffinfo={254: int(page is not master)})
            file.newFrame()
    with decoding.open_image("x", buffer.getvalue()) as image:
        assert image.size == (100, 75)
        assert masters.full_size(image) == (WIDTH, HEIGHT)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_cannot_be_bounded_is_refused_in_a_sentence(master):
    for name in ("PNG", "WEBP", "BMP"):
        with pytest.raises(UnreadableImageError, match="save it as TIFF or JPEG"):
            decoding.open_rgb("x", content=content_of(master, name))


def test_a_decompression_bomb_is_not_opened(monkeypatch):
    monkeypatch.setattr(tiff_pieces, "reduced_by_pieces", lambda *arguments: pytest.fail("opened"))
    packed = zlib.compress(bytes(9_000_000), 9)
    tags = {256: 3000, 257: 3000, 258: 8, 259: 8, 262: 1, 277: 1, 278: 3000}
    piece = tiff_pieces._Piece(0, len(packed), 3000, 3000)
    with pytest.raises(UnreadableImageError, match="a decompression bomb: 9 million pixels in"):
        decoding.open_rgb("x", content=tiff_pieces._small_tiff(tags, b"II", piece, packed))


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_master_is_catalogued_by_its_full_size(master, tmp_path, monkeypatch):
    (tmp_path / "master.tif").write_bytes(content_of(master, "TIFF", compression="tiff_lzw"))
    (tmp_path / "cut.tif").write_bytes(content_of(master, "TIFF")[:100_000])
    monkeypatch.setattr(inspection, "_MAX_BYTES_IN_MEMORY", 1000)
    files = [tmp_path / "master.tif", tmp_path / "cut.tif"]
    table = inspection.inspect_files(files, ["", ""], progress=False)
    assert table[["width", "height"]].to_numpy().tolist() == [[WIDTH, HEIGHT], [0, 0]]
    assert table["reason"].tolist() == ["", "truncated image"]
    monkeypatch.undo()
    again = inspection.inspect_files(files[:1], [""], progress=False)
    assert again["digest"].iat[0] == table["digest"].iat[0]
