"""All audits of one design: tables by name, and the sentences that say what they found."""

from pathlib import Path
from typing import NamedTuple

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
from styleclf.audit.sources import source_audit, source_sentences
from styleclf.data import Fit, Paintings, author_groups
from styleclf.evaluation import AuthorBootstrap, targets
from styleclf.inference import Backbone
from styleclf.output import write_table
from styleclf.plots import audit_figures, save_figure
from styleclf.training import best_strength


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
    **kwargs: object,  # of the backbone: `weights, features, size, fit, precision`
) -> Audit:
    """Audit the folds of a design, its validation set left out: `(tables, sentences)`.

    The tables are `leak, leak_seeds, shortcuts` and, where asked for and possible, `markers, degraded, sources`. The
    real model is a probe of frozen features that all count alike. Its strength is chosen once, as `best_strength` does
    for a training part, over inner folds by author of all images: pipelines that are compared differ in nothing but
    what they are compared for.

    Raises what `view_features` and `leak_audit` raise.
    """
    return audit_paintings(
        Paintings(design, images),
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
    paintings = paintings.without_validation()
    design = paintings.rows
    changes = tuple(DEGRADED) if degraded else ()
    views = view_features(paintings.paths(), backbone, changes, seed=seed, progress=progress)
    features = views[CLEAN]
    targs = targets(design["label"], sorted(design["label"].unique()))
    groups = author_groups(design)
    folds = design["fold"].to_numpy(dtype=str)
    strength = best_strength(features, targs, groups)
    bootstrap = AuthorBootstrap(groups, targs)

    tables = {}
    tables["leak"], tables["leak_seeds"] = leak_audit(
        design, features, targs, strength=strength, n_seeds=n_seeds, progress=progress
    )
    probas = out_of_fold(features, targs, folds, strength=strength)
    traits = traits_of(paintings.paths(), progress=progress)
    tables["shortcuts"] = shortcut_audit(
        traits, targs, folds, probas=probas, bootstrap=bootstrap, seed=seed, progress=progress
    )
    sentences = [leak_sentence(tables["leak"]), *shortcut_sentences(tables["shortcuts"])]
    if markers:
        tables["markers"] = probe_markers(
            paintings, features, targs, strength=strength, backbone=backbone, seed=seed, progress=progress
        )
        sentences += marker_sentences(tables["markers"])
    if degraded:
        tables["degraded"] = degraded_audit(views, targs, folds, strength=strength, bootstrap=bootstrap)
        sentences.append(degraded_sentence(tables["degraded"]))
    if "source" in design:
        labels = design["label"].to_numpy(dtype=str)
        sources = design["source"].to_numpy(dtype=str)
        probe = {"folds": folds, "strength": strength, "groups": groups}
        tables["sources"] = source_audit(features, labels, sources, **probe, seed=seed, progress=progress)
        sentences += source_sentences(tables["sources"])
    return Audit(tables, sentences)


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
