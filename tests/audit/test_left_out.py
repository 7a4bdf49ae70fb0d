"""styleclf.audit.left_out: collections that no training image comes from, beside painters never seen."""

import numpy as np
import pytest

from styleclf.audit.left_out import ALL, _with_folds_by_painter, left_out_sentences, left_out_table
from styleclf.data import left_out_folds
from tests.audit.conftest import painted_features, painters_design


def collected(trace=0.0, seed=0, lonely=False):
    """A design by painter with a source each, and features that show the style and marks of sources."""
    design, targs = painters_design()
    number = np.array([int(author.split("-")[1]) // 4 for author in design["author"]])  # of the source: 0, 1, 2
    rng = np.random.default_rng(seed)
    marks = rng.normal(size=(3, 3, 30))[targs, number] * trace  # every source marks every style otherwise
    features = painted_features(design, targs, style=0.7, seed=seed) + marks
    sources = np.array(["met", "rijks", "tate"])[number]
    if lonely:
        sources[targs == 2] = "zen"
    return design.assign(source=sources), features


def audited(design, features):
    left_out = left_out_folds(design, "source")
    return left_out_table(design, left_out, features, progress=False)


def test_who_relies_on_a_collection_fails_in_another():
    table = audited(*collected(trace=1.5)).set_index("collection")
    assert table.index.tolist() == ["met", "rijks", "tate", ALL]
    total = table.loc[ALL]
    assert total["difference_hi"] < 0
    assert total["by_painter"] > 0.9
    assert total["n_images"] == 180
    assert total["n_not_judged"] == 0
    assert np.isclose(total["difference"], total["value"] - total["by_painter"])
    assert (table["lo"] <= table["value"]).all()
    assert (table["value"] <= table["hi"]).all()


def test_collections_without_traces_are_as_good_as_any():
    total = audited(*collected(trace=0)).set_index("collection").loc[ALL]
    assert total["difference_lo"] < 0 < total["difference_hi"] or abs(total["difference"]) < 0.05
    assert abs(total["as_few"] - total["by_painter"]) < 0.1


def test_a_style_of_one_collection_is_not_judged_and_is_named():
    design, features = collected(lonely=True)
    table = audited(design, features).set_index("collection")
    assert "zen" not in table.index
    assert table.loc[ALL, "n_not_judged"] == 60
    assert table.loc["met", "n_styles"] == 2
    sentences = left_out_sentences(table.reset_index(), design, "source")
    assert sentences[0].startswith("by painter ")
    assert ", by source " in sentences[0]
    assert sentences[-1].startswith("not asked: 1 style (zen of zen) in one source only")
    assert len(sentences) == 1 + 3 + 1


def test_a_painter_of_the_collection_left_out_teaches_nothing_elsewhere():
    """Features that show the hand alone: a style is recognised only by who knows its painters."""
    design, targs = painters_design()
    features = painted_features(design, targs, hand=3.0)
    sources = np.where(np.arange(len(design)) % 2, "met", "tate")  # every painter is in both
    with pytest.raises(ValueError):
        audited(design.assign(source="met"), features)
    table = audited(design.assign(source=sources), features)
    assert table.empty, "nobody is left to learn from"


def test_folds_that_are_collections_are_dealt_anew_by_painter_and_others_stay():
    design, _ = collected()
    left_out = left_out_folds(design, "source")
    dealt = _with_folds_by_painter(left_out, seed=0)
    assert set(dealt["fold"]) == set("0123")
    assert "fold_name" not in dealt
    assert dealt.groupby("author")["fold"].nunique().max() == 1
    assert dealt["filename"].tolist() == left_out["filename"].tolist()
    assert _with_folds_by_painter(design, seed=0) is design
