from .choice import Choice as Choice
from .columns import (
    fields_text as fields_text,
    make_columns as make_columns,
    parsed_fields as parsed_fields,
)
from .downloads import (
    Client as Client,
    Limits as Limits,
)
from .report import write_outcome as write_outcome
from .run import (
    collect as collect,
    read_sources as read_sources,
)
from .tables import (
    TableOptions as TableOptions,
    parsed_joins as parsed_joins,
)
