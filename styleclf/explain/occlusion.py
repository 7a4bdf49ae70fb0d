"""Occlusion (Zeiler and Fergus 2014): how much probability a style loses when a window of the image is covered."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from styleclf.explain.incremental import partly_covered_batch

_CPU_BATCH_SIZE = 48  # covered copies in one pass
_GPU_BATCH_SIZE = 64


class Windows(NamedTuple):
    """Rectangles of an image: the rows and the columns that each covers, `(n_windows, h)` and `(n_windows, w)` bool."""

    rows: Tensor
    columns: Tensor

    def to(self, device: torch.device) -> "Windows":
        """The same windows on a device."""
        return Windows(self.rows.to(device), self.columns.to(device))

    def covered(self, positions: Tensor) -> Tensor:
        """The pixels of the windows at these positions `(n,)`, as `(n, 1, h, w)` bool."""
        pixels = self.rows[positions, :, None] & self.columns[positions, None, :]
        return pixels[:, None]

    def averaged(self, values: Tensor) -> Tensor:
        """Values `(n, n_windows)` as maps `(n, h, w)`: each pixel has the mean of the windows that cover it."""
        rows = self.rows.float()
        columns = self.columns.float()
        sums = torch.einsum("nb,bh,bw->nhw", values, rows, columns)
        return sums / torch.einsum("bh,bw->hw", rows, columns)


def sliding_windows(
    height: int,
    width: int,
    window: int,
    *,
    stride: int,
    device: torch.device | None = None,
) -> Windows:
    """Square windows of `window` pixels a side, one every `stride` pixels; those at the edges may be cut off.

    With `stride` = `window` they are a grid. Raises ValueError unless 1 <= stride <= window <= the image's sides.
    """
    if not 1 <= stride <= window <= min(height, width):
        raise ValueError(
            f"a window of {window} pixels every {stride} does not cover an image of {width} x {height}: "
            "the stride must be at most the window, and the window at most the image"
        )
    rows = _covered_lines(height, window, stride, device=device)
    columns = _covered_lines(width, window, stride, device=device)
    all_rows = rows.repeat_interleave(len(columns), dim=0)
    all_columns = columns.repeat(len(rows), 1)
    return Windows(all_rows, all_columns)


def _covered_lines(
    side: int,
    window: int,
    stride: int,
    *,
    device: torch.device | None,
) -> Tensor:
    """Which of `side` rows, or columns, every window covers in one direction, `(n, side)` bool."""
    n = -(-(side - window) // stride) + 1
    starts = stride * torch.arange(n, device=device)[:, None]
    pixels = torch.arange(side, device=device)
    return (starts <= pixels) & (pixels < starts + window)


def occlusion_maps(
    predict: Callable[[Tensor], Tensor],  # images (b, 3, h, w) to probabilities (b, n_styles)
    x: Tensor,  # (n, 3, h, w)
    targs: Tensor,  # (n,) positions of the styles asked about
    *,
    covers: Tensor,  # (n, 3, h, w), what is seen where an image is covered
    windows: Windows,
    bs: int | None = None,  # covered copies that go through the network at once; default: 48 on a CPU, else 64
) -> Tensor:
    """Maps `(n, h, w)`, -1..1: the style's probability lost where an image is covered; what supports it is above 0."""
    losses, _ = window_losses(predict, x, covers, windows=windows, bs=bs)
    images = torch.arange(len(x), device=x.device)
    return windows.averaged(losses[images, :, targs])


@torch.inference_mode()
def window_losses(
    predict: Callable[[Tensor], Tensor],
    x: Tensor,
    covers: Tensor,
    *,
    windows: Windows,
    bs: int | None = None,
) -> tuple[Tensor, Tensor]:
    """What every style loses when a window is covered, `(n, n_windows, n_styles)`, and its probability `(n, n_styles)`.

    The parameters are those of `occlusion_maps`.
    """
    n_windows = len(windows.rows)
    with_clean_copy = _with_empty_window(windows)
    if x.device.type == "cpu":
        copies = _partly_covered_copies(x, covers, with_clean_copy, bs=bs or _CPU_BATCH_SIZE)
    else:
        copies = _covered_copies(x, covers, with_clean_copy, bs=bs or _GPU_BATCH_SIZE)
    probas = torch.cat([predict(batch) for batch in copies])
    probas_by_image = probas.view(len(x), n_windows + 1, -1)
    covered, clean = probas_by_image.split([n_windows, 1], dim=1)
    return clean - covered, clean[:, 0]


def _with_empty_window(windows: Windows) -> Windows:
    """The windows, and a last one that covers nothing."""
    no_rows = torch.zeros_like(windows.rows[:1])
    no_columns = torch.zeros_like(windows.columns[:1])
    all_rows = torch.cat([windows.rows, no_rows])
    all_columns = torch.cat([windows.columns, no_columns])
    return Windows(all_rows, all_columns)


def _covered_copies(
    x: Tensor,
    covers: Tensor,
    windows: Windows,
    *,
    bs: int,
) -> Iterator[Tensor]:
    """Each image with each window covered, `bs` at a time."""
    for image, window in _image_window_pairs(x, windows, bs):
        is_covered = windows.covered(window)
        yield torch.where(is_covered, covers[image], x[image])


def _partly_covered_copies(
    x: Tensor,
    covers: Tensor,
    windows: Windows,
    *,
    bs: int,
) -> Iterator[Tensor]:
    """The same, as tensors that spare a processor what is alike in all copies of an image."""
    for image, window in _image_window_pairs(x, windows, bs):
        yield partly_covered_batch(x, covers, image, rows=windows.rows[window], columns=windows.columns[window])


def _image_window_pairs(
    x: Tensor,
    windows: Windows,
    bs: int,
) -> Iterator[tuple[Tensor, Tensor]]:
    """Positions of images and of windows, at most `bs` at once, all windows of an image one after another.

    Where all windows of an image fit into `bs`, no image is divided between two batches.
    """
    n_windows = len(windows.rows)
    whole_images = bs // n_windows * n_windows
    all_pairs = torch.arange(len(x) * n_windows, device=x.device)
    for pairs in all_pairs.split(whole_images or bs):
        yield pairs // n_windows, pairs % n_windows
