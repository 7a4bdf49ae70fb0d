"""One training from beginning to end: trained, judged on a fold it has not seen, written, and what there is to say."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from styleclf.common import expect_trainings, foresight
from styleclf.data import VAL, Paintings, check_validation_set, style_against_rest
from styleclf.evaluation import read_run
from styleclf.models import resolve_precision
from styleclf.runs.judging import JudgedRun, judgement_text, openings_file
from styleclf.training import KEEP_EPOCHS, KeptEmbeddings, fitted_learner

_FILES = ("metrics.csv", "figures", "model.pkl")


@foresight()
def judged_training(
    paintings: Paintings,
    fold: str,  # that is tested on
    flags: Mapping[str, Any],  # keywords of `fitted_learner`
    *,
    out: str | Path,
    record: str | Path | None = None,  # folder of design.csv, where openings of the validation set are counted
    validate: bool = False,  # judge on the validation set, too
    keep_epochs: Sequence[str] = KEEP_EPOCHS,  # whose embeddings are kept, as `KeptEmbeddings` takes them
) -> JudgedRun:
    """Train on all folds but one, judge, and write tables, figures and the learner into the folder.

    Raises, before the training, OSError where openings could not be counted, and ValueError where one style stands
    against the rest and the fold has images of one of both alone; and what `KeptEmbeddings`, `fitted_learner` and
    `write_run` raise.
    """
    _check_both_sides(paintings.rows, fold)
    expect_trainings(1, flags.get("minutes"))
    kept_embeddings = KeptEmbeddings(keep_epochs)
    is_opened = validate or fold == VAL
    if is_opened:
        check_validation_set(paintings.rows)
    if is_opened and record is not None:
        openings_file(record, paintings.rows)
    start = time.monotonic()
    learn = fitted_learner(paintings.rows, paintings.folder, fold, kept_embeddings.watching, **flags)
    seconds = round(time.monotonic() - start, 1)

    from styleclf.runs.folder import write_against_rest, write_run  # not before, or figures would delay the training

    seed = flags.get("seed", 0)
    metrics = write_run(
        learn, paintings, fold, folder=out, validate=validate, record=record, seed=seed, kept_embeddings=kept_embeddings
    )
    write_against_rest(read_run(out), paintings.rows, out)
    device = learn.dls.device
    precision = resolve_precision(flags.get("precision", "auto"), device)
    facts = {"device": str(device), "precision_used": precision}
    return JudgedRun(judgement_text(metrics, paintings.rows), _FILES, seconds, facts)


def _check_both_sides(design: pd.DataFrame, fold: str) -> None:
    """Raise ValueError where one style stands against the rest and the fold has not both to judge on."""
    style = style_against_rest(design)
    if not style:
        return
    is_tested = design["fold"].astype(str) == fold
    labels = design["label"][is_tested]
    if labels.nunique() == 1:
        quantifier = "only" if style in set(labels) else "no"
        advice = "judging needs some of it and some of the rest, so choose another fold"
        raise ValueError(f"fold {fold} has {quantifier} images of {style}: {advice}")
