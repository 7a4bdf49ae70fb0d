from .data import atlas_data as atlas_data
from .page import (
    PageText as PageText,
    atlas_page as atlas_page,
    plotly_script as plotly_script,
    write_atlas as write_atlas,
)
from .points import (
    LAST as LAST,
    MapPoints as MapPoints,
    with_evolution as with_evolution,
)
from .run import write_run_atlas as write_run_atlas
from .sprite import (
    Sprite as Sprite,
    make_sprite as make_sprite,
)
