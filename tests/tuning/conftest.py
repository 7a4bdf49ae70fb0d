"""What the tests of tuning share."""

import pytest


@pytest.fixture
def task(design, sample):
    """What a study of the practice set is about."""
    from styleclf.data.paintings import Paintings
    from styleclf.tuning.search_space import TuningTask, create_search_space
    from tests.tuning.made_up import BASE

    return TuningTask(Paintings(design, sample), BASE, create_search_space(BASE, archs=["resnet34"], epochs_max=3))
