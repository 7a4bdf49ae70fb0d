"""The one door for the REPL: `from styleclf.all import *` brings styleclf's public names and fastai's vision names."""

from fastai.vision.all import *

# after fastai's, so that styleclf's names win
from styleclf.audit.report import audit_design
from styleclf.data.authors import AuthorSplitter, author_groups
from styleclf.data.catalog import annotate, conflicting_copies, read_annotation, rejection_summary
from styleclf.data.dataloaders import get_dls, style_block
from styleclf.data.design import make_design, read_design
from styleclf.data.fold_balance import design_table
from styleclf.data.images import decode, open_rgb
from styleclf.data.one_vs_rest import against_rest
from styleclf.data.practice import paint_samples
from styleclf.embeddings.clusters import cluster_table, clusters_sentence
from styleclf.embeddings.neighbours import nearest, neighbours_table
from styleclf.embeddings.projection import placed, projected
from styleclf.embeddings.separation import separation_table
from styleclf.evaluation.calibration import cross_calibrated, reliability_table
from styleclf.evaluation.comparison import compare, read_run
from styleclf.evaluation.metrics import (
    metrics_table,
    metrics_text,
    top_1_accuracy,
    top_2_accuracy,
    top_3_accuracy,
    top_k_accuracy,
)
from styleclf.evaluation.precision_recall import precision_recall
from styleclf.explain import attribute, explained
from styleclf.inference.embed import body_embeddings, embedded_files
from styleclf.inference.features import body_features
from styleclf.inference.predict import predict_design, predict_files
from styleclf.metric_learning.new_styles import add_style
from styleclf.metric_learning.retrieval import embedding_scores, scores_text
from styleclf.models.network import create_model, parameter_groups
from styleclf.models.weights import load_weights
from styleclf.output import write_table
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
from styleclf.runs.cross_validation import cross_validate
from styleclf.runs.judging import judge
from styleclf.runs.tracking import Tracker
from styleclf.training.embedding_history import KeptEmbeddings, read_evolution
from styleclf.training.export import export_learner, load_style_learner
from styleclf.training.fine_tuning import train
from styleclf.training.fit import fitted_learner
from styleclf.training.learner import arcface_learner, style_learner
from styleclf.training.losses import ArcFaceLoss, FocalLoss, class_weights, create_loss
from styleclf.training.probe import fit_probe
