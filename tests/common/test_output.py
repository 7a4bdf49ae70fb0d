"""styleclf.common.output: files appear whole, progress is told where no bar can be drawn."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from styleclf.common import output


def failing_write(path, error):
    with output.whole_file(path) as aside:
        aside.write_text("half of the n")
        raise error


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failing_block_leaves_the_old_file_and_nothing_else(tmp_path, error):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(type(error)):
        failing_write(path, error)
    assert path.read_text() == "old" and os.listdir(tmp_path) == ["table.csv"]


def test_readers_see_the_old_file_until_the_block_ends(tmp_path):
    path = tmp_path / "figure.png"
    path.write_text("old")
    with output.whole_file(path) as aside:
        aside.write_text("new")
        assert path.read_text() == "old" and aside.suffix == ".png"
    assert path.read_text() == "new" and os.listdir(tmp_path) == ["figure.png"]


def test_tables_come_back_from_folders_that_were_not_there(tmp_path):
    table = pd.DataFrame({"label": ["cubism", "réalisme"], "width": [3, 4]})
    output.write_table(table, tmp_path / "a/b/table.csv")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "a/b/table.csv"), table)
    output.write_table(table.set_index("label"), tmp_path / "indexed.csv", index=True)
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "indexed.csv"), table)


def test_dictionaries_come_back_with_paths_as_text(tmp_path):
    values = {"style": "réalisme", "sizes": [1, 2.5, None], "out": Path("runs")}
    output.write_json(values, tmp_path / "settings.json")
    text = (tmp_path / "settings.json").read_text(encoding="utf-8")
    assert json.loads(text) == values | {"out": "runs"}
    assert "réalisme" in text


@pytest.fixture
def clock(monkeypatch):
    """A clock that is moved by hand, and no terminal."""
    clock = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr(output, "time", SimpleNamespace(monotonic=lambda: clock.seconds))
    monkeypatch.setattr(output, "on_terminal", lambda: False)
    return clock


def pass_through(items, clock, seconds, **options):
    passed = []
    for item in output.tracked(items, len(items), **options):
        clock.seconds += seconds
        passed.append(item)
    return passed


def test_lines_tell_the_time_left_and_pass_every_item(clock, monkeypatch, capsys):
    monkeypatch.setattr(output, "SECONDS_BETWEEN_LINES", 0)
    assert pass_through(["a", "b", "c"], clock, 2, what="paintings") == ["a", "b", "c"]
    assert capsys.readouterr().out.splitlines() == [
        "1 of 3 paintings, 4 s left",
        "2 of 3 paintings, 2 s left",
        "3 of 3 paintings, 0 s left",
    ]


def test_lines_keep_their_distance(clock, capsys):
    pass_through(range(100), clock, 1)
    assert 0 < len(capsys.readouterr().out.splitlines()) <= 100 / output.SECONDS_BETWEEN_LINES


def test_nothing_is_told_if_not_shown(clock, monkeypatch, capsys):
    monkeypatch.setattr(output, "SECONDS_BETWEEN_LINES", 0)
    assert pass_through([1, 2], clock, 2, shown=False) == [1, 2]
    assert pass_through([], clock, 2) == []
    assert capsys.readouterr().out == ""


def test_a_terminal_gets_a_bar_that_passes_every_item(monkeypatch):
    monkeypatch.setattr(output, "on_terminal", lambda: True)
    assert list(output.tracked([1, 2, 3], 3)) == [1, 2, 3]


@pytest.mark.parametrize(
    "seconds, spoken",
    [
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3599.7, "1 h 00 min"),
        (4800, "1 h 20 min"),
    ],
)
def test_durations_are_spoken_as_people_say_them(seconds, spoken):
    assert output.spoken_seconds(seconds) == spoken


# Unfinished files


def test_processes_of_the_same_number_write_to_files_of_their_own(tmp_path):
    with output.whole_file(tmp_path / "a.npy") as one, output.whole_file(tmp_path / "a.npy") as other:
        assert one != other
        one.write_text("one")
        other.write_text("other")
    assert (tmp_path / "a.npy").read_text() == "one" and os.listdir(tmp_path) == ["a.npy"]


def test_the_longest_names_can_be_written(tmp_path):
    path = tmp_path / f"{'é' * 123}.npz"
    with output.whole_file(path) as aside:
        aside.write_text("whole")
    assert path.read_text() == "whole"


KILLED = """
import os, signal, sys
from styleclf.common.output import whole_file
with whole_file(sys.argv[1]) as aside:
    aside.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(output.fcntl is None, reason="needs locks of files")
def test_what_a_killed_process_left_is_removed_and_what_a_living_one_writes_is_not(tmp_path):
    subprocess.run([sys.executable, "-c", KILLED, tmp_path / "killed.npy"])
    (left,) = tmp_path.iterdir()
    with output.whole_file(tmp_path / "living.npy") as aside:
        aside.write_text("new")
        assert output.remove_unfinished(tmp_path) == 1
        assert not left.exists() and aside.is_file()
    assert os.listdir(tmp_path) == ["living.npy"] and output.remove_unfinished(tmp_path) == 0


@pytest.mark.parametrize(
    "error, reason",
    [
        (OSError(28, "No space left on device"), "its disk is full, 0.1 MB are free"),
        (RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 172160"), "its disk is full"),
        (OSError("2048 requested and 0 written"), "its disk is full"),
    ],
)
def test_a_full_disk_is_named(tmp_path, monkeypatch, error, reason):
    monkeypatch.setattr(output.shutil, "disk_usage", lambda _: SimpleNamespace(free=100_000))
    monkeypatch.setattr(output, "_file_limit", lambda: None)
    with pytest.raises(OSError, match=f"model.pkl cannot be written: {reason}"):
        failing_write(tmp_path / "model.pkl", error)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM])
def test_a_file_that_another_program_has_open_is_named(tmp_path, monkeypatch, number):
    """As Windows does where a spreadsheet shows the table."""

    def replace(source: Path, target: Path) -> None:
        raise OSError(number, "The process cannot access the file", str(source), None, str(target))

    monkeypatch.setattr(output.os, "replace", replace)
    with pytest.raises(OSError, match=r"predictions\.csv cannot be written: .* another program has it open"):
        output.write_text("a", tmp_path / "predictions.csv")
    assert os.listdir(tmp_path) == []


def test_a_disk_that_can_only_be_read_is_named(tmp_path, monkeypatch):
    def refuse(path: Path, *_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", path)

    monkeypatch.setattr(output.os, "open", refuse)
    with pytest.raises(OSError, match=r"a\.csv cannot be written: its disk can only be read"):
        output.write_text("a", tmp_path / "a.csv")


LIMITED = """
import resource, sys
import numpy as np
from styleclf.common.output import whole_file
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    with whole_file(sys.argv[1]) as aside:
        np.save(aside, np.zeros(50_000))
except OSError as error:
    print(error)
"""


@pytest.mark.skipif(output.resource is None, reason="needs limits of processes")
def test_a_limit_on_files_is_named(tmp_path):
    done = subprocess.run([sys.executable, "-c", LIMITED, tmp_path / "a.npy"], capture_output=True, text=True)
    assert done.stdout.strip().endswith("cannot be written: a file of this process may have 0.1 MB at most (ulimit -f)")


def test_other_errors_stay_what_they_are(tmp_path):
    with pytest.raises(RuntimeError, match=r"^diverged$"):
        failing_write(tmp_path / "a", RuntimeError("diverged"))
    with pytest.raises(FileNotFoundError):
        failing_write(tmp_path / "a", FileNotFoundError(2, "No such file", "image.jpg"))


@pytest.mark.skipif(output.fcntl is None, reason="needs locks of files")
def test_a_folder_is_left_to_whoever_works_in_it(tmp_path):
    folder = tmp_path / "cv"
    with output.alone_in(folder, "a cross-validation"):
        refused = pytest.raises(ValueError, match=r"another process is at work on a cross-validation in .*cv: wait")
        with refused, output.alone_in(folder, "a cross-validation"):
            pass
        with output.alone_in(tmp_path / "other", "a cross-validation"):
            pass
    assert list(folder.iterdir()) == []
    with output.alone_in(folder, "a cross-validation"):
        assert list(folder.iterdir())


def test_quiet_is_all_but_errors_and_final_lines(monkeypatch, capsys):
    logger = output.logging.getLogger("styleclf")
    before = logger.level
    monkeypatch.setenv("STYLECLF_QUIET", "")
    try:
        output.note("first")
        output.be_quiet()
        for tell in (output.say, output.note, output.conclude, output.complain):
            tell(f"by {tell.__name__}")
        assert list(output.tracked([1, 2], 2)) == [1, 2]
        assert os.environ["STYLECLF_QUIET"], "for the processes that this one starts"
    finally:
        logger.setLevel(before)
    assert capsys.readouterr() == ("by conclude\n", "note: first\nby complain\n")


@pytest.mark.parametrize(
    ("system", "command"), [("posix", "explain 'my runs/a.pkl'"), ("nt", 'explain "my runs/a.pkl"')]
)
def test_a_command_is_quoted_as_the_system_wants_it(monkeypatch, system, command):
    monkeypatch.setattr(output, "os", SimpleNamespace(name=system))
    assert output.typed_command("explain", "my runs/a.pkl") == command


def test_a_line_is_said_once_by_all_steps_of_a_command(capsys):
    from styleclf.common.output import lines_said_once

    code = "from styleclf.common.output import say_once; say_once('weights of a kind'); say_once('and a line')"
    with lines_said_once():
        outputs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True) for _ in range(2)]
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert [done.stdout.splitlines() for done in (*outputs, again)] == [
        ["weights of a kind", "and a line"],
        [],
        ["weights of a kind", "and a line"],
    ]


def test_places_where_nothing_can_be_written_are_told_before_the_work(tmp_path, monkeypatch):
    output.check_folder(tmp_path / "not/there/yet")
    output.check_file(tmp_path / "not/there/yet.csv")
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match=r"cannot be a folder for results, .*file is a file: name another folder"):
        output.check_folder(tmp_path / "file/deeper")
    with pytest.raises(ValueError, match="cannot be a file of results, it is a folder: name a file in it"):
        output.check_file(tmp_path)
    with pytest.raises(ValueError, match="longer than the name of a folder may be"):
        output.check_folder(tmp_path / ("ш" * 130))
    monkeypatch.setattr(output.os, "access", lambda *_: False)
    with pytest.raises(OSError, match="cannot be written, there is no permission in"):
        output.check_folder(tmp_path)
