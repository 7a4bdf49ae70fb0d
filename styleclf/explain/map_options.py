"""The options of a map: what covers a part, how large parts are, and the precision and noise behind it."""

from dataclasses import dataclass

from styleclf.explain.inputs import Baseline
from styleclf.models import Precision


@dataclass(frozen=True)
class MapOptions:
    """How maps are made, whatever the method; handed on as one value.

    >>> MapOptions(squares=7).baseline
    'zeros'
    """

    baseline: Baseline = "zeros"  # what stands for nothing: 'zeros' of the normalised image, its 'mean', or a 'blur'
    squares: int = 4  # of occlusion: the image is covered by a grid of so many a side
    window: int | None = None  # of sliding occlusion: pixels a side; default: a seventh of the image
    stride: int | None = None  # of sliding occlusion: pixels from window to window; default: half a window
    precision: Precision | None = None  # of occlusion; default: the learner's. Gradients are always float32
    seed: int = 0  # of the noise in gradient_shap and saliency
