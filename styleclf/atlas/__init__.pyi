from .collection import (
    chosen_columns as chosen_columns,
    columns_data as columns_data,
)
from .data import atlas_data as atlas_data
from .exports import (
    PROGRAMS as PROGRAMS,
    Program as Program,
    write_export as write_export,
)
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
from .records import (
    image_ids as image_ids,
    image_records as image_records,
)
from .run import (
    export_run_atlas as export_run_atlas,
    write_run_atlas as write_run_atlas,
)
from .sprite import (
    Sprite as Sprite,
    make_sprite as make_sprite,
)
