"""The figure of precision and recall: what it says in words, and what it draws."""

import pytest

from styleclf.evaluation.precision_recall_curves import precision_recall
from styleclf.plots.precision_recall import plot_precision_recall
from tests.evaluation.test_precision_recall_curves import predicted

MODELS = {"rococo against the rest": predicted(), "all styles": predicted(seed=1)}


def words_of(fig):
    legend = fig.legends[0]
    return [legend.get_title().get_text(), *(text.get_text() for text in legend.get_texts()), fig.get_supxlabel()]


def test_it_names_models_scores_difference_chance_and_sizes():
    scores, curves = precision_recall(MODELS, "rococo", 50)
    title, *texts, note = words_of(plot_precision_recall(scores, curves, "rococo"))
    assert title == "rococo against the rest"
    for text, model in zip(texts, MODELS, strict=False):
        row = scores.set_index("model").loc[model]
        assert text == f"{model}: average precision {row['value']:.2f} ({row['lo']:.2f}-{row['hi']:.2f})"
    assert texts[2] == "chance 0.33"
    assert texts[3].startswith(f"difference: {scores['value'].iloc[-1]:+.2f} (")
    assert " to " in texts[3]
    assert note.startswith("80 of 240 images are rococo, by 24 named authors. ")


def test_it_draws_each_curve_with_its_band_and_the_chance_level():
    scores, curves = precision_recall(MODELS, "rococo", 50)
    (axes,) = plot_precision_recall(scores, curves, "rococo").axes
    for line, band, model in zip(axes.lines, axes.collections, MODELS, strict=False):
        own = curves[curves["model"] == model]
        assert line.get_xydata() == pytest.approx(own[["recall", "precision"]].to_numpy())
        edges = band.get_paths()[0].vertices
        assert edges[:, 1].min() == own["lo"].min()
        assert edges[:, 1].max() == own["hi"].max()
    assert set(axes.lines[2].get_ydata()) == {scores["chance"].iloc[0]}


def test_one_model_alone_has_no_difference_and_authors_without_names_are_not_counted():
    scores, curves = precision_recall({"one": predicted().assign(author="")}, "rococo", 50)
    _, *texts, note = words_of(plot_precision_recall(scores, curves, "rococo"))
    assert len(texts) == 2
    assert "author," not in note
    assert "named" not in note


def test_tables_without_their_columns_are_refused():
    scores, curves = precision_recall({"one": predicted()}, "rococo", 5)
    with pytest.raises(ValueError, match="chance"):
        plot_precision_recall(scores.drop(columns="chance"), curves, "rococo")
    with pytest.raises(ValueError, match="recall"):
        plot_precision_recall(scores, curves.drop(columns="recall"), "rococo")
