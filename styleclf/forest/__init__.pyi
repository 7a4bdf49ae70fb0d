from .head import ForestHead as ForestHead
from .options import ForestOptions as ForestOptions
from .report import write_forests as write_forests
from .trees import (
    TreeHead as TreeHead,
    tree_head as tree_head,
)
