"""Thumbnails of one height on sheets, as PixPlot's page draws its map from them."""

from pathlib import Path

from PIL import Image

from styleclf.embeddings.atlas.thumbnails import write_picture

SHEET_SIDE = 2048  # pixels
CELL_HEIGHT = 32
THUMB_SIDE = 128  # of the longer side of a thumbnail


class CellSheets:
    """Pictures row by row on JPEG sheets that are written as soon as they are full."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sizes: list[list[list[int]]] = []  # of every sheet, width and height of every thumbnail
        self.places: list[list[list[int]]] = []  # of every sheet, x and y of every cell
        self._begin()

    def _begin(self) -> None:
        """Take a new sheet."""
        self.sheet = Image.new("RGB", (SHEET_SIDE, SHEET_SIDE))
        self.x = 0
        self.y = 0
        self.sizes.append([])
        self.places.append([])

    def add(self, thumbnail: Image.Image) -> None:
        """Put a thumbnail, made as high as all, into the next place."""
        proportion = thumbnail.width / thumbnail.height
        width = _pixels(proportion * CELL_HEIGHT)
        width = min(width, SHEET_SIDE)
        self._find_place(width)
        cell = thumbnail.resize((width, CELL_HEIGHT))
        self.sheet.paste(cell, (self.x, self.y))
        self.sizes[-1].append(list(thumbnail.size))
        self.places[-1].append([self.x, self.y])
        self.x += width

    def _find_place(self, width: int) -> None:
        """Go to the next row, or to the next sheet, where there is no room for so many pixels."""
        if self.x + width <= SHEET_SIDE:
            return
        self.x = 0
        self.y += CELL_HEIGHT
        if self.y == SHEET_SIDE:
            self.write()
            self._begin()

    def write(self) -> None:
        """Write the sheet as it is now."""
        number = len(self.places) - 1
        write_picture(self.sheet, self.folder / f"atlas-{number}.jpg")


def thumbnail_of(picture: Image.Image) -> Image.Image:
    """The picture with its longer side at 128 pixels, also where it was smaller."""
    longest = max(picture.size)
    scale = THUMB_SIDE / longest
    width = _pixels(picture.width * scale)
    height = _pixels(picture.height * scale)
    return picture.resize((width, height))


def _pixels(length: float) -> int:
    """A length in whole pixels, 1 at least."""
    return max(1, round(length))
