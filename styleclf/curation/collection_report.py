"""What to collect next, from features that are kept: a table, a figure and sentences."""

from collections.abc import Sequence
from pathlib import Path

from styleclf.common import write_table
from styleclf.curation.learning_curves import Collection, CurveStep, steps_sentences, steps_table
from styleclf.curation.quick_probe import main_components
from styleclf.data import Paintings, check_folds_by_painter, check_styles_can_be_judged
from styleclf.inference import Backbone
from styleclf.plots import plot_gains, save_figure

GAINS_TABLE = "gains.csv"


def read_collection(paintings: Paintings, backbone: Backbone) -> Collection:
    """The paintings outside the validation set with what the frozen body sees in them, from the cache where it is kept.

    Raises ValueError for folds that are not by painter or cannot judge styles, and what `Backbone.cached_features`
    raises.
    """
    check_folds_by_painter(paintings.rows, "what to collect next")
    check_styles_can_be_judged(paintings.rows, "a learning curve")
    open_paintings = paintings.without_validation()
    features = backbone.cached_features(open_paintings.paths())
    return Collection(open_paintings.rows, main_components(features))


def write_gains(steps: Sequence[CurveStep], n_more: int, out: str | Path) -> str:
    """Write `gains.csv` and its figure; returns the sentences: painters, then works, what is worth most first."""
    table = steps_table(steps, n_more)
    is_overall = table["style"] == ""
    by_worth = table[~is_overall].sort_values(["kind", "gain"], ascending=[True, False], na_position="last")
    write_table(table, Path(out) / GAINS_TABLE)
    save_figure(plot_gains(table), Path(out) / "figures/gains.png")
    sentences = [*steps_sentences(table[is_overall]), *steps_sentences(by_worth)]
    return "\n".join(f"- {sentence}" for sentence in sentences)
