"""The novelty model in a bundle: a few arrays in an .npz file, which is read without unpickling."""

import io
import zipfile

import numpy as np

from styleclf.common import reason_of
from styleclf.evaluation import NoveltyModel
from styleclf.light.contents import NOVELTY_FILE, BundleContents
from styleclf.light.manifest import Manifest

_MOST_COMPRESSED = 20  # times as large as in the file
_CAN_BE_INFINITE = "threshold"
_KINDS_OF_NUMBERS = "fiu"  # of NumPy's types: real and whole ones


def novelty_bytes(model: NoveltyModel) -> bytes:
    """The arrays of a novelty model as an .npz file."""
    stream = io.BytesIO()
    np.savez(stream, **model.arrays())  # type: ignore[arg-type]
    return stream.getvalue()


def read_novelty(contents: BundleContents, manifest: Manifest) -> NoveltyModel | None:
    """The novelty model of a bundle; None where it has none.

    Raises ValueError, in one sentence, for arrays that are damaged or do not fit one another.
    """
    if NOVELTY_FILE not in manifest.files:
        return None
    sha256 = manifest.files[NOVELTY_FILE]
    content = contents.read_checked(NOVELTY_FILE, sha256)
    try:
        arrays = _arrays(content)
        model = NoveltyModel.of_arrays(arrays)
        _check_numbers(model)
    except Exception as error:  # a damaged file of arrays raises a dozen kinds
        reason = reason_of(error)
        place = f"{NOVELTY_FILE} in {contents.path}"
        raise ValueError(f"{place} is not a novelty model ({reason:.200})") from error
    return model


def check_width(model: NoveltyModel, n_features: int, path: object) -> None:
    """Raise ValueError for a novelty model of other features than the network of the bundle at `path` has."""
    n_known = len(model.mean)
    if n_known != n_features:
        raise ValueError(
            f"{NOVELTY_FILE} in {path} is of another network: it knows {n_known:,} features of a picture, "
            f"and this network has {n_features:,}"
        )


def _arrays(content: bytes) -> dict[str, np.ndarray]:
    """The arrays of an .npz file. Raises ValueError where they would be far larger than the file."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
    n_bytes = sum(entry.file_size for entry in entries)
    if n_bytes > _MOST_COMPRESSED * len(content):
        raise ValueError("its arrays are much larger than the file")
    stream = io.BytesIO(content)
    with np.load(stream, allow_pickle=False) as file:
        names = [name for name in NoveltyModel._fields if name in file]
        arrays = {name: file[name] for name in names}
    for name, array in arrays.items():
        if array.dtype.kind not in _KINDS_OF_NUMBERS:
            raise ValueError(f"its {name} is of the type {array.dtype}")
    return arrays


def _check_numbers(model: NoveltyModel) -> None:
    """Raise ValueError for arrays that are not numbers.

    Its styles need not be the bundle's. A model of one style against the rest knows each style in the rest, and a model
    of several labels knows each combination of them.
    """
    for name, values in model._asdict().items():
        can_be_infinite = name == _CAN_BE_INFINITE
        are_numbers = ~np.isnan(values) if can_be_infinite else np.isfinite(values)
        if not np.all(are_numbers):
            raise ValueError(f"its {name} contains NaN or infinity")
    if not np.all(model.spreads > 0):
        raise ValueError("its spreads are not above 0")
