"""bundle.graph: it computes what the network does, for any number of pictures, and with fewer bits nearly that."""

import numpy as np
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from styleclf.bundle.graph import PixelNetwork, _resizing_matrix, halved_graph, onnx_graph, outputs_of

SIZE = 12
STATS = ((0.5, 0.4, 0.3), (0.2, 0.3, 0.4))


def pixel_network(body):
    torch.manual_seed(0)
    parts = nn.Sequential(body, nn.Linear(4, 3), nn.Linear(3, 2))
    return PixelNetwork(parts, STATS).eval()


@pytest.fixture(scope="module")
def network():
    return pixel_network(nn.Sequential(nn.Conv2d(3, 4, 3, stride=2), nn.AdaptiveAvgPool2d(1), nn.Flatten()))


@pytest.fixture(scope="module")
def graph(network):
    return onnx_graph(network, SIZE)


@pytest.fixture(scope="module")
def pixels():
    return np.random.default_rng(0).integers(0, 256, (5, SIZE, SIZE, 3), dtype=np.uint8)


def run_graph(graph, pixels):
    return onnxruntime.InferenceSession(graph).run(["logits", "embeddings", "features"], {"pixels": pixels})


def test_pixels_are_normalised_by_channel(network, pixels):
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2) / 255
    mean, std = (torch.tensor(values).view(1, 3, 1, 1) for values in STATS)
    expected = network.body((x - mean) / std).detach().numpy()
    logits, embeddings, features = outputs_of(network, pixels)
    assert np.allclose(features, expected, atol=1e-6)
    assert np.allclose(logits, network.head(torch.from_numpy(embeddings)).detach().numpy(), atol=1e-6)


@pytest.mark.parametrize("n", [1, 5])
def test_the_graph_takes_any_number_of_pictures(network, graph, pixels, n):
    for output, expected in zip(run_graph(graph, pixels[:n]), outputs_of(network, pixels[:n]), strict=True):
        assert output.shape == expected.shape
        assert np.allclose(output, expected, atol=1e-5)


def test_half_as_many_bits_compute_nearly_the_same(network, graph, pixels):
    logits = run_graph(halved_graph(graph), pixels)[0]
    assert logits.dtype == np.float32
    assert 0 < np.abs(logits - outputs_of(network, pixels)[0]).max() < 0.01


@pytest.mark.parametrize("smaller", [5, 8])
def test_two_products_of_matrices_make_an_image_smaller(smaller):
    x = torch.rand(2, 3, SIZE, SIZE)
    matrix = _resizing_matrix(SIZE, smaller)
    expected = F.interpolate(x, (smaller, smaller), mode="bilinear", antialias=True)
    assert torch.allclose(matrix.T @ x @ matrix, expected, atol=1e-5)
    assert torch.allclose(matrix.sum(dim=0), torch.ones(smaller), atol=1e-6)


def test_a_network_without_a_graph_is_one_sentence():
    class Folded(nn.Module):
        """An operation that ONNX does not have."""

        def forward(self, x):
            eigenvalues = torch.linalg.eigvals(x.mean(dim=1)[:, :4, :4])
            return eigenvalues.abs()

    with pytest.raises(ValueError, match=r"this network has no ONNX graph \(.*--graph none") as caught:
        onnx_graph(pixel_network(Folded()), SIZE)
    assert "\n" not in str(caught.value)
