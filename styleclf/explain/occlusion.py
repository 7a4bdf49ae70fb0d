"""Occlusion (Zeiler and Fergus 2014): how much probability a style loses when a window of the image is covered."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from styleclf.explain.incremental import partly_covered_batch


class Windows(NamedTuple):
    """Rectangles of an image: the rows and the columns that each covers, `(n_windows, h)` and `(n_windows, w)` bool."""

    rows: Tensor
    columns: Tensor

    def covered(self, which: Tensor) -> Tensor:
        """The pixels of those windows, `(n, 1, h, w)` bool."""
        return (self.rows[which, :, None] & self.columns[which, None, :])[:, None]

    def averaged(self, values: Tensor) -> Tensor:
        """Values `(n, n_windows)` as maps `(n, h, w)`: each pixel has the mean of the windows that cover it."""
        rows, columns = self.rows.float(), self.columns.float()
        return torch.einsum("nb,bh,bw->nhw", values, rows, columns) / torch.einsum("bh,bw->hw", rows, columns)


def sliding_windows(height: int, width: int, window: int, stride: int, device: torch.device | None = None) -> Windows:
    """Square windows of `window` pixels a side, one every `stride` pixels; those at the edges may be cut off.

    With `stride` = `window` they are a grid. Raises ValueError unless 1 <= stride <= window <= the image's sides.
    """
    if not 1 <= stride <= window <= min(height, width):
        raise ValueError(
            f"a window of {window} pixels every {stride} does not cover an image of {width} x {height}: "
            "the stride must be at most the window, and the window at most the image"
        )
    across = _covered(height, window, stride, device), _covered(width, window, stride, device)
    n_down, n_across = map(len, across)
    return Windows(across[0].repeat_interleave(n_across, dim=0), across[1].repeat(n_down, 1))


def _covered(side: int, window: int, stride: int, device: torch.device | None) -> Tensor:
    n = -(-(side - window) // stride) + 1
    start = stride * torch.arange(n, device=device)[:, None]
    pixel = torch.arange(side, device=device)
    return (start <= pixel) & (pixel < start + window)


def occlusion_maps(
    predict: Callable[[Tensor], Tensor],  # images (b, 3, h, w) to probabilities (b, n_styles)
    x: Tensor,  # (n, 3, h, w)
    targs: Tensor,  # (n,) positions of the styles asked about
    covers: Tensor,  # (n, 3, h, w), what is seen where an image is covered
    windows: Windows,
    bs: int | None = None,  # covered copies that go through the network at once; default: 48 on a CPU, else 64
) -> Tensor:
    """Maps `(n, h, w)`, -1..1: the style's probability lost where an image is covered; what supports it is above 0."""
    lost, _ = window_losses(predict, x, covers, windows, bs)
    return windows.averaged(lost[torch.arange(len(x), device=x.device), :, targs])


@torch.inference_mode()
def window_losses(
    predict: Callable[[Tensor], Tensor], x: Tensor, covers: Tensor, windows: Windows, bs: int | None = None
) -> tuple[Tensor, Tensor]:
    """What every style loses when a window is covered, `(n, n_windows, n_styles)`, and its probability `(n, n_styles)`.

    The parameters are those of `occlusion_maps`.
    """
    copies, at_once = (_partly_covered_copies, 48) if x.device.type == "cpu" else (_covered_copies, 64)
    probas = torch.cat([predict(each) for each in copies(x, covers, _with_none(windows), bs or at_once)])
    left, whole = probas.view(len(x), len(windows.rows) + 1, -1).split([len(windows.rows), 1], dim=1)
    return whole - left, whole[:, 0]


def _with_none(windows: Windows) -> Windows:
    """The windows, and a last one that covers nothing."""
    return Windows(*(torch.cat([each, torch.zeros_like(each[:1])]) for each in windows))


def _covered_copies(x: Tensor, covers: Tensor, windows: Windows, bs: int) -> Iterator[Tensor]:
    """Each image with each window covered, `bs` at a time."""
    for image, window in _pairs_of(x, windows, bs):
        yield torch.where(windows.covered(window), covers[image], x[image])


def _partly_covered_copies(x: Tensor, covers: Tensor, windows: Windows, bs: int) -> Iterator[Tensor]:
    """The same, as tensors that save a processor what is alike in all copies of an image."""
    for image, window in _pairs_of(x, windows, bs):
        yield partly_covered_batch(x, covers, image, windows.rows[window], windows.columns[window])


def _pairs_of(x: Tensor, windows: Windows, bs: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Images and windows, at most `bs`, all windows of an image after one another; of whole images, where that fits."""
    n_windows = len(windows.rows)
    for pairs in torch.arange(len(x) * n_windows, device=x.device).split(bs // n_windows * n_windows or bs):
        yield pairs // n_windows, pairs % n_windows
