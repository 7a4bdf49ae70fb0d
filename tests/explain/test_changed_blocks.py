"""Spans of changed rows: by brute force, those of convolutions."""

import torch
from torch import nn

from styleclf.explain.changed_blocks import Kernel, Span


def test_spans_follow_the_arithmetic_of_convolutions():
    """By brute force: which rows after a convolution change when some before it do, and which it reads for them."""
    for kernel, stride, padding, dilation in [
        (3, 1, 1, 1),
        (3, 2, 1, 1),
        (2, 3, 0, 1),
        (7, 2, 3, 1),
        (3, 2, 2, 2),
        (1, 2, 0, 1),
    ]:
        steps, side = Kernel(kernel, stride, padding, dilation), 23
        ones = nn.Conv1d(1, 1, kernel, stride, padding, dilation, bias=False).requires_grad_(False)
        ones.weight.fill_(1.0)
        for start in range(side - 3):
            signal = torch.zeros(1, 1, side)
            signal[..., start : start + 4] = 1
            changed = ones(signal)[0, 0].nonzero().flatten().tolist()
            (first,), length = steps.output_span(Span((start,), 4), side)
            after = ones(signal).shape[-1]
            assert steps.output_side(side) == after
            assert 0 <= first <= first + length <= after
            assert not changed or (changed[0] >= first and changed[-1] < first + length)
            assert length == max(1, len(changed))
            (read,), n_read = steps.input_span(Span((first,), length))
            assert read == stride * first - padding
            assert n_read == stride * (length - 1) + dilation * (kernel - 1) + 1
