"""The one door for the REPL: `from styleclf.all import *` brings styleclf's public names and fastai's vision names."""

from fastai.vision.all import *

# after fastai's, so that styleclf's names win
from styleclf.audit.report import audit_design
from styleclf.calibration import cross_calibrated, reliability_table
from styleclf.catalog import annotate, conflicting_copies, read_annotation, rejection_summary
from styleclf.clusters import cluster_table, clusters_sentence
from styleclf.compare import compare, read_run
from styleclf.data import get_dls, style_block
from styleclf.embed import body_embeddings, embedded_files, nearest, neighbours_table
from styleclf.evolution import KeptEmbeddings, read_evolution
from styleclf.explain import attribute, explained
from styleclf.features import body_features
from styleclf.fitting import fitted_learner
from styleclf.judging import judge
from styleclf.learner import arcface_learner, export_learner, load_style_learner, style_learner
from styleclf.losses import ArcFaceLoss, FocalLoss, class_weights, create_loss
from styleclf.metrics import metrics_table, metrics_text, top_1_accuracy, top_2_accuracy, top_3_accuracy, top_k_accuracy
from styleclf.models import create_model, load_weights, parameter_groups
from styleclf.new_styles import add_style
from styleclf.one_vs_rest import against_rest, precision_recall
from styleclf.output import write_table
from styleclf.pixels import decode, open_rgb
from styleclf.plots import (
    contact_sheet,
    plot_confusion,
    plot_design,
    plot_examples,
    plot_history,
    plot_metrics,
    plot_reliability,
    plot_report,
    save_figure,
)
from styleclf.predict import predict_design, predict_files
from styleclf.probe import fit_probe
from styleclf.projection import placed, projected
from styleclf.retrieval import embedding_scores, scores_text
from styleclf.samples import paint_samples
from styleclf.separation import separation_table
from styleclf.splits import AuthorSplitter, author_groups, design_table, make_design, read_design
from styleclf.tracking import Tracker
from styleclf.training import train
from styleclf.validate import cross_validate
