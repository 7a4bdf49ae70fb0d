"""styleclf.benchmark.contenders: ways to train that start alike and are scored alike."""

from dataclasses import replace

import pytest
import torch

from styleclf.benchmark import contenders
from styleclf.benchmark.contest import notes
from tests.benchmark.conftest import Alone
from tests.conftest import ARCH


def test_all_contenders_start_from_the_same_body(task, weights_file):
    from timm.models import load_state_dict

    weights = load_state_dict(str(weights_file))
    plain_learn = contenders.fastai_learner(task)
    learn = contenders.styleclf_learner(task)
    assert list(plain_learn.dls.vocab) == list(learn.dls.vocab)
    ancestor = contenders._ancestor_model(task, 8)
    for body in (plain_learn.model[0].model, learn.model[0].trunk, ancestor[0]):
        state = body.state_dict()
        for name, weight in weights.items():
            assert torch.equal(state[name], weight), name


def test_plain_fastai_freezes_and_normalises_as_vision_learner_does_with_its_own_weights(task):
    learn = contenders.fastai_learner(task)
    body = learn.model[0].model
    assert not body.conv1[0].weight.requires_grad
    steps = [type(step).__name__ for step in learn.dls.valid.after_batch.fs]
    assert steps.count("Normalize") == 1, "vision_learner adds none where weights are not its own"


def test_notes_say_that_the_ancestor_lacks_its_1000_way_layer(task):
    assert contenders.lacks_1000(task)
    assert notes(task, ["ancestor"])
    assert not notes(task, ["fastai"])


def test_the_ancestor_takes_a_file_with_the_1000_way_layer(task, tmp_path):
    import timm
    from safetensors.torch import save_file

    whole = timm.create_model(ARCH)
    save_file(whole.state_dict(), tmp_path / "whole.safetensors")
    whole_task = replace(task, weights_imagenet=str(tmp_path / "whole.safetensors"), stats_imagenet=(0.5, 0.25))
    model = contenders._ancestor_model(whole_task, 8)
    assert torch.equal(model[0].get_classifier().weight, whole.get_classifier().weight)
    assert model[1][1].in_features == 1000
    assert model[1][1].out_features == 16
    assert not contenders.lacks_1000(whole_task)
    assert not notes(whole_task, ["ancestor"])
    assert contenders._ancestor_stats(whole_task) == ((0.5,) * 3, (0.25,) * 3)
    assert contenders._ancestor_stats(task) == contenders._ancestor_stats(replace(whole_task, weights_imagenet=None))
    assert not contenders.lacks_1000(replace(task, weights=str(tmp_path / "whole.safetensors")))


@pytest.mark.parametrize("name", list(contenders.CONTENDERS))
def test_every_contender_is_scored_and_timed_alike(name, task):
    turns = Alone()
    outcome = contenders.CONTENDERS[name].function(task, turns)
    assert outcome["n_epochs"] == len(turns.news) == contenders.CONTENDERS[name].epochs(task)
    assert 0 < outcome["first_batch_s"] < outcome["total_s"]
    assert outcome["memory_mib"] > 100
    seconds = [point["seconds"] for point in outcome["curve"]]
    assert seconds == sorted(seconds)
    assert seconds[-1] == outcome["total_s"]
    assert outcome["curve"][-1]["top_2"] == outcome["top_2"]
    assert outcome["top_2_lo"] <= outcome["top_2"] <= outcome["top_2_hi"]
    assert len(outcome["curve"]) >= 1 + outcome["n_epochs"]
    if name in ("fastai", "ancestor"):
        assert outcome["curve"][-2]["top_1"] == pytest.approx(outcome["top_1"]), (
            "the last epoch's score is the final one"
        )
    assert (outcome["images_per_s"] > 0) == (outcome["n_epochs"] > 0)
