"""What holds for all figures: they draw something, cut nothing off, and change no input."""

import subprocess
import sys

import pandas as pd

from styleclf import plots
from styleclf.evaluation.metrics import metrics_table
from styleclf.plots import pictures
from tests.evaluation.made_predictions import make_predictions
from tests.plots.made_up import make_design_table, make_history, pixels_of
from tests.plots.test_tuning import IMPORTANCES, TRIALS


def all_figures(images):
    predictions = make_predictions()
    yield plots.plot_design(make_design_table())
    yield plots.plot_history(make_history())
    yield plots.plot_confusion(predictions)
    yield plots.plot_report(predictions)
    yield plots.plot_metrics(metrics_table(predictions, "cv", n_resamples=20))
    yield from (plots.plot_examples(predictions, images, kind) for kind in pictures.KINDS)
    yield from plots.tuning_figures(TRIALS, IMPORTANCES).values()


def title_of(fig):
    """The first words of a figure: its title, wherever it stands."""
    titles = [fig.get_suptitle(), *(legend.get_title().get_text() for legend in fig.legends)]
    titles += [text.get_text() for text in fig.texts if text.get_fontweight() == "bold"]
    return next(filter(None, titles), "")


def test_every_figure_has_ink_and_nothing_is_cut_off_at_its_edge(images):
    for fig in [*all_figures(images), plots.contact_sheet(make_predictions(), images)]:
        assert (pixels_of(fig) < 200).any(axis=-1).mean() > 0.005
        box = fig.get_tightbbox()
        assert box.x0 >= -0.02
        assert box.y0 >= -0.02
        assert box.x1 <= fig.get_figwidth() + 0.02
        assert box.y1 <= fig.get_figheight() + 0.02


def test_every_figure_says_what_it_is(images):
    for fig in all_figures(images):
        assert len(title_of(fig).split()) >= 3, title_of(fig)


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
