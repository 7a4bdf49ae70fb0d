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

from styleclf.data.greys import in_8_bits, true_greys

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
_JPEG_TABLES = 347
_CODING_TAGS = (258, 259, 262, 266, 277, 284, 317, 320, 332, 338, 339, 347, 530)  # that a piece needs as well
_NOT_COMPRESSED = 1
_OLD_JPEG = 6
_INTERLEAVED = 1
_SHORT, _LONG, _UNDEFINED = 3, 4, 7  # types of values
_MAX_SHORT = 2**16 - 1
_N_HEADER_BYTES = 8
_N_ENTRY_BYTES = 12


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
    width, height = tags[_WIDTH], tags[_HEIGHT]
    columns, rows = width // factor, height // factor
    page = None
    n_done = 0
    rest = None
    for band in _bands(image, tags, stream):
        stack = band if rest is None else _stacked(rest, band)
        if page is None:
            page = Image.new(stack.mode, (columns, rows))
        n_rows = min(stack.height // factor, rows - n_done)
        if n_rows:
            whole = stack.crop((0, 0, columns * factor, n_rows * factor))
            page.paste(whole.reduce(factor), (0, n_done))
        n_done += n_rows
        rest = stack.crop((0, n_rows * factor, width, stack.height))
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
        raise NotImplementedError("its compression is an outdated form of JPEG; save it anew")


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
        decoded = [_decoded_piece(image, tags, stream, piece) for piece in pieces]
        if len(decoded) == 1 and decoded[0].width == width:
            yield decoded[0]
            continue
        band = Image.new(decoded[0].mode, (width, height))  # type: ignore[arg-type]
        left = 0
        for tile in decoded:
            band.paste(tile, (left, 0))
            left += tile.width
        yield band


def _rows_of_tiles(tags: dict) -> Iterator[list[_Piece]]:
    """The tiles of the page, a row of them at a time; those at its right and lower end reach beyond it."""
    tile_width, tile_height = tags[_TILE_WIDTH], tags[_TILE_HEIGHT]
    n_columns = math.ceil(tags[_WIDTH] / tile_width)
    n_rows = math.ceil(tags[_HEIGHT] / tile_height)
    places = list(zip(_values(tags[_TILE_OFFSETS]), _values(tags[_TILE_SIZES]), strict=False))
    for row in range(n_rows):
        row_places = places[row * n_columns : (row + 1) * n_columns]
        if len(row_places) == n_columns:
            yield [_Piece(offset, n_bytes, tile_width, tile_height) for offset, n_bytes in row_places]


def _rows_of_strips(tags: dict) -> Iterator[list[_Piece]]:
    """The strips of the page, one at a time; what is not compressed is cut into smaller ones."""
    width, height = tags[_WIDTH], tags[_HEIGHT]
    rows_per_strip = min(tags.get(_ROWS_PER_STRIP, height), height)
    places = zip(_values(tags[_STRIP_OFFSETS]), _values(tags[_STRIP_SIZES]), strict=False)
    for position, (offset, n_bytes) in enumerate(places):
        n_rows = min(rows_per_strip, height - position * rows_per_strip)
        if tags.get(_COMPRESSION, _NOT_COMPRESSED) != _NOT_COMPRESSED:
            yield [_Piece(offset, n_bytes, width, n_rows)]
            continue
        n_row_bytes = math.ceil(width * sum(_bits(tags)) / 8)
        rows_at_once = max(1, int(_RAW_BAND_PIXELS / width))
        for first in range(0, n_rows, rows_at_once):
            n_cut = min(rows_at_once, n_rows - first)
            yield [_Piece(offset + first * n_row_bytes, n_cut * n_row_bytes, width, n_cut)]


def _bits(tags: dict) -> tuple[int, ...]:
    """The bits of every sample of a pixel."""
    bits = _values(tags.get(_BITS, 1))
    n_samples = tags.get(_SAMPLES, len(bits))
    return bits if len(bits) == n_samples else bits[:1] * n_samples


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
    file = TiffImagePlugin.TiffImageFile(io.BytesIO(_small_tiff(tags, image.tag_v2.prefix, piece, content)))
    file.load()
    if file.mode == "F" or file.mode == "I":
        raise NotImplementedError("its greys have 32 bits; save it with 16 or 8")
    if file.mode.startswith("I"):
        return in_8_bits(true_greys(file, file))
    if file.mode == "1":
        return file.convert("L")
    return file.convert("RGB") if file.mode in ("P", "YCbCr") else file


def _small_tiff(tags: dict, prefix: bytes, piece: _Piece, content: bytes) -> bytes:
    """A TIFF of one strip, which is the piece, in the byte order of its page (`II` or `MM`)."""
    order = "<" if prefix == b"II" else ">"
    values: dict[int, object] = {_WIDTH: piece.width, _HEIGHT: piece.height, _ROWS_PER_STRIP: piece.height}
    for tag in _CODING_TAGS:
        if tag in tags:
            values[tag] = tags[tag]
    values[_STRIP_SIZES] = len(content)
    values[_STRIP_OFFSETS] = 0  # known below
    n_entries = len(values)
    place = _N_HEADER_BYTES + 2 + n_entries * _N_ENTRY_BYTES + 4
    longer = b""
    entries = b""
    packed = {tag: _packed(value, tag, order) for tag, value in values.items()}
    end = place + sum(len(data) + len(data) % 2 for _, _, data in packed.values() if len(data) > 4)
    packed[_STRIP_OFFSETS] = _packed(end, _STRIP_OFFSETS, order)
    for tag in sorted(packed):
        kind, count, data = packed[tag]
        if len(data) > 4:
            entry_data = struct.pack(f"{order}I", place + len(longer))
            longer += data + bytes(len(data) % 2)
        else:
            entry_data = data.ljust(4, b"\0")
        entries += struct.pack(f"{order}HHI", tag, kind, count) + entry_data
    header = prefix + struct.pack(f"{order}HI", 42, _N_HEADER_BYTES)
    directory = struct.pack(f"{order}H", n_entries) + entries + bytes(4)
    return header + directory + longer + content


def _packed(value: object, tag: int, order: str) -> tuple[int, int, bytes]:
    """Type, count and bytes of a tag's value: bytes as they are, and whole numbers."""
    if isinstance(value, bytes):
        return _UNDEFINED, len(value), value
    numbers = _values(value)
    is_short = max(numbers) <= _MAX_SHORT and tag not in (_STRIP_OFFSETS, _STRIP_SIZES)
    kind, letter = (_SHORT, "H") if is_short else (_LONG, "I")
    return kind, len(numbers), struct.pack(f"{order}{len(numbers)}{letter}", *numbers)


def _stacked(upper: Image.Image, lower: Image.Image) -> Image.Image:
    """Two bands of one width as one."""
    if not upper.height:
        return lower
    stack = Image.new(lower.mode, (lower.width, upper.height + lower.height))
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
