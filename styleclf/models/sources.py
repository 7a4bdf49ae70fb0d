"""Where a body comes from: an architecture, its weights, and what these weights expect of images.

`weights` is one of

    imagenet            those that timm knows for the architecture, or those of its folder or hub model
    none                random numbers
    a tag of timm       such as a1_in1k or resnet18.a1_in1k
    hf-hub:owner/name   a model on the hub
    a folder            in timm's form: config.json beside the file of weights
    a file              with the configuration of the architecture, or of a config.json beside it
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from styleclf.common import Range, is_number, say, say_once
from styleclf.models.architectures import (
    FOLDER_PREFIX,
    HUB_PREFIX,
    Architecture,
    ImageStats,
    architecture,
    architecture_beside,
    folder_architecture,
    split_place,
)
from styleclf.models.hub import cached_hub_file, hub_answers, hub_file

NO_WEIGHTS = "none"
OWN_WEIGHTS = "imagenet"
_AUTOMATIC = "auto"
WEIGHT_FILES = ("model.safetensors", "pytorch_model.bin", "pytorch_model.pth", "model.pth")  # the first one counts
_WEIGHT_SUFFIXES = (".safetensors", ".pth", ".pt", ".bin")
USUAL_SIZE = 224  # pixels a side
_USUAL_MEAN = (0.485, 0.456, 0.406)  # of ImageNet's images, where a configuration says nothing
_USUAL_DEVIATION = (0.229, 0.224, 0.225)
_N_CHANNELS = 3
_N_TAGS_NAMED = 6


@dataclass(frozen=True)
class BodySource:
    """An architecture, its weights, and what these weights expect of images.

    >>> source = single_source("resnet18", "none")
    >>> source.size, source.has_fixed_size, source.stats[0]
    (224, False, (0.485, 0.456, 0.406))
    """

    architecture: Architecture  # with the configuration of the weights
    origin: str  # of the weights, in words
    file: Path | None = None  # of weights that are to be loaded
    hub_model: str = ""  # owner/name, of weights that are to be loaded from the hub
    from_timm: bool = False  # whether timm finds the weights itself
    stats_given: ImageStats | None = None  # in place of those of the configuration

    @property
    def name(self) -> str:
        """The architecture, as timm calls it."""
        return self.architecture.name

    @property
    def has_weights(self) -> bool:
        """Whether there are any weights but random ones."""
        if self.from_timm:
            return self.architecture.has_weights
        return bool(self.hub_model) or self.file is not None

    @property
    def stats(self) -> ImageStats:
        """Mean and standard deviation per channel, of values 0..1, that the weights expect."""
        if self.stats_given:
            return self.stats_given
        config = self.architecture.config
        mean = config.get("mean", _USUAL_MEAN)
        deviation = config.get("std", _USUAL_DEVIATION)
        return tuple(mean), tuple(deviation)

    @property
    def native_size(self) -> int:
        """Pixels a side of the images that the weights were made with."""
        usual_shape = (_N_CHANNELS, USUAL_SIZE, USUAL_SIZE)
        *_, side = self.architecture.config.get("input_size", usual_shape)
        return int(side)

    @property
    def has_fixed_size(self) -> bool:
        """Whether the network is made for one size of images."""
        return bool(self.architecture.config.get("fixed_input_size", False))

    @property
    def size(self) -> int:
        """Pixels a side that suit the body: its native ones, but for convolutions 224 or more."""
        if self.has_fixed_size:
            return self.native_size
        return max(self.native_size, USUAL_SIZE)

    @property
    def interpolation(self) -> str:
        """How images were resized when the weights were made; styleclf resizes them by bicubic interpolation."""
        return self.architecture.config.get("interpolation", "bicubic")

    @property
    def licence(self) -> str | None:
        """The licence of the weights, as timm or their config.json states it; None if neither does."""
        if not self.has_weights:
            return None
        return self.architecture.config.get("license")

    def facts(self) -> dict[str, Any]:
        """All that a run's settings.json should say of it."""
        mean, deviation = self.stats
        return {
            "architecture": self.name,
            "origin": self.origin,
            "licence": self.licence,
            "image_mean": list(mean),
            "image_std": list(deviation),
            "native_size": self.native_size,
            "has_fixed_size": self.has_fixed_size,
            "interpolation": self.interpolation,
        }

    def text(self) -> str:
        """The body in two lines: weights and licence, then what they expect of images."""
        mean, deviation = self.stats
        weights = self.origin
        if self.has_weights:
            licence = self.licence or "not stated, ask whoever made them"
            weights += f" (licence: {licence})"
        size = f"images of {self.native_size} pixels a side"
        spoken_mean = _spoken_numbers(mean)
        spoken_deviation = _spoken_numbers(deviation)
        expected = f"made for {size}, mean {spoken_mean}, deviation {spoken_deviation}"
        return f"{self.name}, {weights}:\n  {expected}"

    def announce(self) -> None:
        """Print the lines, unless this process has printed the same ones before."""
        say_once(self.text())


def _spoken_numbers(numbers: Sequence[float]) -> str:
    """Numbers with three digits, separated by spaces."""
    texts = [f"{number:.3g}" for number in numbers]
    return " ".join(texts)


def single_source(
    arch: str,
    weights: str | Path = OWN_WEIGHTS,
    *,
    image_mean: Sequence[float] | None = None,  # per channel, 0..1, where the weights want another than their own
    image_std: Sequence[float] | None = None,
) -> BodySource:
    """What an architecture and weights together are; weights that may have to be downloaded are not looked for yet.

    Raises ValueError for an unknown architecture, weights of another one, a folder without config.json, or statistics
    that are none; FileNotFoundError for weights that are nowhere; ConnectionError where a hub is needed and not there.
    """
    source = _source_of_weights(architecture(arch), str(weights))
    return _with_stats(source, image_mean, image_std)


def _source_of_weights(base: Architecture, weights: str) -> BodySource:
    """An architecture with the weights that a text names. Raises as `single_source` does."""
    prefix, place = split_place(weights)
    if weights == NO_WEIGHTS:
        return BodySource(base, "random weights")
    if weights == OWN_WEIGHTS:
        return _own_source(base)
    if prefix == HUB_PREFIX:
        other_base = architecture(weights)
        _check_same_architecture(other_base, base, weights)
        return _own_source(other_base)
    if prefix == FOLDER_PREFIX or Path(weights).is_dir():
        other_base = folder_architecture(place)
        _check_same_architecture(other_base, base, weights)
        return _folder_source(other_base)
    if Path(weights).is_file():
        return _file_source(base, Path(weights))
    return _tag_source(base, weights)


def _own_source(base: Architecture) -> BodySource:
    """The weights that belong to an architecture."""
    prefix, place = split_place(base.place)
    if prefix == FOLDER_PREFIX:
        return _folder_source(base)
    if prefix == HUB_PREFIX:
        return BodySource(base, f"weights of {base.place}", hub_model=place)
    if not base.has_weights:
        return BodySource(base, "timm's own weights, of which there are none", from_timm=True)
    tag = base.config.get("tag", "")
    origin = f"timm's own weights {tag}".strip()
    return BodySource(base, origin, from_timm=True)


def _folder_source(base: Architecture) -> BodySource:
    """The weights in a folder. Raises FileNotFoundError where it holds none."""
    _, folder = split_place(base.place)
    file = weights_in_folder(folder)
    return BodySource(base, f"weights in {folder}", file)


def _file_source(base: Architecture, file: Path) -> BodySource:
    """A file of weights, with the configuration that lies beside it if that is of the same architecture."""
    beside = architecture_beside(file)
    if beside is None or _bare_name(beside) != _bare_name(base):
        config = dict(base.config)
        config.pop("license", None)  # that is of timm's own weights
        beside = replace(base, config=config)
    return BodySource(beside, f"weights of {file}", file)


def _tag_source(base: Architecture, weights: str) -> BodySource:
    """Weights of timm by their tag. Raises FileNotFoundError for what is not a tag of the architecture."""
    from timm.models import is_model_pretrained, list_pretrained

    name = _bare_name(base)
    is_in_timm = not base.place
    prefix = f"{name}."
    tag = weights.removeprefix(prefix)
    full_name = f"{prefix}{tag}"
    if tag and is_in_timm and is_model_pretrained(full_name):
        return _own_source(architecture(full_name))
    advice = "give 'imagenet', 'none', a file of weights for the body, a folder with config.json, or hf-hub:owner/name"
    tags = [tagged_name.removeprefix(prefix) for tagged_name in list_pretrained(f"{prefix}*")]
    if tags and is_in_timm:
        first_tags = ", ".join(tags[:_N_TAGS_NAMED])
        advice += f", or a tag of timm: {first_tags}"
    raise FileNotFoundError(f"no weights at {weights}: {advice}")


def _bare_name(base: Architecture) -> str:
    """The name of an architecture without the tag of its weights."""
    name, *_ = base.name.split(".")
    return name


def _check_same_architecture(other_base: Architecture, base: Architecture, weights: str) -> None:
    """Raise ValueError where weights are of another architecture than the one asked for."""
    name = _bare_name(other_base)
    expected = _bare_name(base)
    if name != expected:
        raise ValueError(f"the weights {weights} are of {name}, not of {expected}: give arch {name}")


def weights_in_folder(folder: str | Path) -> Path:
    """The file of weights in a folder of timm's form. Raises FileNotFoundError where there is none."""
    folder = Path(folder)
    for name in WEIGHT_FILES:
        usual_file = folder / name
        if usual_file.is_file():
            return usual_file
    paths = sorted(folder.iterdir())
    files = [path for path in paths if path.suffix in _WEIGHT_SUFFIXES]
    if len(files) == 1:
        return files[0]
    if files:
        names = ", ".join(path.name for path in files)
        raise ValueError(f"{folder} holds several files of weights ({names}): give one of them")
    raise FileNotFoundError(f"{folder} holds no file of weights beside its config.json, such as {WEIGHT_FILES[0]}")


def weights_in_hub(model: str) -> Path:
    """The file of weights of a model on the hub. Raises what `hub_file` raises."""
    for name in WEIGHT_FILES:
        path = cached_hub_file(model, name)
        if path is not None:
            return path
    safe_name, other_name, *_ = WEIGHT_FILES
    try:
        return hub_file(model, safe_name)
    except ValueError:  # an older model, without it
        return hub_file(model, other_name)


def _with_stats(
    source: BodySource, image_mean: Sequence[float] | None, image_std: Sequence[float] | None
) -> BodySource:
    """The source with the statistics that were given. Raises ValueError for statistics that are none."""
    mean, deviation = source.stats
    mean_name = f"the mean of {source.name}'s images"
    deviation_name = f"the deviation of {source.name}'s images"
    if image_mean is not None:
        mean = tuple(image_mean)
        mean_name = "image_mean"
    if image_std is not None:
        deviation = tuple(image_std)
        deviation_name = "image_std"
    _check_numbers(mean, mean_name, Range(least=0, most=1))
    _check_numbers(deviation, deviation_name, Range(above=0, most=1))
    return replace(source, stats_given=(mean, deviation))


def _check_numbers(numbers: Sequence[float], name: str, limits: Range) -> None:
    """Raise ValueError unless there are three numbers, one per channel, within the limits."""
    are_valid = [is_number(number) and limits.holds(number) for number in numbers]
    if len(numbers) != _N_CHANNELS or not all(are_valid):
        raise ValueError(f"{name} must be three numbers {limits}, for red, green and blue, not {tuple(numbers)}")


def single_weights_at_hand(weights: str | Path, arch: str) -> str:
    """The weights, in place of 'auto' those that can be had within seconds: 'imagenet', else 'none', with a line on it.

    Raises what `architecture` raises, such as ValueError for an unknown one.
    """
    if str(weights) != _AUTOMATIC:
        return str(weights)
    if single_weights_exist(arch):
        return OWN_WEIGHTS
    say(
        f"ImageNet weights of {arch} cannot be had here: training starts from scratch (weights none), which costs "
        "accuracy and takes more epochs"
    )
    return NO_WEIGHTS


def single_weights_exist(arch: str) -> bool:
    """Whether an architecture's weights can be had: they are on this machine, or the hub answers."""
    base = architecture(arch)
    prefix, _ = split_place(base.place)
    if not base.has_weights:
        return False
    if prefix == FOLDER_PREFIX or _cached_weights(base) is not None:
        return True
    return hub_answers()


def timm_options(source: BodySource) -> dict[str, Any]:
    """Keywords that make timm find the weights: in the hub's cache without asking the hub, or else on the hub.

    Raises ValueError if there are no such weights, ConnectionError if they are not here and the hub does not answer.
    """
    base = source.architecture
    file = _cached_weights(base)
    if file is not None and file.name in WEIGHT_FILES:
        # the hub's file is timm's own, but older timm reads any file of some models in their authors' format
        overlay = {"file": str(file), "custom_load": False}
        return {"pretrained": True, "pretrained_cfg_overlay": overlay}
    if not base.has_weights:
        raise ValueError(
            f"timm has no ImageNet weights of {source.name}: give a file of weights, or 'none' to start from scratch"
        )
    if file is None and not hub_answers():
        raise ConnectionError(
            f"the ImageNet weights of {source.name} are not on this machine and the model hub does not answer: "
            "connect to the internet once, give a file of weights, or 'none' to start from scratch"
        )
    return {"pretrained": True}


def _cached_weights(base: Architecture) -> Path | None:
    """An architecture's weights in the hub's cache on this machine, if they are there."""
    _, hub_model = split_place(base.place)
    hub_model = hub_model or base.config.get("hf_hub_id", "")
    if not hub_model:
        return None
    others_file = base.config.get("hf_hub_filename")  # of weights that timm takes from somebody else's format
    names = [others_file] if others_file else WEIGHT_FILES
    for name in names:
        path = cached_hub_file(hub_model, name)
        if path is not None:
            return path
    return None
