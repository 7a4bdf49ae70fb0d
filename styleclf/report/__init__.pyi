from .page import (
    REPORT_FILE as REPORT_FILE,
    run_answer as run_answer,
    show_report as show_report,
    write_report as write_report,
)
