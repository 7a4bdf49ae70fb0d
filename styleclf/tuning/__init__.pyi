from .optimism import (
    nested_score as nested_score,
    nested_text as nested_text,
)
from .results import (
    KEPT as KEPT,
    importances as importances,
    run_study as run_study,
    summary as summary,
    trials_table as trials_table,
)
from .search_space import (
    TuningTask as TuningTask,
    create_search_space as create_search_space,
)
from .study import (
    REASON as REASON,
    complete_trials as complete_trials,
    default_trial as default_trial,
    finished_trials as finished_trials,
    open_storage as open_storage,
    open_study as open_study,
    state_of as state_of,
    trial_line as trial_line,
    tune as tune,
)
