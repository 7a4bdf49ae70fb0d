"""What lies in a bundle: a folder or a zip file of a few files, read into memory and never unpacked onto the disk.

A bundle may come from a stranger. Nothing in it is a program, names in a zip file lead nowhere, and no file is read
that is larger than one of its kind can be.
"""

import hashlib
import os
import zipfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, NamedTuple

from styleclf.common import check_path, reason_of

MANIFEST_FILE = "bundle.json"
WEIGHTS_FILE = "model.safetensors"
GRAPH_FILE = "model.onnx"
NOVELTY_FILE = "novelty.npz"  # of a model that recognises pictures of no style it was taught
CARD_FILE = "README.md"
_MEGABYTE = 10**6
_MOST_BYTES = {
    MANIFEST_FILE: 16 * _MEGABYTE,
    WEIGHTS_FILE: 8_000 * _MEGABYTE,
    GRAPH_FILE: 2_000 * _MEGABYTE,  # more does not fit into one protocol buffer
    NOVELTY_FILE: 400 * _MEGABYTE,
    CARD_FILE: 4 * _MEGABYTE,
}
_MOST_COMPRESSED = 50  # times as large as in the zip file: weights shrink by a tenth, JSON to a fifth
_MOST_MEMBERS = 1_000
_FOLDERS_OF_MACOS = "__MACOSX"
_MODEL_OF_RUN = "model.pkl"
_FILES_OF_DATES = ("date_probe.npz", "date_scale.json")  # what a cross-validation of years leaves
_ADVICE = "export the model again, or fetch the bundle once more"


class BundleContents(NamedTuple):
    """The files of a bundle by their names, and where they are."""

    path: Path
    members: Mapping[str, str]  # file of a bundle -> its name in the folder or the zip file
    is_zip: bool

    def read(self, name: str) -> bytes:
        """The bytes of a file. Raises ValueError, with the reason, where it is not there or cannot be read."""
        if name not in self.members:
            raise ValueError(f"{self.path} is not a complete bundle, it has no {name}: {_ADVICE}")
        place = f"{name} in {self.path}"
        most = _MOST_BYTES[name]
        try:
            with ExitStack() as stack:
                stream = self._stream(name, stack)
                content = stream.read(most + 1)
        except (OSError, ValueError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
            raise ValueError(f"{place} cannot be read ({reason_of(error)}): {_ADVICE}") from error
        except Exception as error:  # decompressors of zip files have exceptions of their own
            raise ValueError(f"{place} is damaged ({reason_of(error)}): {_ADVICE}") from error
        if len(content) > most:
            megabytes = most // _MEGABYTE
            raise ValueError(f"{place} has more than {megabytes:,} MB, which no bundle has")
        return content

    def _stream(self, name: str, stack: ExitStack) -> BinaryIO:
        """The file, open for the context of `stack`."""
        member = self.members[name]
        if not self.is_zip:
            return stack.enter_context(open(self.path / member, "rb"))
        archive = stack.enter_context(zipfile.ZipFile(self.path))
        return stack.enter_context(archive.open(member))  # type: ignore[return-value]

    def read_checked(self, name: str, sha256: str) -> bytes:
        """The bytes of a file whose SHA-256 is known. Raises ValueError where it is another one, and as `read` does."""
        content = self.read(name)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ValueError(f"{name} in {self.path} is not the file that {MANIFEST_FILE} describes: {_ADVICE}")
        return content


def is_bundle_path(path: str | Path) -> bool:
    """Whether a path names a bundle rather than an exported learner: it is a folder, or ends with .zip."""
    suffix = Path(path).suffix
    return os.path.isdir(path) or suffix.lower() == ".zip"


def open_contents(path: str | Path) -> BundleContents:
    """The files of the bundle at `path`, a folder or a zip file.

    Raises FileNotFoundError where there is nothing, ValueError for what is not a bundle.
    """
    check_path(path, "the bundle")
    path = Path(path)
    if path.is_dir():
        members = {name: name for name in _MOST_BYTES if (path / name).is_file()}
        return _checked_contents(BundleContents(path, members, is_zip=False))
    if not path.is_file():
        raise FileNotFoundError(f"no bundle at {path}: recipes/export.py writes one, as a folder or a .zip")
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except Exception as error:  # a damaged directory of a zip file raises almost anything
        raise ValueError(f"{path} is not a bundle, it is not a zip file ({reason_of(error)})") from error
    members = _members(entries, path)
    return _checked_contents(BundleContents(path, members, is_zip=True))


def _checked_contents(contents: BundleContents) -> BundleContents:
    """The contents. Raises ValueError where they have no manifest."""
    if MANIFEST_FILE not in contents.members:
        raise ValueError(_why_no_bundle(contents.path))
    return contents


def _why_no_bundle(path: Path) -> str:
    """What a folder or zip file without a manifest is, and what to name in its place."""
    model = path / _MODEL_OF_RUN
    is_of_dates = any((path / name).is_file() for name in _FILES_OF_DATES)
    if is_of_dates:
        return f"{path} is a run that dates works, and no bundle: recipes/export.py writes one of it"
    if model.is_file():
        return f"{path} is the folder of a run and no bundle: name its model, {model.as_posix()}"
    for model_of_fold in sorted(path.glob(f"fold-*/{_MODEL_OF_RUN}")):
        advice = f"name that of a fold, {model_of_fold.as_posix()}, or train one on all folds (recipes/validate.py)"
        return f"{path} is the folder of a cross-validation and no model: {advice}"
    if path.is_dir():
        advice = f"name the file {_MODEL_OF_RUN} of a training, or a bundle by recipes/export.py"
        return f"{path} is a folder and not a bundle of styleclf, it has no {MANIFEST_FILE}: {advice}"
    return f"{path} is not a bundle of styleclf, it has no {MANIFEST_FILE}: recipes/export.py writes one"


def _members(entries: list[zipfile.ZipInfo], path: Path) -> dict[str, str]:
    """Names in a zip file by the files of a bundle, which may lie in one folder. Raises ValueError for a wrong one."""
    refusal = f"{path} is not a bundle"
    n_files = len(entries)
    if n_files > _MOST_MEMBERS:
        raise ValueError(f"{refusal}, it holds {n_files:,} files")
    members: dict[str, str] = {}
    folders = set()
    for entry in entries:
        member = entry.filename
        folder, _, name = member.rpartition("/")
        outermost, *_ = folder.split("/")
        if _leads_out(member):
            raise ValueError(f"{refusal}, it holds a file {member!r}, which leads out of it")
        if name not in _MOST_BYTES or outermost == _FOLDERS_OF_MACOS:
            continue
        if name in members:
            raise ValueError(f"{refusal}, it holds {name} more than once")
        _check_size(entry, name, path)
        members[name] = member
        folders.add(folder)
    if len(folders) > 1:
        names = ", ".join(sorted(folders))
        raise ValueError(f"{refusal}, its files lie in several folders: {names}")
    return members


def _leads_out(name: str) -> bool:
    """Whether a name in a zip file leads out of the place where it would be unpacked."""
    parts = name.split("/")
    is_absolute = name.startswith("/") or ":" in parts[0]
    goes_up = ".." in parts
    return is_absolute or goes_up or "\\" in name


def _check_size(entry: zipfile.ZipInfo, name: str, path: Path) -> None:
    """Raise ValueError for a file that would be larger than one of its kind can be."""
    size = entry.file_size
    compressed_size = entry.compress_size
    if size > _MOST_BYTES[name]:
        megabytes = size / _MEGABYTE
        raise ValueError(f"{name} in {path} would have {megabytes:,.0f} MB, which no bundle has")
    ratio = size / max(compressed_size, 1)
    if ratio > _MOST_COMPRESSED and size > _MEGABYTE:
        growth = f"{compressed_size:,} bytes would become {size:,}"
        raise ValueError(f"{name} in {path} is a zip bomb: {growth}")
