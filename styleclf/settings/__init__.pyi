from .command_line import (
    run as run,
    run_recipe as run_recipe,
)
from .completion import completion_script as completion_script
from .earlier_runs import (
    is_finished as is_finished,
    saved_settings as saved_settings,
    training_settings as training_settings,
)
from .logbook import (
    Logbook as Logbook,
    file_digest as file_digest,
    save_settings as save_settings,
    show_page as show_page,
)
from .next_steps import command_of as command_of
from .whole_way import WholeWay as WholeWay
