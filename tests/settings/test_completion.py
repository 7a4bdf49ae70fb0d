"""Scripts for shells, tried in those that are there."""

import shutil
import subprocess

import pytest

from styleclf.settings.completion import completion_script

BASH = """
source {script}
COMP_WORDS=({words})
COMP_CWORD={position}
_styleclf
echo "${{COMPREPLY[@]}}"
"""


def completed(script, *words):
    """What bash offers for the last of the words."""
    code = BASH.format(script=script, words=" ".join(words), position=len(words) - 1)
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_recipes_and_their_flags(recipes, tmp_path):
    (recipes / "brush.py").rename(recipes / "thin_brush.py")
    script = tmp_path / "script.bash"
    script.write_text(completion_script("bash", recipes))
    assert completed(script, "styleclf", "ch") == ["chisel"]
    assert completed(script, "styleclf", "chisel", "--e") == ["--edge"]
    assert completed(script, "styleclf", "thin-brush", "--size", "3", "--q") == ["--quiet"]
    assert completed(script, "styleclf", "thin_brush", "--e") == []
    assert completed(script, "styleclf", "chisel", "pict") == [], "which leaves it to bash, that completes files"
    assert "--pdb" not in script.read_text()


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_scripts_of_other_shells_have_every_recipe_and_flag(recipes, tmp_path, shell):
    script = completion_script(shell, recipes)
    for word in ("brush", "chisel", "edge", "size", "quiet"):
        assert word in script
    if shutil.which(shell):
        file = tmp_path / "script"
        file.write_text(script)
        subprocess.run([shell, "-n", str(file)], check=True)


def test_another_shell_is_refused(recipes):
    with pytest.raises(ValueError, match="the shell must be one of bash, zsh, fish, not 'tcsh'"):
        completion_script("tcsh", recipes)
