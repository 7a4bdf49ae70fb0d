from .contest import Contest as Contest
from .device_check import (
    check_device as check_device,
    device_check_text as device_check_text,
)
from .device_plan import device_plan as device_plan
from .flag_types import (
    ContenderNames as ContenderNames,
    MeasurementNames as MeasurementNames,
)
from .folder import (
    write_benchmark_report as write_benchmark_report,
    write_contest as write_contest,
    write_measurements as write_measurements,
)
from .league.contest import (
    LeagueContest as LeagueContest,
    hold_contest as hold_contest,
)
from .league.entries import (
    LeagueEntry as LeagueEntry,
    listed_entries as listed_entries,
    parse_entries as parse_entries,
)
from .league.report import (
    league_settings as league_settings,
    write_league as write_league,
)
from .league.rules import LeagueRules as LeagueRules
from .league.table import league_table as league_table
from .measurement_tables import (
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
