"""Scenes for tests of styles."""

import numpy as np

from styleclf.data.practice.motifs.repertoire import compose
from styleclf.data.practice.painters import make_hand
from styleclf.data.practice.styles.scene import Scene

SIZE = (48, 36)


def make_scene(style, motif="harbour", seed=0, **habits):
    """A small scene by a painter of a style, whose habits may be told."""
    rng = np.random.default_rng(seed)
    hand = make_hand(rng, style)._replace(**habits)
    return Scene(compose(motif, rng, SIZE[0] / SIZE[1]), hand, SIZE, rng)
