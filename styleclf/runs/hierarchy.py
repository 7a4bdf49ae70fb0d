"""What a hierarchy of styles adds to a run: metrics at each of its levels, and answers that are as narrow as allowed.

hierarchy.csv      of a cross-validation: `style, parent`, which recipes/validate.py reads there
levels.csv         what `level_table` returns
answers.csv        what `cross_answers` or `judged_answers` returns: one row per image
answer_rates.csv   what `answer_rates` returns
figures/levels.png
"""

from pathlib import Path

import pandas as pd
from fastai.learner import Learner

from styleclf.common import write_table
from styleclf.data import read_hierarchy
from styleclf.evaluation import (
    AnswerRule,
    Hierarchy,
    answer_rates,
    answer_sentence,
    cross_answers,
    fitted_rule,
    judged_answers,
    level_sentences,
    level_table,
    probas_of,
    vocab_of,
)
from styleclf.inference import keep_rule
from styleclf.plots import plot_levels, save_figure

HIERARCHY_TABLE = "hierarchy.csv"


def write_hierarchy(predictions: pd.DataFrame, hierarchy: Hierarchy, *, out: str | Path) -> str:
    """Write what a hierarchy adds to a cross-validation into its folder; returns what to tell the user."""
    write_table(hierarchy.table(), Path(out) / HIERARCHY_TABLE)
    answers = cross_answers(predictions, hierarchy)
    return _write_levels(predictions, answers, hierarchy, out=Path(out))


def write_hierarchy_of_validation(predictions: pd.DataFrame, rule: AnswerRule, *, out: str | Path) -> str:
    """Write what a hierarchy adds to an open validation set into its folder; returns what to tell the user."""
    answers = rule.answers(probas_of(predictions), vocab_of(predictions))
    table = judged_answers(predictions, answers, rule.hierarchy)
    return _write_levels(predictions, table, rule.hierarchy, out=Path(out))


def _write_levels(predictions: pd.DataFrame, answers: pd.DataFrame, hierarchy: Hierarchy, *, out: Path) -> str:
    """Write the tables and the figure; returns one line per level, and one on the answers."""
    levels = level_table(predictions, hierarchy)
    rates = answer_rates(predictions, answers)
    write_table(levels, out / "levels.csv")
    write_table(answers, out / "answers.csv")
    write_table(rates, out / "answer_rates.csv")
    save_figure(plot_levels(levels, rates), out / "figures/levels.png")
    lines = [*level_sentences(levels, hierarchy), answer_sentence(rates)]
    return "\n".join(lines)


def learn_rule(learn: Learner, predictions: pd.DataFrame, cv: str | Path) -> AnswerRule | None:
    """Give a learner the rule that out-of-fold predictions teach, if their cross-validation in `cv` has a hierarchy.

    Raises ValueError for a hierarchy that has been changed since, and is none of these styles.
    """
    file = Path(cv) / HIERARCHY_TABLE
    if not file.is_file():
        return None
    hierarchy = read_hierarchy(file, vocab_of(predictions))
    rule = fitted_rule(predictions, hierarchy)
    keep_rule(learn, rule)
    return rule
