"""Painters: the tables of their habits, and the hands that are drawn from them."""

import numpy as np

from styleclf.data.practice.motifs.repertoire import MOTIFS
from styleclf.data.practice.painters import NEIGHBOURS, STYLE_MOTIFS, STYLE_PALETTES, STYLES, choose_motif, make_hand
from styleclf.data.practice.palettes import PALETTES, TONES


def test_the_tables_of_habits_fit_together():
    assert sorted(STYLE_PALETTES) == sorted(NEIGHBOURS) == STYLES
    assert all(len(colours.split()) == len(TONES) for colours in PALETTES.values())
    assert {name for names in STYLE_PALETTES.values() for name in names.split()} == set(PALETTES)
    assert {name for names in STYLE_MOTIFS.values() for name in names.split()} == set(MOTIFS)
    assert {name for names in NEIGHBOURS.values() for name in names.split()} <= set(STYLES)


def test_a_hand_is_drawn_from_the_habits_of_its_style():
    rng = np.random.default_rng(0)
    for style in STYLES:
        hand = make_hand(rng, style)
        assert len(set(hand.motifs)) == 4
        assert set(hand.motifs) <= set(STYLE_MOTIFS[style].split())
        assert hand.guest in NEIGHBOURS[style].split()
        assert sorted(hand.palette) == sorted(TONES)
        assert all(0 <= level <= 1 for level in (hand.influence, hand.stroke, hand.density, hand.edge, hand.contrast))
        assert choose_motif(rng, hand) in hand.motifs
