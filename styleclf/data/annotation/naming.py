"""Settling names: styles, authors and titles, once nobodies, accepted merges and styles without authors count."""

import unicodedata
from collections.abc import Collection
from functools import partial
from pathlib import Path, PurePosixPath

import pandas as pd

from styleclf.common import count_of
from styleclf.data.annotation.attribution import ATTRIBUTION, AttributionRules, attributed_files, read_attribution_rules
from styleclf.data.annotation.listing import Listing
from styleclf.data.annotation.merges import Merges, merged_author, merged_style, read_merges
from styleclf.data.annotation.people import author_name, clean_text, people_of
from styleclf.data.annotation.style_ids import with_style_ids
from styleclf.evaluation import labels_of

_N_EXAMPLES = 3  # names in a sentence


def settle_names(
    listing: Listing,
    authorless: Collection[str],  # styles
    merge: str | Path | None,  # table of names to merge
    *,
    rules: AttributionRules | None = None,  # default: those that come with styleclf
) -> None:
    """Replace the names that are written in a listing by those that count, and add titles where there are none.

    Authors become lower case, and '' where nobody is named or the style is `authorless`, in any case of letters;
    "workshop of" and the like goes into a column of its own, by the rules of attribution.
    Raises FileNotFoundError or ValueError for an unusable table of merges, and ValueError for a style with two ids.
    """
    files = listing.files
    written_names = files["author"].map(clean_text)
    if "title" not in files:
        files["title"] = _titles(files["filename"], written_names)
    listing.files = attributed_files(files, rules or read_attribution_rules())
    files = listing.files
    listing.source += _shortened_names(written_names, files)
    is_nobody = (written_names != "") & (files["author"] == "")
    listing.nobodies = written_names.str.lower().where(is_nobody, "")
    if merge is not None:
        _merge(listing, read_merges(merge), merge)
    if authorless:
        styles = [authorless] if isinstance(authorless, str) else authorless
        _drop_authors(listing, styles)
    listing.files = with_style_ids(listing.files)


def _shortened_names(
    written_names: pd.Series,  # authors as they are written
    files: pd.DataFrame,  # with those that were read
) -> str:
    """An example of a name that was read without what is beside it, such as dates and roles; '' where none was."""
    authors = files["author"]
    is_shortened = (authors != "") & (authors != written_names.map(author_name))
    if ATTRIBUTION in files:
        is_shortened &= files[ATTRIBUTION] == ""
    if not is_shortened.any():
        return ""
    example = written_names[is_shortened].iat[0]
    name = authors[is_shortened].iat[0]
    return f"; {example!r} and the like were read as {name!r}, see attribution.csv"


def _merge(listing: Listing, merges: Merges, path: str | Path) -> None:
    """Replace authors and styles by what they are merged into, and say how many, and which names there are not."""
    files = listing.files
    listing.doubts += _strange_merges(files, merges, path)
    old_names = files[["author", "label"]].copy()
    merge_author = partial(merged_author, authors=merges.authors)
    merge_style = partial(merged_style, styles=merges.styles)
    files["author"] = files["author"].map(merge_author)
    files["label"] = files["label"].map(merge_style)
    differs = files[["author", "label"]] != old_names
    is_changed = differs.any(axis=1)
    images = count_of(int(is_changed.sum()), "image")
    listing.source += f"; {path} gives {images} another author or style"


def _strange_merges(
    files: pd.DataFrame,
    merges: Merges,
    path: str | Path,  # of the table of merges
) -> list[str]:
    """A sentence on names that are to be merged and do not occur, if there are any."""
    people: set[str] = set()
    for author in files["author"]:
        people.update(people_of(author))
    strange_authors = set(merges.authors) - people
    styles = set(files["label"])
    for label in files["label"]:
        styles.update(labels_of(label))
    strange_styles = set(merges.styles) - styles
    strangers = sorted(strange_authors | strange_styles)
    if not strangers:
        return []
    examples = ", ".join(map(repr, strangers[:_N_EXAMPLES]))
    n_names = count_of(len(strangers), "name")
    return [f"{path} has {n_names} that no image has, such as {examples}"]


def _drop_authors(listing: Listing, authorless: Collection[str]) -> None:
    """Leave the files of some styles without authors, and say so where they had some."""
    files = listing.files
    labels = files["label"].map(str.casefold)
    known_styles = set(labels)
    strangers = [style for style in authorless if style.casefold() not in known_styles]
    if strangers:
        styles = sorted(set(files["label"]) - {""})
        names = ", ".join(strangers)
        style_names = ", ".join(styles)
        listing.doubts.append(f"authorless names {names}, but the styles are {style_names}")
    is_authorless = labels.isin([style.casefold() for style in authorless])
    authors = files["author"]
    dropped_authors = authors[is_authorless & (authors != "")]
    files["author"] = authors.mask(is_authorless, "")
    if dropped_authors.empty:
        return
    names = dropped_authors.unique()
    examples = ", ".join(names[:_N_EXAMPLES])
    n_authors = count_of(len(names), "author")
    n_images = count_of(len(dropped_authors), "image")
    listing.doubts.append(
        f"authorless drops {n_authors} of {n_images}, such as {examples}: leave the style out of it to keep each of "
        "them in one fold"
    )


def _titles(filenames: pd.Series, authors: pd.Series) -> list[str]:
    """The titles in the names of files, whose authors are known."""
    titles = []
    for filename, author in zip(filenames, authors, strict=True):
        titles.append(_title(filename, author))
    return titles


def _title(filename: str, author: str) -> str:
    """The stem without its author; the whole stem where it does not begin with the author."""
    stem = unicodedata.normalize("NFC", PurePosixPath(filename).stem)
    prefix, underscore, title = stem.partition("_")
    before = clean_text(prefix).lower()
    begins_with_author = underscore and before == author.lower()
    return title if begins_with_author else stem
