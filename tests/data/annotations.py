"""Annotations without image files, for the tests of designs."""

import warnings

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from styleclf.data.design import make_design


def annotation_of(rows):
    """An annotation of `(label, author)` or `(label, author, number of the file it copies)`."""
    names = [f"{row[0]}/{row[1]}_{number:04}.jpg" for number, row in enumerate(rows)]
    copies = [names[row[2]] if len(row) > 2 and row[2] is not None else "" for row in rows]
    table = pd.DataFrame({"label": [row[0] for row in rows], "author": [row[1] for row in rows], "title": "x"})
    return table.assign(filename=names, width=10, height=10, copy_of=copies)


def quiet_design(annotation, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make_design(annotation, **options)


def museum(n_authors=60, n_styles=5, seed=0, n_photos=40):
    """Styles of many authors of uneven size, one in six of whom works in two styles, and one style without authors."""
    rng = np.random.default_rng(seed)
    rows = [("photo", "")] * n_photos
    for author in range(n_authors):
        style = author % n_styles
        for other in [style, (style + 1) % n_styles] if author % 6 == 0 else [style]:
            rows += [(f"style {other}", f"painter {author}")] * int(rng.geometric(0.15))
    return annotation_of(rows)


# any distribution of authors: up to four styles, few authors or many, some images without one, some copies
some_rows = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["", *"pqrstuvwxyz"]), st.none() | st.integers(0, 5)),
    min_size=6,
    max_size=80,
).map(lambda rows: [(*row[:2], row[2] if number > 5 else None) for number, row in enumerate(rows)])


def small_design():
    rows = [("a", "p"), ("a", "p"), ("a", "q"), ("a", "r"), ("b", ""), ("b", ""), ("b", "p"), ("b", "")]
    return annotation_of(rows).assign(fold=["0", "0", "1", "val", "1", "0", "0", "val"])
