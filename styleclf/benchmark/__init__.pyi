from .contenders import CONTENDERS as CONTENDERS
from .contest import (
    Contest as Contest,
    run_contest as run_contest,
)
from .device_check import (
    check_device as check_device,
    device_check_text as device_check_text,
)
from .device_plan import device_plan as device_plan
from .figure import plot_benchmark as plot_benchmark
from .folder import (
    write_benchmark_report as write_benchmark_report,
    write_contest as write_contest,
    write_measurements as write_measurements,
)
from .measurement_tables import (
    MEASUREMENTS as MEASUREMENTS,
    MeasurementPlan as MeasurementPlan,
    measure_parts as measure_parts,
    measurement_plan as measurement_plan,
)
from .report import markdown as markdown
from .task import (
    BenchmarkTask as BenchmarkTask,
    benchmark_tasks as benchmark_tasks,
    find_images as find_images,
)
