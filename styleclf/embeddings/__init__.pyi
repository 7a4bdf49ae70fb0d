from .clusters import (
    best_clustering as best_clustering,
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
from .separation import (
    separation_table as separation_table,
    separation_values as separation_values,
)
