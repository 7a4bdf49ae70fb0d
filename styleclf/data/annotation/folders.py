"""Walking folders of images: every file, and what is passed over because nobody put it there as a painting."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from styleclf.common import count_of, holds_only_lock, read_json, say, shown_name
from styleclf.data.images.decoding import is_image_file, reading_reason
from styleclf.data.images.formats import looks_like_image

OF_THE_SYSTEM = "a folder of the system"
OF_STYLECLF = "results of styleclf"
_SYSTEM_FOLDERS = re.compile(  # of macOS, Windows, Linux, and of the makers of network storage
    r"__macosx|\$recycle\.bin|recycler|recycled|system volume information|found\.\d{3}|lost\+found|\$\w+"
    r"|@eadir|@syno\w+|@tmp|@recycle|@recently-snapshot|@appstore|@sharebin|@sharesnap|@[\w.-]*snapshot|#recycle|#snapshot|#archive"
    r"|~snapshot|_gsdata_|\.?trash(-\d+)?|trashes|network trash folder|temporary items|thevolumesettingsfolder"
    r"|__pycache__|thumbnails? cache|picasaoriginals|lightroom previews|.+\.lrdata|.+\.photoslibrary"
)
_SYSTEM_FILES = frozenset(("thumbs.db", "ehthumbs.db", "desktop.ini", "picasa.ini", "icon\r", "ntuser.dat"))
_SHOWN_BY_THE_KERNEL = frozenset((Path("/proc"), Path("/sys")))  # links in them lead everywhere, round and round
_FOLDERS_OF_A_RUN = frozenset(("figures", "maps", "overlays", "default", "best", "with", "without", "planted"))


class Walk(NamedTuple):
    """What lies in a folder of images, as paths below it."""

    files: list[tuple[Path, str]]  # each with the reason why it cannot even be tried, or ''
    passed_over: list[tuple[Path, str]]  # folders, each with why nothing in it counts


def walk_folder(images: Path) -> Walk:
    """Every file below a folder, but not what is hidden, the system's, or a result of styleclf."""
    if is_shown_by_kernel(images):
        return Walk([], [(images, OF_THE_SYSTEM)])
    passed_over: list[tuple[Path, str]] = []
    is_run = _is_of_styleclf(images)
    files = []
    for entry in visible_entries(images):
        if _is_plain_folder(entry):
            is_of_run = is_run and entry.name in _FOLDERS_OF_A_RUN
            reason = OF_STYLECLF if is_of_run else _why_passed_over(entry)
            if reason:
                passed_over.append((entry, reason))
                continue
            n_before = len(passed_over)
            inside = list(_files_below(entry, (images.resolve(),), passed_over))
            holds_only_results = not inside and len(passed_over) > n_before
            if not holds_only_results:
                files.extend(inside or [(entry, "empty folder")])
        elif looks_like_image(entry):
            files.append((entry, ""))
    return Walk(files, passed_over)


def files_below(folder: Path) -> Walk:
    """Every file in a folder whose sub-folders are not styles, but not what is hidden, the system's, or of styleclf."""
    passed_over: list[tuple[Path, str]] = []
    files = list(_files_below(folder, (), passed_over))
    return Walk(files, passed_over)


def image_files(paths: Sequence[str | Path]) -> list[Path]:
    """The files that were named, and all images below the folders that were, hidden ones left out.

    An image is what has the suffix of one or begins like one, so `x.jpg!Large` is tried as well; what else is in
    folders is counted on the screen, with an example. Raises FileNotFoundError for a path that does not exist,
    ValueError for an empty one and where there is no image.
    """
    if not paths:
        raise ValueError("no pictures are named: name image files, or folders of them")
    files: list[Path] = []
    for path in paths:
        is_there = os.path.exists(path)
        if not is_there and not str(path).strip():
            raise ValueError("an empty path was given: name image files or folders, and this folder as '.'")
        if not is_there:
            raise FileNotFoundError(f"no image or folder at {path}: name what is there")
        if os.path.isdir(path):
            files += _images_below(Path(path))
        else:
            files.append(Path(path))
    if not files:
        places = ", ".join(map(str, paths))
        raise ValueError(f"no image files in {places}: name image files or folders")
    return files


def _images_below(folder: Path) -> list[Path]:
    """The files below a folder that pass for images; says how many do not, and which folders are not looked into."""
    walk = files_below(folder)
    images = []
    other_files = []
    for path, reason in walk.files:
        if reason:
            _say_passed_over(path, reason)
        elif is_image_file(path):
            images.append(path)
        else:
            other_files.append(path)
    if other_files:
        files = count_of(len(other_files), "file")
        verb = "is not an image and is" if len(other_files) == 1 else "are not images and are"
        example = shown_name(str(other_files[0]))
        say(f"{files} {verb} passed over (such as {example})")
    for path, reason in walk.passed_over:
        _say_passed_over(path, reason)
    return images


def _say_passed_over(path: Path, reason: str) -> None:
    """Name on the screen a file or folder that is not looked into."""
    name = shown_name(str(path))
    say(f"passed over: {name} ({reason})")


def is_shown_by_kernel(folder: Path) -> bool:
    """Whether there are no files in a folder, but what the system tells of itself, with links to everywhere."""
    real_folder = folder.resolve()
    return not _SHOWN_BY_THE_KERNEL.isdisjoint((real_folder, *real_folder.parents))


def visible_entries(folder: Path) -> list[Path]:
    """Files and folders that are not hidden, in the order of their names."""
    entries = []
    for entry in sorted(folder.iterdir()):
        name = entry.name
        if not name.startswith(".") and name.casefold() not in _SYSTEM_FILES:
            entries.append(entry)
    return entries


def _files_below(
    folder: Path,
    parents: tuple[Path, ...],
    passed_over: list[tuple[Path, str]],  # folders are added to it
) -> Iterator[tuple[Path, str]]:
    """Every file below a folder, or the folder itself with the reason why it cannot be walked."""
    real_folder = folder.resolve()
    if real_folder in parents:
        yield folder, "link to a folder above it"
        return
    if is_shown_by_kernel(folder):
        passed_over.append((folder, OF_THE_SYSTEM))
        return
    try:
        entries = visible_entries(folder)
    except OSError as error:
        yield folder, reading_reason(error)
        return
    for entry in entries:
        if not _is_plain_folder(entry):
            yield entry, ""
            continue
        reason = _why_passed_over(entry)
        if reason:
            passed_over.append((entry, reason))
        else:
            yield from _files_below(entry, (*parents, real_folder), passed_over)


def _is_plain_folder(path: Path) -> bool:
    # os.path.isdir, unlike Path.is_dir, answers False where permission is missing
    return os.path.isdir(path) and not looks_like_image(path)


def _why_passed_over(folder: Path) -> str:
    if _SYSTEM_FOLDERS.fullmatch(folder.name.casefold()):
        return OF_THE_SYSTEM
    return OF_STYLECLF if _is_of_styleclf(folder) else ""


def _is_of_styleclf(folder: Path) -> bool:
    """Whether a recipe writes into the folder or has done so; one that was stopped may have left no settings."""
    try:
        if holds_only_lock(folder):
            return True
        if (folder / "annotation.csv").is_file() and (folder / "rejected.csv").is_file():
            return True
        if (folder / "fold.json").is_file():
            return True
        return "styleclf" in read_json(folder / "settings.json", ["versions"])["versions"]
    except (OSError, ValueError):
        return False
