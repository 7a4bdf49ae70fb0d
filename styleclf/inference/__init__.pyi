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
    stored_features as stored_features,
)
from .learner_parts import LearnerParts as LearnerParts, learner_parts as learner_parts
from .predict import (
    Predicted as Predicted,
    decoded_batches as decoded_batches,
    image_files as image_files,
    picture_of as picture_of,
    predict_and_embed as predict_and_embed,
    predict_design as predict_design,
    predict_files as predict_files,
    predict_table as predict_table,
    prediction_columns as prediction_columns,
    probas_and_embeddings as probas_and_embeddings,
    sets_text as sets_text,
    threshold_of as threshold_of,
    top_3_text as top_3_text,
)
