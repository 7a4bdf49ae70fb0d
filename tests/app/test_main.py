"""`python -m styleclf.app`: the command line without torch."""

from styleclf.app.__main__ import main
from tests.bundled import bundled, paths  # noqa: F401


def test_it_writes_a_space(bundled, tmp_path, capsys):
    assert main([str(bundled / "bundle"), "--space", str(tmp_path / "space")]) == 0
    assert f"a Space, to be pushed as it is: {tmp_path / 'space'}" in capsys.readouterr().out


def test_bad_input_is_one_sentence(tmp_path, capsys):
    for arguments in (["nowhere.zip", "--space", str(tmp_path / "space")], ["x.zip", "--pictures", "0"]):
        assert main(arguments) == 2
        error = capsys.readouterr().err
        assert error.startswith("styleclf.app: ")
        assert error.count("\n") == 1
