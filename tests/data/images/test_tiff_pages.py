"""data.images.tiff_pages: the page that is the picture."""

from types import SimpleNamespace

import pytest

from styleclf.data.images.tiff_pages import DeepPlanesError, PageSize, check_planes, picture_page, smaller_page


def test_the_picture_is_neither_thumbnail_nor_mask():
    assert picture_page([PageSize(100, 80, 1), PageSize(2000, 1600, 4), PageSize(1000, 800), PageSize(1000, 800)]) == 2


def test_of_a_pyramid_the_largest_page_in_bounds_stands_for_it():
    pages = [PageSize(80_000, 60_000), PageSize(8000, 6000, 1), PageSize(4000, 3001, 1), PageSize(2000, 1500, 1)]
    assert smaller_page(pages, 0, 40e6) == 2
    assert smaller_page(pages, 0, 2e6) is None
    others = [PageSize(80_000, 60_000), PageSize(4000, 4000, 1), PageSize(4000, 3000), PageSize(400, 300, 1)]
    assert smaller_page(others, 0, 40e6) is None


@pytest.mark.parametrize(("bits", "planes"), [((8, 8, 8), 2), ((16, 16, 16), 1), ((16,), 2), ((16, 16, 16), None)])
def test_pages_that_pillow_reads_rightly_pass(bits, planes):
    check_planes(SimpleNamespace(tag_v2={258: bits, 284: planes}))


def test_deep_colours_in_separate_planes_are_refused():
    with pytest.raises(DeepPlanesError, match="16 bits a colour in separate planes: save it with interleaved colours"):
        check_planes(SimpleNamespace(tag_v2={258: (16, 16, 16), 284: 2}))
