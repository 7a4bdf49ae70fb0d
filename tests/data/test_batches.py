"""styleclf.batches: balanced by style, and by as many authors as there are."""

import numpy as np
import pytest

from styleclf.data.batches import _draw_diverse, alternate_groups, check_style_sizes, diverse_batches, images_per_style


def test_a_draw_has_all_authors_before_anyones_second_image():
    groups = np.array([0, 0, 0, 0, 1, 2, 2])
    rng = np.random.default_rng(0)
    for _ in range(50):
        result = _draw_diverse(np.arange(7), groups, 5, rng=rng)
        assert len(set(result)) == 5
        assert set(groups[result[:3]]) == {0, 1, 2}


def test_all_images_have_their_turn_and_many_styles_take_turns():
    targs = np.repeat(np.arange(10), 6)
    batches = diverse_batches(targs, np.arange(60), 80, bs=12, per_style=2, rng=np.random.default_rng(0))
    assert batches.shape == (80, 12)
    assert all((np.bincount(targs[batch], minlength=10)[np.unique(targs[batch])] == 2).all() for batch in batches)
    assert set(batches.ravel()) == set(range(60))


def test_all_have_a_turn_before_anyone_has_a_second():
    groups = np.array(list("aababcc"))
    assert "".join(groups[alternate_groups(groups)]) == "abcabca"[:6] + "a"
    assert alternate_groups(groups)[0] == 0
    assert alternate_groups(np.arange(5)).tolist() == list(range(5))


def test_four_of_a_style_where_there_is_room_else_two():
    assert [images_per_style(32, n) for n in (2, 8, 11, 30)] == [4, 4, 2, 2]
    with pytest.raises(ValueError, match="3 images in all"):
        images_per_style(3, 2)
    with pytest.raises(ValueError, match="rococo has 1 image to train on, but a batch takes 2"):
        check_style_sizes(["cubism", "cubism", "rococo"], 2)
