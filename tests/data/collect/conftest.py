"""A museum for each test, and a client that waits for nothing."""

import pytest

from styleclf.data import DownloadLimits, PoliteClient
from tests.data.collect.museum import Museum


@pytest.fixture
def museum():
    with Museum() as museum:
        for number, name in enumerate(("one", "two", "three")):
            museum.hang(name, colour=(60 * number, 90, 200))
        yield museum


@pytest.fixture
def limits():
    """Limits for a server of this machine, which is not public and quick."""
    return DownloadLimits(pause=0.0, read_seconds=2.0, first_wait=0.001, private=True)


@pytest.fixture
def client(limits):
    return PoliteClient(limits)
