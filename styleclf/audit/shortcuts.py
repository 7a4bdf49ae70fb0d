"""Shortcuts: how far deliberately simple models get beside the probe, on the same folds."""

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

from styleclf.audit.file_metadata import METADATA, telling_value
from styleclf.audit.file_traits import CONTROLS, FILE, PICTURE_TRAITS
from styleclf.audit.probe_scores import PROBE, change_estimate, rate_estimate, top_k_hits
from styleclf.common import with_progress
from styleclf.evaluation import AuthorBootstrap, Estimate

_COLUMNS = ["model", "kind", "value", "lo", "hi", "control", "lead", "lead_lo", "lead_hi"]
_NEAR_SHARE = 0.1  # of what the probe knows beyond chance: a trait that certainly knows as much comes near
_ADVICE = {
    "size and aspect": "your classes come in different sizes; give all images one",
    "JPEG settings": "your classes were saved differently; save all images alike",
    "file size": "your classes were compressed differently; save all images alike",
    "sharpness": "your classes were scanned or enlarged differently; shrink all images, or train with blur",
    "border": "frames or margins give your classes away; crop them off",
    "colour profile": "your classes were digitised or saved differently; look at metadata.csv",
    "camera": "your classes were photographed or scanned by different machines; look at metadata.csv",
    "software": "your classes were processed by different programs; look at metadata.csv",
}


def shortcut_audit(
    traits: dict[str, np.ndarray],  # of `traits_of` and, if it was asked for, `metadata_traits`: name -> (n, d)
    targs: np.ndarray,
    folds: np.ndarray,
    *,
    probas: np.ndarray,  # (n, n_styles) out-of-fold predictions of the probe
    bootstrap: AuthorBootstrap,
    n_trees: int = 200,
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """Class-weighted top-1 accuracy of a random forest on each trait, below that of the probe.

    Columns: `model, kind` ('probe', 'file' or 'picture'), `value, lo, hi, control, lead, lead_lo, lead_hi, chance,
    near`. `control` is what the trait's control scores, chance where it has none, and `lead` the difference, with a
    paired 95 % interval. `near` says of a trait of the file that the lower end of its lead exceeds a tenth of the
    probe's lead over chance. Colours are a part of style: traits of the picture never are `near`.
    """
    chance = 1 / probas.shape[1]
    hits = {PROBE: top_k_hits(probas, targs)}
    metadata = [name for name in METADATA if name in traits]
    of_file = [*FILE, *metadata]
    names = [*of_file, *PICTURE_TRAITS, *CONTROLS.values()]
    for name in with_progress(names, len(names), "simple models", progress):
        trait_probas = _forest_probas(traits[name], targs, folds, n_trees=n_trees, seed=seed)
        hits[name] = top_k_hits(trait_probas, targs)
    kinds = {PROBE: "probe"}
    kinds |= dict.fromkeys(of_file, "file")
    kinds |= dict.fromkeys(PICTURE_TRAITS, "picture")
    rows = []
    for name, kind in kinds.items():
        accuracy = rate_estimate(hits[name], targs, bootstrap)
        if name in CONTROLS:
            control_hits = hits[CONTROLS[name]]
            control = rate_estimate(control_hits, targs, bootstrap).value
            lead = change_estimate(hits[name] - control_hits, targs, bootstrap)
        else:
            control = chance
            lead = Estimate(accuracy.value - chance, accuracy.lo - chance, accuracy.hi - chance)
        rows.append((name, kind, *accuracy, control, *lead))
    table = pd.DataFrame(rows, columns=_COLUMNS)
    table["chance"] = chance
    probe_lead = max(table["lead"].iat[0], 0)
    knows_much = table["lead_lo"] > _NEAR_SHARE * probe_lead
    table["near"] = (table["kind"] == "file") & knows_much
    return table


def _forest_probas(
    features: np.ndarray,
    targs: np.ndarray,
    folds: np.ndarray,
    *,
    n_trees: int = 200,
    seed: int = 0,
) -> np.ndarray:
    """Out-of-fold probabilities `(n, n_styles)` of a random forest in which every style counts alike."""
    n_styles = targs.max() + 1
    probas = np.full((len(targs), n_styles), 1 / n_styles)
    if not np.ptp(features, axis=0).any():  # all images are alike: trees would guess
        return probas
    for fold in np.unique(folds):
        test = folds == fold
        forest = RandomForestClassifier(
            n_trees, min_samples_leaf=3, class_weight="balanced_subsample", random_state=seed
        )
        forest.fit(features[~test], targs[~test])
        probas[test] = 0  # for styles that stand in this fold alone
        probas[np.ix_(test, forest.classes_)] = forest.predict_proba(features[test])
    return probas


def shortcut_sentences(table: pd.DataFrame, metadata: pd.DataFrame | None = None) -> list[str]:
    """A sentence for every trait of the file that comes near the probe, or one that says there is none.

    With the counts of `metadata_counts`, those on metadata name the value that sets one style apart most.
    """
    probe_accuracy = table["value"].iat[0]
    sentences = []
    for row in table[table["near"]].itertuples():
        score = f"{row.model} alone scores {row.value:.2f}"
        if row.model in CONTROLS:
            control = CONTROLS[row.model]
            score += f", {row.lead:.2f} more than {control}"
        advice = _ADVICE[row.model]
        if metadata is not None and row.model in METADATA:
            value = telling_value(metadata, row.model)
            advice += f" ({value})" if value else ""
        reference = f"(the probe {probe_accuracy:.2f}, chance {row.chance:.2f})"
        sentences.append(f"{score} {reference}: {advice}")
    if sentences:
        return sentences
    traits = table.loc[table["kind"] == "file", "model"]
    names = ", ".join(traits)
    return [f"no trait that was asked about comes near the probe: {names}"]
