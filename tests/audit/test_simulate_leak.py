"""The leak's interval holds a gap that is known, where hands are strong and oeuvres uneven."""

import numpy as np
import pytest

from tests.audit.simulate_leak import PAINTERS, drawn_design, leak_coverage


def test_a_drawn_design_has_its_painters_and_images():
    painters = PAINTERS["strong hands, very uneven"]
    design, targs, features = drawn_design(painters, np.random.default_rng(0))
    sizes = design.groupby(["label", "author"]).size()
    assert len(design) == len(targs) == len(features) == 180
    assert sizes.max() > 4 * sizes.median()


@pytest.mark.slow
@pytest.mark.parametrize("name", PAINTERS)
def test_intervals_hold_the_gap(name):
    table = leak_coverage(PAINTERS[name], 60)
    assert (table["held"] >= 0.88).all(), table  # of 0.95, chance leaves less in 60 draws once in 100
