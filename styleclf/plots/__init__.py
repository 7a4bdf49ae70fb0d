"""Figures: tables and arrays in, `matplotlib.figure.Figure` out.

Nothing here touches pyplot: a figure belongs to whoever asked for it, needs no display, and leaves no state behind.

look.py       colours, sizes and words that all figures share
tables.py     what they read off the tables they are given
"""

from styleclf.plots.confusion import plot_confusion
from styleclf.plots.design import plot_design
from styleclf.plots.history import plot_history
from styleclf.plots.look import new_figure, save_figure, style_colours
from styleclf.plots.metrics import plot_metrics
from styleclf.plots.pictures import contact_sheet, plot_examples
from styleclf.plots.report import plot_report, report_averages, report_table
from styleclf.plots.run import run_figures

__all__ = [
    "contact_sheet",
    "new_figure",
    "plot_confusion",
    "plot_design",
    "plot_examples",
    "plot_history",
    "plot_metrics",
    "plot_report",
    "report_averages",
    "report_table",
    "run_figures",
    "save_figure",
    "style_colours",
]
