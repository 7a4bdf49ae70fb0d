"""What the app is started with."""

from dataclasses import dataclass, field
from pathlib import Path

from styleclf.app.uploads import UploadLimits

THIS_MACHINE = "127.0.0.1"
PORT = 7860  # where people look for such an app


@dataclass(frozen=True)
class AppOptions:
    """Model, pictures, and who may reach the app; handed on as one value."""

    model: str | Path
    light: bool = False  # open a bundle without torch even where torch is installed
    review: str | None = None  # folder of pictures to review; without one those that are dropped are reviewed
    queue: str | None = None  # table that gives their order
    design: str | None = None  # whose paintings are shown beside a picture
    images: str | None = None  # folder of the design's paintings
    unseen_fold: str | None = None  # of the design, whose paintings are left out
    limits: UploadLimits = field(default_factory=UploadLimits)
    with_review: bool = True  # whether people decide about pictures at all
    out: Path = Path("runs/app")  # for decisions.csv, and the pictures that were dropped and decided
    host: str = THIS_MACHINE
    port: int = PORT
    browser: bool = False  # open a browser
