import sys

import pytest

from tests.windows import imitate_windows


@pytest.fixture(params=["this system", "Windows"])
def system(request, monkeypatch):
    """The name of the system whose locks are in force: this one, or Windows as far as Linux can imitate it."""
    if request.param == "Windows":
        if sys.platform != "linux":
            pytest.skip("the imitation needs Linux")
        imitate_windows(monkeypatch)
    return request.param
