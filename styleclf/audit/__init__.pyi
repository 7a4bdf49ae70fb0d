from .duplicates import (
    near_duplicates as near_duplicates,
)
from .left_out import (
    left_out_audit as left_out_audit,
    write_left_out as write_left_out,
)
from .planted_marker import (
    plant as plant,
    write_marker_test as write_marker_test,
)
from .report import (
    AuditQuestions as AuditQuestions,
    audit_design as audit_design,
    audit_paintings as audit_paintings,
    write_audit as write_audit,
)
from .sources import with_sources as with_sources
