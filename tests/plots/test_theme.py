"""styleclf.plots.theme: colours, and files that appear whole."""

import pytest
from matplotlib.text import Text
from PIL import Image

from styleclf import plots
from styleclf.plots import theme as look
from tests.evaluation.made_predictions import make_predictions
from tests.plots.made_up import make_history


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
