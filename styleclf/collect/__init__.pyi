from .choice import Choice as Choice
from .columns import (
    fields_text as fields_text,
    make_columns as make_columns,
    parsed_fields as parsed_fields,
)
from .downloads import (
    Client as Client,
    DownloadLimits as DownloadLimits,
)
from .report import write_outcome as write_outcome
from .run import (
    collect as collect,
    read_manifests as read_manifests,
)
from .tables import (
    TableOptions as TableOptions,
    parsed_joins as parsed_joins,
)
