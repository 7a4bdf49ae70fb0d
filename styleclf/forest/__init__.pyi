from .export import write_forest as write_forest
from .features import (
    EMBEDDINGS as EMBEDDINGS,
    features_by_kind as features_by_kind,
)
from .options import ForestOptions as ForestOptions
from .report import write_comparison as write_comparison
from .tuning import tune_forests as tune_forests
from .two_by_two import compare_heads as compare_heads
