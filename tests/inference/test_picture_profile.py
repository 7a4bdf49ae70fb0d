"""inference.picture_profile: pictures unlike those of the training are told and counted, others are not."""

import numpy as np
import pytest
from PIL import Image, ImageFilter

from styleclf.data import Picture
from styleclf.inference import picture_profile
from styleclf.training.export import export_learner, load_style_learner


@pytest.fixture(scope="module")
def loaded(trained, tmp_path_factory):
    """A learner of pictures of 64 pixels, exported and loaded."""
    return load_style_learner(export_learner(trained, tmp_path_factory.mktemp("profile") / "model.pkl"))


@pytest.fixture
def changed(design, sample, tmp_path):
    """`changed(change, n=20)`: copies of pictures of fold 0, changed, as files."""

    def write(change, n=20):
        paths = []
        for i, filename in enumerate(design["filename"][design["fold"] == "0"][:n]):
            paths.append(tmp_path / f"{i}.bmp")  # quick to write
            with Image.open(sample / filename) as image:
                change(image.convert("RGB")).save(paths[-1])
        return paths

    return write


def test_an_exported_learner_keeps_the_traits_of_its_training(trained, loaded, design, sample):
    files = [sample / filename for filename in design["filename"][~design["fold"].isin(["0", "val"])]]
    traits = picture_profile.picture_traits(Picture(32), files)
    assert len(traits.sharpness) == len(files)
    assert set(traits.short_sides) == {64}
    profile = loaded.picture_profile
    assert profile["short_sides"][50] == 64
    assert profile["sharpness"] == pytest.approx(np.percentile(traits.sharpness, np.arange(101)).tolist())
    picture_profile.keep_profile(loaded)  # its pictures are not at hand
    assert loaded.picture_profile == profile


def test_new_pictures_of_the_same_kind_are_passed_over_in_silence(loaded, design, sample):
    files = [sample / filename for filename in design["filename"][design["fold"] == "0"]]
    assert picture_profile.unlike_training(loaded, files) == ""
    assert picture_profile.unlike_training(loaded, files[:1]) == ""
    assert picture_profile.unlike_training(loaded, []) == ""


@pytest.mark.parametrize(
    "change, sentence",
    [
        (
            lambda image: image.resize((640, 480)),
            "20 are much larger (480 pixels) than those it was trained on (64 pix",
        ),
        (
            lambda image: image.resize((20, 24)),
            "20 are much smaller (20 pixels) than those it was trained on (64 pixels",
        ),
        (
            lambda image: image.filter(ImageFilter.GaussianBlur(6)),
            "20 are softer than 95 of 100 of those it was trained",
        ),
        (lambda image: image.filter(ImageFilter.UnsharpMask(2, 900, 0)), "are sharper than 95 of 100 of those it was"),
    ],
)
def test_pictures_of_another_kind_are_told_and_counted(loaded, changed, change, sentence):
    text = picture_profile.unlike_training(loaded, changed(change))
    assert text.startswith("of 20 pictures, ")
    assert sentence in text
    assert text.endswith("how right it is about such pictures has not been measured")


def test_a_single_picture_has_to_be_softer_than_all_of_the_training(loaded, changed):
    text = picture_profile.unlike_training(
        loaded, changed(lambda image: image.filter(ImageFilter.GaussianBlur(8)), n=1)
    )
    assert text.startswith("of 1 picture, 1 is softer than any of those it was trained on")


def test_unreadable_files_and_learners_without_a_profile_say_nothing(loaded, learn, tmp_path):
    (tmp_path / "text.jpg").write_text("no picture")
    assert picture_profile.unlike_training(loaded, [tmp_path / "text.jpg", tmp_path / "missing.jpg"]) == ""
    assert picture_profile.unlike_training(learn, [tmp_path / "text.jpg"]) == ""


def test_sharpness_does_not_depend_on_contrast_or_light():
    rng = np.random.default_rng(0)
    greys = np.repeat(rng.integers(0, 80, (1, 40, 40)), 3, axis=0).astype(np.uint8)
    sharp = picture_profile.sharpness_of(greys)
    assert picture_profile.sharpness_of(2 * greys + 50) == pytest.approx(sharp, abs=0.02)
    soft = np.asarray(Image.fromarray(greys[0]).filter(ImageFilter.GaussianBlur(2)))
    assert picture_profile.sharpness_of(np.stack([soft] * 3)) < sharp - 1
