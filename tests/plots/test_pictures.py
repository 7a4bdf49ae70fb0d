"""styleclf.plots.pictures: which images are chosen, and how they stand."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from styleclf import plots
from styleclf.common import written_painter
from styleclf.plots import pictures
from styleclf.plots.theme import MUTED
from tests.evaluation.made_predictions import VOCAB, make_predictions
from tests.plots.made_up import pixels_of, words_of


def pictures_of(monkeypatch, draw):
    """The filenames, below their folder's parent, that a figure opens."""
    opened = []
    original = pictures.open_picture
    monkeypatch.setattr(pictures, "open_picture", lambda path: opened.append(path) or original(path))
    fig = draw()
    return fig, [f"{path.parent.name}/{path.name}" for path in opened]


@pytest.mark.parametrize("kind", list(pictures.KINDS))
def test_grids_show_images_of_their_kind_at_most_so_many_a_style(images, monkeypatch, kind):
    predictions = make_predictions()
    fig, filenames = pictures_of(monkeypatch, lambda: plots.plot_examples(predictions, images, kind, n_rows=2))
    order = np.argsort(-predictions.filter(like="proba_").to_numpy(), axis=1)
    first, second = np.array(VOCAB)[order[:, 0]], np.array(VOCAB)[order[:, 1]]
    label = predictions["label"].to_numpy()
    right = {"top-1": first == label, "top-2": (second == label), "wrong": (first != label) & (second != label)}[kind]
    expected = predictions[right].groupby("label").size().clip(upper=2)
    assert set(filenames) <= set(predictions["filename"][right])
    assert len(filenames) == len(set(filenames))
    assert pd.Series([name.split("/")[0] for name in filenames]).value_counts().to_dict() == expected.to_dict()
    assert any(f"{right.sum()} of 60 images" in text for text in words_of(fig))
    frame = np.frombuffer(bytes.fromhex(pictures.KINDS[kind][1][1:]), np.uint8)
    assert (pixels_of(fig) == frame).all(axis=-1).sum() > 100 * len(filenames)


def test_the_draw_depends_on_the_seed_but_not_on_the_order_of_rows(images, monkeypatch):
    predictions = make_predictions()
    shuffled = predictions.sample(frac=1, random_state=1)
    draws = [
        pictures_of(monkeypatch, lambda t=table, s=seed: plots.plot_examples(t, images, seed=s))[1]
        for table, seed in ((predictions, 0), (shuffled, 0), (predictions, 1))
    ]
    assert draws[0] == draws[1] != draws[2]


def test_boxes_hold_the_three_likeliest_styles_the_true_one_in_bold(images):
    row = make_predictions().query("label == 'cubism' and pred == 'cubism'").iloc[:1]
    fig = plots.plot_examples(row, images, "top-1")
    texts = [text for text in fig.axes[0].texts if text.get_ha() in ("left", "right")]
    ranked = row[[f"proba_{style}" for style in VOCAB]].iloc[0].astype(float).nlargest(3)
    assert [text.get_text() for text in texts if text.get_text().isdigit()] == [f"{100 * p:.0f}" for p in ranked]
    caption, *names = [text for text in texts if not text.get_text().isdigit()]
    assert caption.get_text().startswith(f"{written_painter(row['author'].iloc[0])}: ")
    for text, column in zip(names, ranked.index, strict=True):
        assert column.removeprefix("proba_").startswith(text.get_text().rstrip("…"))
    assert [text.get_fontweight() for text in names] == ["bold", "normal", "normal"]


def test_long_names_do_not_run_into_the_percentages(tmp_path):
    vocab = [f"Mannerism_and_Late_Renaissance_WWW_{i}" for i in range(8)]
    fig = plots.plot_examples(make_predictions(20, vocab), tmp_path, "top-1")
    fig.canvas.draw()
    (page,) = fig.axes
    texts = [text for text in page.texts if text.get_ha() in ("left", "right")]
    percents = [i for i, text in enumerate(texts) if text.get_ha() == "right"]
    assert percents
    for i in percents:
        name = texts[i - 1]
        assert name.get_window_extent().x1 < texts[i].get_window_extent().x0
    frames = [patch.get_window_extent() for patch in page.patches if patch.get_facecolor()[3] == 0]
    captions = [text.get_window_extent() for text in texts if text.get_color() == MUTED]
    assert len(captions) >= len(frames) > 0
    for caption in captions:
        assert any(frame.x0 <= caption.x0 and caption.x1 <= frame.x1 for frame in frames)


@pytest.mark.parametrize("n_styles", [1, 8])
def test_a_long_painter_is_whole(tmp_path, n_styles):
    painter = "jean-baptiste-francois-xavier-de-la-fontaine"
    vocab = [f"style-{i}" for i in range(8)]
    rows = make_predictions(200, vocab=vocab).query("label == pred").drop_duplicates("label")[:n_styles]
    titles = [f"{label}/{painter}_the-fair-at-bezons-in-the-evening-1733.jpg" for label in rows["label"]]
    rows = rows.assign(author=painter, filename=titles)
    fig = plots.plot_examples(rows, tmp_path, "top-1")
    words = " ".join(words_of(fig)).replace("\n", " ")
    assert words.count("Jean Baptiste Francois Xavier de La Fontaine:") == len(rows)


def test_a_kind_that_no_image_is_of_says_so(tmp_path):
    fig = plots.plot_examples(make_predictions(vocab=VOCAB[:2]), tmp_path, "wrong")
    assert words_of(fig).count("none") == 2
    assert any("0 of 60 images" in text for text in words_of(fig))


def test_pictures_that_cannot_be_opened_are_drawn_grey(tmp_path):
    predictions = make_predictions(3, ["cubism", "rococo"]).assign(label="cubism", pred="cubism")
    predictions[["proba_cubism", "proba_rococo"]] = [0.8, 0.2]
    predictions["filename"] = ["cubism/gone.png", "cubism/broken.png", "cubism/text.jpg"]
    (tmp_path / "cubism").mkdir()
    Image.effect_noise((40, 40), 50).save(tmp_path / "cubism/broken.png")
    whole = (tmp_path / "cubism/broken.png").read_bytes()
    (tmp_path / "cubism/broken.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "cubism/text.jpg").write_text("no picture")
    for fig in (plots.plot_examples(predictions, tmp_path), plots.contact_sheet(predictions, tmp_path)):
        assert words_of(fig).count("unreadable") == 3
        assert (pixels_of(fig) == 0xE4).all(axis=-1).mean() > 0.1


def test_a_contact_sheet_shows_every_style_once_and_no_image_twice(images, monkeypatch):
    annotation = make_predictions()[["filename", "label"]]
    fig, filenames = pictures_of(monkeypatch, lambda: plots.contact_sheet(annotation, images, n_rows=5))
    assert len(filenames) == len(set(filenames)) == 5 * len(VOCAB)
    assert all(
        image.get_size() == (pictures.PICTURE_PIXELS, pictures.PICTURE_PIXELS)
        for axes in fig.axes
        for image in axes.images
    )
    assert {text.replace("\n", "") for text in words_of(fig)} == set(VOCAB)


def test_grids_refuse_what_they_cannot_draw(tmp_path):
    predictions = make_predictions()
    with pytest.raises(ValueError, match="kind must be one of top-1, top-2, wrong, not 'top-3'"):
        plots.plot_examples(predictions, tmp_path, "top-3")
    with pytest.raises(ValueError, match="n_rows must be at least 1, not 0"):
        plots.plot_examples(predictions, tmp_path, n_rows=0)
    with pytest.raises(ValueError, match="lacks the column 'filename'"):
        plots.plot_examples(predictions.drop(columns="filename"), tmp_path)
    with pytest.raises(ValueError, match="n_rows must be at least 1, not -1"):
        plots.contact_sheet(predictions, tmp_path, n_rows=-1)
    with pytest.raises(ValueError, match="annotation lacks the column 'label'"):
        plots.contact_sheet(predictions.drop(columns="label"), tmp_path)
