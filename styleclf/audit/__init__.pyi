from .duplicates import (
    join_duplicates as join_duplicates,
    near_duplicates as near_duplicates,
)
from .planted_marker import (
    plant as plant,
    write_marker_audits as write_marker_audits,
    write_marker_test as write_marker_test,
)
from .report import (
    audit_design as audit_design,
    audit_learner as audit_learner,
    audit_paintings as audit_paintings,
    audit_runs as audit_runs,
    write_audit as write_audit,
)
from .sources import with_sources as with_sources
