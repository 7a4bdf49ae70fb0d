"""Figures: tables and arrays in, `matplotlib.figure.Figure` out.

Nothing here touches pyplot: a figure belongs to whoever asked for it, needs no display, and leaves no state behind.

look.py       colours, sizes and words that all figures share
tables.py     what they read off the tables they are given
"""

from styleclf.plots.audit import audit_figures
from styleclf.plots.clusters import plot_clusters
from styleclf.plots.comparison import plot_comparison
from styleclf.plots.confusion import plot_confusion
from styleclf.plots.design import plot_design
from styleclf.plots.embedding_scores import plot_embedding_scores
from styleclf.plots.evolution import plot_evolution
from styleclf.plots.folds import painters_table, plot_folds, plot_painters, plot_recall, recall_table
from styleclf.plots.forest import plot_two_by_two
from styleclf.plots.history import plot_history
from styleclf.plots.metrics import plot_metrics
from styleclf.plots.neighbours import plot_neighbours
from styleclf.plots.pictures import contact_sheet, plot_examples
from styleclf.plots.precision_recall import plot_precision_recall
from styleclf.plots.reliability import plot_reliability
from styleclf.plots.report import plot_report, report_averages, report_table
from styleclf.plots.run import cv_figures, run_figures
from styleclf.plots.similarity import plot_similarity
from styleclf.plots.sphere import plot_space, plot_sphere
from styleclf.plots.theme import new_figure, save_figure, style_colours

__all__ = [
    "audit_figures",
    "contact_sheet",
    "cv_figures",
    "new_figure",
    "painters_table",
    "plot_clusters",
    "plot_comparison",
    "plot_confusion",
    "plot_design",
    "plot_embedding_scores",
    "plot_evolution",
    "plot_examples",
    "plot_folds",
    "plot_history",
    "plot_metrics",
    "plot_neighbours",
    "plot_painters",
    "plot_precision_recall",
    "plot_recall",
    "plot_reliability",
    "plot_report",
    "plot_similarity",
    "plot_space",
    "plot_sphere",
    "plot_two_by_two",
    "recall_table",
    "report_averages",
    "report_table",
    "run_figures",
    "save_figure",
    "style_colours",
]
