"""Entries of a league: bodies by name, with their weights, alone or side by side."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from styleclf.models import BESIDE, OWN_WEIGHTS

_ALL = "all"
_SEPARATOR = re.compile(r"[,\n]")
_ODD_CHARACTERS = re.compile(r"[^A-Za-z0-9._+-]+")
_HINT = "name architectures of timm, joined by commas, with a file of weights as in resnet18=weights.safetensors"
_LONGEST_NAME = 60  # characters of an entry in the name of its file


@dataclass(frozen=True)
class LeagueEntry:
    """One body, or several side by side, with the weights of each.

    >>> pair = LeagueEntry(("resnet18", "resnet34"), ("imagenet", "my/body.pth"))
    >>> pair.arch, pair.weights, pair.name
    ('resnet18+resnet34', 'imagenet+my/body.pth', 'resnet18 + resnet34=body.pth')
    """

    archs: tuple[str, ...]
    weights_of: tuple[str, ...]  # as many

    @property
    def arch(self) -> str:
        """What `--arch` takes."""
        return BESIDE.join(self.archs)

    @property
    def weights(self) -> str:
        """What `--weights` takes."""
        if set(self.weights_of) == {OWN_WEIGHTS}:
            return OWN_WEIGHTS
        return BESIDE.join(self.weights_of)

    @property
    def is_single(self) -> bool:
        """Whether it is one body alone."""
        return len(self.archs) == 1

    @property
    def name(self) -> str:
        """What tables and figures call it."""
        names = []
        for arch, weights in zip(self.archs, self.weights_of, strict=True):
            suffix = "" if weights == OWN_WEIGHTS else f"={Path(weights).name}"
            names.append(f"{arch}{suffix}")
        return f" {BESIDE} ".join(names)

    @property
    def file_name(self) -> str:
        """The beginning of its files' names, which no other entry has."""
        identity = f"{self.arch}\0{self.weights}"
        digest = hashlib.blake2b(identity.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
        readable = _ODD_CHARACTERS.sub("-", self.arch)
        return f"{readable[:_LONGEST_NAME]}-{digest}"

    def beside(self, entry: "LeagueEntry") -> "LeagueEntry":
        """Both side by side."""
        archs = self.archs + entry.archs
        weights = self.weights_of + entry.weights_of
        return LeagueEntry(archs, weights)

    def alone(self) -> list["LeagueEntry"]:
        """Its bodies, one by one."""
        entries = []
        for arch, weights in zip(self.archs, self.weights_of, strict=True):
            entries.append(LeagueEntry((arch,), (weights,)))
        return entries


def listed_entries(archs: str, lists: Mapping[str, str]) -> list[LeagueEntry]:
    """The entries of a text, or of the list that it names; 'all' are those of all `lists`.

    Raises ValueError where there is nothing to compare.
    """
    if archs.strip() == _ALL:
        return parse_entries("\n".join(lists.values()))
    name = archs.strip(" ,")
    if name in lists:
        return parse_entries(lists[name])
    entries = parse_entries(archs)
    for entry in entries:
        if entry.name in (_ALL, *lists):
            raise ValueError(f"{entry.name} is a list of bodies, which stands alone, and not in {archs!r}")
    return entries


def parse_entries(text: str) -> list[LeagueEntry]:
    """Entries of a text, such as 'resnet18, resnet34=weights.pth, resnet18+resnet34', each one once.

    Raises ValueError for a text that names none, or half of one.

    >>> [entry.name for entry in parse_entries("resnet18, resnet18=my/body.pth")]
    ['resnet18', 'resnet18=body.pth']
    """
    entries = []
    for part in _SEPARATOR.split(text):
        if part.strip():
            entries.append(_entry_of(part.strip()))
    if not entries:
        raise ValueError(f"a league needs bodies: {_HINT}")
    return list(dict.fromkeys(entries))


def _entry_of(text: str) -> LeagueEntry:
    """One entry of a text. Raises ValueError for half a name."""
    archs = []
    weights_of = []
    for part in text.split(BESIDE):
        arch, sign, weights = part.partition("=")
        arch = arch.strip()
        weights = weights.strip() if sign else OWN_WEIGHTS
        if not arch or not weights:
            raise ValueError(f"{text!r} is not an entry of a league: {_HINT}")
        archs.append(arch)
        weights_of.append(weights)
    return LeagueEntry(tuple(archs), tuple(weights_of))
