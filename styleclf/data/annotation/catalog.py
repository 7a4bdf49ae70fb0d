"""Image folder (or a CSV) -> annotation: one row per readable image, and a reason for every file left out.

The layout is `<images>/<style>/<author>_<title>.jpg`, or what `layout` says. Every file is opened and decoded once, so
that nothing downstream meets a broken image hours later.
"""

import warnings
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from styleclf.common import check_path, check_whole, count_of, keep_python_strings, short_repr, shown_name
from styleclf.data.annotation.attribution import attribution_counts, attribution_sentence, read_attribution_rules
from styleclf.data.annotation.column_map import MappedTable
from styleclf.data.annotation.layouts import AUTO
from styleclf.data.annotation.listing import OUTSIDE_STYLES, Listing, list_files
from styleclf.data.annotation.merges import proposed_merges
from styleclf.data.annotation.naming import settle_names
from styleclf.data.annotation.tables import ANNOTATION_COLUMNS
from styleclf.data.annotation.understanding import understanding_text
from styleclf.data.images.inspection import inspect_files
from styleclf.evaluation import labels_of, noun_for_labels

_N_EXAMPLES = 3  # names in a warning

keep_python_strings()  # before strangers' names of files come into a table


class Catalogue(NamedTuple):
    """The images of a folder, and what was understood of their names."""

    annotation: pd.DataFrame
    rejections: pd.DataFrame
    merges: pd.DataFrame  # proposals to merge names that are spelled alike: `what, name, merge_into, n_images`
    has_merges: bool  # whether a user's table of merges was applied, so that the proposals are what is left
    text: str  # in about five lines: how names were read, styles, authors, images without one, what was left out
    attribution: pd.DataFrame  # the rules by which works were told to be a painter's own: `words, attribution, grouped`


def annotate(
    images: str | Path,  # folder of style folders
    csv: str | Path | MappedTable | None = None,  # table of files with their styles, their authors, or both
    authorless: Collection[str] = (),  # styles whose files have no author, whatever their names say
    *,
    layout: str = AUTO,  # levels of folders, such as style/author
    merge: str | Path | None = None,  # table of spellings to merge, as proposed by an earlier catalogue
    attribution: str | Path | None = None,  # table of words such as "workshop of" that replaces styleclf's own
    min_images: int = 2,  # a style with fewer readable ones is left out
    progress: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Catalogue the images of a folder: `(annotation, rejected)`, both sorted by filename.

    `annotation` has the columns `label, author, title, filename, width, height, copy_of` and, with `csv`, that table's
    further columns; `attribution` as well if any work is not a painter's own. `filename` is relative to `images`, with
    forward slashes, as it is on disk. `author` is '' if there is none; several authors are joined by `|`. `width,
    height` are pixels as shown, after the EXIF rotation. `copy_of` is the first byte-identical file, or ''. `rejected`
    has `filename, reason`.

    Hidden files are passed over, and so are folders of the system, results of styleclf, and files directly in `images`
    that are not images. `authorless` ignores case and applies to `csv` too. Warns of what may be meant otherwise.

    Raises:
        FileNotFoundError: there is no such folder or table.
        ValueError: no style folders, fewer than two styles with `min_images` readable images, an unusable table, or
            a layout that does not exist.

    >>> annotation, rejected = annotate(images, progress=False)
    >>> len(annotation), len(rejected)
    (96, 0)
    """
    catalogue = make_catalogue(
        images,
        csv,
        authorless,
        layout=layout,
        merge=merge,
        attribution=attribution,
        min_images=min_images,
        progress=progress,
    )
    return catalogue.annotation, catalogue.rejections


def make_catalogue(
    images: str | Path,
    csv: str | Path | MappedTable | None = None,
    authorless: Collection[str] = (),
    *,
    layout: str = AUTO,
    merge: str | Path | None = None,
    attribution: str | Path | None = None,
    min_images: int = 2,
    progress: bool = True,
) -> Catalogue:
    """What `annotate` gives, with proposals to merge names, and with lines on what was understood of all names."""
    check_path(images, "images")
    if csv is not None and not isinstance(csv, MappedTable):
        check_path(csv, "csv")
    check_whole(min_images, "min_images", least=1)
    authorless = _styles_named(authorless)
    folder = _existing_folder(images)
    rules = read_attribution_rules(attribution)
    listing = list_files(folder, csv, layout)
    settle_names(listing, authorless, merge, rules=rules)
    files = listing.files
    paths = [folder / filename for filename in files["filename"]]
    inspections = inspect_files(paths, listing.reasons, progress)
    poor_styles = _leave_out_poor_styles(files, inspections, folder, min_images=min_images)
    annotation = _annotation(files, inspections)
    rejections = _rejections(files["filename"], inspections["reason"])
    proposals = proposed_merges(annotation)
    sentences = [*listing.doubts, *poor_styles.values(), *_spellings_sentence(proposals, merge)]
    for sentence in sentences:
        warnings.warn(sentence, stacklevel=2)
    left_out = _all_left_out(listing, poor_styles, len(rejections))
    is_sound = inspections["reason"] == ""
    nobodies = Counter(listing.nobodies[is_sound])
    del nobodies[""]
    text = understanding_text(annotation, listing.source, nobodies=nobodies, left_out=left_out)
    attribution_line = attribution_sentence(attribution_counts(annotation))
    text = f"{text}\n{attribution_line}".rstrip()
    has_merges = merge is not None
    attribution_table = rules.table()
    return Catalogue(annotation, rejections, proposals, has_merges, text=text, attribution=attribution_table)


def _styles_named(authorless: object) -> Collection[str]:
    """The styles without authors, also where one name is given and no list. Raises ValueError for anything else."""
    if isinstance(authorless, str):
        return (authorless,)
    is_list = isinstance(authorless, Collection)
    if not is_list or not all(isinstance(name, str) for name in authorless):  # type: ignore[attr-defined]
        raise ValueError(f"authorless must be names of styles, not {short_repr(authorless)}")
    return authorless  # type: ignore[return-value]


def rejection_summary(rejections: pd.DataFrame) -> str:
    """Lines for the screen: how many files were rejected for each reason, with one example per reason.

    >>> table = pd.DataFrame({"filename": ["cubism/a.jpg", "cubism/b.jpg"], "reason": ["empty file", "empty file"]})
    >>> print(rejection_summary(table))
    2 files rejected:
          2  empty file (such as cubism/a.jpg)
    """
    if rejections.empty:
        return "no file was rejected"
    n_files = count_of(len(rejections), "file")
    lines = [f"{n_files} rejected:"]
    counts = rejections["reason"].value_counts().sort_index()
    most_frequent_first = counts.sort_values(ascending=False, kind="stable")
    for reason, n in most_frequent_first.items():
        has_reason = rejections["reason"] == reason
        example = rejections.loc[has_reason, "filename"].iat[0]
        name = shown_name(example)
        examples = f"such as {name}" if n > 1 else name
        lines.append(f"{n:>7}  {reason} ({examples})")
    return "\n".join(lines)


def conflicting_copies(annotation: pd.DataFrame) -> pd.DataFrame:
    """Byte-identical files that stand under two authors or two styles: columns `copy_of, filename, label, author`.

    In this table `copy_of` names the first file of each family on all its rows, the first file's own included.

    >>> rows = [("cubism/gris_1.jpg", "cubism", "gris", ""), ("rococo/x.jpg", "rococo", "", "cubism/gris_1.jpg")]
    >>> annotation = pd.DataFrame(rows, columns=["filename", "label", "author", "copy_of"])
    >>> conflicting_copies(annotation)["filename"].tolist()
    ['cubism/gris_1.jpg', 'rococo/x.jpg']
    """
    table = annotation[["copy_of", "filename", "label", "author"]].copy()
    is_copy = table["copy_of"] != ""
    original = table["copy_of"].where(is_copy, table["filename"])
    table["copy_of"] = original
    authors = table["author"].where(table["author"] != "")  # NaN is not counted below
    n_authors = authors.groupby(table["copy_of"]).transform("nunique")
    n_styles = table.groupby("copy_of")["label"].transform("nunique")
    conflicts = table[(n_authors > 1) | (n_styles > 1)]
    return conflicts.sort_values(["copy_of", "filename"], ignore_index=True)


# Checks


def _spellings_sentence(
    proposals: pd.DataFrame,
    merge: str | Path | None,  # a table that was merged by
) -> list[str]:
    """A sentence on names that are spelled alike and were not merged, if there are any."""
    if proposals.empty:
        return []
    pairs = []
    for row in proposals.itertuples(index=False):
        pairs.append(f"{row.name!r} and {row.merge_into!r}")
    examples = "; ".join(pairs[:_N_EXAMPLES])
    if merge is None:
        advice = "to count them as one, look through merges.csv and give it as merge (design.py --merge merges.csv)"
    else:
        advice = "the table of merges names other ones"
    spellings = count_of(len(pairs), "spelling")
    problem = f"{spellings} may be of the same author or style ({examples})"
    return [f"{problem}: authors like these stay in one fold, and styles stay apart; {advice}"]


def _existing_folder(images: str | Path) -> Path:
    folder = Path(images)
    if not folder.exists():
        raise FileNotFoundError(f"no images folder at {images}: make it, with one sub-folder for each style")
    if not folder.is_dir():
        raise ValueError(f"{images} is a file: name the folder that holds the style folders")
    return folder


def _leave_out_poor_styles(
    files: pd.DataFrame,
    inspections: pd.DataFrame,  # their reasons are changed
    images: Path,
    *,
    min_images: int,
) -> dict[str, str]:
    """Reject the images of styles that have too few; a sentence for each such style.

    Raises ValueError if fewer than two styles are left.
    """
    labels = files["label"]
    noun = noun_for_labels(labels)
    reasons = inspections["reason"]
    in_style = (labels != "") & (reasons != OUTSIDE_STYLES)
    left_out = {}
    n_styles = 0
    styles = labels[in_style].map(labels_of).explode()  # an image with several labels counts in each
    reasons_of_styles = reasons[styles.index]
    for label, style_reasons in reasons_of_styles.groupby(styles.to_numpy(), sort=False):
        readable = style_reasons.index[style_reasons == ""]
        if len(readable) >= min_images:
            n_styles += 1
            continue
        least = count_of(min_images, "image")
        summary = _style_summary(str(label), style_reasons, files["filename"])
        too_few = count_of(min_images, "readable image")
        advice = f"a {noun} needs {least} (min_images)"
        left_out[str(label)] = f"{noun} {summary} is left out: {advice}"
        inspections.loc[readable, "reason"] = f"its {noun} has fewer than {too_few}"
    if n_styles < 2:
        sentences = list(left_out.values())
        raise ValueError(_too_few_styles_sentence(images, labels, inspections["reason"], left_out=sentences))
    return left_out


def _too_few_styles_sentence(
    images: Path,
    labels: pd.Series,
    reasons: pd.Series,
    *,
    left_out: list[str],  # a sentence for each style
) -> str:
    advice = "a classifier needs at least two styles"
    content = "no style"
    n_without_style = int((labels == "").sum())
    if 2 * n_without_style > len(labels):
        rows = f"{n_without_style:,} of {len(labels):,} files"
        advice += f"; {rows} have no style: give it in every row of the table, where cells were merged, too"
    remaining = labels[reasons == ""]
    if len(remaining):
        style = remaining.iat[0]
        content = f"only the style {style!r}"
        if not left_out:
            advice += "; if the styles are its sub-folders, name that folder"
    examples = "; ".join(left_out[:_N_EXAMPLES])
    explanation = f" ({examples})" if left_out else ""
    return f"{images} has {content}{explanation}: {advice}"


def _style_summary(label: str, reasons: pd.Series, filenames: pd.Series) -> str:
    rejections = reasons[reasons != ""]
    n_readable = len(reasons) - len(rejections)
    readable = count_of(n_readable, "readable image")
    if rejections.empty:
        return f"{label!r} ({readable})"
    position = rejections.index[0]
    filename = filenames[position]
    reason = rejections[position]
    rejected = f"{len(rejections)} rejected, such as {filename}: {reason}"
    return f"{label!r} ({readable}, {rejected})"


def _all_left_out(
    listing: Listing,
    poor_styles: Collection[str],
    n_rejected: int,  # files
) -> dict[str, str]:
    """Everything that was left out, and why."""
    left_out = dict(listing.passed_over)
    noun = noun_for_labels(listing.files["label"])
    for style in poor_styles:
        left_out[f"the {noun} {style}"] = "too few images"
    if n_rejected:
        left_out[count_of(n_rejected, "file")] = "named below"
    return left_out


# Tables


def _annotation(files: pd.DataFrame, inspections: pd.DataFrame) -> pd.DataFrame:
    is_sound = inspections["reason"] == ""
    table = files[is_sound].copy()
    sound = inspections[is_sound]
    table["width"] = sound["width"]
    table["height"] = sound["height"]
    copies = table["filename"].groupby(sound["digest"])
    first_copy = copies.transform("min")
    is_copy = first_copy != table["filename"]
    table["copy_of"] = first_copy.where(is_copy, "")
    columns = [*ANNOTATION_COLUMNS, "copy_of"]
    further_columns = table.columns.difference(columns, sort=False)
    table = table[[*columns, *further_columns]]
    return table.sort_values("filename", ignore_index=True)


def _rejections(filenames: pd.Series, reasons: pd.Series) -> pd.DataFrame:
    table = pd.DataFrame({"filename": filenames, "reason": reasons})
    rows = table[reasons != ""]
    return rows.sort_values(["filename", "reason"], ignore_index=True)
