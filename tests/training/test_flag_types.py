"""training.flag_types: what no training could use is refused, and a flag says without which others it is idle."""

import inspect

import pytest

from styleclf.common import check_values, idle_flags
from styleclf.training.fit import fitted_learner

DEFAULTS = {name: flag.default for name, flag in inspect.signature(fitted_learner).parameters.items()}
BEYOND = {
    "margin": 91,
    "scale": 0,
    "lr_head": 0,
    "joint_weight": -0.1,
    "rest_ratio": 0,
    "loss": "hinge",
    "joint": "arcface",
    "lr_max": 0,
    "schedule": "cosine",
    "n_frozen": 3,
    "probe_share": 1.01,
    "augment": 2.1,
    "label_smoothing": 1.0,
    "wd": -1,
}


@pytest.mark.parametrize("name", BEYOND)
def test_a_value_beyond_its_range_is_refused_with_its_name(name):
    check_values(fitted_learner, DEFAULTS)
    with pytest.raises(ValueError, match=name):
        check_values(fitted_learner, DEFAULTS | {name: BEYOND[name]})


@pytest.mark.parametrize("name, value, needed", [("margin", 30.0, {"loss": "arcface"}), ("lr_max", 0.1, {"epochs": 3})])
def test_a_flag_says_without_which_others_it_has_no_effect(name, value, needed):
    defaults = DEFAULTS | {"epochs": 0}
    values = defaults | {name: value}
    flag = f"--{name.replace('_', '-')} has no effect"
    (sentence,) = idle_flags(fitted_learner, values, defaults)
    assert sentence.startswith(flag)
    with_others = idle_flags(fitted_learner, values | needed, defaults)
    assert not any(sentence.startswith(flag) for sentence in with_others)
