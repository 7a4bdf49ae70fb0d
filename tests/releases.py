"""Marks for tests of what only newer releases of a package can do, though styleclf works with older ones."""

import pytest
import torch

_MAJOR, _MINOR = (int(part) for part in torch.__version__.split(".")[:2])

NEEDS_TORCH_2_14 = pytest.mark.skipif(
    (_MAJOR, _MINOR) < (2, 14),
    reason="older releases lack operations on pretended devices, or do not trace every module",
)
