"""data.one_vs_rest: who is dropped from the rest of a training, and who never."""

import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from styleclf.data.authors import UNUSED
from styleclf.data.one_vs_rest import against_rest, style_against_rest, thin_rest
from styleclf.evaluation.precision_recall_curves import REST


def painted(style, fold, *n_images):
    """Images of a style: so many by each of its painters; a negative number stands for images without author."""
    authors = [f"{style}-{fold}-{i}" if n > 0 else "" for i, n in enumerate(n_images) for _ in range(abs(n))]
    return pd.DataFrame({"label": style, "author": authors, "fold": fold})


@pytest.fixture
def uneven():
    """Eight images of rococo in each fold, and a rest of three uneven styles, one without authors."""
    parts = [
        painted(*each)
        for fold in ("0", "1", "2", "val")
        for each in (("rococo", fold, 5, 3), ("cubism", fold, 20, 2, 2), ("photo", fold, -12), ("ukiyo-e", fold, 4, 4))
    ]
    table = pd.concat(parts, ignore_index=True)
    return table.assign(filename=[f"{row.label}/{i:03}.jpg" for i, row in enumerate(table.itertuples())])


def test_against_rest_has_two_labels_and_keeps_the_others_beside_them(uneven):
    binary = against_rest(uneven, "rococo")
    assert style_against_rest(binary) == "rococo"
    assert style_against_rest(uneven) == ""
    assert set(binary["label"]) == {"rococo", REST}
    assert (binary["original_label"] == uneven["label"]).all()
    assert ((binary["label"] == "rococo") == (uneven["label"] == "rococo")).all()
    pd.testing.assert_frame_equal(binary[["author", "fold", "filename"]], uneven[["author", "fold", "filename"]])


def test_an_unknown_style_is_refused_with_near_ones(uneven):
    with pytest.raises(ValueError, match="no style 'rococco': did you mean rococo"):
        against_rest(uneven, "rococco")
    with pytest.raises(ValueError, match="it has cubism, photo, rococo, ukiyo-e"):
        against_rest(uneven, "xyz")
    with pytest.raises(ValueError, match="rename"):
        against_rest(uneven.replace("photo", REST), "rococo")


def kept_rest(design, fold, ratio, seed=0):
    """What is left of the rest to train on, and how many images of the style there are."""
    left = thin_rest(against_rest(design, "rococo"), fold, ratio, seed=seed)
    train = left[~left["fold"].isin([fold, "val", UNUSED])]
    return train[train["label"] == REST], (train["label"] == "rococo").sum()


@pytest.mark.parametrize("fold", ["0", "2", "val"])
@pytest.mark.parametrize("ratio", [0.5, 1, 2.3])
def test_only_the_rest_of_the_training_part_is_thinned_to_the_ratio(uneven, fold, ratio):
    binary = against_rest(uneven, "rococo")
    left = thin_rest(binary, fold, ratio)
    dropped = binary[left["fold"] == UNUSED]
    assert set(dropped["label"]) == {REST}
    assert dropped["fold"].isin([fold, "val"]).sum() == 0
    rest, n_style = kept_rest(uneven, fold, ratio)
    assert len(rest) == round(ratio * n_style)
    pd.testing.assert_frame_equal(left[left["fold"] != UNUSED], binary[left["fold"] != UNUSED])


@settings(max_examples=25)
@given(ratio=st.floats(0.2, 6), seed=st.integers(0, 99))
def test_every_style_gives_up_the_same_share(ratio, seed):
    design = pd.concat([painted("rococo", "0", 9), painted("cubism", "0", 40, 7, 3), painted("photo", "0", -25)])
    design = pd.concat([design, painted("rococo", "1", 2)], ignore_index=True)
    design["filename"] = design.index.map(str)
    rest, n_style = kept_rest(design, "1", ratio, seed)
    share = min(1, round(ratio * n_style) / 75)
    for style, n in (("cubism", 50), ("photo", 25)):
        assert abs((rest["original_label"] == style).sum() - share * n) <= 1


def test_painters_take_turns(uneven):
    rest, _ = kept_rest(uneven, "0", 1)
    n_of = rest[rest["original_label"] == "cubism"]["author"].value_counts()
    assert len(n_of) == 6, "every painter of cubism is still there"
    assert n_of.max() - n_of.min() <= 1


def test_a_seed_tells_which_images_stay_whatever_the_order_of_others(uneven):
    first, again, other = (set(kept_rest(uneven, "1", 1, seed)[0]["filename"]) for seed in (0, 0, 1))
    assert first == again != other


def test_a_ratio_beyond_what_there_is_drops_nothing_and_one_below_0_is_refused(uneven):
    binary = against_rest(uneven, "rococo")
    pd.testing.assert_frame_equal(thin_rest(binary, 0, 100), binary)
    with pytest.raises(ValueError, match="ratio is 0"):
        thin_rest(binary, 0, 0)
    with pytest.raises(ValueError, match="fold '7'"):
        thin_rest(binary, 7)
    with pytest.raises(ValueError, match="no image of the style"):
        thin_rest(binary[(binary["label"] == REST) | (binary["fold"] == "0")], 0)
