"""The whole way: what stays, what goes on, and what is never asked for twice."""

from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest
from PIL import Image

from styleclf.data import PictureChoice, PoliteClient, collect_pictures, make_catalogue, read_manifests
from styleclf.data.collect import run
from tests.data.collect.museum import jpeg

NAMES = [f"work{number}" for number in range(12)]


@pytest.fixture
def manifest(museum):
    for number, name in enumerate(NAMES):
        museum.hang(name, colour=(number, 2 * number, 3 * number))
    words = {name: {"Style": f"style{number % 2}", "Artist": "Ann"} for number, name in enumerate(NAMES)}
    return museum.manifest_3("/m", NAMES, canvas_metadata=words, rights="https://cc.example/publicdomain")


def collected(client, sources, out, *, fields=None, choice=None):
    reading = read_manifests(client, sources, out)
    choice = choice or PictureChoice(fields=fields or {})
    outcome = collect_pictures(client, reading, out, choice=choice, longest_side=60)
    return outcome, outcome.text


def test_pictures_and_their_words_are_on_disk(manifest, museum, client, tmp_path):
    _, text = collected(client, [manifest], tmp_path)
    table = pd.read_csv(tmp_path / "collected.csv", keep_default_na=False)
    assert list(table["label"]) == ["style0", "style1"] * 6
    assert set(table["author"]) == {"Ann"}
    assert set(table["rights"]) == {"https://cc.example/publicdomain"}
    assert set(table["manifest"]) == {manifest}
    for row in table.itertuples():
        with Image.open(tmp_path / "images" / row.filename) as image:
            assert image.size == (row.width, row.height) == (60, 40)
        assert row.canvas.startswith(f"{manifest}/canvas/")
        assert len(row.sha256) == 64
    assert "12 pictures loaded, 0 there from an earlier run" in text
    assert "label 12" in text


def test_a_design_takes_the_table(manifest, client, tmp_path):
    collected(client, [manifest], tmp_path)
    catalogue = make_catalogue(tmp_path / "images", tmp_path / "collected.csv")
    assert len(catalogue.annotation) == 12
    assert set(catalogue.annotation["label"]) == {"style0", "style1"}
    assert set(catalogue.annotation["author"]) == {"ann"}
    assert "rights" in catalogue.annotation


def test_the_same_command_asks_for_nothing_again_and_changes_words_freely(manifest, museum, client, limits, tmp_path):
    collected(client, [manifest], tmp_path)
    museum.requests.clear()
    _, text = collected(PoliteClient(limits), [manifest], tmp_path, fields={"label": "Artist"})
    assert museum.requests == []
    assert "0 pictures loaded, 12 there from an earlier run" in text
    assert set(pd.read_csv(tmp_path / "collected.csv")["label"]) == {"Ann"}


def test_after_five_interruptions_nothing_is_loaded_twice(manifest, museum, limits, tmp_path, monkeypatch):
    take_up = run._take_up
    one_by_one = replace(limits, at_once=1, pause=0.01)

    def interrupt_at_new_picture(outcome, picture, result):
        take_up(outcome, picture, result)
        if result.is_new:
            raise KeyboardInterrupt

    monkeypatch.setattr(run, "_take_up", interrupt_at_new_picture)
    for _ in range(5):
        with pytest.raises(KeyboardInterrupt):
            collected(PoliteClient(one_by_one), [manifest], tmp_path)
    monkeypatch.setattr(run, "_take_up", take_up)
    outcome, _ = collected(PoliteClient(limits), [manifest], tmp_path)
    assert len(outcome.loaded) == 12
    assert outcome.n_kept >= 5
    assert set(Counter(museum.asked("/image3/")).values()) == {1}


def test_trouble_with_some_pictures_leaves_the_others(manifest, museum, limits, tmp_path):
    for name, status in (("work1", 404), ("work2", 403), ("work3", 503)):
        museum.put(f"/image3/{name}/full/60,/0/default.jpg", (status, {}, b""))
        museum.put(f"/image3/{name}/info.json", (status, {}, b""))
        museum.put(f"/image3/{name}/full/!60,60/0/default.jpg", (status, {}, b""))
    outcome, text = collected(PoliteClient(limits), [manifest], tmp_path)
    assert len(outcome.loaded) == 9
    assert "3 could not be had, the same command tries again" in text
    table = pd.read_csv(tmp_path / "not_loaded.csv")
    assert sorted(reason.split()[1] for reason in table["reason"]) == ["403", "404", "503"]
    museum.answers = {"/m": museum.answers["/m"]}
    outcome, _ = collected(PoliteClient(limits), [manifest], tmp_path)
    assert len(outcome.loaded) == 12
    assert outcome.n_kept == 9


def test_a_picture_that_changed_on_disk_is_loaded_anew(manifest, museum, client, limits, tmp_path):
    outcome, _ = collected(client, [manifest], tmp_path)
    (tmp_path / "images" / outcome.loaded[0][1].filename).write_bytes(b"spoilt")
    _, text = collected(PoliteClient(limits), [manifest], tmp_path)
    assert "1 file had changed since" in text
    assert len(museum.asked("/image3/")) == 13


def test_forbidden_pictures_are_not_even_asked_for(museum, client, limits, tmp_path):
    sources = [museum.manifest_3("/free", ["one"]), museum.manifest_3("/m", ["two"], rights="No use for AI training.")]
    outcome, text = collected(client, sources, tmp_path)
    assert len(outcome.loaded) == 1
    assert "1 picture left out, a statement forbids machine learning" in text
    assert museum.asked("/image3/two") == []
    table = pd.read_csv(tmp_path / "left_out.csv")
    assert table["words"].tolist() == ["No use for AI training."]
    assert table["manifest"].tolist() == [sources[1]]
    outcome, _ = collected(PoliteClient(limits), sources, tmp_path, choice=PictureChoice(permission="the museum"))
    assert len(outcome.loaded) == 2


def test_a_server_that_reserves_mining_counts_as_a_statement(museum, client, tmp_path):
    headers = {"Content-Type": "image/jpeg", "tdm-reservation": "1"}
    address = museum.put("/7.jpg", (200, headers, jpeg(Image.new("RGB", (9, 5)))))
    (tmp_path / "list.txt").write_text(f"{address}\n{museum.url}/image2/one/info.json")
    outcome, text = collected(client, [str(tmp_path / "list.txt")], tmp_path / "out")
    assert len(outcome.loaded) == 1
    assert "reserves text and data mining" in text
    assert "no picture has metadata" in text


def test_nothing_at_all_is_one_sentence(museum, client, limits, tmp_path):
    html = museum.put("/html", (200, {}, b"<!doctype html>"))
    museum.collection_3("/collection/a", [museum.url + "/collection/b"])
    museum.collection_3("/collection/b", [museum.url + "/collection/a"])
    with pytest.raises(ValueError, match=r"no picture to collect: what you named, and what that links to, has none$"):
        read_manifests(client, [museum.url + "/collection/a"], tmp_path)
    with pytest.raises(ValueError, match=r"^there is no picture to collect: http.*/html is an HTML page"):
        read_manifests(client, [html], tmp_path)
    with pytest.raises(ValueError, match=r"^name IIIF manifests or collections"):
        read_manifests(client, [], tmp_path)
    museum.put("/image3/one/full/60,/0/default.jpg", b"no picture")
    with pytest.raises(ValueError, match=r"^no picture was loaded: .* is not a picture that can be read"):
        collected(PoliteClient(limits), [museum.manifest_3("/m", ["one"])], tmp_path)
