from .options import AppOptions as AppOptions
from .server import start_app as start_app
from .space import write_space as write_space
from .uploads import UploadLimits as UploadLimits
