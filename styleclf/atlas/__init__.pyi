from .atlas_map import (
    AtlasMap as AtlasMap,
    check_can_be_written as check_can_be_written,
)
from .collection import (
    chosen_columns as chosen_columns,
    columns_data as columns_data,
)
from .cross_validation import (
    cross_validation_map as cross_validation_map,
    style_scores as style_scores,
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
from .run import training_map as training_map
from .sprite import (
    Sprite as Sprite,
    make_sprite as make_sprite,
)
