"""Do several users at once each get the answers to their own pictures, and does the memory stay bounded?

python -m tests.app.measure_load --model model.zip --images my/paintings --users 8 --pictures 200

starts the app without torch, asks it from as many threads as there are users, a few pictures at a time, and compares
every answer with what one user alone gets. Linux only: the peak of memory is what the system says.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from styleclf.data import image_files
from styleclf.light import PicturePrediction, open_model

TOLERANCE = 1e-4  # of a probability
N_AT_A_TIME = 5  # pictures of a request


class Answers(NamedTuple):
    """What one user got."""

    by_file: dict[Path, dict[str, Any]]
    longest: float  # seconds of a request


def megabytes(process: int, name: str) -> float:
    """A number of the memory of a process: VmRSS now, VmHWM at most so far."""
    status = Path(f"/proc/{process}/status").read_text()
    kilobytes = re.search(rf"{name}:\s+(\d+)", status)
    return int(kilobytes[1]) / 1000


def asked(address: str, files: Sequence[Path]) -> Answers:
    """The answers to some files, a request after another."""
    from gradio_client import Client, handle_file

    client = Client(address, verbose=False)
    by_file = {}
    longest = 0.0
    for start in range(0, len(files), N_AT_A_TIME):
        batch = files[start : start + N_AT_A_TIME]
        begin = time.monotonic()
        answers = client.predict([handle_file(str(file)) for file in batch], api_name="/predict")
        longest = max(longest, time.monotonic() - begin)
        by_file.update(zip(batch, answers, strict=True))
    return Answers(by_file, longest)


def is_right(answer: dict[str, Any], file: Path, expected: PicturePrediction) -> bool:
    """Whether an answer is the one to this file."""
    style, proba = answer["likeliest"][0]
    expected_style, expected_proba = expected.likeliest[0]
    is_alike = style == expected_style and abs(proba - expected_proba) <= TOLERANCE
    return answer["file"] == file.name and is_alike


class Measurement(NamedTuple):
    """What a crowd of users got from an app, and what it took."""

    by_user: list[Answers]
    seconds: float
    before: float  # megabytes
    peak: float


def measured(model: str, files: Sequence[Path], n_users: int) -> Measurement:
    """Start an app and ask it about these files, dealt to so many users at once."""
    with tempfile.TemporaryDirectory() as out:
        server = started_app(model, out)
        address = re.search(r"http://[\d.:]+", server.stdout.readline())[0]
        before = megabytes(server.pid, "VmRSS")
        begin = time.monotonic()
        with ThreadPoolExecutor(n_users) as users:
            parts = [files[user::n_users] for user in range(n_users)]
            by_user = list(users.map(partial(asked, address), parts))
        seconds = time.monotonic() - begin
        peak = megabytes(server.pid, "VmHWM")
        server.send_signal(signal.SIGINT)
        server.wait(60)
    return Measurement(by_user, seconds, before, peak)


def started_app(model: str, out: str) -> subprocess.Popen:
    """An app on any free port, whose first line says its address."""
    command = [sys.executable, "-m", "styleclf.app", model, "--port", "0", "--out", out]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def evenly_picked(files: Sequence[Path], number: int) -> list[Path]:
    """At most so many of the files, from all of their range."""
    positions = np.linspace(0, len(files) - 1, number).round().astype(int)
    return [files[position] for position in np.unique(positions)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, help="a bundle")
    parser.add_argument("--images", required=True)
    parser.add_argument("--users", type=int, default=8)
    parser.add_argument("--pictures", type=int, default=200)
    arguments = parser.parse_args()
    files = evenly_picked(image_files([arguments.images]), arguments.pictures)
    expected = open_model(arguments.model).predict(files)
    measurement = measured(arguments.model, files, arguments.users)
    answers = {}
    for of_user in measurement.by_user:
        answers.update(of_user.by_file)
    n_right = 0
    for file, prediction in zip(files, expected, strict=True):
        n_right += file in answers and is_right(answers[file], file, prediction)
    longest = max(of_user.longest for of_user in measurement.by_user)
    before, peak = measurement.before, measurement.peak
    print(f"{len(answers)} of {len(files)} answered, {n_right} as for one user alone, in {measurement.seconds:.1f} s")
    print(f"longest request {longest:.1f} s; memory {before:.0f} MB before, {peak:.0f} MB at most")


if __name__ == "__main__":
    main()
