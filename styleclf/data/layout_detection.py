"""Finding out from the names of folders and files which level is the style, and whether another is the painter."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from styleclf.data.layouts import Layout, author_in_name, is_part
from styleclf.data.people import clean_text, is_nobody, plain_words

_Path = tuple[str, ...]  # folders and the name of a file
_NO_WORD = re.compile(
    r"^(ca?\.? ?)?1[0-9]{3}s?\b|^\d+(st|nd|rd|th)\b|^(batch|page|part|box|set|group|dir|folder)[ _-]?\d+$"
)
_NEARLY_ALL = 0.9  # of a style's files that lie in sub-folders
_MOST = 0.8  # of the sub-folders that look like names
_SHARE_OF_TITLES = 0.7  # of different beginnings among names of files, if these are titles
_RECURRING = (
    "sub-folders such as {example!r} recur in several folders and were not read: if they are the styles, "
    "say --layout author/style; if they are the painters, --layout style/author"
)
_TWO_AUTHORS = (
    "images lie in sub-folders, as in {example}, but their names begin with authors, and these were read: "
    "if the sub-folders are the painters, say --layout style/author; if not, --layout style"
)


class _BelowStyles(NamedTuple):
    """What is below the level of styles."""

    styles_with_authors: frozenset[str] = frozenset()  # styles whose sub-folders are painters
    reason: str = ""
    doubt: str = ""


def detected_layout(filenames: Iterable[str]) -> Layout:
    """The layout that the paths of files show where they are unmistakable, else style/author_title.jpg.

    Raises ValueError if all folders are named like parts of a split and hold no folders.
    """
    paths = [PurePosixPath(filename).parts for filename in filenames]
    paths = [path for path in paths if len(path) > 1]
    parts = _parts_of_split(paths)
    reasons = []
    above: tuple[str, ...] = ()
    if parts:
        above = ("part",)
        paths = [path[1:] for path in paths if len(path) > 2]
        subject = f"{', '.join(parts)} are parts" if len(parts) > 1 else f"{parts[0]} is a part"
        reasons.append(f"{subject} of a split and no style, and new folds are dealt whatever that says")
    below = _below_styles(paths)
    if below.reason:
        reasons.append(below.reason)
    levels = ("style", "author") if below.styles_with_authors else ("style",)
    doubt = below.doubt or _doubt_about_styles(paths)
    return Layout((*above, *levels), "; ".join(reasons), doubt, below.styles_with_authors)


def _parts_of_split(paths: Sequence[_Path]) -> list[str]:
    """The top folders, if all of them are named like parts of a split."""
    tops = sorted({path[0] for path in paths})
    if not tops or not all(map(is_part, tops)):
        return []
    if all(len(path) == 2 for path in paths):
        raise ValueError(
            f"the folders {', '.join(tops)} are named like parts of a split, and hold no style folders: put the images "
            "into one folder for each style, or say --layout style if these are the styles"
        )
    return tops


def _doubt_about_styles(paths: Sequence[_Path]) -> str:
    parts = sorted({path[0] for path in paths if is_part(path[0])})
    if not parts:
        return ""
    return (
        f"the folders {', '.join(parts)} are named like parts of a split and were read as styles: "
        "if they hold the style folders, say --layout part/style"
    )


# Sub-folders of styles


def _below_styles(paths: Sequence[_Path]) -> _BelowStyles:
    """Whether sub-folders of styles are painters.

    They are where nearly every file of a style lies in one, they look like names, few of them recur in several styles,
    and the names of the files say nothing else about painters.
    """
    deep = _files_of_deep_styles(paths)
    styles_of: dict[str, set[str]] = defaultdict(set)
    for style, folder, *_ in deep:
        styles_of[clean_text(folder).casefold()].add(style)
    if not _look_like_names(list(styles_of)):
        return _BelowStyles()
    example = "/".join(deep[0])
    say_nothing_else = _names_say_nothing_else(deep)
    recurring = sorted(folder for folder, styles in styles_of.items() if len(styles) > 1)
    if len(recurring) > len(styles_of) / 2:
        return _BelowStyles(doubt=_RECURRING.format(example=recurring[0]) if say_nothing_else else "")
    if not say_nothing_else:
        return _BelowStyles(doubt=_TWO_AUTHORS.format(example=example))
    styles = frozenset(clean_text(path[0]) for path in deep)
    where = "" if len(styles) == len({path[0] for path in paths}) else f" of {', '.join(sorted(styles))}"
    return _BelowStyles(styles, f"the painters are the sub-folders{where}, as in {example}")


def _files_of_deep_styles(paths: Sequence[_Path]) -> list[_Path]:
    """The files in sub-folders, of those styles that have nearly all their files there."""
    n_files = Counter(path[0] for path in paths)
    n_deep = Counter(path[0] for path in paths if len(path) > 2)
    deep_styles = {style for style, n in n_files.items() if n_deep[style] >= _NEARLY_ALL * n}
    return [path for path in paths if len(path) > 2 and path[0] in deep_styles]


def _look_like_names(folders: Sequence[str]) -> bool:
    """Whether there are several folders, and most are words and no dates, parts of a split or numbers."""
    n_words = 0
    for folder in folders:
        has_letters = re.search(r"[^\W\d_]{2,}", folder) is not None
        n_words += has_letters and not is_part(folder) and not _NO_WORD.search(folder)
    return len(folders) > 1 and n_words > _MOST * len(folders)


def _names_say_nothing_else(deep: Sequence[_Path]) -> bool:
    """Whether the names of files begin with no author, with the sub-folder's, with one word everywhere, or with titles.

    Titles differ from file to file, or come back in other styles, where painters come back in one.
    """
    names: Counter[str] = Counter()
    styles_of: dict[str, set[str]] = defaultdict(set)
    for path in deep:
        name = clean_text(author_in_name(path[-1])).casefold()
        is_name = re.search(r"[^\W\d_]", name) and not is_nobody(name)
        if is_name and plain_words(name) != plain_words(path[1]):
            names[name] += 1
            styles_of[name].add(path[0])
    n_names = names.total()
    if n_names < (1 - _NEARLY_ALL) * len(deep) or len(names) == 1:
        return True
    repeated = [name for name, n in names.items() if n > 1]
    n_in_several_styles = sum(len(styles_of[name]) > 1 for name in repeated)
    return len(names) > _SHARE_OF_TITLES * n_names or n_in_several_styles > len(repeated) / 2
