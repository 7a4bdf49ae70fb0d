"""Which places of feature maps are changed: spans of rows and columns, what a kernel makes of them, and their numbers.

The arithmetic of incremental occlusion, without the maps themselves: `incremental` has those, and says what for.
"""

from collections.abc import Sequence
from functools import lru_cache
from operator import sub
from typing import NamedTuple

import torch
from torch import Tensor

_N_CACHED = 64  # index tensors that are kept: all images are covered in the same places


class Span(NamedTuple):
    """Rows, or columns, that are changed in each of n maps: `length` of them, from each start on."""

    starts: tuple[int, ...]
    length: int

    @property
    def ends(self) -> tuple[int, ...]:
        """The first row behind the span of each map."""
        return tuple(start + self.length for start in self.starts)

    def with_offset(self, offset: int) -> "Span":
        """The same rows, counted from `offset` rows further up."""
        starts = tuple(start + offset for start in self.starts)
        return Span(starts, self.length)

    def positions(self) -> Tensor:
        """The numbers of all rows, `(n, length)`."""
        starts = torch.tensor(self.starts)
        return starts[:, None] + torch.arange(self.length)

    def positions_in(self, outer: "Span") -> Tensor:
        """The numbers of all rows, `(n, length)`, counted from the first row of each map's `outer` span."""
        return self.positions() - torch.tensor(outer.starts)[:, None]


def enclosing_span(
    starts: Sequence[int],
    ends: Sequence[int],
    side: int,
) -> Span:
    """The shortest span that holds the rows from each start to each end, in maps of `side` rows."""
    length = max(1, *map(sub, ends, starts))
    last_start = side - length
    return Span(tuple(min(start, last_start) for start in starts), length)


def union_span(
    first: Span,
    second: Span,
    side: int,
) -> Span:
    """The shortest span that holds two, in maps of `side` rows."""
    starts = tuple(map(min, first.starts, second.starts))
    ends = tuple(map(max, first.ends, second.ends))
    return enclosing_span(starts, ends, side)


class Blocks(NamedTuple):
    """Where each of n maps is changed: of which image of the base it is a copy, and in which rows and columns."""

    images: tuple[int, ...]
    rows: Span
    columns: Span

    @property
    def area(self) -> int:
        """How many places a block has."""
        return self.rows.length * self.columns.length


class Kernel(NamedTuple):
    """The kernel of a convolution or a pooling in one direction: down a map, or across it."""

    size: int
    stride: int
    padding: int
    dilation: int

    @property
    def reach(self) -> int:
        """From the first to the last row that it reads at once, as a number of rows."""
        return self.dilation * (self.size - 1) + 1

    def output_side(self, side: int) -> int:
        """The rows of the result for a map of `side` rows."""
        room = side + 2 * self.padding - self.reach
        return room // self.stride + 1

    def output_span(self, span: Span, side: int) -> Span:
        """The rows of the result that depend on a span of a map of `side` rows."""
        output_side = self.output_side(side)
        starts, ends = [], []
        for start, end in zip(span.starts, span.ends, strict=True):
            first_reading = start + self.padding - (self.reach - 1)
            last_reading = end - 1 + self.padding
            starts.append(max(0, -(-first_reading // self.stride)))
            ends.append(min(output_side, last_reading // self.stride + 1))
        return enclosing_span(starts, ends, output_side)

    def input_span(self, span: Span) -> Span:
        """The rows that are read for a span of the result; those in the padding have numbers below 0."""
        starts = tuple(self.stride * start - self.padding for start in span.starts)
        length = self.stride * (span.length - 1) + self.reach
        return Span(starts, length)


class KernelPair(NamedTuple):
    """A kernel in both directions."""

    down: Kernel
    across: Kernel

    @property
    def reads_single_places(self) -> bool:
        """Whether every place of the result depends on the same place of the maps alone."""
        return self.down == self.across == Kernel(1, 1, 0, 1)

    def output_area(self, height: int, width: int) -> int:
        """How many places the result has for maps of that size."""
        return self.down.output_side(height) * self.across.output_side(width)


def kernel_pair(
    size: Sequence[int],
    stride: Sequence[int],
    *,
    padding: Sequence[int],
    dilation: Sequence[int],
) -> KernelPair:
    """A kernel of which every property is given for both directions at once, or for each."""
    properties = size, stride, padding, dilation
    down = Kernel(*(values[0] for values in properties))
    across = Kernel(*(values[-1] for values in properties))
    return KernelPair(down, across)


@lru_cache(_N_CACHED)
def output_and_read_blocks(
    kernel: KernelPair,
    blocks: Blocks,
    height: int,
    *,
    width: int,
) -> tuple[Blocks, Blocks]:
    """The blocks of the result that depend on the given ones, and those that are read to compute them."""
    rows = kernel.down.output_span(blocks.rows, height)
    columns = kernel.across.output_span(blocks.columns, width)
    output = Blocks(blocks.images, rows, columns)
    inputs = Blocks(blocks.images, kernel.down.input_span(rows), kernel.across.input_span(columns))
    return output, inputs


@lru_cache(_N_CACHED)
def places_in_base(
    parts: Blocks,
    height: int,
    width: int,
) -> Tensor:
    """The positions of all places of the parts among the places of base maps of that size."""
    first_rows = height * torch.tensor(parts.images)
    rows = first_rows[:, None] + parts.rows.positions()
    columns = parts.columns.positions()
    positions = width * rows[:, :, None] + columns[:, None, :]
    return positions.flatten()


@lru_cache(_N_CACHED)
def places_in_parts(blocks: Blocks, parts: Blocks) -> tuple[Tensor, Tensor | None]:
    """The positions of the places of the blocks among those of the parts, and which of them are inside the parts.

    The second is None if all are. A kernel with large steps passes some of them by.
    """
    rows = blocks.rows.positions_in(parts.rows)
    columns = blocks.columns.positions_in(parts.columns)
    numbers = torch.arange(len(parts.images))
    first_places = parts.area * numbers[:, None, None]
    row_starts = parts.columns.length * rows[:, :, None]
    places = (first_places + row_starts + columns[:, None, :]).flatten()
    rows_inside = (rows >= 0) & (rows < parts.rows.length)
    columns_inside = (columns >= 0) & (columns < parts.columns.length)
    inside = torch.einsum("nh,nw->nhw", rows_inside, columns_inside).flatten()
    if inside.all():
        return places, None
    return places[inside], inside
