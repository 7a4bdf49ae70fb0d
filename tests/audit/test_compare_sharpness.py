"""The comparison of sharpness: copies that are learned from help on copies, and plain training gains nothing."""

import numpy as np
import pandas as pd

from styleclf.audit.degradations import CLEAN
from tests.audit.compare_sharpness import ALL_THREE, ONE_OF_THREE, PLAIN, compared, ways

N = 120


def made_up_views():
    """Features of three styles: as they are one pair of numbers tells them, in copies another, and noise beside."""
    rng = np.random.default_rng(0)
    targs = np.arange(N) % 3
    signal = np.eye(3)[targs] * 4
    noise = rng.normal(size=(3, N, 3))
    other_noise = rng.normal(size=(3, N, 3))
    clean = np.hstack([signal + noise[0], other_noise[0]])
    copies = [np.hstack([other_noise[i], signal + noise[i]]) for i in (1, 2)]
    rows = pd.DataFrame(
        {"label": [f"style-{targ}" for targ in targs], "author": [f"painter-{n // 4}" for n in range(N)]}
    )
    rows["fold"] = [str(n // 4 % 4) for n in range(N)]
    rows["filename"] = [f"{n}.jpg" for n in range(N)]
    rows["group"] = np.arange(N) // 4
    return {CLEAN: clean, "blurred": copies[0], "sharpened": copies[1]}, rows


def test_copies_that_are_learned_from_are_recognised():
    views, rows = made_up_views()
    table = compared(views, 1.0, rows).set_index(["trained_on", "tested_on"])
    assert len(table) == 9
    assert table.loc[PLAIN, "gain"].isna().all()
    for way in (ONE_OF_THREE, ALL_THREE):
        assert table.loc[(way, "blurred"), "gain_lo"] > 0
    assert table.loc[(PLAIN, CLEAN), "top_1"] > 0.8


def test_every_image_is_learned_from_in_one_sharpness_or_in_all():
    by_name = ways(3, 50, seed=1)
    (drawn,) = by_name[ONE_OF_THREE]
    assert set(drawn) == {0, 1, 2}
    assert [set(view) for view in by_name[ALL_THREE]] == [{0}, {1}, {2}]
