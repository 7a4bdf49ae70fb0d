from .command_line import run as run
from .completion import completion_script as completion_script
from .earlier_runs import (
    cross_validation_settings as cross_validation_settings,
    is_finished as is_finished,
    saved_flags as saved_flags,
    saved_settings as saved_settings,
    training_settings as training_settings,
)
from .logbook import (
    Logbook as Logbook,
    file_digest as file_digest,
    save_settings as save_settings,
    show_page as show_page,
)
from .next_steps import (
    command_of as command_of,
    say_next as say_next,
)
from .whole_way import (
    PracticeWay as PracticeWay,
    WholeWay as WholeWay,
)
