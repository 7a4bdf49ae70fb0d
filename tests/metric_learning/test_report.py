"""The folder of a comparison of losses: what can be drawn directly, and what a page needs."""

import pytest

from styleclf.data.paintings import Paintings
from styleclf.metric_learning.directions import unit_rows
from styleclf.metric_learning.report import _is_drawn_directly, _points, _write_figures, _write_pages
from styleclf.metric_learning.spaces import Space


def space(blobs, dims):
    embeddings = 2 * blobs[:, :dims]
    units = unit_rows(embeddings)
    return Space(embeddings, units, train_units=units)


@pytest.fixture
def judged(table, tmp_path):
    """The images of the table."""
    names = table.index.astype(str)
    return Paintings(table.assign(filename=names), tmp_path)


def test_embeddings_of_three_numbers_are_drawn_as_they_are(blobs):
    of_three = space(blobs, 3)
    assert _is_drawn_directly(of_three)
    assert not _is_drawn_directly(space(blobs, 4))
    assert _points(of_three, 0) is of_three.embeddings


def test_figures_show_the_last_space(blobs, judged, tmp_path):
    last = space(blobs, 3)
    spaces = {"frozen": space(blobs, 4), "arcface": last}
    _write_figures(spaces, judged, last.embeddings, out=tmp_path)
    figures = (tmp_path / "figures").iterdir()
    assert {file.stem for file in figures} == {"similarity", "sphere"}


def test_a_page_needs_the_predictions_of_a_learner(blobs, judged, tmp_path):
    with pytest.raises(ValueError, match="learner"):
        _write_pages(space(blobs, 3), judged, blobs[:, :3], out=tmp_path)
