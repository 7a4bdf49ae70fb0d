"""What image files say of themselves: colour profile, camera and software, as traits that may give a style away."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import ExifTags, Image

from styleclf.common import with_progress
from styleclf.data import open_image, profile_name

METADATA = ("colour profile", "camera", "software")
_N_NAMES = 40  # of a trait that are told apart; rarer ones count as one
_LONGEST_NAME = 80  # characters
_UNNAMED_PROFILE = "a profile without a name"


def metadata_of(paths: Sequence[str | Path], *, progress: bool = True) -> pd.DataFrame:
    """What image files say of themselves: one row per file, columns of `METADATA`, '' where a file is silent.

    Raises OSError for a file that cannot be read.
    """
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        metadata = pool.map(_metadata, paths)
        rows = list(with_progress(metadata, len(paths), "files asked for their metadata", progress))
    return pd.DataFrame(rows, columns=list(METADATA))


def metadata_traits(metadata: pd.DataFrame) -> dict[str, np.ndarray]:
    """The metadata as traits: name -> `(n, d)` float32, a column for each of the most frequent values."""
    traits = {}
    for name in METADATA:
        values = metadata[name]
        frequent = values.value_counts().index[:_N_NAMES]
        columns = [values == value for value in frequent]
        traits[name] = np.stack(columns, axis=1).astype(np.float32)
    return traits


def metadata_counts(metadata: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """How many images of each style say what: columns `trait, value, label, n_images`, most frequent values first."""
    tables = []
    for name in METADATA:
        values = pd.DataFrame({"value": metadata[name], "label": np.asarray(labels)})
        sizes = values.groupby(["value", "label"]).size()
        counts = sizes.reset_index(name="n_images")
        counts.insert(0, "trait", name)
        most_frequent_first = counts.sort_values("n_images", ascending=False, kind="stable")
        tables.append(most_frequent_first)
    return pd.concat(tables, ignore_index=True)


def telling_value(counts: pd.DataFrame, trait: str) -> str:
    """The value that sets one style apart most, in words such as "'Canon EOS 5D' in 40 of 40 cubism".

    It is the value whose share of one style's images exceeds its share of all images most; '' where files have none.
    """
    of_trait = counts[counts["trait"] == trait]
    table = of_trait.pivot_table(index="value", columns="label", values="n_images", aggfunc="sum", fill_value=0)
    counts_by_value = table.drop(index="", errors="ignore")
    if counts_by_value.empty:
        return ""
    sizes = table.sum()
    shares = counts_by_value / sizes
    overall = counts_by_value.sum(axis=1) / sizes.sum()
    lead = shares.sub(overall, axis=0)
    value, label = lead.stack().idxmax()
    n_images = counts_by_value.at[value, label]
    return f"{value!r} in {n_images} of {sizes[label]} {label}"


def _metadata(path: str | Path) -> tuple[str, ...]:
    """Colour profile, camera and software of an image file."""
    with open_image(path) as image:
        profile = image.info.get("icc_profile")
        name = profile_name(profile)
        if profile and not name:
            name = _UNNAMED_PROFILE
        text = partial(_exif_text, _exif(image), image)
        maker = text(ExifTags.Base.Make)
        model = text(ExifTags.Base.Model)
        software = text(ExifTags.Base.Software)
    camera = model if model.startswith(maker) else f"{maker} {model}"
    texts = (name, camera.strip(), software)
    return tuple(text[:_LONGEST_NAME] for text in texts)


def _exif(image: Image.Image) -> Image.Exif:
    """The EXIF block of an opened file, empty if it cannot be read."""
    try:
        return image.getexif()
    except Exception:  # damaged metadata can raise almost anything
        return Image.Exif()


def _exif_text(exif: Image.Exif, image: Image.Image, tag: int) -> str:
    """A text of the EXIF block on one line, or a PNG's text of that name; '' if there is none."""
    name = ExifTags.TAGS[tag]
    try:
        value = exif.get(tag) or image.info.get(name, "")
    except Exception:  # as above
        return ""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    words = text.replace("\0", " ").split()
    return " ".join(words)
