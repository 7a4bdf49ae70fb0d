"""What a file is that somebody takes for an exported learner: told by its bytes, before anything in it is run."""

import zipfile
from pathlib import Path

_TORCH_FILE = b"PK\x03\x04"  # a zip file, as PyTorch writes them
_PICKLE = b"\x80"
_OTHER_KINDS = {  # by their first bytes
    b"version https://git-lfs": "a pointer of Git LFS and not the file itself: git lfs pull fetches that",
    b"<": "a web page and not the file itself: download that",
    b"\x89HDF": "a file of Keras or HDF5: train with recipes/train.py",
}
_HEAD_SIZE = 32  # bytes
_LEARNER = b"fastai"  # in the pickle of every learner, whose classes are of fastai
_ADVICE = "name the file model.pkl that recipes/train.py writes, or a bundle"


def check_learner_file(path: str | Path) -> None:
    """Raise ValueError, which says what it is, for a file that cannot be an exported learner."""
    with open(path, "rb") as stream:
        head = stream.read(_HEAD_SIZE)
    if not head:
        raise ValueError(f"{path} is empty: copy it anew, or {_ADVICE}")
    for beginning, kind in _OTHER_KINDS.items():
        if head.lstrip().startswith(beginning):
            raise ValueError(f"{path} is {kind}")
    if not head.startswith((_TORCH_FILE, _PICKLE)):
        raise ValueError(f"{path} is no exported learner, but a file of another kind: {_ADVICE}")
    if head.startswith(_TORCH_FILE):
        _check_content(path)
    elif _LEARNER not in Path(path).read_bytes():
        raise ValueError(f"{path} is a pickle of another program and no exported learner: {_ADVICE}")


def _check_content(path: str | Path) -> None:
    """Raise ValueError for a zip file that is not whole, or holds no learner."""
    try:
        with zipfile.ZipFile(path) as archive:
            pickles = [name for name in archive.namelist() if name.endswith("data.pkl")]
            contents = [archive.read(name) for name in pickles]
            entry = archive.testzip()  # torch does not look at checksums
    except (zipfile.BadZipFile, OSError, EOFError, ValueError) as error:
        raise ValueError(f"{path} is damaged, it may have been cut off: copy it anew, or {_ADVICE}") from error
    if entry is not None:
        raise ValueError(f"{path} is damaged, {entry} in it is not what was written: copy it anew, or {_ADVICE}")
    if not any(_LEARNER in pickle for pickle in contents):
        content = "weights or other values" if pickles else "other files"
        raise ValueError(f"{path} holds {content} and no learner: {_ADVICE}")
