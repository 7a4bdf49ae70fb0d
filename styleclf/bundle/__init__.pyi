from .export import (
    bundle_text as bundle_text,
    export_bundle as export_bundle,
)
from .facts import (
    TrainingFacts as TrainingFacts,
    facts_beside as facts_beside,
)
from .loading import (
    load_bundle as load_bundle,
    open_dating as open_dating,
    open_learner as open_learner,
    open_models as open_models,
)
