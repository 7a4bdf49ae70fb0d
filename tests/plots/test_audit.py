"""styleclf.plots.audit: what the tables say is what the figures show."""

import pandas as pd
import pytest

from styleclf.plots import audit
from styleclf.plots.theme import WRONG, save_figure

LEAK = pd.DataFrame(
    [("top_1_accuracy", 0.8, 0.73, 0.07, 0.04, 0.1, 0.125), ("top_2_accuracy", 0.92, 0.89, 0.03, 0.01, 0.05, 0.25)],
    columns=["metric", "random", "grouped", "gap", "lo", "hi", "chance"],
)
SEEDS = pd.DataFrame(
    [(seed, name, 0.8 + seed / 100, 0.73 - seed / 100) for seed in range(2) for name in LEAK["metric"]],
    columns=["seed", "metric", "random", "grouped"],
)
SHORTCUTS = pd.DataFrame(
    [
        ("the probe", "probe", 0.75, 0.7, 0.8, 0.125, 0.125, False),
        ("size and aspect", "file", 0.6, 0.55, 0.65, 0.125, 0.125, True),
        ("sharpness", "file", 0.4, 0.35, 0.45, 0.38, 0.125, False),
        ("mean colour", "picture", 0.3, 0.25, 0.35, 0.125, 0.125, False),
    ],
    columns=["model", "kind", "value", "lo", "hi", "control", "chance", "near"],
)
DEGRADED = pd.DataFrame(
    [
        ("as they are", "top_1_accuracy", 0.7, 0.6, 0.8, 0, 0, 0),
        ("blurred", "top_1_accuracy", 0.5, 0.4, 0.6, 0.2, 0.1, 0.3),
    ],
    columns=["images", "metric", "value", "lo", "hi", "drop", "drop_lo", "drop_hi"],
)
SOURCES = pd.DataFrame(
    [
        ("which source", "rococo", "", 0.6, 0.5, 0.7, 0.5, 40),
        ("unseen source", "", "museum", 0.5, 0.4, 0.6, 0.6, 30),
        ("unseen source", "", "", 0.5, 0.4, 0.6, 0.6, 30),
    ],
    columns=["question", "label", "source", "value", "lo", "hi", "reference", "n_images"],
)


GUESSES = pd.DataFrame(
    [
        ("the probe", "rococo", 0.05, 0.04, 0.01, -0.02, 0.04, False, 40),
        ("runs/cv", "rococo", 0.35, 0.02, 0.33, 0.1, 0.5, True, 40),
    ],
    columns=["model", "label", "value", "reference", "difference", "lo", "hi", "is_certain", "n_images"],
)


def words(fig):
    """Every text of a figure."""
    import matplotlib.text

    return [text.get_text() for text in fig.findobj(matplotlib.text.Text)]


def pairs(design, n):
    """A table of `n` pairs of neighbouring images."""
    columns = ["filename", "label", "author", "fold"]
    one, other = (design[columns].iloc[start : start + n].reset_index(drop=True) for start in (0, 1))
    return pd.concat([pd.DataFrame({"distance": range(n)}), one, other.add_suffix("_2")], axis=1)


def test_the_gap_and_its_interval_stand_in_words():
    texts = words(audit._plot_leak(LEAK, SEEDS))
    assert "7.0 points (4.0 to 10.0)" in texts
    assert "3.0 points (1.0 to 5.0)" in texts


def test_only_what_comes_near_is_orange():
    (axes,) = audit._plot_shortcuts(SHORTCUTS).axes
    orange = {tuple(line.get_ydata()) for line in axes.lines if line.get_color() == WRONG and len(line.get_ydata())}
    assert orange == {(1,)}
    (calm,) = audit._plot_shortcuts(SHORTCUTS.assign(near=False)).axes
    assert not any(line.get_color() == WRONG for line in calm.lines)


def test_drops_and_sources_are_named():
    assert any("-20.0 points (-30.0 to -10.0)" in text for text in words(audit._plot_degraded(DEGRADED)))
    texts = words(audit._plot_sources(SOURCES))
    assert {"rococo (40)", "museum (30)", "all (30)"} <= set(texts)


@pytest.mark.parametrize("n", [1, 2, 5, 14])
def test_pairs_are_drawn_side_by_side_however_many(design, sample, tmp_path, n):
    fig = audit._plot_duplicates(pairs(design, n), sample)
    assert len(fig.get_axes()) == 2 * min(n, audit._MAX_PAIRS)
    assert save_figure(fig, tmp_path / "pairs.png").stat().st_size


def test_every_table_with_rows_has_its_figure(design, sample):
    tables = {"leak": LEAK, "leak_seeds": SEEDS, "shortcuts": SHORTCUTS, "sources": SOURCES.iloc[:0]}
    assert set(audit.audit_figures(tables, sample)) == {"leak", "shortcuts"}
    further = {"degraded": DEGRADED, "sources": SOURCES, "source_guesses": GUESSES, "duplicates": pairs(design, 3)}
    tables |= further
    assert set(audit.audit_figures(tables, sample)) == {"leak", "shortcuts", *further}


def test_styles_guessed_by_their_source_are_marked():
    fig = audit._plot_source_guesses(GUESSES)
    texts = words(fig)
    assert "runs/cv" in texts
    assert "+33.0 (+10.0 to +50.0)" in texts
    assert "+1.0 (−2.0 to +4.0)" in texts
    probe, run = fig.axes
    dots = [next(line for line in axes.lines if line.get_marker() == "o") for axes in (probe, run)]
    assert [dot.get_color() == WRONG for dot in dots] == [False, True]


@pytest.mark.parametrize("draw", [audit._plot_shortcuts, audit._plot_degraded, audit._plot_sources])
def test_tables_that_lack_a_column_are_refused(draw):
    with pytest.raises(ValueError, match="lacks the column"):
        draw(pd.DataFrame({"value": [1]}))
