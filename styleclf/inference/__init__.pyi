from .backbone import Backbone as Backbone
from .embed import (
    body_embeddings as body_embeddings,
    embedded_files as embedded_files,
)
from .features import (
    as_test_batch as as_test_batch,
    body_features as body_features,
    dataset_features as dataset_features,
    kept_batch as kept_batch,
    kept_features as kept_features,
    stored_features as stored_features,
)
from .learner_facts import (
    forget_novelty as forget_novelty,
    keep_label_thresholds as keep_label_thresholds,
    keep_novelty as keep_novelty,
    keep_rule as keep_rule,
    keep_style_ids as keep_style_ids,
    keep_threshold as keep_threshold,
    keep_years as keep_years,
    label_thresholds_of as label_thresholds_of,
    novelty_of as novelty_of,
    rule_of as rule_of,
    set_novelty_arrays as set_novelty_arrays,
    style_ids_of as style_ids_of,
    threshold_of as threshold_of,
    years_of as years_of,
)
from .learner_parts import (
    LearnerParts as LearnerParts,
    learner_parts as learner_parts,
    picture_of as picture_of,
    precision_of as precision_of,
)
from .picture_profile import (
    keep_profile as keep_profile,
    kept_profile as kept_profile,
    set_profile as set_profile,
    unlike_training as unlike_training,
)
from .predict import (
    DesignPredictions as DesignPredictions,
    FilePredictions as FilePredictions,
    decoded_batches as decoded_batches,
    predict_and_embed as predict_and_embed,
    predict_design as predict_design,
    predict_files as predict_files,
    predict_table as predict_table,
    probas_and_embeddings as probas_and_embeddings,
)
from .spreadsheet import (
    write_predictions as write_predictions,
)
from .truth import (
    answers_of as answers_of,
    predictions_text as predictions_text,
    summary_text as summary_text,
    truth_text as truth_text,
    with_truth as with_truth,
)
from .web_annotations import (
    check_written_files as check_written_files,
    write_for_museums as write_for_museums,
)
