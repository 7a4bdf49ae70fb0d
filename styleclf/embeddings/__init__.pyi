from .atlas.atlas_map import (
    AtlasMap as AtlasMap,
    check_can_be_written as check_can_be_written,
)
from .atlas.cross_validation import cross_validation_map as cross_validation_map
from .atlas.page import (
    PageText as PageText,
    plotly_script as plotly_script,
    write_atlas as write_atlas,
)
from .atlas.points import (
    LAST as LAST,
    MapPoints as MapPoints,
)
from .atlas.run import training_map as training_map
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
    map_positions as map_positions,
    map_positions_by_epoch as map_positions_by_epoch,
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
