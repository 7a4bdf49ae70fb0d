"""Architectures of timm: which ones exist, where they are described, and what their weights expect of images.

An architecture is a name of timm (`resnet18`), a name with the tag of its weights (`resnet18.a1_in1k`), a folder that
timm has written (`local-dir:PATH`), or a model on the hub (`hf-hub:owner/name`).
"""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from styleclf.common import read_json
from styleclf.models.hub import hub_file

ImageStats = tuple[tuple[float, ...], tuple[float, ...]]  # mean and standard deviation per channel, of values 0..1

CONFIG_FILE = "config.json"
FOLDER_PREFIX = "local-dir:"
HUB_PREFIX = "hf-hub:"
_PREFIXES = {FOLDER_PREFIX: FOLDER_PREFIX, HUB_PREFIX: HUB_PREFIX, "hf_hub:": HUB_PREFIX}  # timm's older spelling
_BULKY_KEYS = ("label_names", "label_descriptions")  # of a configuration: thousands of words that nobody reads here


@dataclass(frozen=True)
class Architecture:
    """A network of timm and the configuration of its weights.

    >>> Architecture("resnet18").name
    'resnet18'
    """

    name: str  # in timm's registry, with the tag of its weights if one was given
    config: Mapping[str, Any] = field(default_factory=dict)  # timm's, of its weights: mean, std, input_size, …
    model_args: Mapping[str, Any] = field(default_factory=dict)  # that the network has to be made with
    place: str = ""  # `local-dir:PATH` or `hf-hub:owner/name`; empty for what timm itself knows

    @property
    def has_weights(self) -> bool:
        """Whether its weights can be had anywhere."""
        sources = [self.config.get(key) for key in ("url", "file", "hf_hub_id")]
        return bool(self.place) or any(sources)


def arch_name(arch: str | Callable) -> str:
    """The name of an architecture, which may be given as a function, as in fastai's examples.

    >>> arch_name("resnet18")
    'resnet18'
    """
    if isinstance(arch, str):
        return arch
    if not hasattr(arch, "__name__"):
        raise ValueError(f"arch must be a name of timm, such as 'resnet18', not {arch!r}")
    return arch.__name__


def split_place(name: str) -> tuple[str, str]:
    """The prefix of a place, in timm's present spelling, and what stands behind it.

    >>> split_place("hf_hub:timm/resnet18.a1_in1k"), split_place("resnet18")
    (('hf-hub:', 'timm/resnet18.a1_in1k'), ('', 'resnet18'))
    """
    for spelling, prefix in _PREFIXES.items():
        if name.lower().startswith(spelling):
            place = name[len(spelling) :]
            return prefix, place
    return "", name


def architecture(arch: str) -> Architecture:
    """What timm, a folder or the hub says of an architecture.

    Raises ValueError for a name that nobody knows, with near matches, and for a folder or a model on the hub that timm
    has not written; FileNotFoundError for a folder that does not exist; ConnectionError where the hub is not reached.
    """
    prefix, place = split_place(arch)
    if prefix == FOLDER_PREFIX:
        return folder_architecture(place)
    if prefix == HUB_PREFIX:
        file = hub_file(place, CONFIG_FILE)
        return _described_architecture(file, arch)
    _check_name(arch)
    from timm.models import get_pretrained_cfg

    config = get_pretrained_cfg(arch)
    values = config.to_dict() if config else {}
    return Architecture(arch, values)


def folder_architecture(folder: str | Path) -> Architecture:
    """What the config.json in a folder says, in which timm has saved a model.

    Raises FileNotFoundError without such a folder, ValueError without a config.json or for one that timm cannot read.
    """
    if not Path(folder).is_dir():
        raise FileNotFoundError(f"no folder at {folder}: name one that holds config.json and a file of weights")
    file = Path(folder) / CONFIG_FILE
    if not file.is_file():
        raise ValueError(
            f"{folder} has no {CONFIG_FILE}, which states the architecture and what the weights expect of images: "
            "save the model with timm.models.save_for_hf, or give the file of weights itself"
        )
    return _described_architecture(file, f"{FOLDER_PREFIX}{folder}")


def architecture_beside(file: Path) -> Architecture | None:
    """What a config.json beside a file of weights says; None where there is none that timm has written."""
    try:
        return folder_architecture(file.parent)
    except (OSError, ValueError):
        return None


def _described_architecture(file: Path, place: str) -> Architecture:
    """The architecture in a config.json. Raises ValueError where it is not timm's."""
    import timm

    values = read_json(file)
    name = values.get("architecture")
    if not isinstance(name, str) or not timm.is_model(name):
        raise ValueError(
            f"{file} does not name an architecture of timm ({name!r}): it must be as timm.models.save_for_hf writes it"
        )
    settings = values.get("pretrained_cfg", values)  # older ones are flat
    if not isinstance(settings, dict):
        raise ValueError(f"{file} does not describe the weights: its pretrained_cfg is {settings!r}")
    config = _known_settings(settings)
    if isinstance(values.get("num_classes"), int):
        config["num_classes"] = values["num_classes"]
    config["architecture"] = name
    if "license" not in config:
        config["license"] = _licence_of_tag(name, config.get("tag"))
    model_args = values.get("model_args") or {}
    if "img_size" in model_args:
        config |= _made_for(model_args["img_size"])
    return Architecture(name, config, model_args, place)


def _made_for(size: int | Sequence[int]) -> dict[str, Any]:
    """The settings of weights that were saved by a network made for one size of images."""
    side = size if isinstance(size, int) else size[-1]
    return {"input_size": (3, side, side), "fixed_input_size": True}


def _known_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings of a configuration that this version of timm knows, without those that only its source needs."""
    from timm.models import PretrainedCfg

    names = PretrainedCfg.__dataclass_fields__
    config = {}
    for key, value in settings.items():
        is_known = key in names and key not in _BULKY_KEYS
        if is_known and value is not None:
            config[key] = value
    return config


def _licence_of_tag(name: str, tag: str | None) -> str | None:
    """The licence of weights of timm's own; None where it does not know the tag."""
    from timm.models import get_pretrained_cfg, is_model_pretrained

    full_name = f"{name}.{tag}"
    if not tag or not is_model_pretrained(full_name):
        return None
    config = get_pretrained_cfg(full_name)
    return config.license if config else None


def check_single_arch(arch: str) -> None:
    """Raise ValueError, with near matches, for a name that timm does not know, and what `architecture` raises."""
    prefix, _ = split_place(arch)
    if prefix:
        architecture(arch)
    else:
        _check_name(arch)


def _check_name(arch: str) -> None:
    """Raise ValueError, with near matches, for a name that is not in timm's registry."""
    import timm
    from timm.models import is_model_pretrained

    names_weights = "." in arch  # such as 'resnet18.a1_in1k', which says which of its weights
    is_known = is_model_pretrained(arch) if names_weights else timm.is_model(arch)
    if is_known:
        return
    if not arch.strip():
        raise ValueError("arch is empty: name an architecture of timm, such as 'resnet18'")
    if Path(arch).is_dir():
        raise ValueError(f"arch {arch!r} is a folder: give {FOLDER_PREFIX}{arch}")
    names = timm.list_models(pretrained=names_weights)
    similar = difflib.get_close_matches(arch, names, n=4, cutoff=0.5)
    advice = "timm.list_models() names them all"
    if similar:
        suggestions = ", ".join(similar)
        advice = f"did you mean {suggestions}?"
    raise ValueError(f"timm has no architecture {arch!r}: {advice}")
