from .cross_validation import (
    calibrate_learners as calibrate_learners,
    cross_validate as cross_validate,
    validate as validate,
)
from .folder import (
    EMBEDDINGS_FILE as EMBEDDINGS_FILE,
    read_embeddings as read_embeddings,
    write_embeddings as write_embeddings,
    write_precision_recall as write_precision_recall,
    write_run as write_run,
)
from .folds import (
    fold_folder as fold_folder,
    joblib_backend as joblib_backend,
    loaded_folds as loaded_folds,
)
from .hierarchy import (
    learn_rule as learn_rule,
    write_hierarchy as write_hierarchy,
    write_hierarchy_of_validation as write_hierarchy_of_validation,
)
from .judging import (
    judge as judge,
    open_validation_set as open_validation_set,
    openings_file as openings_file,
)
from .novelty import (
    learn_threshold_of_folds as learn_threshold_of_folds,
    novelty_without_styles as novelty_without_styles,
    write_novelty as write_novelty,
)
from .report import (
    write_cross_validation as write_cross_validation,
    write_final_model as write_final_model,
    write_validation as write_validation,
)
from .targets import cross_validate_target as cross_validate_target
from .tracking import Tracker as Tracker
from .years import with_dates as with_dates
