"""The one door for the REPL: `from styleclf.all import *` brings styleclf's public names and fastai's vision names."""

from fastai.vision.all import *

# after fastai's, so that styleclf's names win
from styleclf.catalog import annotate, conflicting_copies, read_annotation, rejection_summary
from styleclf.data import get_dls, style_block
from styleclf.learner import export_learner, load_style_learner, style_learner
from styleclf.losses import FocalLoss, class_weights, create_loss
from styleclf.metrics import metrics_table, metrics_text, top_1_accuracy, top_2_accuracy, top_3_accuracy, top_k_accuracy
from styleclf.models import create_model, load_weights, parameter_groups
from styleclf.output import write_table
from styleclf.pixels import decode, open_rgb
from styleclf.plots import (
    contact_sheet,
    plot_confusion,
    plot_design,
    plot_examples,
    plot_history,
    plot_metrics,
    plot_report,
    save_figure,
)
from styleclf.predict import predict_design, predict_files
from styleclf.probe import body_features, fit_probe
from styleclf.samples import paint_samples
from styleclf.splits import AuthorSplitter, author_groups, design_table, make_design, read_design
from styleclf.training import train
from styleclf.validate import judge
