"""What a comparison of embeddings has found, on styles that were trained and on withheld ones, as a page."""

import pandas as pd

from styleclf.common import count_of
from styleclf.evaluation import chance_of_ten, ends_of_ten, of_ten
from styleclf.report.facts import Step
from styleclf.report.findings import Findings, Section, figures_of, wide_table
from styleclf.report.run_tables import RunFacts, further_table

SCORES_FILE = "scores.csv"
EMBEDDING_FILES = (SCORES_FILE,)
_COLUMNS = ["styles", "metric", "value", "lo", "hi", "chance", "n_images", "n_authors", "model"]
_NEAREST = "precision_at_1"
_NAMES = {
    "precision_at_1": "nearest is right",
    "precision_at_1_own_author": "with the painter’s own",
    "r_precision": "R-precision",
    "map_at_r": "MAP@R",
    "accuracy_1_shot": "after 1 example",
    "accuracy_5_shot": "after 5",
    "accuracy_10_shot": "after 10",
    "auroc_known": "known before unknown",
    "silhouette": "silhouette",
}
_PARTS = {  # heading, and of what the sentence speaks
    "trained": ("Styles it was trained on", "of styles it was trained on"),
    "withheld": ("Styles that no training has seen", "of styles that no training has seen"),
    "both": ("Both together", "of all styles"),
}
_FIGURES = {
    "scores": "Scores of all models",
    "similarity": "How alike pictures of one style and of different styles are",
    "neighbours": "Pictures and their nearest by other painters",
    "sphere": "Embeddings by their direction",
    "map": "A map of the embeddings",
}
_NOTE = (
    "Nearest is right: the nearest picture by another painter is of the same style; beside it, with the painter’s own "
    "pictures among those to choose from: the difference is recognising a hand. After so many examples: accuracy among "
    "withheld styles. Known before unknown: how often a trained style looks more known than a withheld one. In "
    "small print: 95 % intervals from resampling painters."
)
_PAGES = ("sphere.html", "native.html", "map.html")


def embedding_answer(run: RunFacts) -> str:
    """How often the nearest picture by another painter has the same style, in one sentence.

    Raises ValueError for missing or damaged tables.
    """
    scores = _scores_of(run)
    nearest = scores[(scores["metric"] == _NEAREST) & scores["value"].notna()]
    if nearest.empty:
        return "No style has two painters to judge by: embeddings cannot be judged on these pictures."
    is_first_part = nearest["styles"] == nearest["styles"].iloc[0]
    *rows_of_others, row = nearest[is_first_part].to_dict("records")
    _, part = _PARTS.get(row["styles"], ("", "of these styles"))
    model = row["model"]
    share = of_ten(row["value"])
    shares = f"for {share} in the embeddings of {model}{ends_of_ten(row)}"
    for other_row in rows_of_others:
        other_model = other_row["model"]
        other_share = of_ten(other_row["value"])
        shares += f", for {other_share} in those of {other_model}"
    return (
        f"Of 10 paintings {part}, by painters never met, the nearest by another painter has the same style {shares}; "
        f"by chance it would be {chance_of_ten(row['chance'])}."
    )


def _scores_of(run: RunFacts) -> pd.DataFrame:
    """The scores of all models. Raises ValueError where they are missing or damaged."""
    scores = further_table(run.folder / SCORES_FILE, _COLUMNS)
    if scores.empty:
        raise ValueError(f"{run.folder / SCORES_FILE} has no rows: run recipes/arcface.py again")
    return scores


def embedding_findings(run: RunFacts) -> Findings:
    """The page of embeddings beside one another. Raises ValueError for missing or damaged tables."""
    scores = _scores_of(run)
    models = list(scores["model"].unique())
    withheld = run.settings.get("withhold") or []
    styles = "No style was withheld."
    if withheld:
        styles = f"No training has seen {', '.join(map(str, withheld))}."
    sections = []
    for part, of_part in scores.groupby("styles", sort=False):
        sections.append(_scores_section(str(part), of_part))
    first = sections[0]
    sections[0] = first._replace(note=f"{first.note} {_NOTE}")
    last = sections[-1]
    sections[-1] = last._replace(figures=figures_of(run, _FIGURES))
    return Findings(
        title="Do pictures of one style lie together?",
        question=f"{count_of(len(models), 'model')} were asked which pictures are alike: {', '.join(models)}. {styles}",
        answer=embedding_answer(run),
        sentences=[],
        sections=sections,
        steps=_steps(run),
    )


def _scores_section(part: str, scores: pd.DataFrame) -> Section:
    heading = _PARTS.get(part, (part, ""))[0]
    sizes = scores.loc[scores["n_images"].idxmax()]
    pictures = count_of(int(sizes["n_images"]), "picture")
    painters = "painters who are not known"
    if sizes["n_authors"]:
        painters = count_of(int(sizes["n_authors"]), "painter")
    note = f"{pictures} by {painters}."
    return Section(heading, note, wide_table(scores, _NAMES, f"scores-{part}"), [])


def _steps(run: RunFacts) -> list[Step]:
    folder = run.folder.as_posix()
    for name in _PAGES:
        if (run.folder / name).is_file():
            return [Step("Turn the embeddings yourself, picture by picture, in a browser:", f"{folder}/{name}")]
    return []
