"""bundle.agreement: differences of probabilities, whatever the batches, and pictures spread over the files."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from styleclf.bundle import agreement
from styleclf.bundle.agreement import Agreement, decoded_pictures, measure_agreement
from styleclf.light import logistic, softmax

N_STYLES = 3


def logits_of(pixels):
    """Logits by the mean of each channel."""
    return pixels.reshape(len(pixels), -1, N_STYLES).mean(axis=1) / 20


def network(pixels):
    logits = torch.from_numpy(logits_of(pixels.numpy()))
    return logits, logits, logits


def model_with(change, probas_of=softmax, label_thresholds=None):
    """A model whose probabilities are those of `network` after a change of its logits."""

    def predict_pixels(pixels):
        return SimpleNamespace(probas=probas_of(change(logits_of(pixels))))

    manifest = SimpleNamespace(input=SimpleNamespace(size=8), label_thresholds=label_thresholds)
    return SimpleNamespace(manifest=manifest, predict_pixels=predict_pixels)


@pytest.fixture
def pictures():
    return list(np.random.default_rng(0).integers(0, 256, (21, 8, 8, 3), dtype=np.uint8))


def test_the_same_numbers_agree_wholly(pictures):
    measured = measure_agreement(network, model_with(lambda logits: logits), pictures)
    assert measured == pytest.approx(Agreement(21, 0, 0, 1), abs=1e-6)
    alone = measure_agreement(network, model_with(lambda logits: logits), [])
    assert alone.n_pictures == 1, "without pictures it is asked of the pattern of colours"


def test_labels_are_each_by_itself_in_the_network_and_the_graph(pictures):
    model = model_with(lambda logits: logits, logistic, label_thresholds=np.full(N_STYLES, 0.5))
    assert measure_agreement(network, model, pictures).largest < 1e-6


def test_differences_are_those_of_probabilities_over_all_batches(pictures, monkeypatch):
    def turned(logits):
        return logits[:, ::-1] * 1.5

    logits = logits_of(np.stack(pictures))
    difference = np.abs(softmax(turned(logits)) - softmax(logits)).max(axis=1)
    is_same = logits.argmax(axis=1) == turned(logits).argmax(axis=1)
    assert 0 < is_same.mean() < 1
    for batch_size in (4, 100):
        monkeypatch.setattr(agreement, "_BATCH_SIZE", batch_size)
        measured = measure_agreement(network, model_with(turned), pictures)
        assert measured.largest == pytest.approx(difference.max())
        assert measured.mean == pytest.approx(difference.mean())
        assert measured.same_style == is_same.mean()
    assert measured.as_json()["n_pictures"] == 21


def test_pictures_are_spread_over_the_files_and_damaged_ones_passed_over(tmp_path):
    paths = [tmp_path / f"{number}.png" for number in range(11)]
    for number, path in enumerate(paths):
        Image.new("RGB", (9, 6), (10 * number, 0, 0)).save(path)
    assert [pixels[0, 0, 0] for pixels in decoded_pictures(paths, 4, "squash", 3)] == [0, 50, 100]
    paths[5].write_bytes(b"no picture")
    assert [pixels[0, 0, 0] for pixels in decoded_pictures(paths, 4, "squash", 3)] == [0, 100]
    assert len(decoded_pictures(paths, 4, "squash", 99)) == 10
    assert decoded_pictures([], 4, "squash", 3) == []
