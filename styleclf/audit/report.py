"""All audits of one design: tables by name, and the sentences that say what they found."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from fastai.learner import Learner
from fastcore.meta import delegates

from styleclf.audit.degradations import CLEAN, DEGRADED, view_features
from styleclf.audit.degraded import degraded_audit, degraded_sentence
from styleclf.audit.duplicates import duplicates_sentence
from styleclf.audit.file_traits import traits_of
from styleclf.audit.leak import check_seeds, leak_audit, leak_sentence
from styleclf.audit.pasted_parts import learner_markers, marker_figure, marker_sentences, probe_markers
from styleclf.audit.probe_scores import out_of_fold
from styleclf.audit.shortcuts import shortcut_audit, shortcut_sentences
from styleclf.audit.source_guesses import PROBE, guess_sentences, source_guesses
from styleclf.audit.sources import source_audit, source_sentences
from styleclf.data import Fit, Paintings, author_groups
from styleclf.evaluation import AuthorBootstrap, prediction_columns, targets
from styleclf.inference import Backbone
from styleclf.output import write_table
from styleclf.plots import audit_figures, save_figure
from styleclf.training import best_strength

_SOURCES_NOT_ASKED = (
    "not asked: whether styles are guessed by the scanner or collection that pictures come from; that takes a table "
    "filename,source (audit.py --sources)"
)


class Audit(NamedTuple):
    """The result of `audit_design`: tables by name, and what they say."""

    tables: dict[str, pd.DataFrame]
    sentences: list[str]


@delegates(Backbone)
def audit_design(
    design: pd.DataFrame,  # with a column `source`, if that is to be audited
    images: str | Path,
    arch: str,
    *,
    n_seeds: int = 5,
    degraded: bool = True,
    markers: bool = True,
    seed: int = 0,
    progress: bool = True,
    **kwargs: Any,  # of the backbone: `weights, features, size, fit, precision`
) -> Audit:
    """Audit the folds of a design, its validation set left out: `(tables, sentences)`.

    The tables are `leak, leak_seeds, shortcuts` and, where asked for and possible, `markers, degraded, sources,
    source_guesses`. The real model is a probe of frozen features that all count alike. Its strength is chosen once, as
    `best_strength` does for a training part, over inner folds by author of all images: pipelines that are compared
    differ in nothing but what they are compared for.

    Raises what `view_features` and `leak_audit` raise.
    """
    return audit_paintings(
        Paintings(design, Path(images)),
        Backbone(arch, **kwargs),
        n_seeds=n_seeds,
        degraded=degraded,
        markers=markers,
        seed=seed,
        progress=progress,
    )


def audit_paintings(
    paintings: Paintings,
    backbone: Backbone,
    *,
    n_seeds: int = 5,
    degraded: bool = True,
    markers: bool = True,
    seed: int = 0,
    progress: bool = True,
) -> Audit:
    """What `audit_design` returns, with the design and the backbone as values."""
    check_seeds(n_seeds)  # before minutes are spent
    subject = _subject(paintings.without_validation(), backbone, degraded=degraded, seed=seed, progress=progress)
    audit = _leak_and_shortcuts(subject, n_seeds=n_seeds, seed=seed, progress=progress)
    tables, sentences = audit
    if markers:
        tables["markers"] = probe_markers(
            subject.paintings,
            subject.features,
            subject.targs,
            strength=subject.strength,
            backbone=backbone,
            seed=seed,
            progress=progress,
        )
        sentences += marker_sentences(tables["markers"])
    if degraded:
        tables["degraded"] = degraded_audit(
            subject.views, subject.targs, subject.folds, strength=subject.strength, bootstrap=subject.bootstrap
        )
        sentences.append(degraded_sentence(tables["degraded"]))
    if "source" in subject.paintings.rows:
        tables["sources"] = _sources_table(subject, seed, progress=progress)
        sentences += source_sentences(tables["sources"])
        tables["source_guesses"] = _probe_guesses(subject)
        sentences += guess_sentences(tables["source_guesses"])
    else:
        sentences.append(_SOURCES_NOT_ASKED)
    return audit


class _Subject(NamedTuple):
    """What all audits look at: the paintings, their features, and the strength of the probe."""

    paintings: Paintings  # without their validation set
    views: dict[str, np.ndarray]  # features (n, d) of the images, and of their degraded copies
    targs: np.ndarray
    folds: np.ndarray
    groups: np.ndarray
    strength: float
    bootstrap: AuthorBootstrap

    @property
    def features(self) -> np.ndarray:
        """Features `(n, d)` of the images as they are."""
        return self.views[CLEAN]


def _subject(
    paintings: Paintings,
    backbone: Backbone,
    *,
    degraded: bool,
    seed: int,
    progress: bool,
) -> _Subject:
    """Compute features and choose the strength of the probe."""
    changes = tuple(DEGRADED) if degraded else ()
    views = view_features(paintings.paths(), backbone, changes, seed=seed, progress=progress)
    labels = paintings.rows["label"]
    targs = targets(labels, sorted(labels.unique()))
    groups = author_groups(paintings.rows)
    return _Subject(
        paintings=paintings,
        views=views,
        targs=targs,
        folds=paintings.folds.to_numpy(dtype=str),
        groups=groups,
        strength=best_strength(views[CLEAN], targs, groups),
        bootstrap=AuthorBootstrap(groups, targs),
    )


def _leak_and_shortcuts(
    subject: _Subject,
    *,
    n_seeds: int,
    seed: int,
    progress: bool,
) -> Audit:
    """The tables `leak, leak_seeds, shortcuts` and their sentences."""
    leak, leak_seeds = leak_audit(
        subject.paintings.rows,
        subject.features,
        subject.targs,
        strength=subject.strength,
        n_seeds=n_seeds,
        progress=progress,
    )
    probas = out_of_fold(subject.features, subject.targs, subject.folds, strength=subject.strength)
    shortcuts = shortcut_audit(
        traits_of(subject.paintings.paths(), progress=progress),
        subject.targs,
        subject.folds,
        probas=probas,
        bootstrap=subject.bootstrap,
        seed=seed,
        progress=progress,
    )
    sentences = [leak_sentence(leak), *shortcut_sentences(shortcuts)]
    return Audit({"leak": leak, "leak_seeds": leak_seeds, "shortcuts": shortcuts}, sentences)


def _sources_table(
    subject: _Subject,
    seed: int,
    *,
    progress: bool,
) -> pd.DataFrame:
    """The table `sources`."""
    rows = subject.paintings.rows
    return source_audit(
        subject.features,
        rows["label"].to_numpy(dtype=str),
        rows["source"].to_numpy(dtype=str),
        folds=subject.folds,
        strength=subject.strength,
        groups=subject.groups,
        seed=seed,
        progress=progress,
    )


def _probe_guesses(subject: _Subject) -> pd.DataFrame:
    """The table `source_guesses` of the probe."""
    probas = out_of_fold(subject.features, subject.targs, subject.folds, strength=subject.strength)
    filenames = subject.paintings.rows["filename"]
    vocab = sorted(subject.paintings.rows["label"].unique())
    predictions = prediction_columns(probas, vocab).assign(filename=filenames)
    return source_guesses({PROBE: predictions}, subject.paintings)


def audit_runs(audit: Audit, runs: Mapping[str, pd.DataFrame], paintings: Paintings) -> Audit:
    """The audit with how often trained models guess styles by their sources: more rows of the table `source_guesses`.

    `runs` are out-of-fold predictions by name, such as those of cross-validations. Raises ValueError for paintings
    without a column `source`, and what `source_guesses` raises.
    """
    if "source" not in paintings.rows:
        raise ValueError(
            "runs are audited for styles guessed by their sources: name a table filename,source (audit.py --sources)"
        )
    table = source_guesses(runs, paintings.without_validation())
    of_probe = audit.tables.get("source_guesses")
    tables = {**audit.tables, "source_guesses": pd.concat([of_probe, table], ignore_index=True)}
    return Audit(tables, audit.sentences + guess_sentences(table))


def audit_learner(
    audit: Audit,
    learn: Learner,
    paintings: Paintings,
    *,
    fold: str,  # which the learner has not been trained on
    seed: int = 0,
    name: str,  # of the learner, in sentences
) -> Audit:
    """The audit with a search for parts of images by which a learner goes: the table `learner_markers`.

    Raises what `learner_markers` raises.
    """
    table = learner_markers(learn, paintings, fold, seed=seed)
    sentences = [f"{name}: {sentence}" for sentence in marker_sentences(table)]
    return Audit({**audit.tables, "learner_markers": table}, audit.sentences + sentences)


def write_audit(
    audit: Audit,
    duplicates: pd.DataFrame,  # of `near_duplicates`
    paintings: Paintings,
    *,
    merged: Path | None = None,  # the design without near-copies, if there is one
    fit: Fit,
    out: str | Path,
) -> list[str]:
    """Write every table as `<name>.csv` and the figures as `figures/<name>.png`; returns all sentences.

    Near-copies are the table `duplicates`.
    """
    out = Path(out)
    tables = {**audit.tables, "duplicates": duplicates}
    for name, table in tables.items():
        write_table(table, out / f"{name}.csv")
    figures = audit_figures(tables, paintings.folder)
    for name in ("markers", "learner_markers"):
        if name in tables:
            figures[name] = marker_figure(tables[name], paintings.folder, fit)
    for name, figure in figures.items():
        save_figure(figure, out / f"figures/{name}.png")
    return [*audit.sentences, duplicates_sentence(duplicates, merged)]
