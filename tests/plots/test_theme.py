"""styleclf.plots.theme: colours, and files that appear whole."""

import pytest
from PIL import Image

from styleclf import plots
from styleclf.plots import theme as look
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
