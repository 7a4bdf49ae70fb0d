"""Layouts: which level of folders is the style, which the painter, and which only a part of a split."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from styleclf.data.people import clean_text, is_nobody, plain_words

AUTO = "auto"
_PLAIN = ("style",)
_Parts = tuple[str, ...]  # folders and the name of a file
_LEVELS = ("style", "author", "part", "any")
_PART = re.compile(
    r"train(ing)?|trn|val|valid(ation)?|test(ing)?|tst|dev|eval(uation)?|hold ?out|(train|val|test) ?set"
    r"|(fold|split) ?\d+"
)
_NO_NAME = re.compile(
    r"^(ca?\.? ?)?1[0-9]{3}s?\b|^\d+(st|nd|rd|th)\b|^(batch|page|part|box|set|group|dir|folder)[ _-]?\d+$"
)
_NEARLY_ALL = 0.9
_MOST = 0.8
_SHARE_OF_TITLES = 0.7  # different beginnings among names that are titles
_RECURRING = (
    "sub-folders such as {example!r} recur in several folders and were not read: if they are the styles, "
    "say --layout author/style; if they are the painters, --layout style/author"
)
_TWO_AUTHORS = (
    "images lie in sub-folders, as in {example}, but their names begin with authors, and these were read: "
    "if the sub-folders are the painters, say --layout style/author; if not, --layout style"
)
_EXAMPLE = "style/author, part/style or author/style"


class Layout(NamedTuple):
    """Levels of folders from the top, and how they were found out."""

    levels: tuple[str, ...]
    reason: str = ""  # as the end of a sentence
    doubt: str = ""  # a sentence, where the folders may be meant otherwise

    def label_of(self, filename: str) -> str:
        """The style of a file, '' if it lies above the level of styles."""
        return self._folder_at("style", filename)

    def author_of(self, filename: str) -> str:
        """The text that names the author: a folder, or what stands before the first underscore of the file name."""
        if "author" in self.levels:
            folder = self._folder_at("author", filename)
            if folder:
                return folder
        return author_in_name(filename)

    def describe(self) -> str:
        """The layout as a path, such as style/author/title.jpg."""
        name = "title.jpg" if "author" in self.levels else "author_title.jpg"
        return "/".join([*self.levels, name])

    def _folder_at(self, level: str, filename: str) -> str:
        folders = PurePosixPath(filename).parts[:-1]
        position = self.levels.index(level)
        return clean_text(folders[position]) if position < len(folders) else ""


def author_in_name(filename: str) -> str:
    """What stands before the first underscore of the file name, or '' if there is none."""
    author, underscore, _ = PurePosixPath(filename).stem.partition("_")
    return author if underscore else ""


def layout_of(text: str, filenames: Sequence[str]) -> Layout:
    """The layout that a text such as 'style/author' names; for 'auto' the one that the names of files show.

    Raises ValueError for another text.
    """
    if text == AUTO:
        return _detected_layout(filenames)
    levels = tuple(level for level in text.lower().split("/") if not level.startswith("title"))
    is_known = set(levels) <= set(_LEVELS)
    if not is_known or levels.count("style") != 1 or levels.count("author") > 1:
        raise ValueError(
            f"layout is {text!r}: write auto, style, or levels of folders such as {_EXAMPLE}, with one style among them"
        )
    return Layout(levels, "as --layout says")


def is_part(name: str) -> bool:
    """Whether a folder is named like a part of a split.

    >>> is_part("Train"), is_part("test_set"), is_part("cubism")
    (True, True, False)
    """
    return _PART.fullmatch(" ".join(plain_words(name))) is not None


def _detected_layout(filenames: Sequence[str]) -> Layout:
    paths = [PurePosixPath(filename).parts for filename in filenames]
    paths = [parts for parts in paths if len(parts) > 1]
    parts_of_split = _parts_of_split(paths)
    if not parts_of_split:
        levels, reason, doubt = _levels_below(paths)
        return Layout(levels, reason, doubt or _doubt_about_styles(paths))
    below = [parts[1:] for parts in paths if len(parts) > 2]
    levels, reason, doubt = _levels_below(below)
    names = ", ".join(parts_of_split)
    reasons = [f"{names} are parts of a split and no styles, and new folds are dealt whatever they say", reason]
    return Layout(("part", *levels), "; ".join(filter(None, reasons)), doubt or _doubt_about_styles(below))


def _parts_of_split(paths: Sequence[_Parts]) -> list[str]:
    """The top folders, if all of them are named like parts of a split and hold folders."""
    tops = sorted({parts[0] for parts in paths})
    seconds = {parts[1] for parts in paths if len(parts) > 2}
    are_parts = tops and all(map(is_part, tops))
    return tops if are_parts and len(seconds) > 1 else []


def _levels_below(paths: Sequence[_Parts]) -> tuple[tuple[str, ...], str, str]:
    """From the level of styles on: the levels, the reason, and a doubt.

    Sub-folders are painters where nearly every file lies in one, they look like names of people, few of them recur in
    several styles, and the files' own names say nothing else about painters.
    """
    deep = [parts for parts in paths if len(parts) > 2]
    if not deep or len(deep) < _NEARLY_ALL * len(paths):
        return _PLAIN, "", ""
    styles_of: dict[str, set[str]] = defaultdict(set)
    for style, folder, *_ in deep:
        styles_of[clean_text(folder).casefold()].add(style)
    if not _look_like_people(list(styles_of)):
        return _PLAIN, "", ""
    example = "/".join(deep[0])
    recurring = sorted(folder for folder, styles in styles_of.items() if len(styles) > 1)
    if len(recurring) > len(styles_of) / 2:
        return _PLAIN, "", _RECURRING.format(example=recurring[0])
    if _names_say_nothing_else(deep):
        return ("style", "author"), f"the painters are the sub-folders, as in {example}", ""
    return _PLAIN, "", _TWO_AUTHORS.format(example=example)


def _look_like_people(folders: Sequence[str]) -> bool:
    """Whether there are several folders, and most are words and no dates, parts of a split or numbers."""
    n_words = 0
    for folder in folders:
        has_letters = re.search(r"[^\W\d_]{2,}", folder) is not None
        n_words += has_letters and not is_part(folder) and not _NO_NAME.search(folder)
    return len(folders) > 2 and n_words > _MOST * len(folders)


def _names_say_nothing_else(deep: Sequence[_Parts]) -> bool:
    """Whether the names of files begin with no author, with the sub-folder's, with one word everywhere, or with titles.

    Titles differ from file to file, where painters come back.
    """
    names: Counter[str] = Counter()
    for parts in deep:
        author = clean_text(author_in_name(parts[-1])).casefold()
        is_name = re.search(r"[^\W\d_]", author) and not is_nobody(author)
        if is_name and plain_words(author) != plain_words(parts[1]):
            names[author] += 1
    n_other = names.total()
    is_one_word = len(names) == 1 and n_other > len(deep) / 2
    are_titles = len(names) > _SHARE_OF_TITLES * n_other
    return n_other < (1 - _NEARLY_ALL) * len(deep) or is_one_word or are_titles


def _doubt_about_styles(paths: Sequence[_Parts]) -> str:
    parts = sorted({path[0] for path in paths if is_part(path[0])})
    if not parts:
        return ""
    return (
        f"the folders {', '.join(parts)} are named like parts of a split and were read as styles: "
        "if they hold the style folders, say --layout part/style"
    )
