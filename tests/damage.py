"""Files as crashes, full disks and other programs leave them."""

import errno
import pickle
from pathlib import Path

import numpy as np


def damage_file(file: Path, damage: str) -> None:
    """Leave a .npy or .npz file empty, cut in half, a pickle, text, or of another shape."""
    content = {
        "empty": lambda: b"",
        "half": lambda: file.read_bytes()[: file.stat().st_size // 2],
        "pickle": lambda: pickle.dumps(["a", "list"]),
        "text": lambda: b"not an array",
    }
    if damage == "other shape":
        with open(file, "wb") as stream:
            np.save(stream, np.zeros((1, 2, 2, 3), dtype="u1"))
    else:
        file.write_bytes(content[damage]())


def full_disk(*_: object, **__: object) -> None:
    """Fail as a write to a full disk does."""
    raise OSError(errno.ENOSPC, "No space left on device")
