"""styleclf.atlas: what stands on the page is what stands in the table, in a browser too, whatever the names hold."""

import html
import io
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import quote

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, strategies as st
from PIL import Image

from styleclf import atlas
from styleclf.atlas.data import _STEPS, LAST, _columns
from styleclf.atlas.page import _inline_json
from styleclf.atlas.sprite import _BLOCK, _PIXELS, _box_side, _thumbnail
from styleclf.training.embedding_history import Evolution

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --use-angle=swiftshader --enable-unsafe-swiftshader --no-first-run "
    "--disable-quic --disable-background-networking --disable-component-update --disable-sync"
)
NASTY = "</script><script>document.title='broken'</script>"
STYLES = ["cubism", 'a "b", & <c>', "rococo=1"]
WITHHELD = "naïve & <art>"
EPOCHS = ["0 (best)", LAST]
AUTHORS = ["", "claude-monet", "Dürer & sons", '<img src=x onerror="document.title=1">', NASTY]


def table(n=60, seed=0):
    """Predictions of `n` images whose names hold whatever a name can hold."""
    rng = np.random.default_rng(seed)
    probas = rng.dirichlet(np.ones(len(STYLES)), n)
    names = pd.DataFrame(
        {
            "filename": [f"{i}/{NASTY if i == 3 else 'x,y=z&%25'}_{i}.png" for i in range(n)],
            "label": rng.choice(STYLES, n),
            "author": rng.choice(AUTHORS, n),
            "fold": rng.choice(["0", "1", "10", "2"], n),
            "pred": np.array(STYLES)[probas.argmax(axis=1)],
        }
    )
    return pd.concat([names, pd.DataFrame(probas, columns=[f"proba_{style}" for style in STYLES])], axis=1)


def titles(predictions):
    return [f"{NASTY} {i}" for i in range(len(predictions))]


def maps(n, dims=2, seed=0):
    """Positions at two epochs, in the first of which some images have none."""
    positions = np.random.default_rng(seed).normal(size=(2, n, dims))
    positions[0, ::7] = np.nan
    return positions


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    """A sprite of sixty plain pictures, and their paths."""
    folder = tmp_path_factory.mktemp("pictures")
    paths = [folder / f"{i}.png" for i in range(60)]
    for i, path in enumerate(paths):
        Image.new("RGB", (120, 60) if i % 2 else (60, 120), (4 * i, 0, 255 - 4 * i)).save(path)
    return atlas.make_sprite(paths, progress=False), paths


def test_columns_are_what_the_table_says():
    predictions = table()
    data = atlas.atlas_data(predictions, titles(predictions), maps(60), EPOCHS, "1")
    assert data["folds"] == ["0", "1", "2", "10"] and data["test"] == 1
    for column, names in (("label", "styles"), ("pred", "styles"), ("author", "authors"), ("fold", "folds")):
        assert [data[names][i] for i in data[column]] == predictions[column].tolist()
    for i, row in predictions.iterrows():
        assert data["confidence"][i] == pytest.approx(row[f"proba_{row['pred']}"], abs=5e-4)
        assert data["confidence_true"][i] == pytest.approx(row[f"proba_{row['label']}"], abs=5e-4)
    assert len(set(data["colours"])) == len(STYLES)
    assert atlas.atlas_data(predictions, titles(predictions), maps(60), EPOCHS, "val")["test"] == -1


def withheld_table():
    """Predictions of sixty images, a dozen of which are of a style that the model does not know, and their parts."""
    predictions = table()
    predictions.loc[::5, "label"] = WITHHELD
    part = np.where(predictions["label"] == WITHHELD, "withheld", "held-out authors")
    return predictions.assign(fold=part)


def test_withheld_styles_are_marked_and_have_no_probability():
    predictions = withheld_table()
    given = predictions, titles(predictions), maps(60), EPOCHS, ""
    data = atlas.atlas_data(*given, marked=[WITHHELD, "not there"])
    assert data["styles"] == [*STYLES, WITHHELD] and data["marked"] == [3] and data["test"] == -1
    assert [data["styles"][i] for i in data["label"]] == predictions["label"].tolist()
    assert len(set(data["colours"])) == len(data["colours"]) == 4
    unknown = [value is None for value in data["confidence_true"]]
    assert unknown == (predictions["label"] == WITHHELD).tolist()
    assert atlas.atlas_data(*given, marked=[WITHHELD, STYLES[1]])["marked"] == [1, 3]
    with pytest.raises(ValueError, match=WITHHELD):
        atlas.atlas_data(*given, marked=["not there"])


@given(st.integers(0, 999), st.sampled_from([1e-3, 1, 40, 1e5]), st.sampled_from([2, 3]))
def test_positions_are_as_fine_as_promised_and_unknown_ones_stay_so(seed, scale, dims):
    points = scale * maps(20, dims, seed)[0]
    stored = _columns(points)
    assert list(stored) == list("xyz")[:dims]
    found = np.array(list(stored.values()), dtype=float).T
    assert (np.isnan(found) == np.isnan(points)).all()
    assert np.nanmax(abs(found - points)) <= np.ptp(points[np.isfinite(points)]) / _STEPS


def test_every_thumbnail_lies_in_its_box_in_its_own_proportions(sheet):
    sprite, _ = sheet
    with Image.open(io.BytesIO(sprite.jpeg)) as picture:
        pixels = np.asarray(picture).astype(int)
    for i in range(60):
        row, column = divmod(i, sprite.columns)
        box = pixels[row * sprite.box : (row + 1) * sprite.box, column * sprite.box : (column + 1) * sprite.box]
        middle = sprite.box // 2
        assert box[middle, middle] == pytest.approx([4 * i, 0, 255 - 4 * i], abs=12)
        painted = (abs(box - 255) > 40).any(axis=2)
        high, wide = np.ptp(np.flatnonzero(painted.any(axis=1))) + 1, np.ptp(np.flatnonzero(painted.any(axis=0))) + 1
        assert (wide, high) == ((96, 48) if i % 2 else (48, 96))


def test_epochs_are_joined_by_filename_and_the_finished_model_comes_last():
    names, last = ["a", "b", "c"], np.arange(6.0).reshape(3, 2)
    kept = Evolution(
        np.float32([[[7, 8], [9, np.nan]], [[0, 0], [0, 0]]]), np.array(["1", LAST]), np.array(["c", "a"]), None
    )
    found, epochs = atlas.with_evolution(last, names, kept)
    assert epochs == ["1", LAST] and (found[1] == last).all()
    assert np.array_equal(found[0], [[9, np.nan], [np.nan, np.nan], [7, 8]], equal_nan=True)
    alone, epochs = atlas.with_evolution(last, names)
    assert epochs == [LAST] and (alone == last[None]).all()
    for other in (names[:2], [*names[:2], "d"]):
        with pytest.raises(ValueError, match="of another training: 1 of its images"):
            atlas.with_evolution(last[: len(other)], other, kept)
    with pytest.raises(ValueError, match="the model 3; remove it"):
        atlas.with_evolution(np.ones((3, 3)), names, kept)
    last[1, 0] = np.nan
    with pytest.raises(ValueError, match="1 of 3 embeddings are no numbers"):
        atlas.with_evolution(last, names)


@given(st.integers(1, 100_000))
def test_a_sprite_is_small_enough_for_browsers(n):
    box, columns = _box_side(n), int(np.ceil(np.sqrt(n)))
    assert box % _BLOCK == 0 and columns * box <= 8192
    assert n * box**2 <= _PIXELS or box == _BLOCK


def test_thumbnails_stand_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn
    Image.new("RGB", (400, 200), "red").save(tmp_path / "turned.jpg", exif=exif)
    assert _thumbnail(tmp_path / "turned.jpg", 48).size == (24, 48)


class Scripts(HTMLParser):
    """The scripts of a page, and whatever it would fetch."""

    def __init__(self):
        super().__init__()
        self.scripts, self.fetched = [], []

    def handle_starttag(self, tag, attrs):
        if tag == "script":
            self.scripts.append("")
        self.fetched += [value for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data):
        if self.cdata_elem == "script":
            self.scripts[-1] += data


def test_names_of_files_cannot_break_the_page(sheet):
    predictions = table()
    data = atlas.atlas_data(predictions, titles(predictions), maps(60), EPOCHS, "1")
    parser = Scripts()
    parser.feed(atlas.atlas_page(data, sheet[0], NASTY, [NASTY, "{{data}}"]))
    assert len(parser.scripts) == 3 and parser.fetched == []
    assert json.loads(parser.scripts[0]).items() >= data.items()


def test_what_is_no_number_never_reaches_the_page():
    with pytest.raises(ValueError, match="JSON"):
        _inline_json({"x": [float("nan")]})


def test_bad_input_is_told(sheet, tmp_path, monkeypatch):
    predictions = table()
    for wrong, what in (
        (dict(titles=["one"]), "1 titles for 60 images"),
        (dict(positions=np.zeros((2, 60, 4))), r"positions are \(2, 60, 4\)"),
        (dict(positions=np.zeros((1, 60, 2))), r"positions are \(1, 60, 2\)"),
        (dict(positions=np.full((2, 60, 2), np.nan)), r"in epoch 0 \(best\) no image has a position"),
        (dict(predictions=predictions.assign(label="baroque")), "baroque"),
    ):
        given = (
            dict(predictions=predictions, titles=titles(predictions), positions=maps(60), epochs=EPOCHS, fold="0")
            | wrong
        )
        with pytest.raises(ValueError, match=what):
            atlas.atlas_data(**given)
    (tmp_path / "broken.jpg").write_bytes(b"no image")
    with pytest.raises(OSError, match=r"broken\.jpg cannot be read"):
        atlas.make_sprite([*sheet[1], tmp_path / "broken.jpg"], progress=False)
    monkeypatch.setitem(sys.modules, "plotly.offline", None)
    with pytest.raises(ValueError, match=r"pip install styleclf\[atlas\]"):
        atlas.plotly_script()


@pytest.fixture(scope="module")
def page(sheet, tmp_path_factory):
    """A page of sixty images at two epochs, with nasty names."""
    file, predictions = tmp_path_factory.mktemp("page") / "atlas.html", table()
    data = atlas.atlas_data(predictions, titles(predictions), maps(60), EPOCHS, "1")
    file.write_text(atlas.atlas_page(data, sheet[0], NASTY, [NASTY]), encoding="utf-8")
    return file


def opened(page, address, profile):
    """Title and text of the page after Chromium has run its scripts, with no network; a | stands for every tag."""
    offline = ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={profile}"]
    command = [CHROMIUM, *FLAGS.split(), *offline, "--dump-dom", page.as_uri() + address]
    dom = subprocess.run(command, capture_output=True, text=True, timeout=120).stdout
    title = re.search(r"<title>(.*?)</title>", dom, re.S)[1]
    shown = re.sub(r"<(script|style)\b.*?</\1>", "", dom, flags=re.S)
    return html.unescape(title), html.unescape(re.sub(r"<.*?>", "|", shown, flags=re.S))


def quoted(names):
    return ",".join(quote(name, safe="") for name in names)


@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
@pytest.mark.parametrize(
    "address, chosen",
    [
        ("", lambda row: True),
        ("#author=DURER%20&only=wrong", lambda row: "Dürer" in row["author"] and row["pred"] != row["label"]),
        (
            f"#style={quoted(STYLES[1:])},unknown&fold=0,10&only=right&epoch=0",
            lambda row: row["label"] in STYLES[1:] and row["fold"] in ("0", "10") and row["pred"] == row["label"],
        ),
        ("#style=&epoch=%", lambda row: False),
    ],
)
def test_a_browser_counts_what_the_table_has(page, address, chosen, tmp_path):
    predictions = table()
    placed = np.isfinite(maps(60)[0 if "epoch=0" in address else 1]).all(axis=1)
    title, text = opened(page, address, tmp_path)
    lost = f"; {(~placed).sum()} have no place at this epoch" if not placed.all() else ""
    assert f"|{(predictions.apply(chosen, axis=1) & placed).sum()} of 60 images{lost}|" in text
    assert title == NASTY


@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
def test_an_address_shows_the_card_of_an_image(page, tmp_path):
    row = table().iloc[3]
    _, text = opened(page, f"#image={quoted([row['filename']])}", tmp_path)
    percent = f"{100 * row['proba_' + row['pred']]:.0f} %"
    assert f"|{NASTY} 3|" in text and f" predicted {row['pred']}, {percent}|" in text
    _, text = opened(page, "", tmp_path)
    assert f"|{NASTY} 3|" not in text


@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
def test_a_browser_marks_withheld_styles_on_a_sphere(sheet, tmp_path):
    predictions, points = withheld_table(), np.random.default_rng(0).normal(size=(1, 60, 3))
    units = points / np.linalg.norm(points, axis=2, keepdims=True)
    data = atlas.atlas_data(predictions, titles(predictions), units, [LAST], "", marked=[WITHHELD], sphere=True)
    page = tmp_path / "sphere.html"
    tail = """<script>
      document.title = map.data[1].customdata.filter((i, at) => map.data[1].marker.symbol[at] === "diamond").length
        + " diamonds, " + map.data.length + " traces, radius " + Math.max(...map.data[3].x).toFixed(1);
    </script></body>"""
    page.write_text(atlas.atlas_page(data, sheet[0]).replace("</body>", tail), encoding="utf-8")
    title, text = opened(page, f"#image={quoted([predictions['filename'][5]])}", tmp_path / "profile")
    assert title == "12 diamonds, 4 traces, radius 1.0"
    assert f"|{WITHHELD} (withheld)|12|" in text and "|held-out authors|48|" in text and "|Part|" in text
    assert f" {WITHHELD} (withheld): not known to the model|" in text and "|withheld|" in text
    assert ", training" not in text
