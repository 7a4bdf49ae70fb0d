"""The one door for the REPL: `from styleclf.all import *` brings styleclf's public names and fastai's vision names.

In the examples of its functions `images` is the folder of a practice set and `design` its design; `pictures` are two
files of it, `weights` is a file of weights for a resnet10t, `learn` a learner that was trained on all folds but the
first, `run` the folder of a cross-validation with its `predictions`, and `folder` an empty one to write into.
"""

from fastai.vision.all import *

# after fastai's, so that styleclf's names win
from styleclf.audit import audit_design
from styleclf.bundle import export_bundle, load_bundle, open_learner
from styleclf.common import write_table
from styleclf.data import (
    AuthorSplitter,
    against_rest,
    annotate,
    author_groups,
    conflicting_copies,
    decode,
    design_table,
    get_dls,
    make_design,
    open_rgb,
    paint_samples,
    read_annotation,
    read_design,
    rejection_summary,
    style_block,
)
from styleclf.embeddings import (
    cluster_table,
    clusters_sentence,
    map_positions,
    map_positions_by_epoch,
    nearest,
    neighbours_table,
    separation_table,
)
from styleclf.evaluation import (
    compare,
    cross_calibrated,
    metrics_table,
    metrics_text,
    precision_recall,
    read_run,
    reliability_table,
    top_1_accuracy,
    top_2_accuracy,
    top_3_accuracy,
    top_k_accuracy,
)
from styleclf.explain import attribute, explained_images
from styleclf.inference import body_embeddings, body_features, embedded_files, predict_design, predict_files
from styleclf.metric_learning import add_style, embedding_scores, scores_text
from styleclf.models import create_model, load_weights, parameter_groups
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
from styleclf.report import show_report, write_report
from styleclf.runs import Tracker, cross_validate, judge
from styleclf.training import (
    ArcFaceLoss,
    FocalLoss,
    KeptEmbeddings,
    arcface_learner,
    class_weights,
    create_loss,
    export_learner,
    fit_probe,
    fitted_learner,
    load_style_learner,
    read_evolution,
    style_learner,
    train,
)
