"""inference.predict: predictions of the right images, and files that cannot be read do no harm."""

import os

import numpy as np
import pandas as pd
import pytest

from styleclf.common import write_table
from styleclf.data import image_files
from styleclf.evaluation import ANY_STYLE, NONE_OF_THESE, AnswerRule, Hierarchy
from styleclf.inference import forget_novelty, keep_novelty, keep_rule, novelty_of, predict
from styleclf.inference.answer_lines import top_3_text
from styleclf.training import learn_novelty


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
    assert sorted(unreadable) == [0, 4, 7, 8]
    assert all(unreadable.values())
    assert np.isnan(probas[[0, 4, 7, 8]]).all()
    alone, _ = predict.predict_files(trained, sound, progress=False)
    assert probas[[1, 2, 3, 5, 6]] == pytest.approx(alone, abs=1e-3)
    assert alone.sum(1) == pytest.approx(np.ones(5), abs=1e-5)


def test_a_design_whose_images_are_elsewhere_or_gone_is_told(trained, design, sample, tmp_path):
    rows = design.iloc[:2]
    with pytest.raises(FileNotFoundError, match=r"no image at .*: give the folder from which the design was made"):
        predict.predict_design(trained, rows, tmp_path, progress=False)
    first = tmp_path / rows["filename"].iloc[0]
    first.parent.mkdir(parents=True)
    first.write_bytes((sample / rows["filename"].iloc[0]).read_bytes())
    with pytest.raises(OSError, match=r"is no longer \(file not found\): run design\.py"):
        predict.predict_design(trained, rows, tmp_path, progress=False)


@pytest.mark.parametrize("column", ["label", "author", "fold"])
def test_a_table_that_is_no_design_is_told_with_its_columns(trained, design, sample, column):
    rows = design.iloc[:2].drop(columns=column)
    with pytest.raises(ValueError, match=f"the design lacks the column {column}; it has .*title"):
        predict.predict_design(trained, rows, sample, progress=False)


@pytest.mark.parametrize("bs", [0, 1.5, "8"])
def test_batches_have_a_whole_number_of_files(trained, bs):
    with pytest.raises(ValueError, match=f"bs must be a whole number from 1, not {bs!r}"):
        predict.predict_files(trained, [], bs=bs)


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
    table, reasons = predict.predict_table(trained, image_files([tmp_path]))
    assert reasons == {}
    assert len(table) == 1
    text = top_3_text(table)
    assert b"mu\\udcf1oz_center.jpg" in text.encode("utf-8")
    write_table(table, tmp_path / "table.csv")
    assert pd.read_csv(tmp_path / "table.csv")["filename"].tolist() == [f"{tmp_path.as_posix()}/mu\\udcf1oz_center.jpg"]


def test_predictions_have_answers_and_their_level(learn, design, sample):
    paths = [sample / name for name in design["filename"].head(3)]
    plain, _ = predict.predict_table(learn, paths)
    assert "level" not in plain
    hierarchy = Hierarchy({style: ("painted", style) for style in learn.dls.vocab})
    for threshold, level in ((0.0, 2), (0.9, 1), (np.inf, 0)):
        keep_rule(learn, AnswerRule(hierarchy, threshold))
        table, _ = predict.predict_table(learn, paths)
        assert (table["level"] == level).all()
        assert (table["pred"] == plain["pred"]).all()
    assert (table["answer"] == ANY_STYLE).all()


@pytest.fixture
def partly_new(learn, sample, design):
    """A learner with a threshold that half of eight pictures exceed, and these pictures."""
    paths = [sample / name for name in design["filename"][:8]]
    learn_novelty(learn)
    novelty = predict.predict_table(learn, paths)[0]["novelty"]
    model = novelty_of(learn)
    keep_novelty(learn, model._replace(threshold=float(novelty.median())))
    return learn, paths


def test_none_of_these_where_novelty_is_above_the_threshold(partly_new):
    learn, paths = partly_new
    table, _ = predict.predict_table(learn, paths, threshold=0.0)
    is_new = table["novelty"] > novelty_of(learn).threshold
    assert is_new.sum() == 4
    assert (table["answer"] == NONE_OF_THESE).equals(is_new)
    assert (table["answer"][~is_new] == table["pred"][~is_new]).all()
    assert ((table["set"] == "") == is_new).all()


def test_a_forgotten_model_says_nothing(partly_new):
    learn, paths = partly_new
    forget_novelty(learn)
    forget_novelty(learn)
    assert novelty_of(learn) is None
    assert "novelty" not in predict.predict_table(learn, paths[:1])[0]


def test_unreadable_files_have_no_row(partly_new, tmp_path):
    learn, paths = partly_new
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no image")
    table, unreadable = predict.predict_table(learn, [broken, *paths[:2]])
    assert list(unreadable) == [broken]
    assert len(table) == 2
    assert np.isfinite(table["novelty"]).all()
