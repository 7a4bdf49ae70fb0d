"""All audits of one design: tables by name, and the sentences that say what they found."""

from pathlib import Path

import pandas as pd

from styleclf.audit.degradations import CLEAN, DEGRADED, view_features
from styleclf.audit.degraded import degraded_audit, degraded_sentence
from styleclf.audit.file_traits import traits_of
from styleclf.audit.leak import check_seeds, leak_audit, leak_sentence
from styleclf.audit.pasted_parts import marker_sentences, probe_markers
from styleclf.audit.probe_scores import author_draws, out_of_fold
from styleclf.audit.shortcuts import shortcut_audit, shortcut_sentences
from styleclf.audit.sources import source_audit, source_sentences
from styleclf.data import VAL, Fit, author_groups
from styleclf.evaluation import targets
from styleclf.models import Features
from styleclf.training import best_strength


def audit_design(
    design: pd.DataFrame,  # with a column `source`, if that is to be audited
    images: str | Path,
    arch: str,
    weights: str | Path = "imagenet",
    features: Features = "style",
    size: int = 224,
    fit: Fit = "squash",
    n_seeds: int = 5,
    degraded: bool = True,
    seed: int = 0,
    markers: bool = True,
    progress: bool = True,
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    """Audit the folds of a design, its validation set left out: `(tables, sentences)`.

    The tables are `leak, leak_seeds, shortcuts` and, where asked for and possible, `markers, degraded, sources`. The
    real model is a probe of frozen features that all count alike. Its strength is chosen once, as `best_strength` does
    for a training part, over inner folds by author of all images: pipelines that are compared differ in nothing but
    what they are compared for.
    Raises what `view_features` and `leak_audit` raise.
    """
    check_seeds(n_seeds)  # before minutes are spent
    seen = design[design["fold"] != VAL].reset_index(drop=True)
    paths = [Path(images) / filename for filename in seen["filename"]]
    changes = tuple(DEGRADED) if degraded else ()
    views = view_features(paths, arch, weights, features, size, fit, changes, seed, progress)
    targs, clean = targets(seen["label"], sorted(seen["label"].unique())), views[CLEAN]
    groups, folds = author_groups(seen), seen["fold"].to_numpy(dtype=str)
    strength, draws = best_strength(clean, targs, groups), author_draws(groups, targs)

    tables = {}
    tables["leak"], tables["leak_seeds"] = leak_audit(seen, clean, targs, strength, n_seeds, progress=progress)
    probas, traits = out_of_fold(clean, targs, folds, strength), traits_of(paths, progress)
    tables["shortcuts"] = shortcut_audit(traits, targs, folds, probas, draws, seed=seed, progress=progress)
    sentences = [leak_sentence(tables["leak"]), *shortcut_sentences(tables["shortcuts"])]
    if markers:
        how = dict(arch=arch, weights=weights, kind=features, size=size, fit=fit, seed=seed, progress=progress)
        tables["markers"] = probe_markers(seen, images, clean, targs, strength, **how)
        sentences += marker_sentences(tables["markers"])
    if degraded:
        tables["degraded"] = degraded_audit(views, targs, folds, strength, draws)
        sentences.append(degraded_sentence(tables["degraded"]))
    if "source" in seen:
        labels, sources = (seen[name].to_numpy(dtype=str) for name in ("label", "source"))
        tables["sources"] = source_audit(clean, labels, sources, folds, strength, groups, seed, progress)
        sentences += source_sentences(tables["sources"])
    return tables, sentences
