"""Small practice sets, painted once for all tests of the package."""

import pytest

from styleclf.data.practice.practice_set import MIN_IMAGES, paint_samples


def paint(out, seed=0, n_images=MIN_IMAGES, size=32):
    return paint_samples(out, n_images, size, seed=seed, progress=False)


@pytest.fixture(scope="package")
def small(tmp_path_factory):
    """The smallest set there is; tests leave it as it is."""
    return paint(tmp_path_factory.mktemp("small") / "sample")


@pytest.fixture(scope="package")
def other_seed(tmp_path_factory):
    """The same with another seed."""
    return paint(tmp_path_factory.mktemp("other") / "sample", seed=1)
