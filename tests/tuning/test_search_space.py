"""What is searched: ranges around the default, refusals, and the check before a study."""

import pytest

pytest.importorskip("optuna", reason="tuning is an extra: pip install styleclf[tune]")

from styleclf.tuning.search_space import TuningTask, check_default, create_search_space
from tests.tuning.made_up import BASE


def test_the_space_holds_the_default_and_is_narrowed_by_what_is_given():
    space = create_search_space(BASE)
    for name, among in space.items():
        value = 3e-4 if name == "lr_max" else BASE[name]
        assert value in among if isinstance(among, list) else among.low <= value <= among.high, name
    assert list(create_search_space(BASE, searched=["wd", "lr_max"])) == ["lr_max", "wd"]
    assert create_search_space(BASE, archs=["a", "resnet18"])["arch"] == ["resnet18", "a"]
    from_scratch = create_search_space(BASE | {"weights": "none"}, epochs_max=2)
    assert from_scratch["epochs"] == (1, 2, False)
    assert not {"n_frozen", "probe_share"} & set(from_scratch)
    assert from_scratch["lr_max"].low == pytest.approx(3e-4)


@pytest.mark.parametrize(
    "base, options, what",
    [
        ({}, {"searched": ["lr"]}, "what is searched must be one of arch, .* not 'lr'"),
        ({}, {"epochs_max": -1}, "0 or more, not -1"),
        ({"weights": "none"}, {"epochs_max": 0}, "1 or more, not 0"),
        ({"minutes": 3.0}, {}, "minutes"),
        ({"lr_max": 0.0}, {}, "lr_max must be above 0"),
        ({}, {"archs": ["resnet34"], "searched": ["wd"]}, "arch is not among"),
    ],
)
def test_a_space_that_makes_no_sense_is_refused(base, options, what):
    with pytest.raises(ValueError, match=what):
        create_search_space(BASE | base, **options)


def test_the_check_finds_what_would_fail_every_trial(task, sample, options):
    for wrong, what in (
        ({"arch": "resnet1"}, "resnet1"),
        ({"weights": "nowhere.safetensors"}, "nowhere"),
        ({"probe_share": 2.0}, "probe_share"),
    ):
        with pytest.raises((ValueError, OSError), match=what):
            check_default(TuningTask(task.paintings, BASE | options | wrong, {}))
    with pytest.raises(ValueError, match="resnet3"):
        check_default(TuningTask(task.paintings, BASE | options, {"arch": ["resnet18", "resnet3x"]}))
