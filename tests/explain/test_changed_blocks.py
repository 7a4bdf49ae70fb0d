"""Spans of changed rows: by brute force, those of convolutions."""

import pytest
import torch
from torch import nn

from styleclf.explain.changed_blocks import Kernel, Span

SIDE = 23  # rows before a convolution
LENGTH = 4  # of them that change

KERNELS = [  # size, stride, padding, dilation
    Kernel(3, 1, 1, 1),
    Kernel(3, 2, 1, 1),
    Kernel(2, 3, 0, 1),
    Kernel(7, 2, 3, 1),
    Kernel(3, 2, 2, 2),
    Kernel(1, 2, 0, 1),
]


def rows_after(kernel, start):
    """The rows after a convolution, and those of them that change if some before it do, by brute force."""
    ones = nn.Conv1d(1, 1, *kernel, bias=False).requires_grad_(False)
    ones.weight.fill_(1.0)
    signal = torch.zeros(1, SIDE)
    signal[:, start : start + LENGTH] = 1
    (sums,) = ones(signal)
    changed = sums.nonzero().flatten()
    return range(len(sums)), changed.tolist()


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("start", range(SIDE - LENGTH + 1))
def test_the_output_span_is_of_the_rows_that_change(kernel, start):
    rows, changed = rows_after(kernel, start)
    (first,), length = kernel.output_span(Span((start,), LENGTH), SIDE)
    span = rows[first : first + length]
    assert kernel.output_side(SIDE) == len(rows)
    assert len(span) == length == max(1, len(changed))
    assert set(changed) <= set(span)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("first, length", [(0, 1), (3, 1), (3, 4)])
def test_the_input_span_is_what_a_convolution_reads(kernel, first, length):
    (start,), n_rows = kernel.input_span(Span((first,), length))
    size, stride, padding, dilation = kernel
    assert start == stride * first - padding
    assert n_rows == stride * (length - 1) + dilation * (size - 1) + 1
