from .optimism import nested_text as nested_text
from .results import (
    run_study as run_study,
    study_summary as study_summary,
)
from .search_space import (
    TuningTask as TuningTask,
    create_search_space as create_search_space,
)
from .study import (
    REASON_KEY as REASON_KEY,
    complete_trials as complete_trials,
    default_trial as default_trial,
    finished_trials as finished_trials,
    open_storage as open_storage,
    open_study as open_study,
    state_of as state_of,
    trial_line as trial_line,
    trial_seconds as trial_seconds,
    tune as tune,
)
