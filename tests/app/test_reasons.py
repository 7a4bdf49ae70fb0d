import errno
from pathlib import Path

import pytest

from styleclf.app.reasons import reason_for_browser

OUT = Path("/srv/secret/runs/app")
DROPPED = Path("/tmp/styleclf-app-1a2b")


@pytest.mark.parametrize(
    "error, reason",
    [
        (ValueError(f"{OUT}/decisions.csv has 2 values in row 3: mend it"), "decisions.csv has 2 values in row 3"),
        (ValueError(f"{DROPPED}/token/x y.png is cut off"), "x y.png is cut off"),
        (OSError(errno.ENOSPC, "No space", f"{OUT}/decisions.csv"), "No space: decisions.csv"),
        (FileNotFoundError(errno.ENOENT, "No such file", "/elsewhere/secret/a.png"), "No such file: a.png"),
        (ValueError("decides cubism/gris_guitar.jpg twice"), "decides cubism/gris_guitar.jpg twice"),
        (OSError("the disk is full"), "the disk is full"),
    ],
)
def test_files_are_named_without_folders_of_the_server(error, reason):
    said = reason_for_browser(error, [OUT, DROPPED])
    assert said.startswith(reason)
    assert not any(word in said for word in ("secret", "styleclf-app", "token"))


def test_folders_of_windows_are_left_out_too():
    folder = Path(r"C:\Users\me\runs")
    error = ValueError(r"C:\Users\me\runs\pictures\a.png is gone")
    assert reason_for_browser(error, [folder]) == "a.png is gone"
