"""styleclf.runs.processes: a worker does not outlive the process that it works for."""

import os
import signal
import subprocess
import sys
import time

import pytest

WORKER = (
    "import os, time; from styleclf.runs.processes import end_with_parent; end_with_parent({parent}); time.sleep(60)"
)
PARENT = """
import subprocess, sys, time
worker = subprocess.Popen([sys.executable, "-c", sys.argv[1]])
print(worker.pid, flush=True)
time.sleep(60)
"""


def is_at_work(pid):
    """Whether there is such a process, and not only its remains."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="needs Linux")
@pytest.mark.parametrize("watched, at_work", [("os.getppid()", False), ("-1", True)])
def test_a_worker_ends_with_a_parent_that_is_killed(watched, at_work):
    code = WORKER.format(parent=watched)
    parent = subprocess.Popen([sys.executable, "-c", PARENT, code], stdout=subprocess.PIPE, text=True)
    worker = int(parent.stdout.readline())
    time.sleep(2)  # until it watches
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    end = time.monotonic() + 10
    while is_at_work(worker) and time.monotonic() < end and not at_work:
        time.sleep(0.1)
    try:
        assert is_at_work(worker) == at_work
    finally:
        if is_at_work(worker):
            os.kill(worker, signal.SIGKILL)
