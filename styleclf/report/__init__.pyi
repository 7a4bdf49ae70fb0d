from .page import (
    REPORT_FILE as REPORT_FILE,
    show_report as show_report,
    write_report as write_report,
)
