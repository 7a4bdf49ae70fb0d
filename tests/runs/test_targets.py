"""What a cross-validation is about: one style per image, or something else."""

import pytest

from styleclf.data import Paintings
from styleclf.runs.targets import cross_validate_target


def test_styles_are_left_to_the_usual_cross_validation_and_unknown_targets_refused(design, sample, tmp_path):
    paintings = Paintings(design, sample)
    assert cross_validate_target("style", paintings, {}, out=tmp_path) == ""
    with pytest.raises(ValueError, match="target must be one of style, year, not 'artist'"):
        cross_validate_target("artist", paintings, {}, out=tmp_path)
