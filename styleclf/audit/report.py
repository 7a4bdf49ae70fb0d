"""All audits of one design: tables by name, and the sentences that say what they found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from fastai.learner import Learner
from fastcore.meta import delegates

from styleclf.audit.degradations import CLEAN, DEGRADED, frozen_body, view_features
from styleclf.audit.degraded_accuracy import degraded_audit, degraded_sentence
from styleclf.audit.duplicates import MOST_BITS, duplicates_sentence, join_duplicates, near_duplicates
from styleclf.audit.file_metadata import metadata_counts, metadata_of, metadata_traits
from styleclf.audit.file_traits import traits_of
from styleclf.audit.leak import check_seeds, leak_audit, leak_sentence
from styleclf.audit.pasted_parts import learner_markers, marker_figure, marker_sentences, probe_markers
from styleclf.audit.probe_scores import PROBE, out_of_fold
from styleclf.audit.shortcuts import shortcut_audit, shortcut_sentences
from styleclf.audit.source_guesses import guess_sentences, source_guesses
from styleclf.audit.sources import source_audit, source_sentences, with_sources
from styleclf.common import write_table
from styleclf.data import Fit, Paintings, author_groups, check_folds_by_painter, check_styles_can_be_judged
from styleclf.evaluation import AuthorBootstrap, prediction_columns, read_run, targets
from styleclf.inference import Backbone
from styleclf.plots import audit_figures, save_figure
from styleclf.training import FewDimensions, ProbeRules, feature_shares, probe_rules

_SOURCES_NOT_ASKED = (
    "not asked: whether styles are guessed by the scanner or collection that pictures come from; that takes a table "
    "filename,source (audit.py --sources)"
)


class Audit(NamedTuple):
    """The result of `audit_design`: tables by name, what they say, and the paintings they are about."""

    tables: dict[str, pd.DataFrame]
    sentences: list[str]
    paintings: Paintings  # of the design, near-copies in one group where that was asked for


@dataclass(frozen=True)
class AuditQuestions:
    """What an audit asks beside leak and shortcuts.

    Raises ValueError for fewer than one seed.
    """

    n_seeds: int = 5  # draws of folds over which the leak is averaged
    degraded: bool = True  # what do blurred, grey or small copies cost?
    markers: bool = True  # do small parts of images give their style away?
    near: int = MOST_BITS  # bits of 256 in which the perceptual hashes of near-copies differ at most
    merged: str | Path | None = None  # file for the design with near-copies in one group; that design is audited
    sources: str | Path | None = None  # a table `filename,source`, where the design has no column `source`
    runs: Sequence[str | Path] = ()  # folders of cross-validations, to ask about sources as well
    seed: int = 0

    def __post_init__(self) -> None:
        check_seeds(self.n_seeds)


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
    """Audit the folds of a design, its validation set left out: `(tables, sentences, paintings)`.

    The tables are `duplicates, leak, leak_seeds, shortcuts, metadata` and, where asked for and possible, `markers,
    degraded, sources, source_guesses`. The model is the probe, as a training of no epochs makes it. Its rules are
    chosen once, as `probe_rules` does for a training part, over inner folds by author of all images, whose features are
    scaled together: pipelines that are compared differ in nothing but what they are compared for.

    Raises what `near_duplicates`, `view_features` and `leak_audit` raise.

    >>> audit = audit_design(
    ...     design, images, "resnet10t", weights=weights, size=32, n_seeds=1, degraded=False, markers=False
    ... )
    >>> sorted(audit.tables)
    ['duplicates', 'leak', 'leak_seeds', 'metadata', 'shortcuts']
    """
    questions = AuditQuestions(n_seeds, degraded, markers, seed=seed)
    paintings = Paintings(design, images)  # type: ignore[arg-type]  # a text becomes a path
    return audit_paintings(paintings, Backbone(arch, **kwargs), questions, progress=progress)


def audit_paintings(
    paintings: Paintings,
    backbone: Backbone,
    questions: AuditQuestions = AuditQuestions(),
    *,
    learn: Learner | None = None,  # is searched for parts of images that it goes by
    fold: str = "0",  # the one that this learner has not been trained on
    name: str = "learner",  # of the learner, in sentences
    progress: bool = True,
) -> Audit:
    """What `audit_design` returns, and `learner_markers` where a learner is to be searched, too.

    Raises what `audit_design`, `read_sources`, `read_run` and `learner_markers` raise.
    """
    check_folds_by_painter(paintings.rows, "an audit")
    check_styles_can_be_judged(paintings.rows, "an audit")
    runs = {}
    for folder in questions.runs:
        runs[str(folder)] = read_run(folder)  # before minutes are spent
    if questions.sources:
        paintings = with_sources(paintings, questions.sources)
    check_sources(paintings, runs)
    duplicates = near_duplicates(paintings, questions.near, progress=progress)
    if questions.merged:
        paintings = join_duplicates(paintings, duplicates, questions.merged)
    audit = _audit_of_probe(paintings, backbone, questions, progress=progress)
    if learn:
        audit = _with_learner(audit, learn, fold, name=name, seed=questions.seed)
    if runs:
        audit = audit_runs(audit, runs)
    tables = {**audit.tables, "duplicates": duplicates}
    sentences = [*audit.sentences, duplicates_sentence(duplicates, questions.merged)]
    return Audit(tables, sentences, paintings)


def _audit_of_probe(
    paintings: Paintings,
    backbone: Backbone,
    questions: AuditQuestions,
    *,
    progress: bool,
) -> Audit:
    """What a probe of frozen features answers."""
    seed = questions.seed
    open_paintings = paintings.without_validation()
    subject = _subject(open_paintings, backbone, degraded=questions.degraded, seed=seed, progress=progress)
    tables, sentences = _leak_and_shortcuts(subject, n_seeds=questions.n_seeds, seed=seed, progress=progress)
    if questions.markers:
        tables["markers"] = probe_markers(
            subject.paintings,
            subject.reduced,
            subject.targs,
            rules=subject.rules,
            backbone=backbone,
            seed=seed,
            progress=progress,
        )
        sentences += marker_sentences(tables["markers"])
    if questions.degraded:
        tables["degraded"] = degraded_audit(
            subject.views, subject.targs, subject.folds, rules=subject.rules, bootstrap=subject.bootstrap
        )
        sentences.append(degraded_sentence(tables["degraded"]))
    if "source" in subject.paintings.rows:
        tables["sources"] = _sources_table(subject, seed, progress=progress)
        sentences += source_sentences(tables["sources"])
        tables["source_guesses"] = _probe_guesses(subject)
        sentences += guess_sentences(tables["source_guesses"])
    else:
        sentences.append(_SOURCES_NOT_ASKED)
    return Audit(tables, sentences, paintings)


class _Subject(NamedTuple):
    """What all audits look at: the paintings, their features, and the rules of the probe."""

    paintings: Paintings  # without their validation set
    reduced: FewDimensions  # features of the images
    views: dict[str, np.ndarray]  # coordinates (n, k) of the images, and of their degraded copies
    targs: np.ndarray
    folds: np.ndarray
    groups: np.ndarray
    rules: ProbeRules
    bootstrap: AuthorBootstrap

    @property
    def coordinates(self) -> np.ndarray:
        """Coordinates `(n, k)` of the images as they are."""
        return self.views[CLEAN]

    def probas(self) -> np.ndarray:
        """Out-of-fold predictions of the probe `(n, n_styles)`."""
        return out_of_fold(self.coordinates, self.targs, self.folds, rules=self.rules)


def _subject(
    paintings: Paintings,
    backbone: Backbone,
    *,
    degraded: bool,
    seed: int,
    progress: bool,
) -> _Subject:
    """Compute features and choose the rules of the probe."""
    changes = tuple(DEGRADED) if degraded else ()
    features = view_features(paintings.paths(), backbone, changes, seed=seed, progress=progress)
    shares = feature_shares(frozen_body(backbone, seed))
    reduced = FewDimensions(features[CLEAN], shares)
    views = {CLEAN: reduced.coordinates}
    for name in changes:
        views[name] = reduced.coordinates_of(features[name])
    labels = paintings.rows["label"]
    vocab = sorted(labels.unique())
    targs = targets(labels, vocab)
    groups = author_groups(paintings.rows)
    return _Subject(
        paintings=paintings,
        reduced=reduced,
        views=views,
        targs=targs,
        folds=paintings.folds.to_numpy(dtype=str),
        groups=groups,
        rules=probe_rules(reduced.coordinates, targs, groups, n_styles=len(vocab)),
        bootstrap=AuthorBootstrap(groups, targs),
    )


def _leak_and_shortcuts(
    subject: _Subject,
    *,
    n_seeds: int,
    seed: int,
    progress: bool,
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """The tables `leak, leak_seeds, shortcuts, metadata` and their sentences."""
    leak, leak_seeds = leak_audit(
        subject.paintings.rows,
        subject.coordinates,
        subject.targs,
        rules=subject.rules,
        n_seeds=n_seeds,
        progress=progress,
    )
    paths = subject.paintings.paths()
    metadata = metadata_of(paths, progress=progress)
    counts = metadata_counts(metadata, subject.paintings.rows["label"])
    traits = traits_of(paths, progress=progress) | metadata_traits(metadata)
    shortcuts = shortcut_audit(
        traits,
        subject.targs,
        subject.folds,
        probas=subject.probas(),
        bootstrap=subject.bootstrap,
        seed=seed,
        progress=progress,
    )
    tables = {"leak": leak, "leak_seeds": leak_seeds, "shortcuts": shortcuts, "metadata": counts}
    sentences = [leak_sentence(leak), *shortcut_sentences(shortcuts, counts)]
    return tables, sentences


def _sources_table(
    subject: _Subject,
    seed: int,
    *,
    progress: bool,
) -> pd.DataFrame:
    """The table `sources`."""
    rows = subject.paintings.rows
    return source_audit(
        subject.coordinates,
        rows["label"].to_numpy(dtype=str),
        rows["source"].to_numpy(dtype=str),
        folds=subject.folds,
        rules=subject.rules,
        groups=subject.groups,
        seed=seed,
        progress=progress,
    )


def _probe_guesses(subject: _Subject) -> pd.DataFrame:
    """The table `source_guesses` of the probe."""
    rows = subject.paintings.rows
    vocab = sorted(rows["label"].unique())
    predictions = prediction_columns(subject.probas(), vocab)
    predictions["filename"] = rows["filename"]
    return source_guesses({PROBE: predictions}, subject.paintings)


def check_sources(paintings: Paintings, runs: Mapping[str, pd.DataFrame]) -> None:
    """Raise ValueError where runs are to be audited and the paintings have no column `source`."""
    if runs and "source" not in paintings.rows:
        raise ValueError(
            "runs are audited for styles guessed by their sources: name a table filename,source (audit.py --sources)"
        )


def audit_runs(audit: Audit, runs: Mapping[str, pd.DataFrame]) -> Audit:
    """The audit with how often trained models guess styles by their sources: more rows of the table `source_guesses`.

    `runs` are out-of-fold predictions by name, such as those of cross-validations. Raises what `check_sources` and
    `source_guesses` raise.
    """
    check_sources(audit.paintings, runs)
    table = source_guesses(runs, audit.paintings.without_validation())
    of_probe = audit.tables.get("source_guesses")
    of_all = pd.concat([of_probe, table], ignore_index=True)
    tables = {**audit.tables, "source_guesses": of_all}
    sentences = audit.sentences + guess_sentences(table)
    return audit._replace(tables=tables, sentences=sentences)


def _with_learner(
    audit: Audit,
    learn: Learner,
    fold: str,
    *,
    name: str,
    seed: int,
) -> Audit:
    """The audit with the table `learner_markers`."""
    table = learner_markers(learn, audit.paintings, fold, seed=seed)
    sentences = [f"{name}: {sentence}" for sentence in marker_sentences(table)]
    tables = {**audit.tables, "learner_markers": table}
    return audit._replace(tables=tables, sentences=audit.sentences + sentences)


def write_audit(audit: Audit, out: str | Path, *, fit: Fit = "squash") -> list[str]:
    """Write every table as `<name>.csv` and the figures as `figures/<name>.png`; returns the sentences.

    `fit` is how the images were made square.
    """
    out = Path(out)
    for name, table in audit.tables.items():
        write_table(table, out / f"{name}.csv")
    folder = audit.paintings.folder
    figures = audit_figures(audit.tables, folder)
    for name in ("markers", "learner_markers"):
        if name in audit.tables:
            figures[name] = marker_figure(audit.tables[name], folder, fit)
    for name, figure in figures.items():
        save_figure(figure, out / f"figures/{name}.png")
    return audit.sentences
