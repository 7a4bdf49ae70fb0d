"""The kept probe of a run of years."""

import numpy as np
import pytest

from styleclf.runs.date_probe import PROBE_FILE, read_probe
from tests.conftest import ARCH
from tests.dated import DECADES, write_run_of_years


@pytest.fixture
def run(weights_file, tmp_path):
    features = np.random.default_rng(0).normal(size=(20, 9))
    return write_run_of_years(tmp_path / "years", {"arch": ARCH, "weights": str(weights_file), "size": 32}, features)


def test_a_probe_is_read_with_the_body_that_it_is_for(run):
    kept = read_probe(run)
    assert kept.width == 20
    assert kept.probe.edges[1:-1].tolist() == DECADES
    assert kept.backbone.arch == ARCH
    assert kept.backbone.image_size == 32


def test_what_is_damaged_or_missing_is_one_sentence(run, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"date_probe\.npz: recipes/cross_validate\.py writes it"):
        read_probe(tmp_path)
    arrays = dict(np.load(run / PROBE_FILE))
    np.savez(run / PROBE_FILE, **arrays | {"edges": arrays["edges"][1:]})
    with pytest.raises(ValueError, match="its edges are not those of its decades"):
        read_probe(run)
