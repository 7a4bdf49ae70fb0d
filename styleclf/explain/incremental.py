"""Incremental occlusion: of a covered copy of an image, only what the cover can change is computed.

Occlusion asks a network about one image many times, each time with another window covered. Outside its window a copy is
the image itself, and each of its feature maps is the image's own, outside of a rectangle that grows from layer to
layer. Nakandala et al. 2019 (Incremental and approximate inference for faster occlusion-based deep CNN explanations)
therefore compute the image once, and of each copy only that rectangle.

Here a kind of tensor does so, `PartlyChanged`, and no network has to be rewritten. It stands for n copies of feature
maps and consists of

    base      the feature maps of the images themselves, (m, channels, h, w)
    blocks    of which image each copy is one, and the rectangle of rows and columns in which it may differ
    values    what the copies hold in these rectangles, which are all of one size: (n, channels, rows, columns)

PyTorch hands every operation on such a tensor to `PartlyChanged.__torch_dispatch__`, which does one of four things:

1. Operations on single numbers, such as activations, are done on base and values alike. The blocks stay.
2. Sums and products of two such tensors, as where a shortcut ends, first grow the blocks of both to the smallest ones
   that hold those of both.
3. Convolutions and poolings slide a kernel. `Kernel.output_span` says which part of the result depends on a block, and
   `Kernel.input_span` what has to be read to compute that part: the block and a margin of the base around it.
4. Whatever is not known, or has blocks that cover most of the maps, gets full maps, which are tensors like any other.

`docs/incremental-occlusion.md` has a drawing.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from operator import sub
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor
from torch._ops import OpOverload
from torch.utils._pytree import tree_map

from styleclf.models import cache_sized_parts, mean_and_deviation

_N_CACHED = 64  # index tensors that are kept: all images are covered in the same places
_MOST_CHANGED = 0.6  # share of a map: where blocks are larger, computing the full maps is as fast


# Where copies are changed


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


def _enclosing_span(
    starts: Sequence[int],
    ends: Sequence[int],
    side: int,
) -> Span:
    """The shortest span that holds the rows from each start to each end, in maps of `side` rows."""
    length = max(1, *map(sub, ends, starts))
    last_start = side - length
    return Span(tuple(min(start, last_start) for start in starts), length)


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
        return _enclosing_span(starts, ends, output_side)

    def input_span(self, span: Span) -> Span:
        """The rows that are read for a span of the result; those in the padding have numbers below 0."""
        starts = tuple(self.stride * start - self.padding for start in span.starts)
        length = self.stride * (span.length - 1) + self.reach
        return Span(starts, length)


class _KernelPair(NamedTuple):
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


def _kernel_pair(
    size: Sequence[int],
    stride: Sequence[int],
    *,
    padding: Sequence[int],
    dilation: Sequence[int],
) -> _KernelPair:
    """A kernel of which every property is given for both directions at once, or for each."""
    properties = size, stride, padding, dilation
    down = Kernel(*(values[0] for values in properties))
    across = Kernel(*(values[-1] for values in properties))
    return _KernelPair(down, across)


# The tensor


class PartlyChanged(Tensor):
    """Copies `(n, channels, h, w)` of the maps `base (m, channels, h, w)`, each of which is changed in a block.

    `values (n, channels, rows, columns)` are what the blocks hold. For computations without gradients, and for memory
    with channels last.
    """

    # operations are met one level below, in the dispatch
    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]

    @staticmethod
    def __new__(
        cls: type["PartlyChanged"],
        base: Tensor,
        values: Tensor,
        blocks: Blocks,
    ) -> "PartlyChanged":
        """A tensor that passes for the full images of the copies."""
        _, channels, height, width = base.shape
        shape = len(values), channels, height, width
        image = channels * height * width
        channels_last = image, 1, channels * width, channels
        return cls._make_wrapper_subclass(cls, shape, strides=channels_last, dtype=base.dtype, device=base.device)

    def __init__(
        self,
        base: Tensor,
        values: Tensor,
        blocks: Blocks,
    ) -> None:
        self.base = base
        self.block_values = values
        self.blocks = blocks

    def __repr__(self) -> str:  # type: ignore[override]
        height = self.blocks.rows.length
        width = self.blocks.columns.length
        return f"PartlyChanged({tuple(self.shape)}, blocks of {height} x {width})"

    @classmethod
    def __torch_dispatch__(  # type: ignore[override]
        cls,
        function: OpOverload,
        _: tuple,
        args: tuple = (),
        kwargs: dict | None = None,
    ) -> object:
        """The result of any operation that has such a tensor among its arguments."""
        kwargs = kwargs or {}
        name = function.overloadpacket.__name__
        in_place = name.endswith("_") and not name.startswith("_")  # such as relu_
        if in_place and isinstance(args[0], cls):
            return args[0].change_in_place(function, args[1:], kwargs)
        result = NotImplemented
        if name in _OPERATIONS:
            result = _OPERATIONS[name](function, *args, **kwargs)
        if result is NotImplemented:
            result = function.decompose(*args, **kwargs)  # into operations that may be known
        if result is NotImplemented:
            result = function(*_with_full_maps(args), **_with_full_maps(kwargs))
        return result

    def change_in_place(
        self,
        function: OpOverload,
        args: tuple,
        kwargs: dict,
    ) -> "PartlyChanged":
        """Become the result of an operation in place, such as `relu_`, of which `args` are the other arguments."""
        name = function.overloadpacket.__name__.removesuffix("_")
        if name in _ELEMENTWISE and not any(isinstance(value, Tensor) for value in args):
            self.map_numbers(lambda numbers: function(numbers, *args, **kwargs))  # in the memory of base and values
            return self
        same_arguments = getattr(getattr(torch.ops.aten, name), function._overloadname)
        result = same_arguments(self, *args, **kwargs)
        if not isinstance(result, PartlyChanged):
            result = PartlyChanged(self.base, result, self.full_blocks())
        self.base = result.base
        self.block_values = result.block_values
        self.blocks = result.blocks
        return self

    def map_numbers(self, function: Callable[[Tensor], Tensor]) -> "PartlyChanged":
        """The maps after a function that treats every place by itself."""
        return PartlyChanged(function(self.base), function(self.block_values), self.blocks)

    def cut(self, parts: Blocks, base: Tensor | None = None) -> Tensor:
        """A part of each map, `(n, channels, rows, columns)`; `base` may be the base with a margin around its maps."""
        base = self.base if base is None else base
        margin_above = (base.shape[2] - self.shape[2]) // 2
        margin_left = (base.shape[3] - self.shape[3]) // 2
        parts_of_base = Blocks(
            parts.images, parts.rows.with_offset(margin_above), parts.columns.with_offset(margin_left)
        )
        maps = _cut_from_base(base, parts_of_base)
        places, inside = _places_in_parts(self.blocks, parts)
        values = _place_rows(self.block_values)
        if inside is not None:
            values = values[inside]
        _place_rows(maps).index_copy_(0, places, values)
        return maps

    def with_blocks(self, blocks: Blocks) -> "PartlyChanged":
        """The same maps with larger blocks."""
        if blocks == self.blocks:
            return self
        return PartlyChanged(self.base, self.cut(blocks), blocks)

    def full_blocks(self) -> Blocks:
        """Blocks that are the full maps."""
        n, _, height, width = self.shape
        starts = (0,) * n
        return Blocks(self.blocks.images, Span(starts, height), Span(starts, width))

    def full_maps(self) -> Tensor:
        """The maps as a tensor like any other."""
        return self.cut(self.full_blocks())


def partly_covered_batch(
    x: Tensor,
    covers: Tensor,
    image: Tensor,
    *,
    rows: Tensor,
    columns: Tensor,
) -> PartlyChanged:
    """Copies of images `x (m, 3, h, w)` that show `covers`, of the same shape, in a window.

    `image (n,)` says of which image each is a copy, `rows (n, h)` and `columns (n, w)`, bool, where it is covered.
    """
    _register_statistics()
    first = int(image.min())
    images_in_use = slice(first, int(image.max()) + 1)
    base = x[images_in_use].clone(memory_format=torch.channels_last)
    covers = covers[images_in_use].clone(memory_format=torch.channels_last)
    blocks = Blocks(tuple((image - first).tolist()), _covered_span(rows), _covered_span(columns))
    rows_inside = rows.gather(1, blocks.rows.positions())
    columns_inside = columns.gather(1, blocks.columns.positions())
    inside = torch.einsum("nh,nw->nhw", rows_inside, columns_inside)[:, None]
    values = torch.where(inside, _cut_from_base(covers, blocks), _cut_from_base(base, blocks))
    return PartlyChanged(base, values, blocks)


def _covered_span(covered: Tensor) -> Span:
    """The span of a window in every copy; `covered (n, side)` is true in one run of rows or columns."""
    starts = covered.int().argmax(dim=1)
    ends = starts + covered.sum(dim=1)
    return _enclosing_span(starts.tolist(), ends.tolist(), covered.shape[1])


# Cutting parts out of maps, by tables of places


def _place_rows(maps: Tensor) -> Tensor:
    """Maps with channels last as `(n * h * w, channels)`: one row per place, in the same memory."""
    channels_last = maps.permute(0, 2, 3, 1)
    return channels_last.reshape(-1, maps.shape[1])


def _cut_from_base(base: Tensor, parts: Blocks) -> Tensor:
    """Parts `(n, channels, rows, columns)` of maps, channels last."""
    height, width = base.shape[2:]
    values = _place_rows(base).index_select(0, _places_in_base(parts, height, width))
    by_place = values.view(len(parts.images), parts.rows.length, parts.columns.length, -1)
    return by_place.permute(0, 3, 1, 2)


@lru_cache(_N_CACHED)
def _places_in_base(
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
def _places_in_parts(blocks: Blocks, parts: Blocks) -> tuple[Tensor, Tensor | None]:
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


# Operations. Each takes the function of PyTorch and its arguments, and returns NotImplemented for what it cannot do.


def _with_full_maps(arguments: Any) -> Any:
    """The arguments of an operation, with full maps in place of partly changed ones."""

    def full(argument: object) -> object:
        """One argument."""
        return argument.full_maps() if isinstance(argument, PartlyChanged) else argument

    return tree_map(full, arguments)


def _elementwise(
    function: OpOverload,
    x: Tensor,
    *args: Any,
    **kwargs: Any,
) -> object:
    """An operation on every number by itself, or on two numbers at the same place."""
    n_tensors = sum(isinstance(value, Tensor) for value in (*args, *kwargs.values()))
    if n_tensors == 0 and isinstance(x, PartlyChanged):
        return x.map_numbers(lambda numbers: function(numbers, *args, **kwargs))
    if n_tensors != 1 or len(args) != 1:
        return NotImplemented
    (y,) = args
    if not isinstance(x, Tensor) or not isinstance(y, Tensor):
        return NotImplemented
    return _elementwise_pair(function, x, y, **kwargs)


def _clone(function: OpOverload, x: PartlyChanged, *, memory_format: torch.memory_format | None = None) -> object:
    """A copy; one that is wanted with its channels first, in order to be reshaped, is a plain tensor."""
    if memory_format == torch.contiguous_format:
        return NotImplemented
    return x.map_numbers(function)


def _elementwise_pair(
    function: OpOverload,
    x: Tensor,
    y: Tensor,
    **kwargs: Any,
) -> object:
    """An operation on two tensors, one of which may be plain, with a single number or one for each channel."""
    if isinstance(x, PartlyChanged) and isinstance(y, PartlyChanged):
        return _elementwise_copies(function, x, y, **kwargs)
    if isinstance(x, PartlyChanged) and _is_alike_everywhere(y, x.shape[1]):
        return x.map_numbers(lambda numbers: function(numbers, y, **kwargs))
    if isinstance(y, PartlyChanged) and _is_alike_everywhere(x, y.shape[1]):
        return y.map_numbers(lambda numbers: function(x, numbers, **kwargs))
    return NotImplemented


def _is_alike_everywhere(plain: Tensor, n_channels: int) -> bool:
    """Whether a tensor has a single number, or one for each channel, but none for a place or a copy."""
    return plain.shape in ((), (1,), (n_channels, 1, 1), (1, n_channels, 1, 1))


def _elementwise_copies(
    function: OpOverload,
    x: PartlyChanged,
    y: PartlyChanged,
    **kwargs: Any,
) -> object:
    """An operation on two partly changed tensors, on blocks that hold those of both."""
    if x.shape != y.shape or x.blocks.images != y.blocks.images:
        return NotImplemented
    height, width = x.shape[2:]
    rows = _union_span(x.blocks.rows, y.blocks.rows, height)
    columns = _union_span(x.blocks.columns, y.blocks.columns, width)
    blocks = Blocks(x.blocks.images, rows, columns)
    x = x.with_blocks(blocks)
    y = y.with_blocks(blocks)
    base = function(x.base, y.base, **kwargs)
    values = function(x.block_values, y.block_values, **kwargs)
    return PartlyChanged(base, values, blocks)


def _union_span(
    first: Span,
    second: Span,
    side: int,
) -> Span:
    """The shortest span that holds two, in maps of `side` rows."""
    starts = tuple(map(min, first.starts, second.starts))
    ends = tuple(map(max, first.ends, second.ends))
    return _enclosing_span(starts, ends, side)


def _cast_type(
    function: OpOverload,
    x: PartlyChanged,
    dtype: torch.dtype | None = None,
    **_: object,
) -> object:
    """A change of the type of numbers, such as `x.float()`."""
    return x.map_numbers(lambda numbers: function(numbers, dtype=dtype))


def _convolve(
    function: OpOverload,
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    *geometry: Any,
) -> object:
    """A convolution of maps; the geometry is in the order of `torch.ops.aten.convolution`."""
    stride, padding, dilation, transposed, output_padding, groups = geometry
    if transposed or not isinstance(x, PartlyChanged):
        return NotImplemented
    kernel = _kernel_pair(weight.shape[2:], stride, padding=padding, dilation=dilation)
    unpadded_geometry = stride, [0, 0], dilation, transposed, output_padding, groups

    def convolve(maps: Tensor) -> Tensor:
        """The convolution of maps that have their padding already."""
        return function(maps, weight, bias, *unpadded_geometry)

    return _slide(x, kernel, convolve)


def _max_pool(
    function: OpOverload,
    x: PartlyChanged,
    size: list[int],
    stride: Sequence[int] = (),
    padding: Sequence[int] = (0,),
    dilation: Sequence[int] = (1,),
    ceil_mode: bool = False,
) -> object:
    """The largest number of every window; the parameters are in the order of `torch.ops.aten.max_pool2d`."""
    if ceil_mode:
        return NotImplemented
    kernel = _kernel_pair(size, stride or size, padding=padding, dilation=dilation)

    def pool(maps: Tensor) -> Tensor:
        """The pooling of maps that have their padding already."""
        return function(maps, size, stride, [0, 0], dilation)

    return _slide(x, kernel, pool, padding_value=-torch.inf)


def _slide(
    x: PartlyChanged,
    kernel: _KernelPair,
    operation: Callable[[Tensor], Tensor],
    *,
    padding_value: float = 0.0,
) -> Tensor:
    """The result of an operation that slides a kernel over maps, which it is given with their padding."""
    if kernel.reads_single_places:
        return x.map_numbers(operation)
    height, width = x.shape[2:]
    output, read = _output_and_read_blocks(kernel, x.blocks, height, width=width)
    padding = [kernel.across.padding] * 2 + [kernel.down.padding] * 2
    if output.area > _MOST_CHANGED * kernel.output_area(height, width):
        return operation(F.pad(x.full_maps(), padding, value=padding_value))
    base = x.base
    if any(padding):
        base = F.pad(base, padding, value=padding_value)
    return PartlyChanged(operation(base), operation(x.cut(read, base)), output)


@lru_cache(_N_CACHED)
def _output_and_read_blocks(
    kernel: _KernelPair,
    blocks: Blocks,
    height: int,
    *,
    width: int,
) -> tuple[Blocks, Blocks]:
    """The blocks of the result that depend on the given ones, and those that are read to compute them."""
    rows = kernel.down.output_span(blocks.rows, height)
    columns = kernel.across.output_span(blocks.columns, width)
    output = Blocks(blocks.images, rows, columns)
    read = Blocks(blocks.images, kernel.down.input_span(rows), kernel.across.input_span(columns))
    return output, read


def _normalise(function: OpOverload, x: PartlyChanged, *args: Any) -> object:
    """A batch normalisation; `args` are weight, bias, mean, variance, training, momentum and epsilon."""
    training = args[4]  # by the statistics of the batch itself
    if training:
        return NotImplemented
    base, *batch_statistics = function(x.base, *args)  # the latter are empty in evaluation mode
    values = function(x.block_values, *args)[0]
    return PartlyChanged(base, values, x.blocks), *batch_statistics


_ELEMENTWISE = {
    *("relu", "hardtanh", "leaky_relu", "elu", "silu", "gelu", "mish", "sigmoid", "hardsigmoid", "hardswish"),
    *("add", "sub", "mul", "div", "pow", "neg", "clamp", "clamp_min", "detach", "alias"),
}
_OPERATIONS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(_ELEMENTWISE, _elementwise),
    "clone": _clone,
    "_to_copy": _cast_type,
    "convolution": _convolve,
    "max_pool2d": _max_pool,
    "native_batch_norm": _normalise,
}


# Style statistics, which a body reads from its feature maps


@cache
def _register_statistics() -> None:
    """Have `mean_and_deviation` know these tensors, from the first one that is made."""
    mean_and_deviation.register(PartlyChanged, _mean_and_deviation)


def _mean_and_deviation(stage: PartlyChanged) -> tuple[Tensor, Tensor]:
    """Means and deviations of the copies: sums over the image, less its block, plus the copy's block."""
    n_places = stage.shape[2] * stage.shape[3]
    images = list(stage.blocks.images)  # a tuple would be an index into dimensions
    base_mean, base_deviation = mean_and_deviation(stage.base)
    mean = base_mean[images]
    deviation = base_deviation[images]
    sums_after, squares_after = _sums_about(mean, stage.block_values)
    sums_before, squares_before = _sums_about(mean, _cut_from_base(stage.base, stage.blocks))
    shift = (sums_after - sums_before) / n_places
    variance = deviation.square() + (squares_after - squares_before) / n_places - shift.square()
    return mean + shift, variance.clamp(min=1e-5).sqrt()


def _sums_about(mean: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
    """Sums of differences from the mean, and of their squares: squares of numbers far from 0 would lose all digits."""
    parts = cache_sized_parts(values)
    sums = []
    squares = []
    for part_mean, part in zip(mean.split(len(parts[0])), parts, strict=True):
        differences = part.float() - part_mean[:, :, None, None]
        sums.append(differences.sum(dim=(2, 3)))
        squares.append(differences.square_().sum(dim=(2, 3)))
    return torch.cat(sums), torch.cat(squares)
