"""Files that a table names: in any spelling, by paths of another computer, bare names, numbers, other suffixes."""

import html
import posixpath
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import TypeAlias
from urllib.parse import unquote

from styleclf.common import count_of
from styleclf.data.annotation.people import clean_text
from styleclf.data.images.formats import looks_like_image

_NUMBER = re.compile(r"0*([0-9]+)(?:\.0)?")
_ABSOLUTE = re.compile(r"~?/|\w+:/")  # /home/me, ~/pictures, C:/pictures, https://museum.org
_MASTER_SUFFIXES = (".psd", ".psb", ".dng", ".nef", ".cr2", ".cr3", ".arw", ".raf", ".pdf")  # that nothing here opens
MAY_BE = "may be"  # begins the reason where a name means several files
_INVISIBLE_MARKS = "\ufeff\u200b"
_FilesByKey: TypeAlias = dict[str, list[str]]


class FileFinder:
    """Finds the files that a table means: by their path in any spelling of accents, or by a bare name that is unique.

    >>> FileFinder(["cubism/gris_1.jpg", "rococo/boucher_1.jpg"]).find("GRIS_1.jpg")
    ('cubism/gris_1.jpg', '')
    """

    def __init__(self, filenames: Collection[str]) -> None:
        self._filenames = set(filenames)
        self._by_path = _files_by(_composed_key, filenames)
        self._by_plain_path = _files_by(plain_key, filenames)
        self._by_bare_name = _files_by(bare_key, filenames)
        self._by_path_without_suffix = _files_by(_path_without_suffix, filenames)
        self._by_stem = _files_by(stem_key, filenames)
        self._by_number = _files_by(_number_of_file, filenames)
        self._by_path_in_any_format = _files_by(_path_in_any_format, filenames)
        self._by_name_in_any_format = _files_by(_name_in_any_format, filenames)

    def find(self, name: str) -> tuple[str, str]:
        """The file on disk; or the name itself, with the reason if several files may be meant."""
        if name in self._filenames:
            return name, ""
        return _only_one(name, self._candidates(name))

    def find_in_other_format(self, name: str) -> tuple[str, str]:
        """As `find`, but of files that differ in their suffix, as copies of scans do: 'a.jpg' for 'a.tif'."""
        candidates = [self._by_path_in_any_format.get(_path_in_any_format(name))]
        if "/" not in name:
            candidates.append(self._by_name_in_any_format.get(_name_in_any_format(name)))
        return _only_one(name, [files for files in candidates if files])

    def _candidates(self, name: str) -> list[list[str]]:
        """The files that a name may mean, by one way to read it after another, the strictest first."""
        composed_key = _composed_key(name)
        plain = plain_key(name)
        number = _NUMBER.fullmatch(plain)
        has_folder = "/" in name  # which must be the right one
        candidates = [self._by_path.get(composed_key), self._by_plain_path.get(plain)]
        if not has_folder:
            candidates.append(self._by_bare_name.get(plain))
        if not looks_like_image(Path(name)):
            candidates.append(self._by_path_without_suffix.get(plain))
            if not has_folder:
                candidates.append(self._by_stem.get(plain))
        if number:
            candidates.append(self._by_number.get(number[1]))
        return [files for files in candidates if files]


def _only_one(name: str, candidates: Sequence[list[str]]) -> tuple[str, str]:
    """The file of the first candidates; or the name itself, with the reason if they are several."""
    if not candidates:
        return name, ""
    files = candidates[0]
    if len(files) == 1:
        return files[0], ""
    choices = count_of(len(files), "file")
    first, second, *_ = files
    return name, f"{MAY_BE} {choices}, such as {first} and {second}"


def unescaped_names(names: Sequence[str], filenames: Collection[str]) -> list[str]:
    """The names without the escapes and queries of addresses and web pages, where the file here has none.

    >>> on_disk = ["my picture.jpg", "a&b.jpg", "100%25.jpg", "c.jpg"]
    >>> unescaped_names(["my%20picture.jpg", "a&amp;b.jpg", "100%25.jpg", "https:/museum.org/c.jpg?width=300"], on_disk)
    ['my picture.jpg', 'a&b.jpg', '100%25.jpg', 'https:/museum.org/c.jpg']
    """
    bare_names = set(map(bare_key, filenames))
    stems = set(map(stem_key, filenames))
    plain_names = []
    for name in names:
        address, _, _ = name.partition("?") if _ABSOLUTE.match(name) else (name, "", "")
        plain_name = html.unescape(unquote(address))
        is_escaped = bare_key(name) not in bare_names and stem_key(plain_name) in stems
        plain_names.append(plain_name if is_escaped else name)
    return plain_names


def without_foreign_folders(names: Sequence[str], filenames: Collection[str]) -> list[str]:
    """The names, with absolute paths and addresses from elsewhere cut down to the end that is a file here, if any is.

    >>> without_foreign_folders(["C:/my pictures/cubism/a.jpg", "b.jpg"], ["cubism/a.jpg", "rococo/b.jpg"])
    ['cubism/a.jpg', 'b.jpg']
    """
    by_path = _files_by(plain_key, filenames)
    by_path_in_any_format = _files_by(_path_in_any_format, filenames)
    ends = []
    for name in names:
        end = ""
        if _ABSOLUTE.match(name):
            end = _end_on_disk(name, by_path, plain_key)
            end = end or _end_on_disk(name, by_path_in_any_format, _path_in_any_format)
        ends.append(end or name)
    return ends


def _end_on_disk(name: str, files_by_key: Mapping[str, list[str]], key: Callable[[str], str]) -> str:
    """The longest end of an absolute path that is, by its key, the whole path of one file; '' if there is none."""
    parts = name.split("/")
    for start in range(1, len(parts)):
        end = "/".join(parts[start:])
        files = files_by_key.get(key(end), [])
        if len(files) == 1:
            return end
    return ""


def without_common_folder(names: Sequence[str], filenames: Collection[str]) -> list[str]:
    """The names without a first folder that all share, where the images folder itself has no such folder."""
    folder = _common_folder(names)
    beginning = plain_key(f"{folder}/")
    if not folder or any(plain_key(filename).startswith(beginning) for filename in filenames):
        return list(names)
    return [name.removeprefix(f"{folder}/") for name in names]


def _common_folder(names: Sequence[str]) -> str:
    """The first folder of all names but empty ones, where they all have the same; else ''."""
    first_folders = set()
    for name in filter(None, names):
        folder, slash, _ = name.partition("/")
        first_folders.add(folder if slash else "")
    return first_folders.pop() if len(first_folders) == 1 else ""


def relative_name(filename: str, images: Path) -> str:
    """A table's file name as a path below the images folder, with forward slashes."""
    filename = filename.strip().strip(_INVISIBLE_MARKS)
    if not filename:
        return ""
    path = filename.replace("\\", "/")
    folder = images.resolve().as_posix()
    below_images = path.removeprefix(f"{folder}/")
    return posixpath.normpath(below_images)


# What names have in common that mean the same file


def _files_by(key: Callable[[str], str], filenames: Collection[str]) -> _FilesByKey:
    """The files by a key, which several may share."""
    files = defaultdict(list)
    for filename in sorted(filenames):
        files[key(filename)].append(filename)
    return dict(files)


def _composed_key(name: str) -> str:
    """The same for all ways to write an accent."""
    return unicodedata.normalize("NFC", name)


def plain_key(name: str) -> str:
    """The same whatever the case of letters is, too."""
    return clean_text(name).casefold()


def bare_key(name: str) -> str:
    """That of the name without its folders."""
    bare_name = PurePosixPath(name).name
    return plain_key(bare_name)


def stem_key(name: str) -> str:
    """That of the name without folders and suffix."""
    stem = PurePosixPath(name).stem
    return plain_key(stem)


def _path_without_suffix(name: str) -> str:
    """That of the name without suffix."""
    path = PurePosixPath(name).with_suffix("")
    return plain_key(str(path))


def _path_in_any_format(name: str) -> str:
    """That of the name without the suffix of a format of pictures; another suffix belongs to the name."""
    return plain_key(_without_suffix(name))


def _name_in_any_format(name: str) -> str:
    """That without folders, too."""
    return bare_key(_without_suffix(name))


def _without_suffix(name: str) -> str:
    """The name without the suffix of a format of pictures; with any other."""
    path = PurePosixPath(name)
    is_picture = looks_like_image(Path(name)) or path.suffix.lower() in _MASTER_SUFFIXES
    return str(path.with_suffix("")) if is_picture else name


def _number_of_file(name: str) -> str:
    """The number that is a file's name, without zeros before it, which spreadsheets drop; '' where it is none.

    >>> _number_of_file("cubism/000012.jpg"), _number_of_file("cubism/a12.jpg")
    ('12', '')
    """
    number = _NUMBER.fullmatch(stem_key(name))
    return number[1] if number else ""
