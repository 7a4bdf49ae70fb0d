"""Names of files with accents, which systems compose differently: é as one letter (NFC) or e and an accent (NFD)."""

import os
import unicodedata
from pathlib import Path
from typing import Literal

_COMPOSITIONS: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")


def spelled_as_on_disk(path: str | Path) -> Path:
    """The path as its folders and its file are spelled on disk; as it is if nothing is there in either composition.

    A design that was made on one system then finds its files on another.
    """
    path = Path(path)
    if str(path).isascii() or os.path.lexists(path):
        return path
    path_on_disk = Path()
    for part in path.parts:
        path_on_disk = _existing(path_on_disk, part)
    return path_on_disk if os.path.lexists(path_on_disk) else path


def _existing(folder: Path, name: str) -> Path:
    """The name composed as in the folder; unchanged where the folder has it in neither way."""
    for composition in _COMPOSITIONS:
        candidate = folder / unicodedata.normalize(composition, name)
        if os.path.lexists(candidate):
            return candidate
    return folder / name
