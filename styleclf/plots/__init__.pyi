from . import theme as theme
from .audit import (
    audit_figures as audit_figures,
    plot_markers as plot_markers,
)
from .clusters import plot_clusters as plot_clusters
from .comparison import plot_comparison as plot_comparison
from .confusion import plot_confusion as plot_confusion
from .design import plot_design as plot_design
from .design_history import plot_design_history as plot_design_history
from .embedding_scores import plot_embedding_scores as plot_embedding_scores
from .evidence import (
    MAX_QUERIES as MAX_QUERIES,
    plot_evidence as plot_evidence,
)
from .evolution import (
    plot_evolution as plot_evolution,
    spoken_epoch as spoken_epoch,
)
from .explain import (
    UNSIGNED as UNSIGNED,
    overlay as overlay,
    paint_map as paint_map,
    plot_explanations as plot_explanations,
    plot_methods as plot_methods,
)
from .faithfulness import plot_faithfulness as plot_faithfulness
from .folds import (
    plot_folds as plot_folds,
    plot_painters as plot_painters,
    plot_recall as plot_recall,
)
from .forest import plot_two_by_two as plot_two_by_two
from .gains import plot_gains as plot_gains
from .history import plot_history as plot_history
from .labels import plot_labels as plot_labels
from .league import plot_league as plot_league
from .left_out import plot_left_out as plot_left_out
from .levels import plot_levels as plot_levels
from .metrics import plot_metrics as plot_metrics
from .neighbours import plot_neighbours as plot_neighbours
from .novelty import plot_novelty as plot_novelty
from .patches import plot_patches as plot_patches
from .picture_cells import PICTURE_PIXELS as PICTURE_PIXELS
from .pictures import (
    contact_sheet as contact_sheet,
    plot_examples as plot_examples,
)
from .precision_recall import plot_precision_recall as plot_precision_recall
from .reliability import plot_reliability as plot_reliability
from .report import plot_report as plot_report
from .run import (
    cv_figures as cv_figures,
    run_figures as run_figures,
)
from .similarity import plot_similarity as plot_similarity
from .sphere import (
    plot_space as plot_space,
    plot_sphere as plot_sphere,
)
from .theme import (
    BAR as BAR,
    CLOSE as CLOSE,
    FAINT as FAINT,
    GRID as GRID,
    INK as INK,
    MUTED as MUTED,
    RIGHT as RIGHT,
    WIDTH as WIDTH,
    mute_axes as mute_axes,
    name_subject as name_subject,
    new_figure as new_figure,
    save_figure as save_figure,
    set_note as set_note,
    set_title as set_title,
    style_colours as style_colours,
)
from .tuning import tuning_figures as tuning_figures
from .years import plot_years as plot_years
