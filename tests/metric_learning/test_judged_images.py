"""metric_learning.judged_images: a part numbers its styles anew, and counts its images and named authors."""

import numpy as np
import pandas as pd

from styleclf.metric_learning.judged_images import JudgedImages
from tests.metric_learning.units import circle


def test_a_part_has_its_own_numbers_of_styles_and_authors():
    table = pd.DataFrame(
        {
            "label": ["cubism", "photo", "rococo", "rococo"],
            "author": ["gris", "", "boucher", None],
        }
    )
    judged = JudgedImages.of(circle(0, 90, 180, 270), table)
    assert judged.n_styles == 3
    assert judged.sizes == {"n_images": 4, "n_authors": 2}
    part = judged.part(np.array([False, True, True, True]))
    assert part.targs.tolist() == [0, 1, 1]
    assert part.sizes == {"n_images": 3, "n_authors": 1}
    assert len(set(part.groups)) == 3, "an image without author is its own group"


def test_copies_of_one_file_are_one_group():
    table = pd.DataFrame(
        {
            "label": "photo",
            "author": "",
            "filename": ["a.jpg", "b.jpg", "c.jpg", "d.jpg"],
            "copy_of": ["", "a.jpg", "", "c.jpg"],
        }
    )
    judged = JudgedImages.of(circle(0, 90, 180, 270), table)
    assert judged.groups.tolist() == [0, 0, 1, 1]
    assert judged.sizes["n_authors"] == 0
