"""styleclf.common.lines: what is silenced, and what is said once."""

import os
import subprocess
import sys

import pytest

from styleclf.common import lines, progress


def test_quiet_is_all_but_errors_and_final_lines(monkeypatch, capsys):
    logger = lines.logging.getLogger("styleclf")
    before = logger.level
    monkeypatch.setenv("STYLECLF_QUIET", "")
    try:
        lines.note("first")
        lines.be_quiet()
        for tell in (lines.say, lines.note, lines.conclude, lines.complain):
            tell(f"by {tell.__name__}")
        assert list(progress.with_progress([1, 2], 2)) == [1, 2]
        assert os.environ["STYLECLF_QUIET"], "for the processes that this one starts"
    finally:
        logger.setLevel(before)
    assert capsys.readouterr() == ("by conclude\n", "note: first\nby complain\n")


def test_a_line_is_said_once_by_all_steps_of_a_command(capsys):
    code = "from styleclf.common import say_once; say_once('weights of a kind'); say_once('and a line')"
    with lines.lines_said_once():
        outputs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True) for _ in range(2)]
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert [done.stdout.splitlines() for done in (*outputs, again)] == [
        ["weights of a kind", "and a line"],
        [],
        ["weights of a kind", "and a line"],
    ]


def test_work_goes_on_where_nobody_reads_its_lines(tmp_path):
    done = tmp_path / "done"
    code = "import pathlib, sys; from styleclf.common import flush_output, say\n"
    code += f"for n in range(3): say('line')\nprint('last'); pathlib.Path({str(done)!r}).touch(); flush_output()"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdout.close()
    complaints = process.stderr.read()
    assert process.wait() == 0
    assert complaints == ""
    assert done.exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_work_goes_on_where_the_disk_of_its_lines_is_full(tmp_path):
    done = tmp_path / "done"
    code = "import pathlib, sys; from styleclf.common import flush_output, say\n"
    code += f"for n in range(3): say('line')\nprint('last'); pathlib.Path({str(done)!r}).touch()\n"
    code += "sys.exit(0 if flush_output() else 2)"
    with open("/dev/full", "w") as full:
        process = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True)
    (complaint,) = process.stderr.splitlines()
    assert complaint.startswith("standard output cannot be written (No space left on device): the lines from here on")
    assert process.returncode == 2
    assert done.exists()
