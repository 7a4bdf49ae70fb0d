"""Palettes: a colour for every tone, never mixed twice alike."""

import numpy as np
import pytest

from styleclf.data.practice.palettes import PALETTES, TONES, mixed_palette


@pytest.mark.parametrize("name", PALETTES)
def test_a_mixed_palette_has_every_tone_and_stays_near_its_swatches(name):
    palette = mixed_palette(np.random.default_rng(0), name)
    assert list(palette) == TONES
    colours = np.array(list(palette.values()))
    assert colours.min() >= 0
    assert colours.max() <= 1
    swatches = np.array([tuple(bytes.fromhex(code)) for code in PALETTES[name].split()]) / 255
    assert np.abs(colours - swatches).mean() < 0.15
    assert (colours != np.array(list(mixed_palette(np.random.default_rng(1), name).values()))).any()
