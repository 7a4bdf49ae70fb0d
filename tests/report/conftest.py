"""A cross-validation's folder with made-up predictions."""

import pytest

from tests.report.made_up import write_run


@pytest.fixture(scope="session")
def cv_folder(design, sample, tmp_path_factory):
    """Tests must leave it as it is."""
    return write_run(tmp_path_factory.mktemp("report") / "runs/cv", design, sample)
