"""Styles guessed by their source: certain where a model goes by the source, and not where it goes by the style."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from styleclf.audit.report import Audit, audit_runs
from styleclf.audit.source_guesses import _COLUMNS, guess_sentences, source_guesses
from styleclf.data import Paintings

STYLES = ("cubism", "naturalism", "rococo")


def sourced_paintings(seed=0, n_authors=20, n_each=3):
    """Three styles, each from two sources; museum-b holds most of naturalism and little of the others."""
    rng = np.random.default_rng(seed)
    rows = []
    for style in STYLES:
        for author in range(n_authors):
            is_b = rng.random() < (0.8 if style == "naturalism" else 0.3)
            for i in range(n_each):
                source = "museum-b" if is_b else "museum-a"
                rows.append((f"{style}/{style}-{author}_{i}.jpg", style, f"{style}-{author}", source))
    design = pd.DataFrame(rows, columns=["filename", "label", "author", "source"])
    return Paintings(design.assign(fold="0", copy_of=""), Path("nowhere"))


def guessed(paintings, by_source=0.0, by_mistake=0.3, seed=1):
    """Predictions that are mistaken at random, and say naturalism for pictures from museum-b as often as asked for."""
    rng = np.random.default_rng(seed)
    rows = paintings.rows
    mistaken = rng.random(len(rows)) < by_mistake
    pred = rows["label"].where(~mistaken, rng.choice(STYLES, len(rows)))
    lured = (rows["source"] == "museum-b") & (rng.random(len(rows)) < by_source)
    return rows.assign(pred=pred.where(~lured, "naturalism"))


def test_a_style_guessed_by_its_source_is_certain_and_its_shares_are_counted():
    paintings = sourced_paintings()
    predictions = guessed(paintings, by_source=0.5)
    table = source_guesses({"probe": predictions}, paintings)
    assert list(table.columns) == _COLUMNS
    row = table.set_index("label").loc["naturalism"]
    others = predictions[predictions["label"] != "naturalism"]
    inside = others[others["source"] == "museum-b"]
    elsewhere = others[others["source"] == "museum-a"]
    shares = (elsewhere["pred"] == "naturalism").groupby(elsewhere["label"]).mean()
    assert row["value"] == pytest.approx((inside["pred"] == "naturalism").mean())
    assert row["reference"] == pytest.approx(inside["label"].map(shares).mean())
    assert row["difference"] == pytest.approx(row["value"] - row["reference"])
    assert row["is_certain"]
    assert row["lo"] > 0
    assert row["sources"] == "museum-b"
    assert (row["n_images"], row["n_elsewhere"], row["n_authors"]) == (len(inside), len(elsewhere), 40)
    (sentence, *_) = guess_sentences(table)
    assert sentence.startswith("probe: naturalism is guessed by its source: ")
    assert "95 % interval" in sentence


def test_mistakes_that_have_nothing_to_do_with_sources_are_seldom_certain():
    n_certain = 0
    for seed in range(20):
        paintings = sourced_paintings(seed)
        table = source_guesses({"probe": guessed(paintings, seed=seed)}, paintings, n_resamples=200)
        n_certain += table["is_certain"].any()
    assert n_certain <= 3, "of 20 one expects at most 1"
    assert "no style is certainly guessed by its source, of" in guess_sentences(table)[0]


def test_a_style_alike_to_those_of_its_source_is_not_blamed():
    """Rococo is always taken for naturalism, and both are of one source: nothing shows that the source matters."""
    paintings = sourced_paintings()
    rows = paintings.rows
    source = rows["label"].map({"cubism": "museum-a", "naturalism": "museum-b", "rococo": "museum-b"})
    predictions = rows.assign(pred=rows["label"].replace({"rococo": "naturalism"}))
    assert source_guesses({"probe": predictions}, paintings.with_rows(rows.assign(source=source))).empty


def test_every_model_has_rows_and_without_shared_sources_there_are_none():
    paintings = sourced_paintings()
    models = {"probe": guessed(paintings, seed=3), "runs/cv": guessed(paintings, by_source=0.6)}
    sentences = guess_sentences(source_guesses(models, paintings))
    assert sentences[0].startswith("probe: no style")
    assert sentences[1].startswith("runs/cv: naturalism is guessed")
    alone = paintings.with_rows(paintings.rows.assign(source=paintings.rows["label"]))
    table = source_guesses(models, alone)
    assert table.empty
    assert "cannot be told" in guess_sentences(table)[0]


def test_predictions_of_another_design_are_refused():
    paintings = sourced_paintings()
    others = guessed(paintings).assign(filename="x.jpg")
    with pytest.raises(ValueError, match=r"runs/other predicts no image of the design that has a source"):
        source_guesses({"runs/other": others.iloc[:1]}, paintings)


def test_trained_runs_stand_below_the_probe_in_an_audit():
    paintings = sourced_paintings()
    of_probe = source_guesses({"the probe": guessed(paintings)}, paintings, n_resamples=50)
    audit = Audit({"source_guesses": of_probe}, ["of the probe"], paintings)
    runs = {"runs/cv": guessed(paintings, by_source=0.6)}
    longer = audit_runs(audit, runs)
    assert longer.tables["source_guesses"]["model"].unique().tolist() == ["the probe", "runs/cv"]
    assert longer.sentences[0] == "of the probe"
    assert longer.sentences[1].startswith("runs/cv: naturalism is guessed")
    without = paintings.with_rows(paintings.rows.drop(columns="source"))
    with pytest.raises(ValueError, match="--sources"):
        audit_runs(audit._replace(paintings=without), runs)
