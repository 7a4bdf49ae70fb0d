"""styleclf.plots.design: images, authors and totals."""

import pytest

from styleclf import plots
from tests.plots.made_up import make_design_table, words_of


def test_the_design_shows_images_authors_and_totals():
    words = words_of(plots.plot_design(make_design_table()))
    assert {"12 (4)", "9 (3)", "2", "5 (1)", "0", "cubism  23", "rococo  5"} <= set(words)
    assert {"fold 0\n17 images", "fold 1\n9 images", "validation\n2 images"} <= set(words)


def test_a_design_without_the_two_levels_is_refused():
    with pytest.raises(ValueError, match=r"needs columns \('images', fold\)"):
        plots.plot_design(make_design_table()["images"])
    with pytest.raises(ValueError, match=r"needs columns \('authors', fold\)"):
        plots.plot_design(make_design_table()[["images"]])
    with pytest.raises(ValueError, match="no rows"):
        plots.plot_design(make_design_table().iloc[:0])
