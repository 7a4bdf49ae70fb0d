from .options import AppOptions as AppOptions
from .server import (
    make_events as make_events,
    start_app as start_app,
    web_application as web_application,
)
from .space import write_space as write_space
from .uploads import UploadLimits as UploadLimits
