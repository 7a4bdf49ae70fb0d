"""A bundle as a fastai learner; and one function that opens a bundle or an exported learner, whichever is there."""

from pathlib import Path
from typing import cast

import safetensors.torch
import torch
from fastai.learner import Learner
from torch import Tensor, nn

from styleclf.bundle.graph import PixelNetwork, outputs_of
from styleclf.bundle.learner_files import check_learner_file
from styleclf.bundle.network_spec import network_of
from styleclf.common import check_path, reason_of
from styleclf.data import Picture
from styleclf.evaluation import rule_of_facts
from styleclf.inference import (
    keep_label_thresholds,
    keep_novelty,
    keep_rule,
    keep_style_ids,
    keep_threshold,
    keep_years,
    set_profile,
    years_of,
)
from styleclf.light import (
    MANIFEST_FILE,
    WEIGHTS_FILE,
    BundleContents,
    Manifest,
    check_logits,
    check_pattern,
    check_width,
    is_bundle_path,
    open_contents,
    read_manifest,
    read_novelty,
)
from styleclf.models import resolve_precision
from styleclf.runs import dated_learner, is_run_of_years
from styleclf.training import assembled_learner, load_style_learner, note_temperature, set_origin

_MAKE_YEARS = "make a run by recipes/cross_validate.py --target year"


def open_learner(path: str | Path, cpu: bool = True) -> Learner:
    """The learner in a bundle (a folder or a .zip), or in a file by `export_learner`: open only trusted ones of those.

    The folder of a cross-validation of years is the learner of its probe. Raises ValueError, which says what it is, for
    a file of another kind, and what `load_bundle`, `dated_learner` and `load_style_learner` raise.

    >>> file = export_learner(learn, folder / "model.pkl")
    >>> len(open_learner(file).dls.vocab)
    8
    """
    check_path(path, "the learner")
    if is_run_of_years(path):
        return dated_learner(path)
    if is_bundle_path(path):
        return load_bundle(path, cpu=cpu)
    if Path(path).is_file():
        check_learner_file(path)
    return load_style_learner(path, cpu=cpu)


def open_models(
    path: str | Path,
    dates: str | Path | None = None,  # a run of years, or a bundle of it
) -> tuple[Learner, Learner | str | Path | None]:
    """The learner of `open_learner`, and what dates pictures beside it, of `open_dating`. Raises what both raise."""
    dating = open_dating(dates)
    return open_learner(path), dating


def open_dating(path: str | Path | None) -> Learner | str | Path | None:
    """What dates pictures: the learner of a bundle of years; the folder of a run of years, or None, as it is.

    Raises FileNotFoundError where there is nothing, ValueError for a run or a bundle that does not date, or another
    file, and what `load_bundle` raises.
    """
    if path is None or is_run_of_years(path):
        return path
    if not Path(path).exists():
        raise FileNotFoundError(f"no run of years at {path}: {_MAKE_YEARS}, or name a bundle of one")
    is_a_run = (Path(path) / "settings.json").is_file()
    if is_a_run or not is_bundle_path(path):
        raise ValueError(f"{path} is neither a run of years nor a bundle of one: {_MAKE_YEARS}")
    learn = load_bundle(path)
    if years_of(learn) is None:
        raise ValueError(f"{path} gives styles and does not date pictures: name a run or a bundle of years")
    return learn


def load_bundle(path: str | Path, cpu: bool = True) -> Learner:
    """A learner from a bundle, for all that takes an exported learner. Nothing in the bundle is run.

    Like one by `load_style_learner` it has no images: it predicts, embeds and explains, and wants `dls` to be trained.

    Raises FileNotFoundError where there is no bundle, and ValueError, in one sentence, for one that is damaged, of a
    newer styleclf, or that does not compute what it did where it was made.

    >>> bundle = export_bundle(learn, folder / "model.zip")
    >>> probas, unreadable = predict_files(load_bundle(bundle), pictures, progress=False)
    >>> probas.shape
    (2, 8)
    """
    contents = open_contents(path)
    manifest = read_manifest(contents.read(MANIFEST_FILE), contents.path)
    network = _network(contents, manifest)
    picture = Picture(manifest.input.size, manifest.input.fit)  # type: ignore[arg-type]
    stats = manifest.input.mean, manifest.input.std
    learn = assembled_learner(
        network,
        manifest.styles,
        picture,
        stats=stats,
        precision=manifest.network["precision"],
        several_labels=manifest.label_thresholds is not None,
    )
    _remember(learn, manifest)
    novelty = read_novelty(contents, manifest)
    if novelty is not None:
        _, neck, _ = network
        _, linear = cast(nn.Sequential, neck)
        check_width(novelty, cast(nn.Linear, linear).in_features, contents.path)
        keep_novelty(learn, novelty)
    if not cpu and torch.cuda.is_available():
        learn.dls.cuda()
        learn.model.cuda()
    return learn


def _network(contents: BundleContents, manifest: Manifest) -> nn.Sequential:
    """The network of a bundle. Raises ValueError where weights and manifest do not fit one another."""
    if WEIGHTS_FILE not in manifest.files:
        raise ValueError(f"{MANIFEST_FILE} in {contents.path} is damaged: it lacks {WEIGHTS_FILE}")
    weights = _weights(contents, manifest)
    try:
        resolve_precision(manifest.network["precision"], torch.device("cpu"))
        network = network_of(manifest.network, weights, len(manifest.styles), manifest.input.size)
        stats = manifest.input.mean, manifest.input.std
        pattern = check_pattern(manifest.input.size)[None]
        logits = outputs_of(PixelNetwork(network, stats).eval(), pattern)[0]
    except Exception as error:  # torch and timm raise a dozen kinds for weights of another network
        fault = f"it lacks {error}" if isinstance(error, KeyError) else str(error)
        reason = " ".join(fault.split())[:200]
        raise ValueError(f"{contents.path} holds no network that can be made here: {reason}") from error
    check_logits(logits[0], manifest, WEIGHTS_FILE, path=contents.path)
    return network


def _weights(contents: BundleContents, manifest: Manifest) -> dict[str, Tensor]:
    """The tensors in a bundle by their names."""
    content = contents.read_checked(WEIGHTS_FILE, manifest.files[WEIGHTS_FILE])
    try:
        return safetensors.torch.load(content)
    except Exception as error:  # a damaged header raises several kinds
        reason = reason_of(error)[:200]
        raise ValueError(f"{WEIGHTS_FILE} in {contents.path} is not a file of weights ({reason})") from error


def _remember(learn: Learner, manifest: Manifest) -> None:
    """Have a learner remember what an exported one would."""
    values = manifest.values
    if manifest.thresholds is not None:
        keep_threshold(learn, manifest.thresholds)
    if manifest.label_thresholds is not None:
        keep_label_thresholds(learn, manifest.label_thresholds)
    if manifest.wider is not None:
        rule = rule_of_facts(manifest.wider._asdict())
        keep_rule(learn, rule)
    if manifest.years is not None:
        keep_years(learn, manifest.years)
    if manifest.picture_profile is not None:
        set_profile(learn, manifest.picture_profile)
    if values.get("training"):
        set_origin(learn, values["training"])
    keep_style_ids(learn, manifest.style_ids)
    note_temperature(learn, manifest.temperature)
