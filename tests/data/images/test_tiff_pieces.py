"""data.images.tiff_pieces: a page in pieces is the page reduced; what cannot be split is refused."""

import io

import numpy as np
import pytest
from PIL import Image

from styleclf.data.images import tiff_pieces


def opened(mode, compression, monkeypatch):
    """A noisy page of 90 x 61 pixels in several strips, opened, and its stream."""
    pixels = np.random.default_rng(0).integers(0, 256, (61, 90, 4), dtype=np.uint8)
    image = Image.fromarray(pixels, "CMYK").convert("RGB") if mode != "CMYK" else Image.fromarray(pixels, "CMYK")
    monkeypatch.setattr("PIL.TiffImagePlugin.STRIP_SIZE", 3000)
    buffer = io.BytesIO()
    image.convert(mode).save(buffer, "TIFF", compression=compression)
    return Image.open(io.BytesIO(buffer.getvalue()), formats=["TIFF"]), buffer


@pytest.mark.parametrize("mode", ["RGB", "L", "1", "P", "CMYK", "RGBA"])
@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_pieces_together_are_the_whole_page_reduced(mode, compression, monkeypatch):
    monkeypatch.setattr(tiff_pieces, "_RAW_BAND_PIXELS", 900)
    file, stream = opened(mode, compression, monkeypatch)
    reduced = tiff_pieces.reduced_by_pieces(file, stream, 3)
    whole = file.convert({"1": "L", "P": "RGB"}.get(mode, mode))
    expected = whole.crop((0, 0, 90, 60)).reduce(3)
    assert reduced.size == (30, 20)
    assert reduced.mode == expected.mode
    assert (np.asarray(reduced) == np.asarray(expected)).all()


def test_pages_that_cannot_be_split_say_why(monkeypatch):
    file, stream = opened("RGB", "tiff_lzw", monkeypatch)
    monkeypatch.setattr(tiff_pieces, "_MAX_BAND_PIXELS", 50)
    with pytest.raises(NotImplementedError, match=r"in strips of .* rows; save it in tiles or smaller strips"):
        tiff_pieces.reduced_by_pieces(file, stream, 2)
    for tag, value, words in ((284, 2, "interleaved"), (259, 6, "outdated form of JPEG")):
        with pytest.raises(NotImplementedError, match=words):
            tiff_pieces._check_separable({tag: value})
