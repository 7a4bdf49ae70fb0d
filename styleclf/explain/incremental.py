"""Copies of images that differ from them in a block go through a network: only what the block reaches is computed.

Nakandala et al. 2019 do so for occlusion maps. Here a tensor does it by itself, in any network: where an operation is
none of those it knows, or where the block has grown over most of the map, it becomes a tensor like all others.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils._pytree import tree_map

from styleclf.models import cache_sized_parts, mean_and_deviation

_KEPT = 64  # results of the arithmetic of places: all images are covered in the same ones
_MOST = 0.6  # of a map: where more is changed, all of it is computed at once, which is as fast


class Span(NamedTuple):
    """Rows, or columns, that are changed in each of n maps: `length` of them from each start on."""

    starts: tuple[int, ...]
    length: int

    @property
    def ends(self) -> tuple[int, ...]:
        """The first row behind each span."""
        return tuple(start + self.length for start in self.starts)

    def moved(self, by: int) -> "Span":
        """The same spans, further down."""
        return Span(tuple(start + by for start in self.starts), self.length)

    def places(self) -> Tensor:
        """All rows of each, `(n, length)`."""
        return torch.tensor(self.starts)[:, None] + torch.arange(self.length)

    def places_in(self, others: "Span") -> Tensor:
        """Where its rows are in those of others, `(n, length)`, counted from the first of each."""
        return self.places() - torch.tensor(others.starts)[:, None]


def _spans(starts: Iterable[int], ends: Iterable[int], side: int) -> Span:
    """The shortest spans of one length that hold rows from each start to each end, within a map of `side` rows."""
    starts = tuple(starts)
    length = max(1, *(end - start for start, end in zip(starts, ends, strict=True)))
    return Span(tuple(min(start, side - length) for start in starts), length)


class Steps(NamedTuple):
    """How a convolution or a pooling goes down a map, or across it."""

    kernel: int
    stride: int
    padding: int
    dilation: int

    @property
    def reach(self) -> int:
        """Rows that it reads at once."""
        return self.dilation * (self.kernel - 1) + 1

    def side_after(self, side: int) -> int:
        """Rows of what it makes of a map of `side` rows."""
        return (side + 2 * self.padding - self.reach) // self.stride + 1

    def reached(self, span: Span, side: int) -> Span:
        """Rows of what it makes that depend on the span."""
        after = self.side_after(side)
        starts = (max(0, -((self.reach - 1 - start - self.padding) // self.stride)) for start in span.starts)
        ends = (min(after, (end - 1 + self.padding) // self.stride + 1) for end in span.ends)
        return _spans(starts, ends, after)

    def read_for(self, span: Span) -> Span:
        """Rows that it reads to make the span, from `-padding` on."""
        starts = tuple(self.stride * start - self.padding for start in span.starts)
        return Span(starts, self.stride * (span.length - 1) + self.reach)


class Blocks(NamedTuple):
    """Where each of n maps is changed: of which base it is a copy, and in which rows and columns it differs."""

    bases: tuple[int, ...]
    rows: Span
    columns: Span

    @property
    def area(self) -> int:
        """Places of each."""
        return self.rows.length * self.columns.length


class PartlyChanged(Tensor):
    """Copies `(n, channels, h, w)` of the maps `base (m, channels, h, w)`, of which each is changed in a block.

    `numbers (n, channels, rows, columns)` are what the blocks hold. For computations without gradients.
    """

    __torch_function__ = torch._C._disabled_torch_function_impl  # all is done below functions, where networks end up

    @staticmethod
    def __new__(cls, base: Tensor, numbers: Tensor, blocks: Blocks) -> "PartlyChanged":
        _, channels, height, width = base.shape
        strides = channels * height * width, 1, channels * width, channels  # channels last, as the parts are
        how = dict(strides=strides, dtype=base.dtype, device=base.device)
        return cls._make_wrapper_subclass(cls, (len(numbers), channels, height, width), **how)

    def __init__(self, base: Tensor, numbers: Tensor, blocks: Blocks) -> None:
        self.base, self.numbers, self.blocks = base, numbers, blocks

    def __repr__(self) -> str:
        return f"PartlyChanged({tuple(self.shape)}, blocks of {self.blocks.rows.length} x {self.blocks.columns.length})"

    @classmethod
    def __torch_dispatch__(cls, function: Callable, _: tuple, args: tuple = (), how: dict | None = None) -> object:
        """What any operation on such maps comes to."""
        how, name = how or {}, function.overloadpacket.__name__
        if name.endswith("_") and not name.startswith("_") and isinstance(args[0], cls):  # such as relu_: in place
            return args[0].changed(function, name[:-1], args[1:], how)
        found = _OPERATIONS[name](function, *args, **how) if name in _OPERATIONS else NotImplemented
        if found is NotImplemented:
            found = function.decompose(*args, **how)  # into operations that may be known
        return function(*_whole_tensor(args), **_whole_tensor(how)) if found is NotImplemented else found

    def changed(self, function: Callable, name: str, others: tuple, how: dict) -> "PartlyChanged":
        """Itself after an operation in place; `name` is the one that would make another tensor."""
        if name in _BY_NUMBER and not any(isinstance(other, Tensor) for other in others):
            self.mapped(lambda part: function(part, *others, **how))  # in the memory of each part
            return self
        found = getattr(getattr(torch.ops.aten, name), function._overloadname)(self, *others, **how)
        if not isinstance(found, PartlyChanged):
            found = PartlyChanged(self.base, found, self.everywhere())
        self.__init__(found.base, found.numbers, found.blocks)
        return self

    def mapped(self, function: Callable[[Tensor], Tensor]) -> "PartlyChanged":
        """The maps after a function of each place by itself."""
        return PartlyChanged(function(self.base), function(self.numbers), self.blocks)

    def cut(self, parts: Blocks, base: Tensor | None = None) -> Tensor:
        """A part of each map, `(n, channels, rows, columns)`, possibly with a margin of `base` around the maps."""
        base = self.base if base is None else base
        down, across = ((base.shape[i] - self.shape[i]) // 2 for i in (2, 3))
        found = _cut_out(base, Blocks(parts.bases, parts.rows.moved(down), parts.columns.moved(across)))
        places, inside = _places_in(self.blocks, parts)
        numbers = _by_place(self.numbers)
        _by_place(found).index_copy_(0, places, numbers if inside is None else numbers[inside])
        return found

    def grown(self, blocks: Blocks) -> "PartlyChanged":
        """The same maps, with larger blocks."""
        return self if blocks == self.blocks else PartlyChanged(self.base, self.cut(blocks), blocks)

    def everywhere(self) -> Blocks:
        """Blocks that are the whole maps."""
        n, _, height, width = self.shape
        return Blocks(self.blocks.bases, Span((0,) * n, height), Span((0,) * n, width))

    def whole(self) -> Tensor:
        """The maps as a tensor like any other."""
        return self.cut(self.everywhere())


def partly_covered_batch(x: Tensor, covers: Tensor, image: Tensor, rows: Tensor, columns: Tensor) -> PartlyChanged:
    """Copies of images `x (m, 3, h, w)`, with `covers` of the same shape in some places.

    `image (n,)`: of which each is a copy; `rows (n, h)` and `columns (n, w)`, bool: where it is covered.
    """
    first, last = int(image.min()), int(image.max())
    base, covers = (each[first : last + 1].clone(memory_format=torch.channels_last) for each in (x, covers))
    blocks = Blocks(tuple((image - first).tolist()), _spans_of(rows), _spans_of(columns))
    inside = (covered.gather(1, span.places()) for covered, span in zip((rows, columns), blocks[1:], strict=True))
    inside = torch.einsum("nh,nw->nhw", *inside)[:, None]
    return PartlyChanged(base, torch.where(inside, _cut_out(covers, blocks), _cut_out(base, blocks)), blocks)


def _spans_of(covered: Tensor) -> Span:
    starts = covered.int().argmax(dim=1)
    return _spans(starts.tolist(), (starts + covered.sum(dim=1)).tolist(), covered.shape[1])


def _cut_out(base: Tensor, parts: Blocks) -> Tensor:
    """Parts `(n, channels, rows, columns)` of maps, channels last."""
    numbers = _by_place(base).index_select(0, _places_of(parts, *base.shape[2:]))
    return numbers.view(len(parts.bases), parts.rows.length, parts.columns.length, -1).permute(0, 3, 1, 2)


@lru_cache(_KEPT)
def _places_of(parts: Blocks, height: int, width: int) -> Tensor:
    """Where the places of parts are among all those of their bases, which are of that size."""
    rows = height * torch.tensor(parts.bases)[:, None] + parts.rows.places()
    return (width * rows[:, :, None] + parts.columns.places()[:, None, :]).flatten()


@lru_cache(_KEPT)
def _places_in(blocks: Blocks, parts: Blocks) -> tuple[Tensor, Tensor | None]:
    """Where the places of blocks are among all those of parts, and which of them are there at all; None: all."""
    down, across = blocks.rows.places_in(parts.rows), blocks.columns.places_in(parts.columns)
    firsts = parts.area * torch.arange(len(parts.bases))[:, None, None]
    places = (firsts + parts.columns.length * down[:, :, None] + across[:, None, :]).flatten()
    inside = ((each >= 0) & (each < span.length) for each, span in zip((down, across), parts[1:], strict=True))
    inside = torch.einsum("nh,nw->nhw", *inside).flatten()
    return (places, None) if inside.all() else (places[inside], inside)  # large steps pass some places by


def _by_place(maps: Tensor) -> Tensor:
    """Maps with channels last as `(places, channels)`, in the same memory."""
    return maps.permute(0, 2, 3, 1).reshape(-1, maps.shape[1])


def _whole_tensor(arguments: object) -> object:
    """Arguments of an operation without partly changed maps."""
    return tree_map(lambda each: each.whole() if isinstance(each, PartlyChanged) else each, arguments)


def _elementwise(function: Callable, x: Tensor, *others: object, **how: object) -> object:
    """An operation on each number by itself, or on two at the same place."""
    n_others = sum(isinstance(other, Tensor) for other in (*others, *how.values()))
    if n_others == 0:
        return x.mapped(lambda part: function(part, *others, **how))
    both = n_others == len(others) == 1 and isinstance(x, Tensor) and isinstance(others[0], Tensor)
    return _elementwise_pair(function, x, *others, **how) if both else NotImplemented


def _elementwise_pair(function: Callable, x: Tensor, y: Tensor, **how: object) -> object:
    """An operation on two tensors, one of which may have a single number, or one for each channel."""
    if isinstance(x, PartlyChanged) and isinstance(y, PartlyChanged):
        if x.shape != y.shape or x.blocks.bases != y.blocks.bases:
            return NotImplemented
        rows, columns = (
            _spans(map(min, a.starts, b.starts), map(max, a.ends, b.ends), side)
            for a, b, side in zip(x.blocks[1:], y.blocks[1:], x.shape[2:], strict=True)
        )
        blocks = Blocks(x.blocks.bases, rows, columns)
        x, y = x.grown(blocks), y.grown(blocks)
        return PartlyChanged(function(x.base, y.base, **how), function(x.numbers, y.numbers, **how), blocks)
    maps, other = (x, y) if isinstance(x, PartlyChanged) else (y, x)
    if other.shape not in ((), (1,), (maps.shape[1], 1, 1), (1, maps.shape[1], 1, 1)):
        return NotImplemented
    return maps.mapped(lambda part: function(part, y, **how) if maps is x else function(x, part, **how))


def _cast_type(function: Callable, x: PartlyChanged, dtype: torch.dtype | None = None, **_: object) -> object:
    """`to` another type of numbers."""
    return x.mapped(lambda part: function(part, dtype=dtype))


def _convolve(
    function: Callable,
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    stride: list[int],
    padding: list[int],
    dilation: list[int],
    transposed: bool,
    no_padding: list[int],
    groups: int,
) -> object:
    """A convolution of maps."""
    if transposed or not isinstance(x, PartlyChanged):
        return NotImplemented
    steps, rest = _both_ways(weight.shape[2:], stride, padding, dilation), (dilation, False, no_padding, groups)
    return _apply_stepwise(x, steps, lambda part: function(part, weight, bias, stride, [0, 0], *rest))


def _max_pool(
    function: Callable,
    x: PartlyChanged,
    kernel: list[int],
    stride: list[int] = (),
    padding: list[int] = (0,),
    dilation: list[int] = (1,),
    ceil_mode: bool = False,
) -> object:
    """The largest numbers of windows."""
    if ceil_mode:
        return NotImplemented
    steps = _both_ways(kernel, stride or kernel, padding, dilation)
    return _apply_stepwise(x, steps, lambda part: function(part, kernel, stride, [0, 0], dilation), -torch.inf)


def _both_ways(*each: list[int]) -> tuple[Steps, Steps]:
    return tuple(map(Steps, *(list(one) * (2 // len(one)) for one in each)))


def _apply_stepwise(
    x: PartlyChanged, steps: tuple[Steps, Steps], operation: Callable[[Tensor], Tensor], margin: float = 0.0
) -> Tensor:
    """What an operation makes of maps that it goes down and across; it is given them with their margins."""
    if all(each == (1, 1, 0, 1) for each in steps):
        return x.mapped(operation)
    (down, across), (height, width) = steps, x.shape[2:]
    blocks, read = _pass_through(steps, x.blocks, height, width)
    margins = [across.padding] * 2 + [down.padding] * 2
    if blocks.area > _MOST * down.side_after(height) * across.side_after(width):
        return operation(F.pad(x.whole(), margins, value=margin))
    base = F.pad(x.base, margins, value=margin) if any(margins) else x.base
    return PartlyChanged(operation(base), operation(x.cut(read, base)), blocks)


@lru_cache(_KEPT)
def _pass_through(steps: tuple[Steps, Steps], blocks: Blocks, height: int, width: int) -> tuple[Blocks, Blocks]:
    """Which blocks depend on these behind the steps down and across, and which are read to make them."""
    (down, across), (bases, rows, columns) = steps, blocks
    rows, columns = down.reached(rows, height), across.reached(columns, width)
    return Blocks(bases, rows, columns), Blocks(bases, down.read_for(rows), across.read_for(columns))


def _normalize(
    function: Callable, x: PartlyChanged, weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, *how: object
) -> object:
    """A batch normalisation; what it tells besides is of batches, and empty in evaluation mode."""
    if how[0]:  # by the statistics of the batch itself
        return NotImplemented
    base, *rest = function(x.base, weight, bias, mean, variance, *how)
    return PartlyChanged(base, function(x.numbers, weight, bias, mean, variance, *how)[0], x.blocks), *rest


_BY_NUMBER = {
    *("relu", "hardtanh", "leaky_relu", "elu", "silu", "gelu", "mish", "sigmoid", "hardsigmoid", "hardswish"),
    *("add", "sub", "mul", "div", "pow", "neg", "clamp", "clamp_min", "clone", "detach", "alias"),
}
_OPERATIONS = {
    **dict.fromkeys(_BY_NUMBER, _elementwise),
    "_to_copy": _cast_type,
    "convolution": _convolve,
    "max_pool2d": _max_pool,
    "native_batch_norm": _normalize,
}


@mean_and_deviation.register
def _(stage: PartlyChanged) -> tuple[Tensor, Tensor]:
    """By sums over the base, less those over what is changed, and those over the blocks."""
    n, of = stage.shape[2] * stage.shape[3], list(stage.blocks.bases)  # a tuple would be an index into dimensions
    mean, deviation = mean_and_deviation(stage.base)
    after, squares_after = _sums_about(mean[of], stage.numbers)
    before, squares_before = _sums_about(mean[of], _cut_out(stage.base, stage.blocks))
    moved = (after - before) / n
    square = deviation[of].square() + (squares_after - squares_before) / n - moved.square()
    return mean[of] + moved, square.clamp(min=1e-5).sqrt()


def _sums_about(mean: Tensor, numbers: Tensor) -> tuple[Tensor, Tensor]:
    """Of differences from the mean, and of their squares, which far from 0 would have no digits left."""
    sums = []
    for own, part in zip(mean.split(len(cache_sized_parts(numbers)[0])), cache_sized_parts(numbers), strict=True):
        apart = part.float() - own[:, :, None, None]
        sums.append((apart.sum(dim=(2, 3)), apart.square_().sum(dim=(2, 3))))
    return tuple(map(torch.cat, zip(*sums, strict=True)))
