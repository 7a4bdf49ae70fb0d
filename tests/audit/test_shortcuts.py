"""Shortcuts: found where they were built in, and nowhere else."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf.audit import (
    file_traits as traits,
    shortcuts,
)
from styleclf.data.authors import author_groups
from styleclf.evaluation import AuthorBootstrap


def saved(design, sample, out, options):
    """The practice set without its margins, every image saved by `how(image, style number, path)`."""
    vocab = sorted(set(design["label"]))
    for row in design.itertuples():
        with Image.open(sample / row.filename) as image:
            width, height = image.size
            inner = image.crop((width // 6, height // 6, width - width // 6, height - height // 6)).resize((64, 64))
        path = out / row.filename
        path.parent.mkdir(parents=True, exist_ok=True)
        options(inner, vocab.index(row.label), path)
    return [out / filename for filename in design["filename"]]


def plainly(image, _, path):
    image.save(path, quality=90)


def at_a_quality_of_its_style(image, style, path):
    image.save(path, quality=50 + 5 * style)


def at_a_size_of_its_style(image, style, path):
    image.resize((64 + 8 * style, 64)).save(path, quality=90)


def in_a_frame_of_its_style(image, style, path):
    framed = Image.new("RGB", (68, 68), (30 * style, 0, 200))
    framed.paste(image, (2, 2))
    framed.save(path, quality=90)


def audited(paths, design, real=None):
    targs = pd.factorize(design["label"], sort=True)[0]
    groups, folds = author_groups(design), design["fold"].to_numpy()
    real = np.eye(targs.max() + 1)[targs] if real is None else real
    measured = traits.traits_of(paths, progress=False)
    draws = AuthorBootstrap(groups, targs, n_resamples=300)
    return shortcuts.shortcut_audit(measured, targs, folds, probas=real, bootstrap=draws, n_trees=40, progress=False)


@pytest.mark.parametrize(
    "options, built_in",
    [
        (at_a_quality_of_its_style, "JPEG settings"),
        pytest.param(at_a_size_of_its_style, "size and aspect", marks=pytest.mark.slow),
        pytest.param(in_a_frame_of_its_style, "border", marks=pytest.mark.slow),
    ],
)
def test_a_shortcut_that_was_built_in_is_found(no_val, sample, tmp_path, options, built_in):
    table = audited(saved(no_val, sample, tmp_path, options), no_val)
    assert built_in in set(table.loc[table["near"], "model"])
    assert table.set_index("model").loc[built_in, "value"] > 0.9
    assert any(line.startswith(f"{built_in} alone scores") for line in shortcuts.shortcut_sentences(table))


@pytest.fixture(scope="module")
def plain(no_val, sample, tmp_path_factory):
    """The audit of a set in which every image was saved alike."""
    return audited(saved(no_val, sample, tmp_path_factory.mktemp("plain"), plainly), no_val)


def test_where_none_was_built_in_it_stays_silent(plain):
    assert not plain["near"].any()
    asked = "size and aspect, JPEG settings, file size, sharpness, border"
    assert shortcuts.shortcut_sentences(plain) == [f"no trait that was asked about comes near the probe: {asked}"]
    colour = plain[plain["model"] == "colour histogram"]
    assert colour["lead_lo"].iat[0] > 0, "colour tells styles, and is none the less no shortcut"


def test_leads_are_paired_differences_from_the_control(plain):
    table = plain.set_index("model")
    assert table["lead"].to_numpy() == pytest.approx((table["value"] - table["control"]).to_numpy())
    assert table.drop(index=list(traits.CONTROLS))["control"].to_numpy() == pytest.approx(1 / 8)
    assert table.loc["the probe", ["value", "hi", "lead"]].tolist() == pytest.approx([1, 1, 7 / 8])
    assert 0.8 < table.loc["the probe", "lo"] < 0.95  # all right, of so many images
    assert table.loc["JPEG settings", "value"] == pytest.approx(1 / 8), "files that are alike tell nothing"
