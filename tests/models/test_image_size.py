"""models.image_size: bodies are made for the size that is asked for, and what does not work is found out first."""

import pytest
import torch
from safetensors.torch import save_file

from styleclf.models.image_size import check_image_size, smaller_size, takes_image_size
from styleclf.models.network import create_body
from tests.conftest import ARCH
from tests.models.states import fixed_state

LEVIT = "levit_128s"  # made for one size: its attention knows every position


@pytest.mark.parametrize("features", ["pooled", "style"])
def test_a_transformer_of_patches_takes_whole_ones_and_says_so(features):
    body = create_body("test_vit", features, "none")
    assert takes_image_size(body, 160)
    assert takes_image_size(body, 128)
    with pytest.raises(ValueError, match=r"no images of 100 pixels .*choose size 160, or another multiple of 16"):
        check_image_size(body, 100)


def test_a_network_of_one_size_names_it():
    body = create_body(LEVIT, "pooled", "none")
    with pytest.raises(ValueError, match=r"no images of 192 pixels a side \(.*\): it was made for 224.*size 224$"):
        check_image_size(body, 192)
    assert smaller_size(body, 224, 32) == 224


@pytest.mark.parametrize("features", ["pooled", "style"])
def test_convolutions_take_any_size(features):
    body = create_body(ARCH, features, "none")
    check_image_size(body, 97)
    assert smaller_size(body, 97, 32) == 65


def test_a_training_step_down_is_a_number_of_whole_patches():
    body = create_body("vit_tiny_patch16_224", "pooled", "none")
    assert smaller_size(body, 224, 32) == 192
    assert smaller_size(body, 224, 40) == 176
    assert smaller_size(body, 224, 224) == 224  # nothing would be left
    overlapping = create_body("pvt_v2_b0", "pooled", "none")  # patches of 7 pixels, one every 4
    assert smaller_size(overlapping, 224, 32) == 192


def test_position_embeddings_are_resized_for_another_size(tmp_path):
    state = fixed_state("test_vit", num_classes=0)
    save_file(state, tmp_path / "body.safetensors")
    body = create_body("test_vit", weights=tmp_path / "body.safetensors", size=96)
    positions = body.state_dict()["pos_embed"]
    assert positions.shape != state["pos_embed"].shape
    assert takes_image_size(body, 96)
    others = [name for name in state if name != "pos_embed"]
    assert all(torch.equal(body.state_dict()[name], state[name]) for name in others)
    torch.testing.assert_close(positions.mean(), state["pos_embed"].mean(), atol=0.02, rtol=0)


def test_weights_that_know_every_position_are_refused_at_another_size_with_their_own(tmp_path):
    state = fixed_state("test_vit_relpos", num_classes=0)
    state["blocks.0.attn.qkv.weight"] = state["blocks.0.attn.qkv.weight"][:-1].contiguous()
    save_file(state, tmp_path / "body.safetensors")
    with pytest.raises(ValueError, match=r"does not fit.*perhaps because of size 96: test_vit_relpos was made for 160"):
        create_body("test_vit_relpos", weights=tmp_path / "body.safetensors", size=96)
