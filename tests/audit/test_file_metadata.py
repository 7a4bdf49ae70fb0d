"""styleclf.audit.file_metadata: profiles, cameras and software give styles away."""

import numpy as np
import pandas as pd
from PIL import Image

from styleclf.audit import file_metadata, shortcuts
from styleclf.evaluation import AuthorBootstrap
from tests.data.images.test_colours import ADOBE


def save(path, maker="", model="", software="", profile=None):
    exif = Image.Exif()
    for tag, text in ((0x010F, maker), (0x0110, model), (0x0131, software)):
        if text:
            exif[tag] = text
    Image.new("RGB", (8, 8)).save(path, exif=exif, icc_profile=profile)
    return path


def test_files_are_asked_for_their_metadata(tmp_path):
    paths = [
        save(tmp_path / "a.jpg", "Canon", "Canon EOS 5D", "Adobe Photoshop\nCS6", ADOBE),
        save(tmp_path / "b.tif", "Phase One", "P 45", profile=b"broken"),
        save(tmp_path / "c.png"),
    ]
    table = file_metadata.metadata_of(paths, progress=False)
    assert table.to_numpy().tolist() == [
        ["Adobe RGB (1998)", "Canon EOS 5D", "Adobe Photoshop CS6"],
        ["a profile without a name", "Phase One P 45", ""],
        ["", "", ""],
    ]
    traits = file_metadata.metadata_traits(table)
    assert [traits[name].shape for name in file_metadata.METADATA] == [(3, 3), (3, 3), (3, 2)]
    assert all((trait.sum(axis=1) == 1).all() for trait in traits.values())


def test_the_camera_of_a_style_is_named_and_what_all_share_is_not():
    n = 60
    labels = np.array(["cubism", "rococo", "baroque"] * (n // 3))
    cameras = np.where(labels == "rococo", "Nikon D800", "")
    table = pd.DataFrame({"colour profile": ["sRGB"] * n, "camera": cameras, "software": [""] * n})
    counts = file_metadata.metadata_counts(table, labels)
    assert counts["n_images"].sum() == 3 * n
    assert file_metadata.telling_value(counts, "camera") == "'Nikon D800' in 20 of 20 rococo"
    assert file_metadata.telling_value(counts, "software") == ""
    traits = file_metadata.metadata_traits(table)
    targs = pd.factorize(labels, sort=True)[0]
    folds = np.arange(n) // 3 % 2
    blank = np.zeros((n, 1), np.float32)
    others = dict.fromkeys((*shortcuts.FILE, *shortcuts.PICTURE_TRAITS, *shortcuts.CONTROLS.values()), blank)
    audited = shortcuts.shortcut_audit(
        others | traits,
        targs,
        folds,
        probas=np.eye(3)[targs],
        bootstrap=AuthorBootstrap(np.arange(n), targs, n_resamples=200),
        n_trees=10,
        progress=False,
    )
    assert audited.loc[audited["near"], "model"].tolist() == ["camera"]
    (sentence,) = shortcuts.shortcut_sentences(audited, counts)
    assert sentence.startswith("camera alone scores 0.67")
    assert "('Nikon D800' in 20 of 20 rococo)" in sentence
