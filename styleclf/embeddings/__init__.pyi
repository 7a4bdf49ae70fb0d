from .atlas.atlas_map import (
    AtlasMap as AtlasMap,
    check_can_be_written as check_can_be_written,
)
from .atlas.collection import (
    chosen_columns as chosen_columns,
    columns_data as columns_data,
)
from .atlas.cross_validation import (
    cross_validation_map as cross_validation_map,
    style_scores as style_scores,
)
from .atlas.data import atlas_data as atlas_data
from .atlas.exports import (
    PROGRAMS as PROGRAMS,
    Program as Program,
    write_export as write_export,
)
from .atlas.page import (
    PageText as PageText,
    atlas_page as atlas_page,
    plotly_script as plotly_script,
    write_atlas as write_atlas,
)
from .atlas.points import (
    LAST as LAST,
    MapPoints as MapPoints,
    with_evolution as with_evolution,
)
from .atlas.records import (
    image_ids as image_ids,
    image_records as image_records,
)
from .atlas.run import training_map as training_map
from .atlas.sprite import (
    Sprite as Sprite,
    make_sprite as make_sprite,
)
from .clusters import (
    cluster_table as cluster_table,
    clusters_sentence as clusters_sentence,
)
from .neighbours import (
    nearest as nearest,
    neighbours_table as neighbours_table,
)
from .projection import (
    PROJECTIONS as PROJECTIONS,
    Projection as Projection,
    placed as placed,
    projected as projected,
)
from .report import (
    paintings_to_embed as paintings_to_embed,
    write_clusters as write_clusters,
    write_neighbours as write_neighbours,
)
from .separation import (
    separation_table as separation_table,
    separation_values as separation_values,
)
