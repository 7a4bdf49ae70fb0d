"""training.body_choice: of bodies side by side the one learns whose own features say most of unseen painters."""

import math

import numpy as np
import pytest
import torch

from styleclf.data import get_dls
from styleclf.models import parameter_groups
from styleclf.training import body_choice, style_learner, train
from styleclf.training.body_choice import choose_trained_body, losses_by_body
from styleclf.training.probe import ProbeImages
from tests.conftest import ARCH, changed, state


@pytest.fixture
def pair(design, sample, weights_file):
    """A learner of two bodies, of which the first learns."""
    dls = get_dls(design, sample, 0, arch=f"{ARCH}+{ARCH}", weights=weights_file, size=32, bs=16)
    return style_learner(dls, f"{ARCH}+{ARCH}", f"{weights_file}+{weights_file}")


def learns(body):
    return all(parameter.requires_grad for parameter in body.parameters())


def test_the_body_with_the_lowest_loss_learns_alone_and_a_line_says_so(pair, monkeypatch, capsys):
    monkeypatch.setattr(body_choice, "losses_by_body", lambda learn, body: [1.25, 1.0])
    choose_trained_body(pair)
    first, second = pair.model[0].bodies
    assert pair.model[0].frozen == (True, False)
    assert not any(parameter.requires_grad for parameter in first.parameters())
    pair.freeze_to(0)
    in_optimiser = {id(parameter) for parameter, *_ in pair.opt.all_params()}
    grouped = {id(parameter) for group in parameter_groups(pair.model) for parameter in group}
    assert in_optimiser == grouped
    assert {id(parameter) for parameter in second.parameters()} <= grouped
    assert learns(second)
    assert not {id(parameter) for parameter in first.parameters()} & grouped
    output = capsys.readouterr().out
    assert f"fine-tuning trains {ARCH}" in output
    assert "1.25" in output
    assert "1.00" in output


@pytest.mark.slow
def test_a_training_changes_the_body_that_is_worth_it_and_no_other(pair, monkeypatch):
    monkeypatch.setattr(body_choice, "losses_by_body", lambda learn, body: [1.25, 1.0])
    before = [state(body) for body in pair.model[0].bodies]
    train(pair, 1)
    first, second = pair.model[0].bodies
    assert not changed(before[0], first)
    assert changed(before[1], second)


@pytest.mark.parametrize("losses", [[1.0, 1.25], [math.inf, math.inf]])
def test_the_first_learns_where_it_is_best_or_nothing_can_be_told(pair, monkeypatch, losses):
    optimiser = pair.opt
    monkeypatch.setattr(body_choice, "losses_by_body", lambda learn, body: losses)
    choose_trained_body(pair)
    assert pair.model[0].frozen == (False, True)
    assert pair.opt is optimiser


def test_a_single_body_is_no_choice(learn, capsys):
    choose_trained_body(learn)
    assert "fine-tuning trains" not in capsys.readouterr().out


def test_a_body_that_knows_styles_has_the_lower_loss(pair, monkeypatch):
    rng = np.random.default_rng(0)
    body = pair.model[0]
    targs = np.repeat([0, 1], 30)
    groups = np.arange(60) // 3
    features = rng.normal(size=(60, body.head_hidden_size))
    of_first = sum(body.widths_by_body()[0])
    features[:, of_first:] += targs[:, None]
    images = ProbeImages(features.astype(np.float32), None, targs, groups)
    monkeypatch.setattr(body_choice, "probe_images", lambda *arguments, **options: images)
    ignorant, knowing = losses_by_body(pair, body)
    assert knowing < 0.3 < ignorant


def test_nothing_can_be_told_of_a_few_authors(pair, monkeypatch):
    body = pair.model[0]
    features = torch.randn(12, body.head_hidden_size).numpy()
    images = ProbeImages(features, None, np.repeat([0, 1], 6), np.repeat([0, 1], 6))
    monkeypatch.setattr(body_choice, "probe_images", lambda *arguments, **options: images)
    assert losses_by_body(pair, body) == [math.inf, math.inf]
