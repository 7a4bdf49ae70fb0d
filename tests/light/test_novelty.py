"""light.novelty: arrays come back as they went, and what is damaged, swollen or for other styles is one sentence."""

import hashlib
import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from styleclf.evaluation import fitted_novelty
from styleclf.light.contents import NOVELTY_FILE, BundleContents
from styleclf.light.novelty import novelty_bytes, read_novelty

STYLES = ["cubism", "rococo"]


@pytest.fixture(scope="module")
def model():
    """A model of thirty paintings of two styles."""
    features = np.random.default_rng(0).normal(size=(30, 12)).astype(np.float32)
    return fitted_novelty(features, np.arange(30) % 2)._replace(threshold=0.75)


def read(content, folder, sha256=None):
    """The model of a bundle that holds these bytes."""
    (folder / NOVELTY_FILE).write_bytes(content)
    contents = BundleContents(Path(folder), {NOVELTY_FILE: NOVELTY_FILE}, is_zip=False)
    sha256 = sha256 or hashlib.sha256(content).hexdigest()
    return read_novelty(contents, SimpleNamespace(files={NOVELTY_FILE: sha256}, styles=STYLES))


def changed(model, **arrays):
    """The bytes of the model with other arrays; None leaves one out."""
    values = {name: value for name, value in (model.arrays() | arrays).items() if value is not None}
    stream = io.BytesIO()
    np.savez(stream, **values)
    return stream.getvalue()


def test_it_says_of_pictures_what_it_said_before(model, tmp_path):
    again = read(novelty_bytes(model), tmp_path)
    pictures = np.random.default_rng(1).normal(size=(9, 12)).astype(np.float32)
    assert again.threshold == 0.75
    assert again.novelty(pictures) == pytest.approx(model.novelty(pictures), abs=1e-2)
    assert np.ptp(again.novelty(pictures)) > 0.05, "the test can fail"


def test_a_threshold_that_could_not_be_learned_stays_infinite(model, tmp_path):
    assert read(novelty_bytes(model._replace(threshold=np.inf)), tmp_path).threshold == np.inf


def test_a_bundle_without_one_has_none(tmp_path):
    contents = BundleContents(tmp_path, {}, is_zip=False)
    assert read_novelty(contents, SimpleNamespace(files={}, styles=STYLES)) is None


@pytest.mark.parametrize(
    "arrays, reason",
    [
        ({"mean": np.zeros(12, dtype=complex)}, "its mean is of the type complex128"),
        ({"spreads": np.zeros(2)}, "its spreads are not above 0"),
        ({"centre": None}, "lacks centre"),
        ({"centre": np.zeros(3)}, "centre is of shape"),
        ({"mean": np.full(12, np.nan)}, "its mean contains NaN or infinity"),
        ({"medians": np.full((2, 2), np.inf)}, "its medians contains NaN or infinity"),
        ({"threshold": np.array(np.nan)}, "its threshold contains NaN or infinity"),
        ({"directions": np.zeros((3, 3))}, "is of shape"),
        ({"whitening": None}, "lacks whitening"),
        ({"mean": np.array([{}] * 12)}, "allow_pickle=False"),
    ],
)
def test_arrays_that_fit_nothing_are_one_sentence(model, tmp_path, arrays, reason):
    with pytest.raises(ValueError, match=rf"novelty\.npz in .* is not a novelty model \(.*{reason}") as caught:
        read(changed(model, **arrays), tmp_path)
    assert "\n" not in str(caught.value)


def test_a_file_that_grows_is_not_unpacked(model, tmp_path):
    stream = io.BytesIO()
    np.savez_compressed(stream, **model.arrays(), bomb=np.zeros(10**6))
    with pytest.raises(ValueError, match="its arrays are much larger than the file"):
        read(stream.getvalue(), tmp_path)


def test_another_file_than_the_manifest_describes_is_refused(model, tmp_path):
    with pytest.raises(ValueError, match="is not the file that"):
        read(novelty_bytes(model), tmp_path, sha256="0" * 64)
    with pytest.raises(ValueError, match="is not a novelty model"):
        read(b"no zip file", tmp_path)
