from .contact_sheet import write_contact_sheet as write_contact_sheet
from .kinds import has_tables as has_tables
from .page import (
    REPORT_FILE as REPORT_FILE,
    best_run as best_run,
    first_step as first_step,
    run_answer as run_answer,
    show_report as show_report,
    write_report as write_report,
)
from .pages import rendered_page as rendered_page
from .pictures import (
    ShownPicture as ShownPicture,
    described_pictures as described_pictures,
)
from .thumbnails import thumbnail_uris as thumbnail_uris
