"""Shortcuts: how far deliberately stupid models get beside the real one, on the same folds."""

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

from styleclf.audit.file_metadata import METADATA, telling_value
from styleclf.audit.file_traits import CONTROLS, FILE, PICTURE_TRAITS
from styleclf.audit.probe_scores import change_estimate, rate_estimate, top_k_hits
from styleclf.common import tracked
from styleclf.evaluation import AuthorBootstrap, Estimate

_REAL = "real model"
_NEAR_SHARE = 0.1  # of what the real model knows beyond chance: a trait that surely knows as much comes near
_ADVICE = {
    "size and aspect": "your classes come in different sizes; give all images one",
    "JPEG settings": "your classes were saved differently; save all images alike",
    "file size": "your classes were compressed differently; save all images alike",
    "sharpness": "your classes were scanned or enlarged differently; shrink all images, or train with blur",
    "border": "frames or margins tell your classes; crop them off",
    "colour profile": "your classes were digitised or saved differently; look at metadata.csv",
    "camera": "your classes were photographed or scanned by different machines; look at metadata.csv",
    "software": "your classes were processed by different programs; look at metadata.csv",
}


def shortcut_audit(
    traits: dict[str, np.ndarray],  # of `traits_of` and, if it was asked for, `metadata_traits`: name -> (n, d)
    targs: np.ndarray,
    folds: np.ndarray,
    *,
    probas: np.ndarray,  # (n, n_styles) out-of-fold predictions of the real model
    bootstrap: AuthorBootstrap,
    n_trees: int = 200,
    seed: int = 0,
    progress: bool = True,
) -> pd.DataFrame:
    """Class-weighted top-1 accuracy of a random forest on each trait, below that of the real model.

    Columns: `model, kind` ('real', 'file' or 'picture'), `value, lo, hi, control, lead, lead_lo, lead_hi, chance,
    near`. `control` is what the trait's control scores, chance where it has none, and `lead` the difference, with a
    paired 95 % interval. `near` says of a trait of the file that the lower end of its lead exceeds a tenth of the real
    model's lead over chance. Colours are a part of style: traits of the picture never are `near`.
    """
    chance = 1 / probas.shape[1]
    hits = {_REAL: top_k_hits(probas, targs)}
    of_file = [*FILE, *(name for name in METADATA if name in traits)]
    names = [*of_file, *PICTURE_TRAITS, *CONTROLS.values()]
    for name in tracked(names, len(names), "stupid models", progress):
        trait_probas = _forest_probas(traits[name], targs, folds, n_trees=n_trees, seed=seed)
        hits[name] = top_k_hits(trait_probas, targs)
    kinds = {_REAL: "real", **dict.fromkeys(of_file, "file"), **dict.fromkeys(PICTURE_TRAITS, "picture")}
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
    columns = ["model", "kind", "value", "lo", "hi", "control", "lead", "lead_lo", "lead_hi"]
    table = pd.DataFrame(rows, columns=columns).assign(chance=chance)
    real_lead = max(table["lead"].iat[0], 0)
    near = (table["kind"] == "file") & (table["lead_lo"] > _NEAR_SHARE * real_lead)
    return table.assign(near=near)


def _forest_probas(
    features: np.ndarray,
    targs: np.ndarray,
    folds: np.ndarray,
    *,
    n_trees: int = 200,
    seed: int = 0,
) -> np.ndarray:
    """Out-of-fold probabilities `(n, n_styles)` of a random forest in which every style counts alike."""
    probas = np.zeros((len(targs), targs.max() + 1))
    if not np.ptp(features, axis=0).any():  # all images are alike: trees would guess
        return probas + 1 / probas.shape[1]
    for fold in np.unique(folds):
        test = folds == fold
        forest = RandomForestClassifier(
            n_trees, min_samples_leaf=3, class_weight="balanced_subsample", random_state=seed
        )
        forest.fit(features[~test], targs[~test])
        probas[np.ix_(test, forest.classes_)] = forest.predict_proba(features[test])
    return probas


def shortcut_sentences(table: pd.DataFrame, metadata: pd.DataFrame | None = None) -> list[str]:
    """A sentence for every trait of the file that comes near the real model, or one that none of those asked does.

    With the counts of `metadata_counts`, those on metadata name the value that tells most.
    """
    real_accuracy = table["value"].iat[0]
    sentences = []
    for row in table[table["near"]].itertuples():
        score = f"{row.model} alone scores {row.value:.2f}"
        if row.model in CONTROLS:
            score += f", {row.lead:.2f} more than {CONTROLS[row.model]}"
        advice = _ADVICE[row.model]
        if metadata is not None and row.model in METADATA:
            value = telling_value(metadata, row.model)
            advice += f" ({value})" if value else ""
        sentences.append(f"{score} (model {real_accuracy:.2f}, chance {row.chance:.2f}): {advice}")
    if sentences:
        return sentences
    traits = table.loc[table["kind"] == "file", "model"]
    return [f"no trait that was asked about comes near the model: {', '.join(traits)}"]
