"""Figures: what they count, which images they choose, what they say about bad input, and that they draw something."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st
from PIL import Image
from sklearn.metrics import classification_report, confusion_matrix

from styleclf import plots
from styleclf.evaluation.metrics import metrics_table
from styleclf.plots import metrics as metrics_module, pictures, report as report_module, tables, theme as look

VOCAB = ["cubism", "impressionism", "northern-renaissance", "ukiyo-e"]


def make_predictions(n=60, vocab=VOCAB, seed=0):
    """`n` images of random styles by random authors, with probabilities that lean to the truth."""
    rng = np.random.default_rng(seed)
    targs = rng.integers(len(vocab), size=n)
    probas = rng.dirichlet(np.full(len(vocab), 0.7), n) + 0.4 * np.eye(len(vocab))[targs]
    probas /= probas.sum(axis=1, keepdims=True)
    table = pd.DataFrame(probas, columns=[f"proba_{style}" for style in vocab])
    labels = np.array(vocab)[targs]
    table.insert(0, "filename", [f"{label}/{i:03}.png" for i, label in enumerate(labels)])
    table.insert(1, "label", labels)
    table.insert(2, "author", [f"author-{i}" if i else "" for i in rng.integers(9, size=n)])
    table.insert(3, "pred", np.array(vocab)[probas.argmax(axis=1)])
    return table


def make_history(n=5):
    falling = np.linspace(1, 0.4, n)
    return pd.DataFrame(
        {
            "epoch": range(n),
            "train_loss": falling,
            "test_loss": falling + 0.2,
            "train_top_2_accuracy": 1 - falling / 2,
            "test_top_2_accuracy": 0.9 - falling / 2,
            "seconds": 1.5,
        }
    )


def make_design_table():
    folds = ["0", "1", "val"]
    images = pd.DataFrame([[12, 9, 2], [5, 0, 0]], index=["cubism", "rococo"], columns=folds)
    return pd.concat({"authors": images // 3, "images": images}, axis=1)


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """A folder with an image for every row of `make_predictions`; some are very wide or very tall."""
    folder = tmp_path_factory.mktemp("images")
    for i, filename in enumerate(make_predictions()["filename"]):
        (folder / filename).parent.mkdir(exist_ok=True)
        Image.new("RGB", [(24, 24), (90, 6), (6, 90)][i % 3], (200, 4 * i, 40)).save(folder / filename)
    return folder


def pixels_of(fig):
    fig.canvas.draw()
    return np.asarray(fig.canvas.buffer_rgba())[..., :3]


def words_of(fig):
    from matplotlib.text import Text

    return [text.get_text() for text in fig.findobj(Text) if text.get_text()]


def all_figures(images):
    predictions = make_predictions()
    yield plots.plot_design(make_design_table())
    yield plots.plot_history(make_history())
    yield plots.plot_confusion(predictions)
    yield plots.plot_report(predictions)
    yield plots.plot_metrics(metrics_table(predictions, "cv", n_resamples=20))
    yield from (plots.plot_examples(predictions, images, kind) for kind in pictures.KINDS)
    yield plots.contact_sheet(predictions, images)


# ---------------------------------------------------------------- all figures


def test_every_figure_has_ink_and_nothing_is_cut_off_at_its_edge(images):
    for fig in all_figures(images):
        assert (pixels_of(fig) < 200).any(axis=-1).mean() > 0.005
        box = fig.get_tightbbox()
        assert box.x0 >= -0.02 and box.y0 >= -0.02
        assert box.x1 <= fig.get_figwidth() + 0.02 and box.y1 <= fig.get_figheight() + 0.02


def test_no_pyplot_is_imported_and_matplotlib_only_when_something_is_drawn():
    code = """
import sys
import pandas as pd
from styleclf import plots
assert "matplotlib" not in sys.modules
fig = plots.plot_history(pd.DataFrame({"epoch": [0, 1], "test_loss": [1.0, 0.5]}), "loss")
assert fig._repr_png_().startswith(b"\\x89PNG")
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_no_input_is_changed(images):
    predictions, before = make_predictions(), make_predictions()
    plots.plot_report(predictions)
    plots.plot_confusion(predictions)
    plots.plot_examples(predictions, images)
    pd.testing.assert_frame_equal(predictions, before)


def test_saving_makes_folders_replaces_and_leaves_nothing_else(tmp_path):
    fig = plots.plot_history(make_history())
    path = tmp_path / "figures" / "history.png"
    assert plots.save_figure(fig, path, dpi=50) == path
    small = path.read_bytes()
    plots.save_figure(fig, path, dpi=100)
    assert path.read_bytes() != small
    assert Image.open(path).size == (look.WIDTH * 100, fig.get_figheight() * 100)
    assert plots.save_figure(fig, tmp_path / "figures" / "history.SVG").read_text(encoding="utf-8").startswith("<?xml")
    assert sorted(file.name for file in path.parent.iterdir()) == ["history.SVG", "history.png"]


def test_a_failed_save_keeps_the_old_file(tmp_path, monkeypatch):
    fig = plots.plot_history(make_history())
    path = plots.save_figure(fig, tmp_path / "history.png", dpi=50)
    before = path.read_bytes()

    def break_off(aside, **_):
        aside.write_bytes(b"half a picture")
        raise OSError("disk full")

    monkeypatch.setattr(fig, "savefig", break_off)
    with pytest.raises(OSError, match="disk full"):
        plots.save_figure(fig, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["history", "history.xyz"])
def test_saving_refuses_endings_it_cannot_write(tmp_path, name):
    with pytest.raises(ValueError, match=r"history.*ending must be one of .*png"):
        plots.save_figure(plots.plot_history(make_history()), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_colours_are_hex_distinct_for_thirty_styles_and_then_repeat():
    vocab = [f"style-{i}" for i in range(31)]
    colours = plots.style_colours(vocab)
    assert list(colours) == vocab
    assert all(len(bytes.fromhex(colour[1:])) == 3 for colour in colours.values())
    assert len(set(colours.values())) == 30 and colours["style-30"] == colours["style-0"]


# ---------------------------------------------------------------- confusion and report


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(2, 6), st.integers(0, 10**6))
def test_confusion_counts_are_scikit_learns(n, n_styles, seed):
    vocab = [f"style-{i}" for i in range(n_styles)]
    predictions = make_predictions(n, vocab, seed)
    expected = confusion_matrix(predictions["label"], predictions["pred"], labels=vocab)
    np.testing.assert_array_equal(tables.confusion_counts(predictions), expected)


def test_the_confusion_matrix_shows_row_percents_and_counts():
    predictions = make_predictions()
    counts = confusion_matrix(predictions["label"], predictions["pred"], labels=VOCAB)
    words = words_of(plots.plot_confusion(predictions))
    shares = 100 * counts / counts.sum(axis=1, keepdims=True)
    for row, column in np.argwhere(counts):
        assert f"{shares[row, column]:.0f}" in words and str(counts[row, column]) in words
    assert any(f"mean recall {shares.diagonal().mean():.0f} %" in text for text in words)
    for style, n in zip(VOCAB, counts.sum(axis=1), strict=True):
        assert f"{style}  n = {n}" in words


def test_a_style_without_images_keeps_its_row_and_says_so():
    predictions = make_predictions().query("label != 'cubism'")
    assert "no images" in words_of(plots.plot_confusion(predictions))
    report = plots.report_table(predictions)
    assert report.loc["cubism", list(report_module._REPORT_METRICS)].isna().all()
    assert report.loc["cubism", ["images", "authors"]].tolist() == [0, 0]
    assert "–" in words_of(plots.plot_report(predictions))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 60), st.integers(2, 6), st.integers(0, 10**6))
def test_the_report_is_scikit_learns(n, n_styles, seed):
    vocab = [f"style-{i}" for i in range(n_styles)]
    predictions = make_predictions(n, vocab, seed)
    report = plots.report_table(predictions)
    seen = [style for style in vocab if style in set(predictions["label"])]
    expected = classification_report(
        predictions["label"], predictions["pred"], labels=seen, output_dict=True, zero_division=0
    )
    for theirs, ours in (("precision", "precision"), ("recall", "recall"), ("f1-score", "f1"), ("support", "images")):
        assert report.loc[seen, ours].tolist() == pytest.approx([expected[style][theirs] for style in seen])
        if ours != "images":
            averages = plots.report_averages(report)[ours].tolist()
            assert averages == pytest.approx([expected[f"{kind} avg"][theirs] for kind in ("macro", "weighted")])


def test_the_report_counts_second_guesses_and_named_authors():
    predictions = make_predictions()
    report = plots.report_table(predictions)
    for style in VOCAB:
        rows = predictions[predictions["label"] == style]
        probas = rows.filter(like="proba_").astype(float)
        hits = [f"proba_{style}" in row.nlargest(2).index for _, row in probas.iterrows()]
        assert report.loc[style, "top_2_accuracy"] == pytest.approx(np.mean(hits))
        assert report.loc[style, "authors"] == len(set(rows["author"]) - {""})


def test_the_report_agrees_with_the_metrics_table():
    predictions = make_predictions()
    values = metrics_table(predictions, "cv", n_resamples=5).set_index("metric")["value"]
    averages = plots.report_averages(plots.report_table(predictions))
    assert averages.loc["mean of styles", "recall"] == pytest.approx(values["top_1_accuracy"])
    assert averages.loc["mean of styles", "top_2_accuracy"] == pytest.approx(values["top_2_accuracy"])
    for name in ("precision", "recall", "f1"):
        assert averages.loc["mean of images", name] == pytest.approx(values[name])


@pytest.mark.parametrize("draw", [plots.plot_confusion, plots.plot_report])
def test_predictions_that_cannot_be_drawn(draw):
    good = make_predictions()
    with pytest.raises(ValueError, match="lacks the column 'pred'"):
        draw(good.drop(columns="pred"))
    with pytest.raises(ValueError, match="no rows"):
        draw(good.iloc[:0])
    with pytest.raises(ValueError, match="no proba_<style> column"):
        draw(good[["filename", "label", "author", "pred"]])
    with pytest.raises(ValueError, match="'ukiyo-e'"):
        draw(good.drop(columns="proba_ukiyo-e"))


# ---------------------------------------------------------------- grids


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
    fig, shown = pictures_of(monkeypatch, lambda: plots.plot_examples(predictions, images, kind, n_rows=2))
    order = np.argsort(-predictions.filter(like="proba_").to_numpy(), axis=1)
    first, second = np.array(VOCAB)[order[:, 0]], np.array(VOCAB)[order[:, 1]]
    label = predictions["label"].to_numpy()
    right = {"top-1": first == label, "top-2": (second == label), "wrong": (first != label) & (second != label)}[kind]
    expected = predictions[right].groupby("label").size().clip(upper=2)
    assert set(shown) <= set(predictions["filename"][right]) and len(shown) == len(set(shown))
    assert pd.Series([name.split("/")[0] for name in shown]).value_counts().to_dict() == expected.to_dict()
    assert any(f"{right.sum()} of 60 images" in text for text in words_of(fig))
    frame = np.frombuffer(bytes.fromhex(pictures.KINDS[kind][1][1:]), np.uint8)
    assert (pixels_of(fig) == frame).all(axis=-1).sum() > 100 * len(shown)


def test_the_draw_depends_on_the_seed_but_not_on_the_order_of_rows(images, monkeypatch):
    predictions = make_predictions()
    shuffled = predictions.sample(frac=1, random_state=1)
    draws = [
        pictures_of(monkeypatch, lambda t=table, s=seed: plots.plot_examples(t, images, seed=s))[1]
        for table, seed in ((predictions, 0), (shuffled, 0), (predictions, 1))
    ]
    assert draws[0] == draws[1] != draws[2]


def test_boxes_hold_the_three_likeliest_styles_the_true_one_in_bold(images):
    from matplotlib.text import Text

    row = make_predictions().query("label == 'cubism' and pred == 'cubism'").iloc[:1]
    fig = plots.plot_examples(row, images, "top-1")
    texts = [text for text in fig.axes[0].findobj(Text) if text.get_text()]
    ranked = row[[f"proba_{style}" for style in VOCAB]].iloc[0].astype(float).nlargest(3)
    assert [text.get_text() for text in texts if text.get_text().isdigit()] == [f"{100 * p:.0f}" for p in ranked]
    names = [text for text in texts if not text.get_text().isdigit()]
    for text, column in zip(names, ranked.index, strict=True):
        assert column.removeprefix("proba_").startswith(text.get_text().rstrip("…"))
    assert [text.get_fontweight() for text in names] == ["bold", "normal", "normal"]


def test_long_names_do_not_run_into_the_percentages(tmp_path):
    vocab = [f"Mannerism_and_Late_Renaissance_WWW_{i}" for i in range(8)]
    fig = plots.plot_examples(make_predictions(20, vocab), tmp_path, "top-1")
    fig.canvas.draw()
    for axes in fig.axes:
        left = [text for text in axes.texts if text.get_ha() == "left"]
        right = [text for text in axes.texts if text.get_ha() == "right"]
        for name, percent in zip(left, right, strict=True):
            assert name.get_window_extent().x1 < percent.get_window_extent().x0


def test_a_kind_that_no_image_is_of_says_so(tmp_path):
    fig = plots.plot_examples(make_predictions(vocab=VOCAB[:2]), tmp_path, "wrong")
    assert words_of(fig).count("none") == 2 and any("0 of 60 images" in text for text in words_of(fig))


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


def test_wide_and_tall_pictures_keep_their_proportions():
    for size in ((300, 20), (20, 300), (64, 64)):
        fig = plots.new_figure(2, 2, layout=None)
        axes = fig.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, 1), ylim=(0, 1))
        pictures.draw_picture(axes, Image.new("RGB", size, "red"), frame="#0072B2")
        left, right, bottom, top = axes.images[0].get_extent()
        assert (right - left) / (top - bottom) == pytest.approx(size[0] / size[1])
        assert min(left, bottom) >= 0 and max(right, top) <= 1
        assert axes.get_xlim() == axes.get_ylim() == (0, 1)
        middle = pixels_of(fig)[100, 100]
        assert middle.tolist() == [255, 0, 0]


def test_many_styles_go_into_bands_as_equal_as_can_be():
    for n_styles, per_band in ((3, [3]), (8, [8]), (11, [6, 5]), (27, [7, 7, 7, 6])):
        fig, cells = pictures.picture_grid({f"style-{i}": ["a.png"] for i in range(n_styles)})
        tops = pd.Series([round(cell[0].get_position().y1, 6) for cell in cells.values()])
        assert tops.value_counts().sort_index(ascending=False).tolist() == per_band
        assert fig.get_figwidth() <= look.WIDTH


def test_a_contact_sheet_shows_every_style_once_and_no_image_twice(images, monkeypatch):
    annotation = make_predictions()[["filename", "label"]]
    fig, shown = pictures_of(monkeypatch, lambda: plots.contact_sheet(annotation, images, n_rows=5))
    assert len(shown) == len(set(shown)) == 5 * len(VOCAB)
    assert all(image.get_size() == (pictures.PICTURE, pictures.PICTURE) for axes in fig.axes for image in axes.images)
    assert {text.replace("\n", "") for text in words_of(fig)} == set(VOCAB)


def test_grids_refuse_what_they_cannot_draw(tmp_path):
    predictions = make_predictions()
    with pytest.raises(ValueError, match="kind must be one of 'top-1', 'top-2', 'wrong', got 'top-3'"):
        plots.plot_examples(predictions, tmp_path, "top-3")
    with pytest.raises(ValueError, match="n_rows must be at least 1, got 0"):
        plots.plot_examples(predictions, tmp_path, n_rows=0)
    with pytest.raises(ValueError, match="lacks the column 'filename'"):
        plots.plot_examples(predictions.drop(columns="filename"), tmp_path)
    with pytest.raises(ValueError, match="n_rows must be at least 1, got -1"):
        plots.contact_sheet(predictions, tmp_path, n_rows=-1)
    with pytest.raises(ValueError, match="annotation lacks the column 'label'"):
        plots.contact_sheet(predictions.drop(columns="label"), tmp_path)


# ---------------------------------------------------------------- design, history, metrics


def test_the_design_shows_images_authors_and_totals():
    words = words_of(plots.plot_design(make_design_table()))
    assert {"12 (4)", "9 (3)", "2", "5 (1)", "0", "cubism  23", "rococo  5"} <= set(words)
    assert {"fold 0\n17 images", "fold 1\n9 images", "validation\n2 images"} <= set(words)


def test_a_design_without_the_two_levels_is_refused():
    with pytest.raises(ValueError, match=r"needs columns \('images', fold\)"):
        plots.plot_design(make_design_table()["images"])
    with pytest.raises(ValueError, match=r"needs columns \('authors', fold\)"):
        plots.plot_design(make_design_table()[["images"]])
    with pytest.raises(ValueError, match="no rows"):
        plots.plot_design(make_design_table().iloc[:0])


def test_the_history_says_what_its_end_is():
    history = make_history()
    for first, told in ((0, True), (1, False)):  # with and without a probe
        words = " ".join(words_of(plots.plot_history(history.assign(epoch=history["epoch"] + first))))
        assert ("before the average" in words) == told


def test_the_history_writes_the_values_of_the_chosen_epoch():
    history = make_history()
    for chosen in (None, 2):
        row = history.iloc[-1 if chosen is None else chosen]
        words = words_of(plots.plot_history(history, chosen=chosen))
        for name in ("top_2_accuracy", "loss"):
            assert f"train {row['train_' + name]:#.3g}" in words and f"test {row['test_' + name]:#.3g}" in words
        assert any(f"epoch {row['epoch']:.0f}." in text for text in words)


def test_names_of_curves_that_end_together_stay_apart():
    history = make_history().assign(test_loss=lambda t: t["train_loss"])
    fig = plots.plot_history(history, "loss")
    fig.canvas.draw()
    boxes = [text.get_window_extent() for text in fig.axes[0].texts]
    assert len(boxes) == 2 and not boxes[0].overlaps(boxes[1])


@pytest.mark.parametrize("missing", [["test_loss"], ["train_loss", "test_loss"], ["train_top_2_accuracy", "seconds"]])
def test_a_history_may_lack_parts(missing):
    history = make_history()
    assert len(words_of(plots.plot_history(history.drop(columns=missing)))) > 0
    history[missing] = np.nan
    fig = plots.plot_history(history)
    assert sum(len(axes.texts) for axes in fig.axes) == 4 - sum(name != "seconds" for name in missing)


def test_a_history_that_cannot_be_drawn():
    with pytest.raises(ValueError, match="no metric 'f1': choose one of loss, top_2_accuracy"):
        plots.plot_history(make_history(), "f1")
    with pytest.raises(ValueError, match=r"chosen epoch 9 .* runs from 0 to 4"):
        plots.plot_history(make_history(), chosen=9)
    with pytest.raises(ValueError, match="no rows"):
        plots.plot_history(make_history(0))


def test_metrics_show_every_value_size_and_chance():
    table = pd.concat([metrics_table(make_predictions(seed=i), part, 20) for i, part in enumerate(["test", "val"])])
    words = words_of(plots.plot_metrics(table))
    for row in table[table["metric"].isin(metrics_module.MAIN_METRICS)].itertuples():
        assert f"{row.value:.2f}" in words
        assert f"{row.part} (60 images, {row.n_authors} authors)" in words
    assert "chance" in words


def test_metrics_may_lack_intervals_chance_and_sizes():
    table = pd.DataFrame({"part": ["train", "new"], "metric": "f1", "value": [0.9, 0.5]})
    words = words_of(plots.plot_metrics(table))
    assert {"train", "new", "0.90", "0.50", "F1"} <= set(words)
    assert not any("chance" in text or "interval" in text for text in words)


def test_metrics_that_cannot_be_drawn():
    with pytest.raises(ValueError, match="lacks the column 'part'"):
        plots.plot_metrics(pd.DataFrame({"metric": ["f1"], "value": [1.0]}))
    with pytest.raises(ValueError, match=r"holds none of .* but \['ece'\]"):
        plots.plot_metrics(pd.DataFrame({"part": ["cv"], "metric": ["ece"], "value": [0.1]}))
