"""styleclf.data.tiff_pages: the page that is the picture."""

from styleclf.data.tiff_pages import PageSize, picture_page, smaller_page


def test_the_picture_is_neither_thumbnail_nor_mask():
    assert picture_page([PageSize(100, 80, 1), PageSize(2000, 1600, 4), PageSize(1000, 800), PageSize(1000, 800)]) == 2


def test_of_a_pyramid_the_largest_page_in_bounds_stands_for_it():
    pages = [PageSize(80_000, 60_000), PageSize(8000, 6000, 1), PageSize(4000, 3001, 1), PageSize(2000, 1500, 1)]
    assert smaller_page(pages, 0, 40e6) == 2
    assert smaller_page(pages, 0, 2e6) is None
    others = [PageSize(80_000, 60_000), PageSize(4000, 4000, 1), PageSize(4000, 3000), PageSize(400, 300, 1)]
    assert smaller_page(others, 0, 40e6) is None
