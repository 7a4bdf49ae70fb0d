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
3. Convolutions and poolings slide a kernel. `Kernel.output_span` of `changed_blocks` says which part of the result
   depends on a block, and `Kernel.input_span` what has to be read to compute that part: the block and a margin of the
   base around it.
4. Whatever is not known, or has blocks that cover most of the maps, gets full maps, which are tensors like any other.

`docs/incremental-occlusion.md` has a drawing.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch._ops import OpOverload
from torch.utils._pytree import tree_map

from styleclf.explain.changed_blocks import (
    Blocks,
    KernelPair,
    Span,
    enclosing_span,
    kernel_pair,
    output_and_read_blocks,
    places_in_base,
    places_in_parts,
    union_span,
)
from styleclf.models import cache_sized_parts, mean_and_deviation

_MOST_CHANGED = 0.6  # share of a map: where blocks are larger, computing the full maps is as fast


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
        places, inside = places_in_parts(self.blocks, parts)
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


def _covered_span(is_covered: Tensor) -> Span:
    """The span of a window in every copy; `is_covered (n, side)` is true in one run of rows or columns."""
    starts = is_covered.int().argmax(dim=1)
    ends = starts + is_covered.sum(dim=1)
    return enclosing_span(starts.tolist(), ends.tolist(), is_covered.shape[1])


# Cutting parts out of maps


def _place_rows(maps: Tensor) -> Tensor:
    """Maps with channels last as `(n * h * w, channels)`: one row per place, in the same memory."""
    channels_last = maps.permute(0, 2, 3, 1)
    return channels_last.reshape(-1, maps.shape[1])


def _cut_from_base(base: Tensor, parts: Blocks) -> Tensor:
    """Parts `(n, channels, rows, columns)` of maps, channels last."""
    height, width = base.shape[2:]
    values = _place_rows(base).index_select(0, places_in_base(parts, height, width))
    by_place = values.view(len(parts.images), parts.rows.length, parts.columns.length, -1)
    return by_place.permute(0, 3, 1, 2)


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
    rows = union_span(x.blocks.rows, y.blocks.rows, height)
    columns = union_span(x.blocks.columns, y.blocks.columns, width)
    blocks = Blocks(x.blocks.images, rows, columns)
    x = x.with_blocks(blocks)
    y = y.with_blocks(blocks)
    base = function(x.base, y.base, **kwargs)
    values = function(x.block_values, y.block_values, **kwargs)
    return PartlyChanged(base, values, blocks)


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
    kernel = kernel_pair(weight.shape[2:], stride, padding=padding, dilation=dilation)
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
    kernel = kernel_pair(size, stride or size, padding=padding, dilation=dilation)

    def pool(maps: Tensor) -> Tensor:
        """The pooling of maps that have their padding already."""
        return function(maps, size, stride, [0, 0], dilation)

    return _slide(x, kernel, pool, padding_value=-torch.inf)


def _slide(
    x: PartlyChanged,
    kernel: KernelPair,
    operation: Callable[[Tensor], Tensor],
    *,
    padding_value: float = 0.0,
) -> Tensor:
    """The result of an operation that slides a kernel over maps, which it is given with their padding."""
    if kernel.reads_single_places:
        return x.map_numbers(operation)
    height, width = x.shape[2:]
    output, inputs = output_and_read_blocks(kernel, x.blocks, height, width=width)
    padding = [kernel.across.padding] * 2 + [kernel.down.padding] * 2
    if output.area > _MOST_CHANGED * kernel.output_area(height, width):
        return operation(F.pad(x.full_maps(), padding, value=padding_value))
    base = x.base
    if any(padding):
        base = F.pad(base, padding, value=padding_value)
    return PartlyChanged(operation(base), operation(x.cut(inputs, base)), output)


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
