"""styleclf.common.resume: going on where earlier work stopped, or refusing what was made with other settings."""

import json
from pathlib import Path

import pytest

from styleclf.common.resume import as_json, check_made_alike

BEFORE = {"size": 224, "arch": "resnet18", "seed": 0}
ADVICE = "choose another --out"


def test_settings_compare_as_their_file_gives_them_back(tmp_path):
    made_with = {"sizes": (160, 192), "weights": None, "images": Path("my/paintings")}
    file = tmp_path / "made_with.json"
    file.write_text(json.dumps(as_json(made_with)))
    check_made_alike(json.loads(file.read_text()), as_json(made_with), "runs/cv was trained", advice=ADVICE)


def test_every_difference_is_named_also_one_of_a_setting_that_only_one_side_has():
    now = {"size": 192, "arch": "resnet18", "epochs": 6}
    differences = "epochs None instead of 6, seed 0 instead of None, size 224 instead of 192"
    with pytest.raises(ValueError, match=f"^runs/cv was trained with {differences}: {ADVICE}$"):
        check_made_alike(BEFORE, now, "runs/cv was trained", advice=ADVICE)


def test_only_the_settings_asked_for_are_compared():
    now = {**BEFORE, "seed": 1}
    check_made_alike(BEFORE, now, "runs/cv was trained", advice=ADVICE, names=("size", "arch"))
    with pytest.raises(ValueError, match="seed 0 instead of 1"):
        check_made_alike(BEFORE, now, "runs/cv was trained", advice=ADVICE, names=("seed",))


def test_digests_that_differ_are_not_shown():
    for before in ({"images": "0" * 32}, {}):
        with pytest.raises(ValueError, match=f"^runs/maps was made with other images: {ADVICE}$"):
            check_made_alike(before, {"images": "f" * 32}, "runs/maps was made", advice=ADVICE)


@pytest.mark.parametrize("before", [None, [], 3, "size"])
def test_settings_that_nobody_can_read_are_told(before):
    with pytest.raises(ValueError, match=r"fold was trained with settings that nobody can read, .*: choose another"):
        check_made_alike(before, BEFORE, "the fold was trained", advice=ADVICE)
