from .duplicates import (
    duplicates_sentence as duplicates_sentence,
    merged_design as merged_design,
    near_duplicates as near_duplicates,
)
from .pasted_parts import (
    learner_markers as learner_markers,
    marker_figure as marker_figure,
    marker_sentences as marker_sentences,
)
from .planted_marker import (
    marker_probas as marker_probas,
    marker_table as marker_table,
    marker_text as marker_text,
    plant as plant,
    write_marker as write_marker,
)
from .report import audit_design as audit_design
from .sources import read_sources as read_sources
