"""Figures of a cross-validation and of a comparison: their tables, what they say, and that they draw it."""

import numpy as np
import pandas as pd
import pytest

from styleclf.evaluation import metrics
from styleclf.evaluation.comparison import compare
from styleclf.plots import comparison, folds
from tests.plots.test_plots import VOCAB, make_predictions, pixels_of, words_of


def fold_metrics(n_folds=3):
    tables = [metrics.metrics_table(make_predictions(seed=i), f"fold {i}", 50) for i in range(n_folds)]
    return pd.concat([metrics.metrics_table(make_predictions(200), "cv", 50), *tables], ignore_index=True)


def judged(label, author, preds):
    """Rows of one painter: the named style is the likeliest, and the true one the second if it comes after '+'."""
    rows = []
    for pred in preds:
        first, second = pred.rstrip("+"), label if pred.endswith("+") else None
        probas = {style: 0.1 + 0.5 * (style == first) + 0.2 * (style == second) for style in VOCAB}
        probas[label] -= 0.05  # so that no tie makes it the second
        named = {f"proba_{style}": proba for style, proba in probas.items()}
        rows.append({"label": label, "author": author, "pred": first} | named)
    return pd.DataFrame(rows)


def test_recall_is_the_share_right_and_its_interval_holds_it():
    predictions = make_predictions(300)
    table = folds.recall_table(predictions).set_index("label")
    right = predictions["pred"] == predictions["label"]
    assert table["recall"].to_dict() == pytest.approx(right.groupby(predictions["label"]).mean().to_dict())
    assert ((table["lo"] < table["recall"]) & (table["recall"] < table["hi"])).all()
    assert table["recall"].is_monotonic_decreasing and table["n_images"].sum() == 300
    assert table.loc[VOCAB[0], "n_authors"] == predictions[predictions["label"] == VOCAB[0]]["author"].nunique() - 1


def test_recalls_interval_is_wider_with_few_authors():
    many = make_predictions(400).assign(author="")
    hard = np.arange(400) % 4 == 0  # every fourth painter is always taken for another style
    wrong = many["label"].map(dict(zip(VOCAB, VOCAB[1:] + VOCAB[:1], strict=True)))
    many["pred"] = np.where(hard, wrong, many["label"])
    few = many.assign(author=[f"painter-{i % 4}" for i in range(400)])
    widths = [(table["hi"] - table["lo"]).mean() for table in map(folds.recall_table, (many, few))]
    assert widths[1] > 2 * widths[0]


def test_no_recall_is_certain():
    """With all right the bound is what so many independent images would just fail to exclude."""
    paintings = judged("cubism", "", ["cubism"] * 30)
    (row,) = folds.recall_table(paintings).itertuples()
    assert (row.recall, row.hi) == (1, 1) and row.lo**30 == pytest.approx(0.025)
    (of_one_author,) = folds.recall_table(paintings.assign(author="gris")).itertuples()
    assert 0 < of_one_author.lo < row.lo
    (wrong,) = folds.recall_table(paintings.assign(pred="ukiyo-e")).itertuples()
    assert (wrong.lo, wrong.hi) == (0, pytest.approx(1 - row.lo))


def test_painters_come_hardest_first_with_what_they_were_taken_for():
    table = folds.painters_table(
        pd.concat(
            [
                judged("cubism", "braque", ["cubism", "cubism", "ukiyo-e+"]),
                judged("cubism", "cezanne", ["impressionism", "impressionism", "ukiyo-e", "cubism"]),
                judged("impressionism", "cezanne", ["impressionism"] * 3),
                judged("cubism", "", ["ukiyo-e"] * 9),
                judged("ukiyo-e", "hokusai", ["cubism"] * 2),
            ],
            ignore_index=True,
        )
    )
    rows = [tuple(row) for row in table.itertuples(index=False)]
    assert rows == [
        ("cezanne", "cubism", 4, 0.25, 0.25, "impressionism 2, ukiyo-e 1"),
        ("braque", "cubism", 3, pytest.approx(2 / 3), 1.0, "ukiyo-e 1"),
        ("cezanne", "impressionism", 3, 1.0, 1.0, ""),
    ]
    with pytest.raises(ValueError, match="no named author has 3"):
        folds.painters_table(judged("cubism", "braque", ["cubism"] * 2))


def test_the_folds_figure_names_every_fold_and_the_pooled_one_last():
    words = words_of(folds.plot_folds(fold_metrics()))
    rows = dict.fromkeys(word.split("\n")[0] for word in words if "images, " in word)
    assert list(rows) == ["fold 0", "fold 1", "fold 2", "all (cv)"]
    assert {"top-1 accuracy", "top-2 accuracy", "top-3 accuracy", "F1"} <= set(words)
    assert any("200 images, 8 authors" in word for word in words)


def test_recall_and_painters_say_how_many_they_show():
    predictions = make_predictions(300)
    words = words_of(folds.plot_recall(predictions))
    assert set(VOCAB) <= set(words) and f"{(predictions['label'] == VOCAB[0]).sum()}" in words
    words = words_of(folds.plot_painters(predictions, 5))
    assert any(word.startswith("The 5 hardest of") for word in words)


def test_a_comparison_names_its_runs_shortly_and_turns_the_losses():
    tables = {f"runs/{name}": make_predictions(seed=seed).assign(fold="0") for name, seed in (("a", 0), ("b/c", 0))}
    tables["runs/b/c"] = tables["runs/a"].assign(pred=tables["runs/a"]["pred"].sample(frac=1, random_state=0).tolist())
    shown = compare(tables, n_resamples=50)
    fig = comparison.plot_comparison(shown)
    words = words_of(fig)
    assert "Differences from a: 60 images, 8 authors" in words and "b/c" in words
    rates, *losses = fig.axes
    assert not rates.xaxis_inverted() and all(axes.xaxis_inverted() for axes in losses)
    with pytest.raises(ValueError, match="two or more runs"):
        comparison.plot_comparison(shown[shown["run"] == "runs/a"])


@pytest.mark.parametrize(
    "names, short",
    [
        (["runs/a", "runs/b"], ["a", "b"]),
        (["runs/a/x", "runs/b/x"], ["a/x", "b/x"]),
        (["a", "b/c"], ["a", "b/c"]),
        (["runs", "runs/b/"], ["runs", "runs/b"]),
    ],
)
def test_short_names_leave_out_what_is_shared(names, short):
    assert comparison._short_names(names) == short


def test_every_figure_draws_and_refuses_empty_tables():
    predictions = make_predictions(120)
    runs = {name: make_predictions(120, seed=0).assign(fold="0") for name in "abcdef"}
    figures = [
        (folds.plot_folds, fold_metrics()),
        (folds.plot_recall, predictions),
        (folds.plot_painters, predictions),
        (comparison.plot_comparison, compare(runs, n_resamples=20)),
    ]
    for draw, table in figures:
        pixels = pixels_of(draw(table))
        assert pixels.std() > 5 and (pixels[:, -2:] == 255).all(), f"{draw.__name__} is cut off on the right"
        with pytest.raises(ValueError, match=r"no rows|holds none"):
            draw(table.iloc[:0])
