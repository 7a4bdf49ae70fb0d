"""Finding out from the names of folders and files which level is the style, and whether another is the painter."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from styleclf.data.annotation.layouts import Layout, author_in_name, is_part
from styleclf.data.annotation.people import clean_text, is_nobody, plain_words

_Path = tuple[str, ...]  # folders and the name of a file
_NO_WORD = re.compile(
    r"^(ca?\.? ?)?1[0-9]{3}s?\b|^\d+(st|nd|rd|th)\b|^(batch|page|part|box|set|group|dir|folder)[ _-]?\d+$"
)
_STYLE_NAME = re.compile(
    r"(\w+ )*\w+(ism|isme|ismo|ismus|izm)"
    r"|(art|pop|op|folk|outsider|abstract|concrete|conceptual) (art|brut|deco|nouveau)( \w+)?"
    r"|artdeco|artnouveau|jugendstil|secession|baroque|barock|barocco|rococo|rokoko|gothic|romanesque|byzantine|biedermeier"
    r"|romantik|impressionnisme|ukiyo e|japonism|cartoons?|comics?|photo(graph)?s?|bauhaus|fauves|realist|abstract"
    r"|((early|high|late|northern|italian|proto) )?renaissance( \w+)?|colou?r field( painting)?|hudson river school"
)
_FEW = 0.1  # of the folders above the styles that are named like styles
_NEARLY_ALL = 0.9  # of a style's files that lie in sub-folders
_MOST = 0.8  # of the sub-folders that look like names
_SHARE_OF_TITLES = 0.7  # of different beginnings among names of files, if these are titles
_RECURRING = (
    "sub-folders such as {example!r} recur in several folders and were not read: if they are the styles, "
    "say so (design.py --layout author/style); if they are the painters, design.py --layout style/author"
)
_TWO_AUTHORS = (
    "images lie in sub-folders, as in {example}, but their names begin with authors, and these were read: "
    "if the sub-folders are the painters, say so (design.py --layout style/author); if not, design.py --layout style"
)

_SOME_FOLDERS = (
    "some images lie in sub-folders, as {example}, and others of their style do not; the sub-folders were not read: "
    "if they are the painters, say so (design.py --layout style/author); if not, design.py --layout style"
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
        names = ", ".join(parts)
        verb = "are parts" if len(parts) > 1 else "is a part"
        reasons.append(f"{names} {verb} of a split and not a style; folds are dealt anew, regardless of that split")
    if _styles_are_below(paths):
        example = "/".join(paths[0])
        reasons.append(f"the sub-folders are named like styles, the painters are the folders above, as in {example}")
        return Layout((*above, "author", "style"), "; ".join(reasons))
    below = _below_styles(paths)
    if below.reason:
        reasons.append(below.reason)
    levels = (*above, "style")
    if below.styles_with_authors:
        levels = (*levels, "author")
    doubt = _doubt_about_styles(paths) or below.doubt or _doubt_about_some(paths, below.styles_with_authors)
    return Layout(levels, "; ".join(reasons), doubt, below.styles_with_authors)


def _parts_of_split(paths: Sequence[_Path]) -> list[str]:
    """The top folders, if all of them are named like parts of a split."""
    tops = sorted({path[0] for path in paths})
    if not tops or not all(map(is_part, tops)):
        return []
    if all(len(path) == 2 for path in paths):
        raise ValueError(
            f"the folders {', '.join(tops)} are named like parts of a split, and hold no style folders: put the images "
            "into one folder for each style; if these are the styles, say so (design.py --layout style)"
        )
    return tops


def _doubt_about_styles(paths: Sequence[_Path]) -> str:
    parts = sorted({path[0] for path in paths if is_part(path[0])})
    if not parts:
        return ""
    names = ", ".join(parts)
    advice = "if they hold the style folders, put these side by side, or say so (design.py --layout part/style)"
    if len(parts) == 1:
        return f"the folder {names} is named like a part of a split and was read as a style: {advice}"
    return f"the folders {names} are named like parts of a split and were read as styles: {advice}"


# Painters above styles


def _styles_are_below(paths: Sequence[_Path]) -> bool:
    """Whether the sub-folders are styles and the folders above them painters.

    They are where nearly every file lies in a sub-folder, nearly all sub-folders are named like styles and hardly any
    folder above is, and the names of the files say nothing else about painters.
    """
    deep_files = [path for path in paths if len(path) > 2]
    least = _NEARLY_ALL * len(paths)
    if not deep_files or len(deep_files) < least:
        return False
    folders_above = {path[0] for path in deep_files}
    sub_folders = {clean_text(path[1]).casefold() for path in deep_files}
    if len(folders_above) < 2 or len(sub_folders) < 2:
        return False
    are_styles_below = _share_of_styles(sub_folders) >= _NEARLY_ALL
    are_styles_above = _share_of_styles(folders_above) > _FEW
    if are_styles_above or not are_styles_below:
        return False
    with_style_above = [(style, painter, *further) for painter, style, *further in deep_files]
    return _names_are_silent(with_style_above)


def _share_of_styles(folders: Collection[str]) -> float:
    """The share of folders that are named like styles of painting."""
    n_styles = 0
    for folder in folders:
        words = " ".join(plain_words(folder))
        n_styles += _STYLE_NAME.fullmatch(words) is not None
    return n_styles / len(folders)


# Sub-folders of styles


def _below_styles(paths: Sequence[_Path]) -> _BelowStyles:
    """Whether sub-folders of styles are painters.

    They are where nearly every file of a style lies in one, they look like names, few of them recur in several styles,
    and the names of the files say nothing else about painters.
    """
    deep_files = _files_of_deep_styles(paths)
    styles_of_folder: dict[str, set[str]] = defaultdict(set)
    for path in deep_files:
        folder = clean_text(path[1]).casefold()
        styles_of_folder[folder].add(path[0])
    if not _look_like_names(list(styles_of_folder)):
        return _BelowStyles()
    example = "/".join(deep_files[0])
    names_are_silent = _names_are_silent(deep_files)
    recurring = sorted(_in_several_styles(styles_of_folder))
    if len(recurring) > len(styles_of_folder) / 2:
        doubt = _RECURRING.format(example=recurring[0])
        return _BelowStyles(doubt=doubt if names_are_silent else "")
    if not names_are_silent:
        return _BelowStyles(doubt=_TWO_AUTHORS.format(example=example))
    return _with_authors(deep_files, {path[0] for path in paths})


def _doubt_about_some(paths: Sequence[_Path], styles_with_authors: Collection[str]) -> str:
    """A doubt where a style has files in sub-folders that may be painters, and others beside these."""
    mixed_styles = {path[0] for path in paths if len(path) == 2}
    deep_files = []
    for path in paths:
        is_mixed = path[0] in mixed_styles and clean_text(path[0]) not in styles_with_authors
        if len(path) > 2 and is_mixed and not _other_author(path):
            deep_files.append(path)
    folders = {clean_text(path[1]).casefold() for path in deep_files}
    if not _look_like_names(list(folders)):
        return ""
    example = "/".join(deep_files[0])
    return _SOME_FOLDERS.format(example=example)


def _with_authors(deep_files: Sequence[_Path], all_styles: Collection[str]) -> _BelowStyles:
    """Sub-folders that are painters, with the reason in words."""
    styles = frozenset(clean_text(path[0]) for path in deep_files)
    subject = "the painters are the sub-folders"
    if len(styles) < len(all_styles):
        names = ", ".join(sorted(styles))
        subject = f"{subject} of {names}"
    example = "/".join(deep_files[0])
    otherwise = "if they are rooms or years, design.py --layout style"
    return _BelowStyles(styles, f"{subject}, as in {example}; {otherwise}")


def _files_of_deep_styles(paths: Sequence[_Path]) -> list[_Path]:
    """The files in sub-folders, of those styles that have nearly all their files there."""
    n_files = Counter(path[0] for path in paths)
    in_sub_folders = [path for path in paths if len(path) > 2]
    n_deep = Counter(path[0] for path in in_sub_folders)
    deep_files = []
    for path in in_sub_folders:
        style = path[0]
        if n_deep[style] >= _NEARLY_ALL * n_files[style]:
            deep_files.append(path)
    return deep_files


def _look_like_names(folders: Sequence[str]) -> bool:
    """Whether there are several folders, and most are words and no dates, parts of a split or numbers."""
    n_words = 0
    for folder in folders:
        has_letters = re.search(r"[^\W\d_]{2,}", folder) is not None
        is_no_word = is_part(folder) or _NO_WORD.search(folder) is not None
        n_words += has_letters and not is_no_word
    n_folders = len(folders)
    return n_folders > 1 and n_words > _MOST * n_folders


def _names_are_silent(deep_files: Sequence[_Path]) -> bool:
    """Whether the names of files begin with no author, with the sub-folder's, with one word everywhere, or with titles.

    Titles differ from file to file, or come back in other styles, where painters come back in one.
    """
    n_of_name: Counter[str] = Counter()
    styles_of_name: dict[str, set[str]] = defaultdict(set)
    for path in deep_files:
        name = _other_author(path)
        if name:
            n_of_name[name] += 1
            styles_of_name[name].add(path[0])
    n_named = n_of_name.total()
    n_names = len(n_of_name)
    few = (1 - _NEARLY_ALL) * len(deep_files)
    if n_named < few or n_names == 1:
        return True
    differ_everywhere = n_names > _SHARE_OF_TITLES * n_named
    repeated_names = [name for name, n in n_of_name.items() if n > 1]
    recurring = _in_several_styles(styles_of_name)
    return differ_everywhere or len(recurring) > len(repeated_names) / 2


def _other_author(path: _Path) -> str:
    """The author in the file's name, or '' if it is nobody, a number, or the sub-folder's."""
    name = clean_text(author_in_name(path[-1])).casefold()
    has_letters = re.search(r"[^\W\d_]", name) is not None
    if not has_letters or is_nobody(name):
        return ""
    is_of_folder = plain_words(name) == plain_words(path[1])
    return "" if is_of_folder else name


def _in_several_styles(styles_of: Mapping[str, Collection[str]]) -> list[str]:
    return [name for name, styles in styles_of.items() if len(styles) > 1]
