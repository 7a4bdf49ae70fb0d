"""Print a script by which bash, zsh or fish completes the command styleclf: its recipes, and the flags of each.

python recipes/completion.py bash > ~/.local/share/bash-completion/completions/styleclf
"""

from importlib.util import find_spec

if not all(map(find_spec, ("styleclf", "fastcore", "fastai"))):
    raise SystemExit("styleclf[train] is missing: make install for .venv/bin/python, or pip install 'styleclf[train]'")

from styleclf.settings import completion_script, run


def main(
    *shell: str,  # bash, zsh or fish
):
    """Print a script by which a shell completes the command styleclf."""
    from pathlib import Path

    print(completion_script(" ".join(shell), Path(__file__).parent))


if __name__ == "__main__":
    run(main)
