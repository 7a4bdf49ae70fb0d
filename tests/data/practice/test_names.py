"""Names: no two painters share one."""

import numpy as np

from styleclf.data.practice.motifs.repertoire import MOTIFS
from styleclf.data.practice.names import make_title, painter_names


def test_painters_have_different_family_names():
    names = painter_names(np.random.default_rng(0), 60)
    assert len({name.partition("-")[2] for name in names}) == 60


def test_every_motif_has_a_title_without_spaces():
    rng = np.random.default_rng(0)
    assert all(" " not in make_title(rng, motif) for motif in MOTIFS)
