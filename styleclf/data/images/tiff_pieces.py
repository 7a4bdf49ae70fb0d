"""A TIFF page of any size, reduced while it is read strip by strip or tile by tile.

Pillow decodes pages whole. Therefore each strip or tile is handed to it as a small TIFF of its own, with those tags of
the page that say how it is coded; so every compression that Pillow knows is read.
"""

import io
import math
import struct
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from PIL import ExifTags, Image, TiffImagePlugin

from styleclf.data.images.greys import in_8_bits, true_greys

_MAX_BAND_PIXELS = 64e6  # decoded at once: a strip, or a row of tiles
_RAW_BAND_PIXELS = 4e6  # decoded at once of what is not compressed, which can be cut anywhere
_WIDTH = 256
_HEIGHT = 257
_BITS = 258
_COMPRESSION = 259
_STRIP_OFFSETS = 273
_SAMPLES = 277
_ROWS_PER_STRIP = 278
_STRIP_SIZES = 279
_PLANES = 284
_TILE_WIDTH = 322
_TILE_HEIGHT = 323
_TILE_OFFSETS = 324
_TILE_SIZES = 325
_CODING_TAGS = (258, 259, 262, 266, 277, 284, 317, 320, 332, 338, 339, 347, 530)  # that a piece needs as well
_NOT_COMPRESSED = 1
_OLD_JPEG = 6
_INTERLEAVED = 1
_SHORT, _LONG, _UNDEFINED = 3, 4, 7  # types of values
_MAX_SHORT = 2**16 - 1
_N_HEADER_BYTES = 8
_N_ENTRY_BYTES = 12
_LONGEST_IN_ENTRY = 4  # bytes of a value


class _Piece(NamedTuple):
    """Where the bytes of a strip or tile are, and its size in pixels."""

    offset: int
    n_bytes: int
    width: int
    height: int


def reduced_by_pieces(
    image: TiffImagePlugin.TiffImageFile,  # opened, at the page
    stream: BinaryIO,
    factor: int,
) -> Image.Image:
    """The page with width and height divided by `factor`: each pixel is the mean of `factor` x `factor`.

    Profile and orientation come along in its info. Raises NotImplementedError, with the reason in a few words, for what
    cannot be decoded piece by piece.
    """
    tags = dict(image.tag_v2)
    _check_separable(tags)
    width = tags[_WIDTH]
    height = tags[_HEIGHT]
    columns = width // factor
    rows = height // factor
    page = None
    n_done = 0
    remaining_rows = None
    for band in _bands(image, tags, stream):
        stack = band if remaining_rows is None else _stacked_bands(remaining_rows, band)
        if page is None:
            page = Image.new(stack.mode, (columns, rows))
        n_rows = min(stack.height // factor, rows - n_done)
        lower_edge = n_rows * factor
        if n_rows:
            blocks = stack.crop((0, 0, columns * factor, lower_edge))
            reduced = blocks.reduce(factor)
            page.paste(reduced, (0, n_done))
        n_done += n_rows
        remaining_rows = stack.crop((0, lower_edge, width, stack.height))
    if page is None or n_done < rows:
        raise OSError("truncated TIFF: strips or tiles are missing")
    page.info.update(_metadata(image))
    page.format = image.format
    return page


def _check_separable(tags: dict[int, object]) -> None:
    """Raise NotImplementedError unless strips or tiles can be decoded one by one."""
    if tags.get(_PLANES, _INTERLEAVED) != _INTERLEAVED:
        raise NotImplementedError("its channels are stored one after the other; save it with interleaved channels")
    if tags.get(_COMPRESSION) == _OLD_JPEG:
        raise NotImplementedError("its compression is an outdated form of JPEG; save it again")


def _bands(
    image: TiffImagePlugin.TiffImageFile,
    tags: dict[int, object],
    stream: BinaryIO,
) -> Iterator[Image.Image]:
    """The page from top to bottom in bands of its full width, in a mode that can be reduced."""
    rows_of_pieces = _rows_of_tiles(tags) if _TILE_OFFSETS in tags else _rows_of_strips(tags)
    width = tags[_WIDTH]
    for pieces in rows_of_pieces:
        height = pieces[0].height
        if width * height > _MAX_BAND_PIXELS:  # type: ignore[operator]
            raise NotImplementedError(f"in strips of {height} rows; save it in tiles or smaller strips")
        tiles = [_decoded_piece(image, tags, stream, piece) for piece in pieces]
        first = tiles[0]
        is_whole = len(tiles) == 1 and first.width == width
        yield first if is_whole else _beside_one_another(tiles, width, height)  # type: ignore[arg-type]


def _beside_one_another(tiles: list[Image.Image], width: int, height: int) -> Image.Image:
    """Tiles from left to right as one band; what reaches beyond it is cut off."""
    band = Image.new(tiles[0].mode, (width, height))
    left = 0
    for tile in tiles:
        band.paste(tile, (left, 0))
        left += tile.width
    return band


def _rows_of_tiles(tags: dict) -> Iterator[list[_Piece]]:
    """The tiles of the page, a row of them at a time; those at its right and lower end reach beyond it."""
    tile_width = tags[_TILE_WIDTH]
    tile_height = tags[_TILE_HEIGHT]
    n_columns = math.ceil(tags[_WIDTH] / tile_width)
    n_rows = math.ceil(tags[_HEIGHT] / tile_height)
    offsets = _values(tags[_TILE_OFFSETS])
    sizes = _values(tags[_TILE_SIZES])
    tiles = []
    for offset, n_bytes in zip(offsets, sizes, strict=False):
        tile = _Piece(offset, n_bytes, tile_width, tile_height)
        tiles.append(tile)
    for row in range(n_rows):
        start = row * n_columns
        row_of_tiles = tiles[start : start + n_columns]
        if len(row_of_tiles) == n_columns:
            yield row_of_tiles


def _rows_of_strips(tags: dict) -> Iterator[list[_Piece]]:
    """The strips of the page, one at a time; what is not compressed is cut into smaller ones."""
    width = tags[_WIDTH]
    height = tags[_HEIGHT]
    rows_per_strip = min(tags.get(_ROWS_PER_STRIP, height), height)
    is_raw = tags.get(_COMPRESSION, _NOT_COMPRESSED) == _NOT_COMPRESSED
    offsets = _values(tags[_STRIP_OFFSETS])
    sizes = _values(tags[_STRIP_SIZES])
    places = zip(offsets, sizes, strict=False)
    for position, (offset, n_bytes) in enumerate(places):
        n_rows_left = height - position * rows_per_strip
        strip = _Piece(offset, n_bytes, width, min(rows_per_strip, n_rows_left))
        if is_raw:
            yield from _cut_strip(strip, tags)
        else:
            yield [strip]


def _cut_strip(strip: _Piece, tags: dict) -> Iterator[list[_Piece]]:
    """A strip that is not compressed in pieces of a few rows."""
    n_pixel_bits = sum(_bits(tags))
    n_row_bytes = math.ceil(strip.width * n_pixel_bits / 8)
    rows_at_once = max(1, int(_RAW_BAND_PIXELS / strip.width))
    for first in range(0, strip.height, rows_at_once):
        n_rows = min(rows_at_once, strip.height - first)
        offset = strip.offset + first * n_row_bytes
        n_bytes = n_rows * n_row_bytes
        yield [_Piece(offset, n_bytes, strip.width, n_rows)]


def _bits(tags: dict) -> tuple[int, ...]:
    """The bits of every sample of a pixel."""
    value = tags.get(_BITS, 1)
    bits = _values(value)
    n_samples = tags.get(_SAMPLES, len(bits))
    if len(bits) == n_samples:
        return bits
    return bits[:1] * n_samples


def _values(value: object) -> tuple:
    """The values of a tag, of which Pillow hands out a single one bare."""
    return value if isinstance(value, tuple) else (value,)


def _decoded_piece(
    image: TiffImagePlugin.TiffImageFile,
    tags: dict,
    stream: BinaryIO,
    piece: _Piece,
) -> Image.Image:
    """A strip or tile in a mode that can be reduced."""
    stream.seek(piece.offset)
    content = stream.read(piece.n_bytes)
    tiff = _small_tiff(tags, image.tag_v2.prefix, piece, content)
    file = TiffImagePlugin.TiffImageFile(io.BytesIO(tiff))
    file.load()
    if file.mode in ("F", "I"):
        raise NotImplementedError("its greys have 32 bits; save it with 16 or 8")
    if file.mode.startswith("I"):
        return in_8_bits(true_greys(file, file))
    if file.mode == "1":
        return file.convert("L")
    return file.convert("RGB") if file.mode in ("P", "YCbCr") else file


def _small_tiff(tags: dict, prefix: bytes, piece: _Piece, content: bytes) -> bytes:
    """A TIFF of one strip, which is the piece, in the byte order of its page (`II` or `MM`)."""
    order = "<" if prefix == b"II" else ">"
    values: dict[int, object] = {tag: tags[tag] for tag in _CODING_TAGS if tag in tags}
    values[_WIDTH] = piece.width
    values[_HEIGHT] = piece.height
    values[_ROWS_PER_STRIP] = piece.height
    values[_STRIP_SIZES] = len(content)
    values[_STRIP_OFFSETS] = 0  # known when the rest is written
    place = _N_HEADER_BYTES + 2 + len(values) * _N_ENTRY_BYTES + 4  # of values that do not fit into their entry
    _, longer = _directory(values, place, order)
    values[_STRIP_OFFSETS] = place + len(longer)
    directory, longer = _directory(values, place, order)
    header = prefix + struct.pack(f"{order}HI", 42, _N_HEADER_BYTES)
    return header + directory + longer + content


def _directory(
    values: dict[int, object],  # by tag
    place: int,  # of what does not fit into an entry, in bytes
    order: str,  # of bytes, as struct writes it
) -> tuple[bytes, bytes]:
    """The directory of a TIFF, and the values that do not fit into it, which begin at `place`."""
    entries = b""
    longer = b""
    for tag in sorted(values):
        kind, count, data = _packed_value(values[tag], tag, order)
        if len(data) > _LONGEST_IN_ENTRY:
            in_entry = struct.pack(f"{order}I", place + len(longer))
            padding = bytes(len(data) % 2)
            longer += data + padding
        else:
            in_entry = data.ljust(_LONGEST_IN_ENTRY, b"\0")
        head = struct.pack(f"{order}HHI", tag, kind, count)
        entries += head + in_entry
    n_entries = struct.pack(f"{order}H", len(values))
    is_last = bytes(4)
    return n_entries + entries + is_last, longer


def _packed_value(
    value: object,
    tag: int,
    order: str,  # of bytes, as struct writes it
) -> tuple[int, int, bytes]:
    """Type, count and bytes of a tag's value: bytes as they are, and whole numbers."""
    if isinstance(value, bytes):
        return _UNDEFINED, len(value), value
    numbers = _values(value)
    count = len(numbers)
    can_be_long = tag in (_STRIP_OFFSETS, _STRIP_SIZES)
    if can_be_long or max(numbers) > _MAX_SHORT:
        return _LONG, count, struct.pack(f"{order}{count}I", *numbers)
    return _SHORT, count, struct.pack(f"{order}{count}H", *numbers)


def _stacked_bands(upper: Image.Image, lower: Image.Image) -> Image.Image:
    """Two bands of one width as one."""
    if not upper.height:
        return lower
    height = upper.height + lower.height
    stack = Image.new(lower.mode, (lower.width, height))
    stack.paste(upper, (0, 0))
    stack.paste(lower, (0, upper.height))
    return stack


def _metadata(image: TiffImagePlugin.TiffImageFile) -> dict[str, bytes]:
    """Profile and orientation of the page, as other formats have them in their info."""
    metadata = {}
    profile = image.info.get("icc_profile")
    if profile:
        metadata["icc_profile"] = profile
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = image.tag_v2.get(ExifTags.Base.Orientation, 1)
    metadata["exif"] = exif.tobytes()
    return metadata
