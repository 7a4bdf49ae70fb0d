"""Views for tests of motifs."""

import numpy as np

from styleclf.data.practice.motifs.view import View


def drawn(draw, seed=0, aspect=1.4):
    """The shapes of a motif from back to front."""
    view = View(np.random.default_rng(seed), aspect)
    draw(view)
    return view.shapes


def with_form(shapes, form):
    """Those of the shapes that have this form."""
    return [shape for shape in shapes if shape.form == form]
