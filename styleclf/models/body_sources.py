"""Bodies by what a user writes: one of timm, or several side by side, as `resnet18+convnext_tiny`.

Of several, `weights` are those of each in the same order, as `imagenet+my/weights.pth`, or one word for all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from styleclf.common import check_path, say_once
from styleclf.models import sources
from styleclf.models.architectures import ImageStats, check_single_arch, split_place
from styleclf.models.sources import OWN_WEIGHTS, BodySource

BESIDE = "+"


@dataclass(frozen=True)
class SideBySideSource(BodySource):
    """Several architectures with their weights: images come at the largest of their sizes, normalised for the first.

    Each body then looks at them as it wants to, see `SideBySide`.
    """

    bodies: tuple[BodySource, ...] = ()

    @property
    def name(self) -> str:
        """The architectures, as `--arch` takes them."""
        return BESIDE.join(body.name for body in self.bodies)

    @property
    def has_weights(self) -> bool:
        """Whether one of them has any weights but random ones."""
        return any(body.has_weights for body in self.bodies)

    @property
    def native_size(self) -> int:
        """Pixels a side of the images that the body with the largest ones was made with."""
        return max(body.native_size for body in self.bodies)

    @property
    def has_fixed_size(self) -> bool:
        """Whether one of the networks is made for one size of images."""
        return any(body.has_fixed_size for body in self.bodies)

    @property
    def size(self) -> int:
        """Pixels a side that suit the body with the largest images."""
        return max(body.size for body in self.bodies)

    @property
    def licence(self) -> str | None:
        """The licences of all their weights; None if one of them is not stated."""
        licences = {}  # in their order, each once
        for body in self.bodies:
            if body.has_weights and not body.licence:
                return None
            if body.has_weights:
                licences[str(body.licence)] = True
        return " and ".join(licences) or None

    def facts(self) -> dict[str, Any]:
        """What a run's settings.json should say of them, and of each."""
        facts = super().facts()
        facts["bodies"] = [body.facts() for body in self.bodies]
        return facts

    def announce(self) -> None:
        """Print a line for each, and what they cost together."""
        for body in self.bodies:
            body.announce()
        n_bodies = len(self.bodies)
        trained_body = self.bodies[0].name
        cost = "every image passes through all of them, which takes their times together"
        training = f"fine-tuning trains {trained_body}, and the others only where they start from random weights"
        say_once(f"{n_bodies} bodies side by side: {cost}; {training}")


def split_bodies(arch: str, weights: str | Path = OWN_WEIGHTS) -> list[tuple[str, str]]:
    """Architecture and weights of each of the bodies side by side, or of the only one.

    Raises ValueError for an empty name, and for another number of weights than of bodies.

    >>> split_bodies("resnet18+resnet34", "none")
    [('resnet18', 'none'), ('resnet34', 'none')]
    """
    check_path(weights, "weights")
    archs = _parts(arch)
    n_bodies = len(archs)
    if n_bodies == 1:
        return [(arch, str(weights))]
    if "" in archs:
        raise ValueError(f"{arch!r} names no architecture beside a +: give as many as stand side by side, as A+B")
    weights_of = _parts(str(weights))
    n_weights = len(weights_of)
    if n_weights == 1:
        weights_of = weights_of * n_bodies
    elif n_weights != n_bodies:
        advice = "give those of each, joined by +, or one word for all"
        raise ValueError(f"{arch} are {n_bodies} bodies, but {weights} are weights of {n_weights}: {advice}")
    return list(zip(archs, weights_of, strict=True))


def _parts(text: str) -> list[str]:
    """The parts of a text between its plus signs; a path that exists is one part."""
    _, place = split_place(text)
    path = Path(place or text)
    if BESIDE not in text or path.exists():
        return [text]
    parts = text.split(BESIDE)
    return [part.strip() for part in parts]


def body_source(
    arch: str,
    weights: str | Path = OWN_WEIGHTS,
    *,
    image_mean: Sequence[float] | None = None,  # per channel, 0..1, where the weights want another than their own
    image_std: Sequence[float] | None = None,
) -> BodySource:
    """What an architecture and weights together are, or several side by side; nothing is downloaded yet.

    Raises what `single_source` raises, and ValueError for statistics that are given for several bodies.
    """
    bodies = split_bodies(arch, weights)
    if len(bodies) == 1:
        return sources.single_source(arch, weights, image_mean=image_mean, image_std=image_std)
    if image_mean is not None or image_std is not None:
        raise ValueError(f"image_mean and image_std are of one body: put a config.json beside each file of {weights}")
    single_sources = [sources.single_source(*body) for body in bodies]
    first = single_sources[0]
    origins = [source.origin for source in single_sources]
    return SideBySideSource(
        first.architecture,
        origin="; ".join(origins),
        stats_given=first.stats,
        bodies=tuple(single_sources),
    )


def check_arch(arch: str) -> None:
    """Raise ValueError, with near matches, for a name that timm does not know."""
    for name, _ in split_bodies(arch):
        check_single_arch(name)


def image_stats(arch: str) -> ImageStats:
    """Mean and standard deviation per channel (of values 0..1) of the images that a body takes with timm's weights."""
    return body_source(arch).stats


def weights_at_hand(weights: str | Path, arch: str) -> str:
    """The weights of each, in place of 'auto' those that can be had within seconds: see `single_weights_at_hand`."""
    at_hand = []
    for name, single_weights in split_bodies(arch, weights):
        at_hand.append(sources.single_weights_at_hand(single_weights, name))
    if len(set(at_hand)) == 1:
        return at_hand[0]
    return BESIDE.join(at_hand)
