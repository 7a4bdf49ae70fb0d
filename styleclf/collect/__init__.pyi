from .choice import Choice as Choice
from .columns import fields_text as fields_text
from .downloads import (
    Client as Client,
    DownloadLimits as DownloadLimits,
)
from .run import (
    collect as collect,
    read_manifests as read_manifests,
)
