"""Near-copies: found where they were made, and merged into one group."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.audit import (
    duplicates,
)
from styleclf.data import Paintings
from styleclf.data.authors import author_groups
from styleclf.data.design import read_design
from tests.audit.conftest import painters_design


@pytest.fixture(scope="module")
def copied(design, sample, tmp_path_factory):
    """The practice set with a recompressed, smaller copy of one painting under another name."""
    images = tmp_path_factory.mktemp("copied")
    for folder in sorted(set(design["label"])):
        (images / folder).symlink_to(sample / folder)
    original = design[(design["author"] != "") & (design["fold"] == "0")].iloc[0]
    (images / "other").mkdir()
    with Image.open(sample / original["filename"]) as image:
        image.resize((60, 50)).save(images / "other/nobody_copy.jpg", quality=60)
    copy = original.to_frame().T.assign(filename="other/nobody_copy.jpg", author="nobody", fold="2", copy_of="")
    return pd.concat([design, copy], ignore_index=True), images, original["filename"]


def test_a_recompressed_copy_under_another_name_is_the_only_pair(copied):
    design, images, original = copied
    result = duplicates.near_duplicates(Paintings(design, images), progress=False)
    assert result[["filename", "filename_2"]].to_numpy().tolist() == [[original, "other/nobody_copy.jpg"]]
    assert result[["fold", "fold_2"]].to_numpy().tolist() == [["0", "2"]]
    assert result["distance"].iat[0] < 40
    assert "1 pair of near-copies under different names, 1 in different folds" in duplicates.duplicates_sentence(result)


def test_near_copies_by_one_author_are_no_pair(copied):
    design, images, original = copied
    author = design.set_index("filename").loc[original, "author"]
    same = design.assign(author=design["author"].replace("nobody", author))
    assert duplicates.near_duplicates(Paintings(same, images), progress=False).empty
    assert duplicates.duplicates_sentence(same.iloc[:0]) == "no near-copies under different names"


def test_a_merged_design_keeps_copies_together_and_can_be_read(copied, tmp_path):
    design, images, original = copied
    result = duplicates.near_duplicates(Paintings(design, images), progress=False)
    merged = duplicates.merged_design(design, result)
    groups = pd.Series(author_groups(merged), index=merged["filename"])
    assert groups[original] == groups["other/nobody_copy.jpg"]
    assert merged.groupby(author_groups(merged))["fold"].nunique().max() == 1
    changed = merged["fold"] != design["fold"]
    assert merged.loc[changed, "author"].nunique() == 1, "nobody else has moved"
    assert duplicates.near_duplicates(Paintings(merged, images), progress=False).empty
    merged.to_csv(tmp_path / "design.csv", index=False)
    assert read_design(tmp_path / "design.csv")["fold"].tolist() == merged["fold"].tolist()


def test_merging_takes_images_out_of_the_validation_set_and_never_into_it():
    design, _ = painters_design()
    design.loc[design["author"].isin(["zen-0", "zen-1"]), "fold"] = "val"
    pairs = pd.DataFrame(
        {"filename": ["zen/zen-0_0.jpg", "cubism/cubism-0_0.jpg"], "filename_2": ["zen/zen-2_0.jpg", "zen/zen-2_1.jpg"]}
    )
    merged = duplicates.merged_design(design, pairs)
    joined = merged["author"].isin(["zen-0", "zen-2", "cubism-0"])
    assert merged.loc[joined, "fold"].nunique() == 1
    assert "val" not in set(merged.loc[joined, "fold"])
    assert (merged.loc[merged["author"] == "zen-1", "fold"] == "val").all()
    assert len(set(author_groups(merged)[joined])) == 1
    assert merged["copy_of"].ne("").sum() == 2


def test_hashes_stand_what_copies_go_through_and_tell_pictures_apart(sample, design):
    paths = [sample / filename for filename in design["filename"][::8]]
    clean = duplicates._perceptual_hashes(paths, progress=False)
    assert clean.shape == (len(paths), 256)
    assert set(np.unique(clean)) == {-1, 1}
    distances = (256 - clean @ clean.T) / 2
    assert (distances[np.triu_indices(len(paths), 1)] > duplicates.MOST_BITS).mean() > 0.95
