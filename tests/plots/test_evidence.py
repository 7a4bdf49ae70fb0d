"""Evidence: every picture twice, its neighbours framed by their style."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.plots.evidence import MAX_QUERIES, plot_evidence
from styleclf.plots.theme import RIGHT, WRONG
from tests.plots.made_up import panel_words, words_of


def evidence(n_queries=1):
    """Every query with two neighbours, one of its style and one of another."""
    rows = []
    for query in range(n_queries):
        for rank, label in enumerate(["cubism", "cubism", "rococo"]):
            filename = f"{label}/{query}{rank}_x.jpg"
            rows.append((f"cubism/{query}0_x.jpg", rank, filename, label, f"author{rank}", "cubism", 0.1 * rank))
    columns = ["query", "rank", "filename", "label", "author", "target", "distance"]
    return pd.DataFrame(rows, columns=columns)


def drawn(table):
    picture = (Image.new("RGB", (16, 16), "grey"), np.ones((16, 16)))
    pictures = dict.fromkeys(zip(table["filename"], table["target"], strict=True), picture)
    return plot_evidence(table, pictures, "occlusion")


def test_every_picture_is_drawn_in_colour_and_under_its_map():
    fig = drawn(evidence())
    (page,) = fig.axes
    assert len(page.images) == 6
    assert {"Author0: 00 x", "Author2: 02 x", "cubism 0.10", "cubism 0.20"} <= panel_words(fig)


def test_frames_tell_neighbours_of_the_style_from_others():
    from matplotlib.colors import to_hex

    frames = []
    for axes in drawn(evidence()).axes:
        edges = [to_hex(patch.get_edgecolor()).upper() for patch in axes.patches]
        frames += [edge for edge in edges if edge in (RIGHT, WRONG)]
    assert frames == [RIGHT, WRONG]


def test_no_more_queries_are_drawn_than_there_is_room_for():
    fig = drawn(evidence(MAX_QUERIES + 2))
    (page,) = fig.axes
    assert len(page.images) == 6 * MAX_QUERIES
    assert any(text.endswith(f": the first {MAX_QUERIES} of {MAX_QUERIES + 2}") for text in words_of(fig))
    assert not any("the first" in text for text in words_of(drawn(evidence())))


def test_a_table_without_distances_is_refused():
    with pytest.raises(ValueError, match="distance"):
        drawn(evidence().drop(columns="distance"))
