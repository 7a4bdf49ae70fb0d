"""Dropped pictures that outlive their browser, because a decision names them."""

import shutil
from pathlib import Path

from styleclf.app.review import ReviewedPicture
from styleclf.common import whole_file


class KeptPictures:
    """Copies of dropped pictures that were decided, so that the table names files that are there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, picture: ReviewedPicture) -> None:
        """Copy a picture's file into the folder, under the name that the table has."""
        with whole_file(self.folder / picture.name) as partial_path:
            shutil.copyfile(picture.prediction.path, partial_path)

    def forget(self, name: str) -> None:
        """Remove a picture whose decision was taken back."""
        (self.folder / name).unlink(missing_ok=True)
