"""inference.predict: predictions of the right images, and files that cannot be read do no harm."""

import os

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.common import write_table
from styleclf.inference import predict


def test_probabilities_are_fastais(trained, design, sample):
    rows = design[design["fold"] == "0"]
    with trained.no_bar():
        expected = trained.get_preds(dl=trained.dls.test_dl(rows))[0].numpy()
    table = predict.predict_design(trained, rows, sample, progress=False)
    probas = table.filter(like="proba_").to_numpy()
    assert probas == pytest.approx(expected, abs=1e-3)
    assert table["pred"].tolist() == [trained.dls.vocab[i] for i in probas.argmax(1)]


@pytest.mark.parametrize("bs", [1, 3, 64])
def test_unreadable_files_are_reported_and_the_others_predicted(trained, design, sample, tmp_path, bs):
    sound = [sample / name for name in design["filename"].iloc[:5]]
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "half.jpg").write_bytes(sound[0].read_bytes()[:400])
    (tmp_path / "text.png").write_text("no image")
    paths = [
        tmp_path / "empty.jpg",
        *sound[:3],
        tmp_path / "half.jpg",
        *sound[3:],
        tmp_path / "text.png",
        "missing.jpg",
    ]
    probas, unreadable = predict.predict_files(trained, paths, bs=bs, progress=False)
    assert sorted(unreadable) == [0, 4, 7, 8] and all(unreadable.values())
    assert np.isnan(probas[[0, 4, 7, 8]]).all()
    alone, _ = predict.predict_files(trained, sound, progress=False)
    assert probas[[1, 2, 3, 5, 6]] == pytest.approx(alone, abs=1e-3)
    assert alone.sum(1) == pytest.approx(np.ones(5), abs=1e-5)


def test_a_design_whose_image_is_gone_is_told(trained, design, tmp_path):
    with pytest.raises(OSError, match=r"design\.py"):
        predict.predict_design(trained, design.iloc[:2], tmp_path, progress=False)


def test_image_files_walks_folders_and_leaves_hidden_and_other_files(tmp_path):
    for name in ("a.JPG", "sub/b.png", "sub/.c.png", ".hidden/d.png", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    names = [path.relative_to(tmp_path).as_posix() for path in predict.image_files([tmp_path])]
    assert names == ["a.JPG", "sub/b.png"]
    assert predict.image_files([tmp_path / "notes.txt"]) == [tmp_path / "notes.txt"]
    with pytest.raises(FileNotFoundError, match="nowhere"):
        predict.image_files([tmp_path / "nowhere"])
    with pytest.raises(ValueError, match="image files"):
        predict.image_files([])


def test_what_passes_for_an_image_is_tried_and_the_rest_is_counted(tmp_path, capsys):
    names = ["water-lilies.jpg", "nympheas.jpg!Large", "default", "poplars.jpeg?sequence=1", "haystacks.jpx", "x.heic"]
    for name in names:
        Image.new("RGB", (8, 8)).save(tmp_path / name, format="JPEG")
    for name in ("notes.txt", "table.csv", "Makefile"):
        (tmp_path / name).write_text("no picture")
    Image.new("RGB", (8, 8)).save(tmp_path / "table.png")
    (tmp_path / "link").symlink_to(tmp_path)
    (tmp_path / "@eaDir").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "@eaDir" / "thumbnail.jpg")
    assert sorted(path.name for path in predict.image_files([tmp_path])) == sorted([*names, "table.png"])
    assert capsys.readouterr().out.splitlines() == [
        f"passed over: {tmp_path / 'link'} (link to a folder above it)",
        f"3 files are not images and are passed over (such as {tmp_path / 'Makefile'})",
        f"passed over: {tmp_path / '@eaDir'} (a folder of the system)",
    ]


def test_a_folder_without_images_and_an_empty_path_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # an empty path would be this folder
    Image.new("RGB", (8, 8)).save("x.png")
    with pytest.raises(ValueError, match="empty path"):
        predict.image_files([""])
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="no image files in empty"):
        predict.image_files(["empty"])


@pytest.mark.timeout(60)
def test_pipes_and_damaged_files_cost_nothing(trained, design, sample, tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe.jpg")
    (tmp_path / "x.eps").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\n")
    sound = sample / design["filename"].iloc[0]
    content = sound.read_bytes()
    (tmp_path / "cut.jpg").write_bytes(content[: len(content) // 2])
    paths = [tmp_path / "pipe.jpg", tmp_path / "x.eps", tmp_path / "cut.jpg", tmp_path, sound]
    table, reasons = predict.predict_table(trained, paths)
    assert table["filename"].tolist() == [sound.as_posix()]
    assert list(reasons.values()) == ["not a regular file", "not an image", "truncated image", "folder"]


@pytest.mark.skipif(os.name != "posix", reason="elsewhere names are always Unicode")
def test_a_name_that_is_no_utf_8_is_predicted_and_escaped(trained, design, sample, tmp_path):
    odd = tmp_path / os.fsdecode(b"mu\xf1oz_center.jpg")
    try:
        odd.write_bytes((sample / design["filename"].iloc[0]).read_bytes())
    except OSError:
        pytest.skip("this file system takes no such name")
    table, reasons = predict.predict_table(trained, predict.image_files([tmp_path]))
    assert reasons == {} and len(table) == 1
    text = predict.top_3_text(table)
    assert text.encode("utf-8").startswith((tmp_path / "mu\\udcf1oz_center.jpg").as_posix().encode())
    write_table(table, tmp_path / "table.csv")
    assert pd.read_csv(tmp_path / "table.csv")["filename"].tolist() == [f"{tmp_path.as_posix()}/mu\\udcf1oz_center.jpg"]


def test_the_top_3_are_sorted_and_named(trained, design, sample):
    table, _ = predict.predict_table(trained, [sample / design["filename"].iloc[0]])
    text = predict.top_3_text(table)
    percents = [int(word.rstrip("%")) for word in text.split() if word.endswith("%")]
    assert len(percents) == 3 and percents == sorted(percents, reverse=True)
    assert table["pred"].iloc[0] == text.split()[1]
