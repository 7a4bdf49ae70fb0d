from .contenders import CONTENDERS as CONTENDERS
from .contest import (
    notes as notes,
    run_contest as run_contest,
)
from .figure import plot_benchmark as plot_benchmark
from .measurement_tables import (
    PARTS as PARTS,
    files_to_decode as files_to_decode,
    measure_parts as measure_parts,
)
from .report import markdown as markdown
from .task import (
    BenchmarkTask as BenchmarkTask,
    check_task as check_task,
    find_images as find_images,
    parse_choice as parse_choice,
    parse_devices as parse_devices,
)
