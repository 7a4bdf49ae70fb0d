"""What a comparison of forests with neural heads has found, as a page."""

import pandas as pd

from styleclf.common import count_of, typed_command
from styleclf.evaluation import plain_answer
from styleclf.report.comparison import plain_verdicts
from styleclf.report.facts import Step
from styleclf.report.findings import METRIC_NAMES, Findings, Section, ShownTable, figures_of, plain_table, wide_table
from styleclf.report.run_tables import RunFacts, further_table

FORESTS_FILE = "two_by_two.csv"
FOREST_FILES = (FORESTS_FILE, "heads.csv")
_COLUMNS = ["part", "model", "metric", "value", "lo", "hi", "difference", "difference_lo", "difference_hi"]
_COLUMNS += ["n_images", "n_authors"]
_TARGET = "top_2_accuracy"
_PART_NAMES = {"train": "training pictures", "test": "painters never met", "val": "validation set"}
_TRIAL_HEADINGS = {
    "features": "features",
    "state": "state",
    "value": "top-2, mean of folds",
    "n_estimators": "trees",
    "criterion": "criterion",
    "max_depth": "depth",
}
_MOST_TRIALS = 10


def forest_answer(run: RunFacts) -> str:
    """How good the model with the best top-2 accuracy is, in one sentence. Raises ValueError for missing tables."""
    table = _table_of(run, FORESTS_FILE)
    best = _best_model(table)
    if "chance" not in table:
        return _score_sentence(table, best)
    of_model = table[table["model"] == best]
    part = str(of_model["part"].iloc[0])
    return f"The best is the {best}. {plain_answer(of_model, part)}"


def _score_sentence(table: pd.DataFrame, model: str) -> str:
    """The score of a model, for runs that did not write down the chance."""
    of_model = table[table["model"] == model]
    row = of_model[of_model["metric"] == _TARGET].iloc[0]
    interval = f"{row['lo']:.2f} to {row['hi']:.2f}"
    score = f"{row['value']:.2f} ({interval})"
    return f"The best is the {model}: top-2 accuracy {score} on painters never met."


def _table_of(run: RunFacts, name: str) -> pd.DataFrame:
    """A table of models. Raises ValueError where it is damaged, or has no row of the target metric."""
    table = further_table(run.folder / name, _COLUMNS)
    if _TARGET not in set(table["metric"]):
        raise ValueError(f"{run.folder / name} has no row {_TARGET}: run recipes/forest.py again")
    return table


def _best_model(table: pd.DataFrame) -> str:
    """The model with the best top-2 accuracy; of equals the first."""
    rows = table[table["metric"] == _TARGET]
    return str(rows.loc[rows["value"].idxmax(), "model"])


def forest_findings(run: RunFacts) -> Findings:
    """The page of forests beside neural heads. Raises ValueError for missing or damaged tables."""
    table = _table_of(run, FORESTS_FILE)
    heads = _table_of(run, "heads.csv")
    pictures = count_of(int(table["n_images"].iloc[0]), "picture")
    painters = count_of(int(table["n_authors"].iloc[0]), "painter")
    n_models = table["model"].nunique()
    sections = [_models_section(run, table)]
    for part, of_part in heads.groupby("part", sort=False):
        sections.append(_heads_section(str(part), of_part))
    sections += _trials_sections(run)
    return Findings(
        title="A random forest, or a neural head?",
        question=(
            f"{n_models} models named the styles of {pictures} by {painters}, each by what it had learned without its "
            "fold: network and forests on embeddings of the trained network, and on features of the frozen one."
        ),
        answer=forest_answer(run),
        sentences=_verdicts(table),
        sections=sections,
        steps=_steps(run),
    )


def _verdicts(table: pd.DataFrame) -> list[str]:
    """How every model compares with the first one, in top-2 accuracy."""
    without_values = table.drop(columns=["lo", "hi"])
    comparison = without_values.rename(columns={"model": "run", "difference_lo": "lo", "difference_hi": "hi"})
    return plain_verdicts(comparison, _TARGET)


def _models_section(run: RunFacts, table: pd.DataFrame) -> Section:
    headings = {
        "two_by_two": "Network and forest on both kinds of features",
        "reliability": "Right as often as it says",
    }
    return Section(
        "All models on the same pictures",
        "Every picture judged by a model that has not met its painter. In small print: 95 % intervals from resampling "
        "painters. Of log loss, Brier score and calibration error, less is better.",
        wide_table(table, METRIC_NAMES, "models"),
        figures_of(run, headings),
    )


def _heads_section(part: str, heads: pd.DataFrame) -> Section:
    return Section(
        f"Network and exported forest: {_PART_NAMES.get(part, part)}",
        "The forest that is exported, before and after its probabilities were calibrated.",
        wide_table(heads, METRIC_NAMES, f"heads-{part}"),
        [],
    )


def _trials_sections(run: RunFacts) -> list[Section]:
    """The best trials, if they were written down."""
    file = run.folder / "trials.csv"
    if not file.is_file():
        return []
    trials = further_table(file, ["features", "value"])
    best = trials.sort_values("value", ascending=False).head(_MOST_TRIALS)
    table: ShownTable = plain_table(best, _TRIAL_HEADINGS, "trials")
    note = f"The best of {count_of(len(trials), 'forest')}; their values are the more flattering, the more were tried."
    return [Section("Forests that were tried", note, table, [])]


def _steps(run: RunFacts) -> list[Step]:
    model = run.folder / "forest.pkl"
    if not model.is_file():
        return []
    command = typed_command("python", "recipes/predict.py", "--model", model.as_posix(), "my/new-pictures")
    return [Step("Name the styles of new pictures with the forest:", command)]
