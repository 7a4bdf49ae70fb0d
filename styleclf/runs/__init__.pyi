from .all_folds import (
    CrossValidationQuestions as CrossValidationQuestions,
    judged_cross_validation as judged_cross_validation,
)
from .cross_validation import (
    calibrate_learners as calibrate_learners,
    cross_validate as cross_validate,
    validate as validate,
)
from .dated_learner import (
    dated_learner as dated_learner,
    is_run_of_years as is_run_of_years,
)
from .design_run import write_design_run as write_design_run
from .folder import (
    EMBEDDINGS_FILE as EMBEDDINGS_FILE,
    read_embeddings as read_embeddings,
    write_embeddings as write_embeddings,
    write_run as write_run,
)
from .folds import (
    fold_folder as fold_folder,
    joblib_backend as joblib_backend,
    loaded_folds as loaded_folds,
)
from .judging import (
    judge as judge,
    open_validation_set as open_validation_set,
    openings_file as openings_file,
)
from .novelty import (
    learn_threshold_of_folds as learn_threshold_of_folds,
    novelty_without_styles as novelty_without_styles,
)
from .one_training import judged_training as judged_training
from .predictions import (
    PredictedImages as PredictedImages,
    predict_images as predict_images,
    write_predicted_images as write_predicted_images,
)
from .report import (
    check_validation as check_validation,
    write_final_model as write_final_model,
    write_validation as write_validation,
)
from .tracking import Tracker as Tracker
