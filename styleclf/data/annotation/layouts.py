"""Layouts: which level of folders is the style, which the painter, and which only a part of a split."""

import re
from pathlib import PurePosixPath
from typing import NamedTuple

from styleclf.data.annotation.people import clean_text, plain_words

AUTO = "auto"
_LEVELS = ("style", "author", "part", "any")
_EXAMPLES = "style/author, part/style or author/style"
_SPLIT = r"train(ing)?|trn|val|valid(ation)?|test(ing)?|tst|dev|eval(uation)?|hold ?out"
_PICTURES = r"set|data|dataset|images?|imgs?|pictures?|paintings?|split|samples?|part"
_PART = re.compile(
    rf"(({_PICTURES}) )?({_SPLIT}) ?({_PICTURES})? ?\d*"  # train, test_set, images_val, train2017
    r"|(fold|split) ?\d+"
)
_HASH = re.compile(r"(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{8,}(-[0-9a-f]{4,})*", re.IGNORECASE)

_NUMBERED = re.compile(  # by a camera or a program, or for a book; a word alone may be a name
    r"(sam|wp|gopr|dji|pano|hpim|mvi|vid|p|fig|figure|plate|page|slide|tafel|abb|pl|crop|cropped|final|edited|export|wikiart)"
    r"_\d+(_\d+)*",
    re.IGNORECASE,
)


class Layout(NamedTuple):
    """Levels of folders from the top, and how they were found out."""

    levels: tuple[str, ...]
    reason: str = ""  # as the end of a sentence
    doubt: str = ""  # a sentence, where the folders may be meant otherwise
    styles: frozenset[str] | None = None  # those whose sub-folders are authors, if not all

    def label_of(self, filename: str) -> str:
        """The style of a file, '' if it lies above the level of styles."""
        return self._folder_at("style", filename)

    def author_of(self, filename: str) -> str:
        """The text that names the author: a folder, or what stands before the first underscore of the file name."""
        has_folders = self.styles is None or self.label_of(filename) in self.styles
        if "author" in self.levels and has_folders:
            folder = self._folder_at("author", filename)
            if folder:
                return folder
        return author_in_name(filename)

    def describe(self) -> str:
        """The layout as a path, such as style/author/title.jpg."""
        name = "title.jpg" if "author" in self.levels else "author_title.jpg"
        return "/".join([*self.levels, name])

    def _folder_at(self, level: str, filename: str) -> str:
        """The folder of a file at a level, '' if it lies above that."""
        *folders, _ = PurePosixPath(filename).parts
        position = self.levels.index(level)
        if position >= len(folders):
            return ""
        return clean_text(folders[position])


def named_layout(text: str) -> Layout:
    """The layout that a text such as 'style/author' or 'part/style/author/title.jpg' names.

    Raises ValueError for another text.
    """
    words = text.lower().strip("/").split("/")
    levels = tuple(word for word in words if "title" not in word)
    are_known = set(levels) <= set(_LEVELS)
    has_one_style = levels.count("style") == 1
    if not are_known or not has_one_style or levels.count("author") > 1:
        raise ValueError(
            f"layout is {text!r}: write auto, style, or levels of folders such as {_EXAMPLES}, "
            "of which one is the style; any is a level that says nothing"
        )
    return Layout(levels, "as was said")


def author_in_name(filename: str) -> str:
    """What stands before the first underscore of the file name, '' for none, a hash or a mere number.

    >>> author_in_name("cubism/gris_vase.jpg"), author_in_name("cubism/3fa9000e_1.jpg"), author_in_name("plate_12.jpg")
    ('gris', '', '')
    """
    name = PurePosixPath(filename).stem
    author, underscore, _ = name.partition("_")
    if not underscore or _HASH.fullmatch(author) or _NUMBERED.fullmatch(name):
        return ""
    return author


def is_part(name: str) -> bool:
    """Whether a folder is named like a part of a split.

    >>> is_part("Train"), is_part("test_set"), is_part("cubism")
    (True, True, False)
    """
    return _PART.fullmatch(" ".join(plain_words(name))) is not None
