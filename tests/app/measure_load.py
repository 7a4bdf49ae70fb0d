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
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from styleclf.inference import image_files
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, help="a bundle")
    parser.add_argument("--images", required=True)
    parser.add_argument("--users", type=int, default=8)
    parser.add_argument("--pictures", type=int, default=200)
    arguments = parser.parse_args()
    files = image_files([arguments.images])
    picked = np.linspace(0, len(files) - 1, arguments.pictures).round().astype(int)
    files = [files[i] for i in sorted(set(picked))]
    expected = dict(zip(files, open_model(arguments.model).predict(files), strict=True))
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "styleclf.app", arguments.model, "--port", "0", "--out", out]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        address = re.search(r"http://[\d.:]+", server.stdout.readline())[0]
        before = megabytes(server.pid, "VmRSS")
        begin = time.monotonic()
        with ThreadPoolExecutor(arguments.users) as users:
            parts = [files[user :: arguments.users] for user in range(arguments.users)]
            got = list(users.map(lambda part: asked(address, part), parts))
        seconds = time.monotonic() - begin
        peak = megabytes(server.pid, "VmHWM")
        server.send_signal(signal.SIGINT)
        server.wait(60)
    answers = {file: answer for of_user in got for file, answer in of_user.by_file.items()}
    n_right = sum(is_right(answer, file, expected[file]) for file, answer in answers.items())
    longest = max(of_user.longest for of_user in got)
    print(f"{len(answers)} of {len(files)} answered, {n_right} as for one user alone, in {seconds:.1f} s")
    print(f"longest request {longest:.1f} s; memory {before:.0f} MB before, {peak:.0f} MB at most")


if __name__ == "__main__":
    main()
