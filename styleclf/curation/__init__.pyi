from .doctor_report import write_examination as write_examination
from .doubts import (
    Doubts as Doubts,
    expected_number as expected_number,
    group_doubts as group_doubts,
    label_doubts as label_doubts,
)
from .examination import (
    Examination as Examination,
    examined_labels as examined_labels,
)
