"""bundle.network_spec: a network from words and weights; words and weights that do not fit are refused."""

import copy

import pytest
import torch
from torch import nn

from styleclf.bundle.network_spec import network_of, network_spec, portable_network, weights_of
from styleclf.forest import ForestHead, TreeHead, tree_head
from styleclf.forest.search_space import DEFAULT_PARAMETERS, create_forest
from styleclf.inference import learner_parts
from styleclf.training import load_style_learner


@pytest.fixture(scope="module")
def parts(bundled):
    return learner_parts(load_style_learner(bundled / "model.pkl"))


@pytest.fixture(scope="module")
def forest():
    x = torch.randn(60, 16, generator=torch.Generator().manual_seed(0)).numpy()
    return create_forest({**DEFAULT_PARAMETERS, "n_estimators": 5}, jobs=1).fit(x, (x[:, 0] > 0).astype(int))


def described(parts):
    network = portable_network(parts)
    return network_spec(network, parts), weights_of(network)


def test_the_network_is_made_again_whatever_its_head(parts, forest):
    x = torch.randn(3, 3, 32, 32)
    n_styles = len(parts.vocab)
    for head in (parts.head, ForestHead(forest, n_styles)):
        changed = parts._replace(head=head)
        spec, weights = described(changed)
        network = network_of(spec, weights, n_styles, 32)
        with torch.inference_mode():
            expected = head(parts.neck(parts.body.eval()(x)))
            assert torch.allclose(network(x), expected, atol=1e-5)
        assert spec["head"]["kind"] == ("linear" if head is parts.head else "forest")


def test_weights_have_memory_of_their_own(parts):
    _, weights = described(parts)
    before = parts.neck[-1].weight.detach().clone()
    weights["1.1.weight"].zero_()
    assert torch.equal(parts.neck[-1].weight, before)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"body": {"arch": "hf-hub:owner/name", "features": "style"}}, "is not the name of an architecture"),
        ({"body": {"arch": "../x", "features": "style"}}, "is not the name of an architecture"),
        ({"body": {"arch": "no_such", "features": "style"}}, "timm has no architecture"),
        ({"body": {"arch": "vit_7b_patch16_dinov3", "features": "pooled"}}, r"has 6,716,\d{3},\d{3} weights, and"),
        ({"body": {"arch": "test_vit", "features": "wavelets"}}, "features must be one of .* not 'wavelets'"),
        ({"activation": "exec"}, "the activation before the neck must be one of"),
        ({"embedding_size": 10**9}, "not those of embeddings of 1000000000 numbers"),
        ({"head": {"kind": "magic"}}, "there is no head of the kind 'magic'"),
        ({"head": {"kind": "cosine", "scale": 1, "n_centers": 10**9}}, "impossible numbers"),
    ],
)
def test_words_that_fit_no_weights_are_refused(change, sentence, parts):
    spec, weights = described(parts)
    with pytest.raises(ValueError, match=sentence):
        network_of({**spec, **change}, weights, len(parts.vocab), 32)


def test_a_forest_for_other_styles_is_refused(parts, forest):
    spec, weights = described(parts._replace(head=ForestHead(forest, len(parts.vocab))))
    with pytest.raises(ValueError, match="a forest for other embeddings or styles"):
        network_of(spec, weights, 2, 32)


def test_a_head_of_another_program_is_refused(parts, forest):
    with pytest.raises(ValueError, match="a head of the kind Bilinear cannot be written"):
        described(parts._replace(head=nn.Bilinear(2, 2, 2)))
    portable = portable_network(parts._replace(head=ForestHead(forest, 8)))
    assert isinstance(portable[2], TreeHead)
    assert isinstance(tree_head(ForestHead(forest, 8)), TreeHead)
    assert copy.deepcopy(portable[2]).depth == portable[2].depth
