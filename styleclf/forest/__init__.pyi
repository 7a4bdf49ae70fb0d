from .comparison import (
    comparison_sentences as comparison_sentences,
    exported_sentence as exported_sentence,
    measure_models as measure_models,
    measured_text as measured_text,
)
from .export import (
    calibrator_of as calibrator_of,
    export_forest as export_forest,
    fit_forest as fit_forest,
    network_of_all_folds as network_of_all_folds,
    predictions_by_head as predictions_by_head,
)
from .features import (
    fine_tuned_features as fine_tuned_features,
    frozen_features as frozen_features,
)
from .tuning import (
    claim_sentence as claim_sentence,
    study_storage as study_storage,
    trials_table as trials_table,
    tuned_forest as tuned_forest,
)
from .two_by_two import (
    EMBEDDINGS as EMBEDDINGS,
    FOREST as FOREST,
    FROZEN as FROZEN,
    all_cells as all_cells,
    cells_by_name as cells_by_name,
    check_request as check_request,
    reliability as reliability,
)
