from .contest import (
    LeagueContest as LeagueContest,
    hold_contest as hold_contest,
)
from .entries import (
    Entry as Entry,
    listed_entries as listed_entries,
    parse_entries as parse_entries,
)
from .report import (
    league_settings as league_settings,
    write_league as write_league,
)
from .rules import Rules as Rules
from .table import league_table as league_table
from .words import (
    league_text as league_text,
    recommendation as recommendation,
)
