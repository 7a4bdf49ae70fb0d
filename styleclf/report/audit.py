"""What an audit has found, as a page: painters, files, pasted parts, worse pictures, sources, near-copies."""

import pandas as pd

from styleclf.common import count_of, typed_command, written_painter
from styleclf.evaluation import chance_of_ten, of_ten
from styleclf.report.facts import Step, last_step
from styleclf.report.findings import (
    METRIC_NAMES,
    Cell,
    Findings,
    Section,
    ShownTable,
    difference_of,
    figures_of,
    plain_table,
    shown_cell,
    value_of,
)
from styleclf.report.run_tables import RunFacts, further_table

LEAK_FILE = "leak.csv"
AUDIT_FILES = (LEAK_FILE, "shortcuts.csv")
_LEAK_COLUMNS = ["metric", "random", "grouped", "gap", "lo", "hi", "chance", "n_images", "n_authors"]
_SHORTCUT_COLUMNS = ["model", "kind", "value", "lo", "hi", "control", "lead", "lead_lo", "lead_hi", "chance", "near"]
_GAP = ("gap", "lo", "hi")
_LEAD = ("lead", "lead_lo", "lead_hi")
_DROP = ("drop", "drop_lo", "drop_hi")
_FIRST = "top_1_accuracy"
_MOST_PAIRS = 20
_KNOWLEDGE = {  # of each kind of model, in words
    "probe": "the whole picture",
    "file": "one trait of file or scan",
    "picture": "the picture without its shapes",
}
_PAINTERS = ("author", "author_2")  # columns
_FURTHER = {  # further tables: heading, how to read them, and their columns
    "markers": (
        "Can a small part of a picture give its style away?",
        "For every style the most telling part of some pictures, pasted into others. Raised: by how much it moves the "
        "log-odds of its style; control: the most telling part of other styles; lead: the difference, with the lower "
        "end of its interval.",
        {
            "style": "style",
            "raised": "raised",
            "control": "control",
            "lead": "lead",
            "lead_lo": "at least",
            "near": "gives it away",
            "filename": "cut from",
        },
    ),
    "sources": (
        "Can the scanner or collection be told from the pictures?",
        "Which source: balanced accuracy of telling the sources of a style’s pictures, beside chance. Unseen source: "
        "accuracy on pictures of a source that was not trained on, beside that with all sources trained on.",
        {
            "question": "question",
            "label": "style",
            "source": "source",
            "value": "score",
            "lo": "from",
            "hi": "to",
            "reference": "beside",
            "n_images": "pictures",
        },
    ),
    "source_guesses": (
        "Are styles guessed by their sources?",
        "How often pictures of other styles are taken for this one: from the same sources, and from elsewhere.",
        {
            "model": "model",
            "label": "style",
            "sources": "sources",
            "value": "same sources",
            "reference": "elsewhere",
            "difference": "difference",
            "lo": "from",
            "hi": "to",
            "is_certain": "certain",
            "n_images": "pictures",
        },
    ),
    "duplicates": (
        "Are there near-copies under different names?",
        f"The {_MOST_PAIRS} nearest pairs at most; bits of 256 in which their perceptual hashes differ.",
        {
            "distance": "bits",
            "filename": "picture",
            "author": "painter",
            "fold": "fold",
            "filename_2": "and",
            "author_2": "painter",
            "fold_2": "fold",
        },
    ),
}
_FURTHER["learner_markers"] = ("The same, asked of the exported model", *_FURTHER["markers"][1:])


def audit_answer(run: RunFacts) -> str:
    """What an audit says of painters, in one sentence. Raises ValueError where it has no such table."""
    row = _leak_of(run).set_index("metric").loc[_FIRST]
    met = of_ten(row["random"])
    not_met = of_ten(row["grouped"])
    chance = chance_of_ten(row["chance"])
    if not row["n_authors"]:
        return (
            f"Of 10 pictures, a simple model names {not_met} rightly, of which it may have met the painters: none is "
            f"known; by chance it would be {chance}."
        )
    if met == not_met:
        not_met = "as many, to a tenth,"
    return (
        f"Of 10 paintings, a simple model names {met} rightly where it has met their painters, and {not_met} where it "
        f"has not; by chance it would be {chance}."
    )


def _leak_of(run: RunFacts) -> pd.DataFrame:
    """The table of the leak. Raises ValueError where it is missing or damaged."""
    table = further_table(run.folder / LEAK_FILE, _LEAK_COLUMNS)
    if _FIRST not in set(table["metric"]):
        raise ValueError(f"{run.folder / LEAK_FILE} has no row {_FIRST}: run recipes/audit.py again")
    return table


def audit_findings(run: RunFacts) -> Findings:
    """The page of an audit. Raises ValueError for missing or damaged tables."""
    leak = _leak_of(run)
    shortcuts = further_table(run.folder / "shortcuts.csv", _SHORTCUT_COLUMNS)
    pictures = count_of(int(leak["n_images"].iloc[0]), "picture")
    painters = count_of(int(leak["n_authors"].iloc[0]), "painter")
    sentences = run.facts.get("sentences")
    sections = [_leak_section(run, leak), _shortcut_section(run, shortcuts)]
    file = run.folder / "degraded.csv"
    if file.is_file():
        sections.append(_degraded_section(run, further_table(file)))
    return Findings(
        title="How much is style, and how much painters, scanners and files?",
        question=(
            f"A simple model, a linear probe of a frozen network, looked at {pictures} by {painters}, the validation "
            "set left out. What does it go by?"
        ),
        answer=audit_answer(run),
        sentences=list(map(str, sentences)) if isinstance(sentences, list) else [],
        sections=[*sections, *_further_sections(run)],
        steps=_steps(run),
    )


def _leak_section(run: RunFacts, leak: pd.DataFrame) -> Section:
    rows: list[list[Cell]] = []
    for row in leak.to_dict("records"):
        name = METRIC_NAMES.get(row["metric"], row["metric"])
        gap = difference_of(row, _GAP)
        scores = [shown_cell(row[column]) for column in ("random", "grouped")]
        rows.append([name, *scores, gap, shown_cell(row["chance"])])
    headings = ["score", "painters met", "painters never met", "difference", "chance"]
    blindness = "" if leak["n_authors"].any() else "No painter is known, so that nothing is known of this either. "
    return Section(
        "How much is recognising painters?",
        f"{blindness}"
        "Painters met: folds drawn at random, so that a painter’s other pictures were among those learned from. "
        "The model is the probe that trainings begin with. Painters are dealt to folds anew, several times, so that "
        "a training, which is judged on the design’s own folds, may score a little more or less. "
        "In small print: 95 % intervals from resampling painters.",
        ShownTable("leak", headings, rows),
        figures_of(run, {"leak": "How much is recognising painters"}),
    )


def _shortcut_section(run: RunFacts, shortcuts: pd.DataFrame) -> Section:
    rows: list[list[Cell]] = []
    for row in shortcuts.to_dict("records"):
        knowledge = _KNOWLEDGE.get(row["kind"], row["kind"])
        cells = [row["model"], knowledge, value_of(row), shown_cell(row["control"])]
        rows.append([*cells, difference_of(row, _LEAD), shown_cell(row["near"])])
    headings = ["model", "sees", "top-1", "control", "lead", "gives styles away"]
    return Section(
        "Do files, borders or colours give a style away?",
        "The probe beside deliberately simple models, each of which sees one thing only. Control: the same after scans "
        "were made alike, or chance. A trait of the file with a large lead gives styles away by how pictures were "
        "scanned and stored, not by what they look like.",
        ShownTable("shortcuts", headings, rows),
        figures_of(run, {"shortcuts": "Accuracy of deliberately simple models"}),
    )


def _degraded_section(run: RunFacts, table: pd.DataFrame) -> Section:
    rows: list[list[Cell]] = []
    for row in table.to_dict("records"):
        name = METRIC_NAMES.get(row["metric"], row["metric"])
        rows.append([row["images"], name, value_of(row), difference_of(row, _DROP)])
    return Section(
        "What do worse pictures cost?",
        "Trained on pictures as they are, tested on worse and on sharper copies of pictures by painters never met.",
        ShownTable("degraded", ["pictures", "score", "value", "lost"], rows),
        figures_of(run, {"degraded": "Tested on degraded pictures"}),
    )


def _further_sections(run: RunFacts) -> list[Section]:
    """Sections of those further tables that are there and have rows."""
    sections = []
    for name, (heading, note, headings) in _FURTHER.items():
        file = run.folder / f"{name}.csv"
        table = further_table(file) if file.is_file() else pd.DataFrame()
        if len(table):
            anchor = name.replace("_", "-")
            shown_table = plain_table(_with_painters(table.head(_MOST_PAIRS)), headings, anchor)
            figures = figures_of(run, {name: heading})
            sections.append(Section(heading, note, shown_table, figures))
    return sections


def _with_painters(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its painters as captions."""
    captions = {}
    for column in _PAINTERS:
        if column in table:
            captions[column] = table[column].map(written_painter, na_action="ignore")
    return table.assign(**captions)


def _steps(run: RunFacts) -> list[Step]:
    cv = run.settings.get("cv")
    if cv:
        return [last_step(cv)]
    design = run.settings.get("design", "runs/design/design.csv")
    text = "Judge a network on painters it has never met, all of them:"
    return [Step(text, typed_command("python", "recipes/cross_validate.py", "--design", design))]
