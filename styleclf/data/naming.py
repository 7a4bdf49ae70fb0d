"""Settling names: styles, authors and titles, once nobodies, accepted merges and styles without authors count."""

import unicodedata
from collections.abc import Collection
from pathlib import Path, PurePosixPath

import pandas as pd

from styleclf.data.listing import Listing
from styleclf.data.merges import Merges, merged_author, merged_style, read_merges
from styleclf.data.people import author_name, clean_text, people_of
from styleclf.output import count_of

_N_EXAMPLES = 3  # names in a sentence


def settle_names(listing: Listing, authorless: Collection[str], merge: str | Path | None) -> None:
    """Replace the names that are written in a listing by those that count, and add titles where there are none.

    Authors become lower case, and '' where nobody is named or the style is `authorless`, in any case of letters.
    Raises FileNotFoundError or ValueError for an unusable table of merges.
    """
    files = listing.files
    written = files["author"].map(clean_text)
    if "title" not in files:
        files["title"] = _titles(files["filename"], written)
    files["author"] = written.map(author_name)
    is_nobody = (written != "") & (files["author"] == "")
    listing.nobodies = written.str.lower().where(is_nobody, "")
    if merge is not None:
        _merge(listing, read_merges(merge), merge)
    if authorless:
        styles = [authorless] if isinstance(authorless, str) else authorless
        _drop_authors(listing, styles)


def _merge(listing: Listing, merges: Merges, path: str | Path) -> None:
    files = listing.files
    people = {name for author in files["author"] for name in people_of(author)}
    strangers = sorted((set(merges.authors) - people) | (set(merges.styles) - set(files["label"])))
    if strangers:
        names = ", ".join(map(repr, strangers[:_N_EXAMPLES]))
        listing.doubts.append(f"{path} has {count_of(len(strangers), 'name')} that no image has, such as {names}")
    authors = [merged_author(author, merges.authors) for author in files["author"]]
    labels = [merged_style(label, merges.styles) for label in files["label"]]
    n_changed = int(((files["author"] != authors) | (files["label"] != labels)).sum())
    files["author"] = authors
    files["label"] = labels
    listing.source += f"; {path} gives {count_of(n_changed, 'image')} another author or style"


def _drop_authors(listing: Listing, authorless: Collection[str]) -> None:
    """Leave the files of some styles without authors, and say so where they had some."""
    files = listing.files
    labels = files["label"].map(str.casefold)
    strangers = [style for style in authorless if style.casefold() not in set(labels)]
    if strangers:
        choices = ", ".join(sorted(set(files["label"]) - {""}))
        listing.doubts.append(f"--authorless names {', '.join(strangers)}, but the styles are {choices}")
    is_authorless = labels.isin([style.casefold() for style in authorless])
    dropped = files["author"][is_authorless & (files["author"] != "")]
    files["author"] = files["author"].mask(is_authorless, "")
    if len(dropped):
        names = ", ".join(dropped.unique()[:_N_EXAMPLES])
        listing.doubts.append(
            f"--authorless drops {count_of(dropped.nunique(), 'author')} of {count_of(len(dropped), 'image')}, such as "
            f"{names}: leave the style out of it to keep each of them in one fold"
        )


def _titles(filenames: pd.Series, authors: pd.Series) -> list[str]:
    titles = []
    for filename, author in zip(filenames, authors, strict=True):
        titles.append(_title(filename, author))
    return titles


def _title(filename: str, author: str) -> str:
    """The stem without its author; the whole stem where it does not begin with the author."""
    stem = unicodedata.normalize("NFC", PurePosixPath(filename).stem)
    prefix, underscore, title = stem.partition("_")
    begins_with_author = underscore and clean_text(prefix).lower() == author.lower()
    return title if begins_with_author else stem
