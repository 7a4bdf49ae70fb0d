"""Tables made up for figures, and what is read off a figure."""

import numpy as np
import pandas as pd
import pytest


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


def pixels_of(fig):
    fig.canvas.draw()
    return np.asarray(fig.canvas.buffer_rgba())[..., :3]


def words_of(fig):
    from matplotlib.text import Text

    return [text.get_text() for text in fig.findobj(Text) if text.get_text()]


def check_drawn(draw, table):
    """`draw(table)` has ink and is not cut off at the right; a table without rows is refused."""
    pixels = pixels_of(draw(table))
    assert pixels.std() > 5 and (pixels[:, -2:] == 255).all(), f"{draw.__name__} is cut off on the right"
    with pytest.raises(ValueError, match=r"no rows|holds none"):
        draw(table.iloc[:0])


def legend_of(fig):
    """Texts and lines of the first legend."""
    return fig.legends[0].get_texts(), fig.legends[0].get_lines()


def panel_words(fig):
    """The texts inside all axes."""
    return {text.get_text() for axes in fig.axes for text in axes.texts}
