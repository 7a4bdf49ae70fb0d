"""Pictures as text in a page."""

import base64
import io

from PIL import Image

from styleclf.report import thumbnails as module
from styleclf.report.thumbnails import figure_uri, thumbnail_uris


def opened(uri):
    head, text = uri.split(",")
    assert head in ("data:image/jpeg;base64", "data:image/png;base64")
    return Image.open(io.BytesIO(base64.b64decode(text)))


def test_pictures_keep_their_proportions_and_become_small(tmp_path):
    Image.new("RGB", (640, 320), "navy").save(tmp_path / "wide.png")
    uris = thumbnail_uris(tmp_path, ["wide.png"], progress=False)
    assert opened(uris["wide.png"]).size == (112, 56)


def test_what_cannot_be_read_is_left_out(tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    assert thumbnail_uris(tmp_path, ["broken.jpg", "missing.jpg"], progress=False) == {}


def test_a_page_stays_small_however_many_pictures_there_are(sample, design, monkeypatch):
    names = design["filename"].tolist()
    every_uri = thumbnail_uris(sample, names, progress=False)
    assert list(every_uri) == names
    monkeypatch.setattr(module, "_MOST_BYTES", sum(map(len, every_uri.values())) // 2)
    some = thumbnail_uris(sample, names, progress=False)
    assert 0 < len(some) < len(names)
    assert list(some) == names[: len(some)]


def test_a_figure_becomes_smaller(tmp_path):
    Image.linear_gradient("L").resize((2400, 1200)).convert("RGB").save(tmp_path / "figure.png")
    figure = opened(figure_uri(tmp_path / "figure.png"))
    assert figure.size == (1100, 550)
