from .loss_comparison import train_for_comparison as train_for_comparison
from .new_styles import add_style as add_style
from .report import write_spaces as write_spaces
from .scores import (
    embedding_scores as embedding_scores,
    scores_text as scores_text,
)
