"""styleclf.plots.theme: colours, and files that appear whole."""

import numpy as np
import pytest
from matplotlib.text import Text
from PIL import Image

from styleclf import plots
from styleclf.plots import theme as look
from tests.evaluation.made_predictions import make_predictions
from tests.plots.made_up import make_history, words_of


def test_saving_makes_folders_replaces_and_leaves_nothing_else(tmp_path):
    fig = plots.plot_history(make_history())
    path = tmp_path / "figures" / "history.png"
    assert plots.save_figure(fig, path, dpi=50) == path
    small = path.read_bytes()
    plots.save_figure(fig, path, dpi=100)
    assert path.read_bytes() != small
    assert Image.open(path).size == (look.WIDTH * 100, fig.get_figheight() * 100)
    assert sorted(file.name for file in path.parent.iterdir()) == ["history.png", "history.svg"]
    assert path.with_suffix(".svg").read_text(encoding="utf-8").startswith("<?xml")
    assert plots.save_figure(fig, tmp_path / "alone.SVG").read_text(encoding="utf-8").startswith("<?xml")
    assert {file.name for file in tmp_path.iterdir()} == {"figures", "alone.SVG"}


def test_a_saved_figure_says_of_which_model_and_data_it_is(tmp_path):
    fig = plots.plot_history(make_history())
    plots.name_subject("Model: resnet18. Pictures: my/$_$ paintings." + " long" * 60)
    try:
        path = plots.save_figure(fig, tmp_path / "history.png", dpi=100)
    finally:
        plots.name_subject("")
    width, height = Image.open(path).size
    assert width == look.WIDTH * 100 and height > fig.get_figheight() * 100 + 30, "three lines stand below it"
    below = np.asarray(Image.open(path).convert("L"))[-40:]
    assert below.min() < 160
    assert (below[-4:] == 255).all()
    assert (below[:, -4:] == 255).all()
    assert "Pictures" not in " ".join(words_of(fig)), "the figure itself stays as it was"


def test_pictures_stay_out_of_drawings_of_lines(tmp_path):
    fig = look.new_figure(3, 3)
    fig.subplots().imshow(np.zeros((200, 9)))
    plots.save_figure(fig, tmp_path / "picture.png")
    assert [file.name for file in tmp_path.iterdir()] == ["picture.png"]


def test_the_width_of_a_text_is_that_of_its_widest_line():
    wide = look.text_width("a wide line\nno", 12)
    assert wide == look.text_width("a wide line", 12) > 2 * look.text_width("no", 12) > look.text_width("", 12) == 0
    assert look.text_width("a wide line", 12, bold=True) > wide


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
    assert {file.name for file in tmp_path.iterdir()} == {"history.png", "history.svg"}


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
    assert len(set(colours.values())) == 30
    assert colours["style-30"] == colours["style-0"]


@pytest.mark.parametrize("name", ["$_$", "a price of $5 and $6", "$x^2$", "_$_$_", "mu\udcf1oz"])
def test_names_are_drawn_as_they_are(tmp_path, name):
    """Dollars begin no formula, and what is no Unicode is escaped, wherever a name stands."""
    fig = look.new_figure(4, 3)
    axes = fig.subplots()
    axes.set_yticks([0], [name if name.isprintable() else "tick"])
    axes.text(0, 0, name)
    axes.annotate(name, (0, 0))
    axes.plot([0, 1], label=name)
    axes.legend()
    look.set_title(fig, name)
    look.set_note(fig, name)
    look.save_figure(fig, tmp_path / "names.png")
    assert fig._repr_png_().startswith(b"\x89PNG")
    look.save_figure(fig, tmp_path / "names.svg")
    texts = [text.get_text() for text in fig.findobj(Text) if text.get_text() and text.get_text()[0] == name[0]]
    assert len(texts) >= 5
    assert set(texts) == {name.replace("\udcf1", r"\udcf1")}
    assert not any(text.get_parse_math() for text in fig.findobj(Text))


def test_styles_with_dollars_are_drawn_by_figures_that_measure_names(tmp_path, images):
    predictions = make_predictions()
    styles = {style: f"$_${style}" for style in sorted(set(predictions["label"]))}
    renamed = predictions.rename(columns={f"proba_{style}": f"proba_{new}" for style, new in styles.items()})
    renamed["label"] = renamed["label"].map(styles)
    renamed["pred"] = renamed["pred"].map(styles)
    for i, fig in enumerate((plots.plot_examples(renamed, images, "top-1"), plots.plot_report(renamed))):
        look.save_figure(fig, tmp_path / f"{i}.png", dpi=50)
