from .new_styles import add_style as add_style
from .report import write_comparison as write_comparison
from .retrieval import (
    calculator_class as calculator_class,
    embedding_scores as embedding_scores,
    scores_text as scores_text,
)
from .spaces import (
    frozen_space as frozen_space,
    learner_space as learner_space,
)
