"""embeddings.atlas.page: what stands on the page is what stands in the table, in a browser too, whatever the names."""

import html
import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import quote

import numpy as np
import pytest

from styleclf.embeddings.atlas.data import atlas_data
from styleclf.embeddings.atlas.page import PageText, _inline_json, atlas_page, plotly_script
from styleclf.embeddings.atlas.points import LAST, MapPoints
from tests.embeddings.atlas.conftest import (
    NASTY,
    STYLES,
    WITHHELD,
    collection,
    map_points,
    positions,
    table,
    withheld_table,
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --use-angle=swiftshader --enable-unsafe-swiftshader --no-first-run "
    "--disable-quic --disable-background-networking --disable-component-update --disable-sync"
)


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
    data = atlas_data(predictions, collection(predictions), map_points(), fold="1")
    parser = Scripts()
    parser.feed(atlas_page(data, sheet[0], PageText(NASTY, [NASTY, "{{data}}"])))
    assert len(parser.scripts) == 3
    assert parser.fetched == []
    assert json.loads(parser.scripts[0]).items() >= data.items()


def test_thumbnails_are_printed_although_they_are_backgrounds(page):
    assert re.search(r"@media print \{[^}]*[ ;]print-color-adjust: exact", page.read_text(encoding="utf-8"))


def test_what_is_no_number_never_reaches_the_page():
    with pytest.raises(ValueError, match="JSON"):
        _inline_json({"x": [float("nan")]})


def test_a_missing_package_is_told_with_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "plotly.offline", None)
    with pytest.raises(ValueError, match=r'pip install "styleclf\[atlas\]"'):
        plotly_script()


@pytest.fixture(scope="module")
def page(sheet, tmp_path_factory):
    """A page of sixty images at two epochs, with nasty names."""
    file, predictions = tmp_path_factory.mktemp("page") / "atlas.html", table()
    data = atlas_data(predictions, collection(predictions), map_points(), fold="1")
    file.write_text(atlas_page(data, sheet[0], PageText(NASTY, [NASTY])), encoding="utf-8")
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


@pytest.mark.slow  # a browser for each
@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
@pytest.mark.parametrize(
    "address, chosen",
    [
        pytest.param("", lambda row: True, marks=pytest.mark.slow),
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
    placed = np.isfinite(positions(60)[0 if "epoch=0" in address else 1]).all(axis=1)
    title, text = opened(page, address, tmp_path)
    lost = f"; {(~placed).sum()} have no place at this epoch" if not placed.all() else ""
    assert f"|{(predictions.apply(chosen, axis=1) & placed).sum()} of 60 images{lost}|" in text
    assert title == NASTY


@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
def test_an_address_shows_the_card_of_an_image(page, tmp_path):
    row = table().iloc[3]
    _, text = opened(page, f"#image={quoted([row['filename']])}", tmp_path)
    percent = f"{100 * row['proba_' + row['pred']]:.0f} %"
    assert f"|{NASTY} 3|" in text
    assert f" predicted {row['pred']}, {percent}|" in text
    _, text = opened(page, "", tmp_path)
    assert f"|{NASTY} 3|" not in text


def asked(page, question, folder, address="", *flags):
    """What a page answers to a question in JavaScript, asked after it has drawn itself."""
    tail = f"<script>setTimeout(() => {{ document.title = JSON.stringify({question}); }}, 1500);</script></body>"
    file = folder / "asked.html"
    file.write_text(page.read_text(encoding="utf-8").replace("</body>", tail), encoding="utf-8")
    offline = ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}"]
    command = [CHROMIUM, *FLAGS.split(), *offline, *flags, "--virtual-time-budget=5000", "--dump-dom"]
    dom = subprocess.run([*command, file.as_uri() + address], capture_output=True, text=True, timeout=120).stdout
    return json.loads(html.unescape(re.search(r"<title>(.*?)</title>", dom, re.S)[1]))


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
def test_pictures_names_and_numbers_follow_the_filters(page, tmp_path):
    predictions = table()
    question = """{
      tiles: document.querySelectorAll('.tile').length, pictures: document.querySelectorAll('#overlay .thumb').length,
      names: [...document.querySelectorAll('#overlay b')].map(name => name.textContent).sort(),
      shapes: [...new Set(map.data[1].marker.symbol)].length, score: document.getElementById('score').textContent,
      labelled: [...document.querySelectorAll('.tile')].every(tile => tile.getAttribute('aria-label')),
    }"""
    whole = asked(page, question, tmp_path)
    assert whole["tiles"] == 60
    assert 5 < whole["pictures"] <= 60
    assert whole["labelled"]
    assert whole["names"] == sorted(STYLES)
    assert whole["shapes"] == len(STYLES)
    is_test = predictions["fold"] == "1"
    is_right = predictions["pred"] == predictions["label"]
    assert f"test images: {(is_test & is_right).sum()} of {is_test.sum()} named rightly" in whole["score"]
    one = asked(page, question, tmp_path, f"#style={quoted(STYLES[:1])}&thumbs=off")
    assert one["tiles"] == (predictions["label"] == STYLES[0]).sum()
    assert one["pictures"] == 0
    assert one["names"] == STYLES[:1]


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
def test_titles_are_searched_and_keys_reach_every_picture(page, tmp_path):
    question = """(() => {
      const tiles = [...document.querySelectorAll('.tile')];
      tiles[0].focus();
      window.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight'}));
      const isNext = document.activeElement === tiles[1];
      document.activeElement.click();
      return [tiles.length, isNext, document.getElementById('pinned').hidden];
    })()"""
    assert asked(page, question, tmp_path, "#author=%3E%201") == [11, True, False], "titles 1 and 10 to 19"


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
def test_on_a_phone_filters_lie_in_a_drawer(page, tmp_path):
    question = """(() => {
      const left = () => Math.round(document.getElementById('filters').getBoundingClientRect().right);
      const closed = left();
      document.getElementById('open').click();
      return [closed <= 0, document.getElementById('filters').classList.contains('open'), map.clientHeight > 250];
    })()"""
    assert asked(page, question, tmp_path, "", "--window-size=500,900") == [True, True, True]


@pytest.mark.slow  # a browser, twice
@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
def test_a_long_cloud_in_space_is_looked_at_from_farther_away(sheet, tmp_path):
    predictions, points = table(), np.random.default_rng(0).uniform(size=(1, 60, 3))
    distances = []
    for length in (1, 10):
        cloud = MapPoints(points * [length, 1, 1], [LAST])
        data = atlas_data(predictions, collection(predictions), cloud, fold="1")
        page = tmp_path / f"{length}.html"
        page.write_text(atlas_page(data, sheet[0]), encoding="utf-8")
        distances.append(asked(page, "layout().scene.camera.eye.x", tmp_path))
    near, far = distances
    assert far / near == pytest.approx(10 ** (2 / 3), rel=0.1), "the longest side beside a cube's of the same volume"


@pytest.mark.slow  # a browser
@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
def test_a_browser_marks_withheld_styles_on_a_sphere(sheet, tmp_path):
    predictions, points = withheld_table(), np.random.default_rng(0).normal(size=(1, 60, 3))
    units = points / np.linalg.norm(points, axis=2, keepdims=True)
    on_sphere = MapPoints(units, [LAST], sphere=True)
    data = atlas_data(predictions, collection(predictions), on_sphere, withheld=[WITHHELD])
    page = tmp_path / "sphere.html"
    tail = """<script>
      document.title = map.data[1].customdata.filter((i, at) => map.data[1].marker.symbol[at] === "diamond").length
        + " diamonds, " + map.data.length + " traces, radius " + Math.max(...map.data[3].x).toFixed(1);
    </script></body>"""
    page.write_text(atlas_page(data, sheet[0]).replace("</body>", tail), encoding="utf-8")
    title, text = opened(page, f"#image={quoted([predictions['filename'][5]])}", tmp_path / "profile")
    assert title == "12 diamonds, 4 traces, radius 1.0"
    assert f"|{WITHHELD} (withheld)|12|" in text
    assert "|held-out authors|48|" in text
    assert "|Part|" in text
    assert f" {WITHHELD} (withheld): not known to the model|" in text
    assert "|withheld|" in text
    assert ", training" not in text


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
def test_columns_of_the_collection_are_shown_and_filtered_by(page, tmp_path):
    predictions = table()
    rows = collection(predictions)
    question = """(() => {
      const count = () => { update(); return document.getElementById('count').textContent; }; // not at the next frame
      const counts = [count()];
      const [low, high] = document.querySelectorAll('.ends input');
      low.value = 1829;
      low.dispatchEvent(new Event('input'));
      counts.push(count());
      high.value = 1810;
      high.dispatchEvent(new Event('input'));
      counts.push(count());
      document.getElementById('clear').click();
      counts.push(count());
      const labels = [...document.querySelectorAll('#further details')].map(item => item.firstChild.firstChild.data);
      return {counts, labels, tiles: document.querySelectorAll('.tile').length, end: high.value,
        card: [...document.querySelectorAll('#pinned dd')].map(line => line.textContent)};
    })()"""
    places = f"#in.place={quoted(['Den Haag, A~B', NASTY])}&image={quoted([predictions['filename'][5]])}"
    answer = asked(page, question, tmp_path, places)
    is_there = rows["place"].isin(["Den Haag, A~B", NASTY])
    year = rows["date"].str[3:].replace("", "0").astype(int)
    expected = [is_there.sum(), (is_there & (year >= 1829)).sum(), (is_there & (year == 1829)).sum(), 60]
    assert answer["counts"] == [f"{n_images} of 60 images" for n_images in expected]
    assert answer["labels"] == ["date", "place", NASTY]
    assert answer["end"] == "1859"
    assert answer["card"] == ["c. 1805", "Den Haag, A~B", "inv-005", "1.25"]
    assert answer["tiles"] == 60
    missing = asked(page, "document.getElementById('count').textContent", tmp_path, "#in.place=~&in.date=1801~1803")
    assert missing == "1 of 60 images"
    searched = asked(page, "document.getElementById('count').textContent", tmp_path, "#author=inv%20007")
    assert searched == "1 of 60 images"


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed")
def test_a_far_image_does_not_put_all_others_on_one_spot(sheet, tmp_path):
    predictions = table()
    places = positions(60)[1:]
    places[0, 7] = [900.0, -900.0]
    data = atlas_data(predictions, collection(predictions), MapPoints(places, [LAST]))
    file = tmp_path / "far.html"
    file.write_text(atlas_page(data, sheet[0], PageText("a map")), encoding="utf-8")
    question = "{x: ranges.x, y: ranges.y, count: document.getElementById('count').textContent}"
    shown = asked(file, question, tmp_path)
    others = np.delete(places[0], 7, axis=0)
    for axis, values in zip("xy", others.T, strict=True):
        low, high = shown[axis]
        assert low <= values.min()
        assert values.max() <= high
        assert high - low < 5 * np.ptp(values)
    assert "1 far outside this view: zoom out" in shown["count"]
