"""Which of a TIFF's pages is the picture: scanners put thumbnails and masks beside it, and pyramids smaller copies."""

from collections.abc import Sequence
from typing import NamedTuple

from PIL import TiffImagePlugin

_NEW_SUBFILE_TYPE = 254
_IS_REDUCED = 1  # bits of that tag
_IS_MASK = 4
_IN_PLANES = 2  # a TIFF's planar configuration
_BITS_OF_A_BYTE = 8
_MIN_SIDE = 1024  # pixels of a page that may stand for the whole picture
_SAME_PROPORTIONS = 0.01  # by which those of a pyramid's pages may differ
_MAX_PAGES = 10_000


class DeepPlanesError(ValueError):
    """A picture whose deep colours lie in separate planes; the message says so in a few words."""


class PageSize(NamedTuple):
    """Size and kind of a page."""

    width: int
    height: int
    kind: int = 0  # bits of the tag NewSubfileType

    @property
    def n_pixels(self) -> int:
        """Width times height, 0 for a mask, which is not a picture."""
        return 0 if self.kind & _IS_MASK else self.width * self.height


def page_sizes(image: TiffImagePlugin.TiffImageFile) -> list[PageSize]:
    """The pages of an opened TIFF. Those after one that is damaged do not count."""
    sizes: list[PageSize] = []
    while len(sizes) < _MAX_PAGES:
        try:
            image.seek(len(sizes))
        except Exception:  # the end, or a damaged page, which can raise almost anything
            break
        kind = image.tag_v2.get(_NEW_SUBFILE_TYPE, 0)
        sizes.append(PageSize(image.width, image.height, kind if isinstance(kind, int) else 0))
    return sizes


def check_planes(image: TiffImagePlugin.TiffImageFile) -> None:
    """Raise `DeepPlanesError` for a page with 16 bits a colour in separate planes, which Pillow reads wrongly."""
    bits = image.tag_v2.get(TiffImagePlugin.BITSPERSAMPLE, (1,))
    planes = image.tag_v2.get(TiffImagePlugin.PLANAR_CONFIGURATION)
    if planes == _IN_PLANES and len(bits) > 1 and max(bits) > _BITS_OF_A_BYTE:
        raise DeepPlanesError(f"{max(bits)} bits a colour in separate planes: save it with interleaved colours")


def picture_page(pages: Sequence[PageSize]) -> int:
    """The page that has most pixels, from 0; the first of several."""
    return max(range(len(pages)), key=lambda position: pages[position].n_pixels)


def smaller_page(
    pages: Sequence[PageSize],
    page: int,  # that is the picture
    max_pixels: float,
) -> int | None:
    """The largest page of a pyramid that has at most so many pixels, and is no thumbnail; None if there is none."""
    picture = pages[page]
    best = None
    for position, candidate in enumerate(pages):
        short_side = min(candidate.width, candidate.height)
        is_in_bounds = candidate.n_pixels <= max_pixels and short_side >= _MIN_SIDE
        if not is_in_bounds or not candidate.kind & _IS_REDUCED or not _have_same_proportions(candidate, picture):
            continue
        if best is None or candidate.n_pixels > pages[best].n_pixels:
            best = position
    return best


def _have_same_proportions(page: PageSize, picture: PageSize) -> bool:
    ratio = (page.width * picture.height) / (page.height * picture.width)
    return abs(ratio - 1) <= _SAME_PROPORTIONS
