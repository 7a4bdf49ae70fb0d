from .assembled import (
    assembled_learner as assembled_learner,
    empty_dls as empty_dls,
)
from .callbacks import SkipValidation as SkipValidation, history_of as history_of
from .embedding_history import (
    Evolution as Evolution,
    KeptEmbeddings as KeptEmbeddings,
    read_evolution as read_evolution,
    styles_of as styles_of,
    write_evolution as write_evolution,
)
from .export import (
    export_learner as export_learner,
    load_style_learner as load_style_learner,
    set_temperature as set_temperature,
)
from .few_dimensions import FewDimensions as FewDimensions
from .fine_tuning import (
    check_training as check_training,
    peak_rates as peak_rates,
    train as train,
)
from .fit import (
    fitted_learner as fitted_learner,
    loss_name as loss_name,
    settled_body as settled_body,
)
from .flag_types import KEEP_EPOCHS as KEEP_EPOCHS
from .label_losses import (
    BinaryLoss as BinaryLoss,
    label_weights as label_weights,
)
from .label_probe import fit_label_probe as fit_label_probe
from .learner import (
    arcface_learner as arcface_learner,
    check_loss_of_labels as check_loss_of_labels,
    style_learner as style_learner,
)
from .linear_probe import (
    STRENGTHS as STRENGTHS,
    ProbeRules as ProbeRules,
    balanced_log_loss as balanced_log_loss,
    probe_rules as probe_rules,
)
from .losses import (
    ArcFaceLoss as ArcFaceLoss,
    FocalLoss as FocalLoss,
    class_weights as class_weights,
    create_loss as create_loss,
)
from .metric_losses import (
    metric_callbacks as metric_callbacks,
    prototypes as prototypes,
)
from .novelty import learn_novelty as learn_novelty
from .origin import (
    keep_origin as keep_origin,
    note_temperature as note_temperature,
    origin_of as origin_of,
    origin_of_rows as origin_of_rows,
    set_origin as set_origin,
    temperature_of as temperature_of,
)
from .probe import (
    best_strength as best_strength,
    feature_shares as feature_shares,
    fit_probe as fit_probe,
    layer_shares as layer_shares,
    logistic_regression as logistic_regression,
    probe_weights as probe_weights,
)
from .year_probe import (
    YearProbe as YearProbe,
    decades_to_tell as decades_to_tell,
    fit_year_probe as fit_year_probe,
)
