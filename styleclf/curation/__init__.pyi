from .collection_report import (
    read_collection as read_collection,
    write_gains as write_gains,
)
from .design_history import (
    history_of_design as history_of_design,
    history_text as history_text,
    progress_between as progress_between,
    progress_sentences as progress_sentences,
)
from .doctor_report import write_examination as write_examination
from .doubts import (
    Doubts as Doubts,
    label_doubts as label_doubts,
)
from .examination import (
    Examination as Examination,
    examined_labels as examined_labels,
)
from .label_queue import (
    Candidates as Candidates,
    LabelledPictures as LabelledPictures,
    ranked_queue as ranked_queue,
)
from .learning_curves import (
    Collection as Collection,
    expected_gain as expected_gain,
    expected_score as expected_score,
    last_steps as last_steps,
    steps_table as steps_table,
)
from .queue_report import (
    read_to_label as read_to_label,
    write_queue as write_queue,
)
from .queue_trial import try_queue as try_queue
