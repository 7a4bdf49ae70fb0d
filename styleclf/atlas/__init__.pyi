from .data import (
    LAST as LAST,
    atlas_data as atlas_data,
    with_evolution as with_evolution,
)
from .page import (
    atlas_page as atlas_page,
    plotly_script as plotly_script,
    write_atlas as write_atlas,
)
from .sprite import (
    Sprite as Sprite,
    make_sprite as make_sprite,
)
