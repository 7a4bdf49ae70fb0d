"""Scripts by which shells complete the command `styleclf`: names of recipes, then the flags of the one typed."""

import argparse
import runpy
from collections.abc import Mapping, Sequence
from pathlib import Path

from styleclf.common import check_one_of
from styleclf.settings.command_line import recipe_parser

_Flags = Mapping[str, Sequence[str]]  # of each recipe
_BASH = """_styleclf() {
    local word=${COMP_WORDS[COMP_CWORD]} candidates=
    if [[ $COMP_CWORD -eq 1 ]]; then
        candidates="%(recipes)s"
    elif [[ $word == -* ]]; then
        case ${COMP_WORDS[1]} in
%(cases)s
        esac
    fi
    COMPREPLY=($(compgen -W "$candidates" -- "$word"))
}
complete -o bashdefault -o default -F _styleclf styleclf"""
_ZSH = """#compdef styleclf
_styleclf() {
    if (( CURRENT == 2 )); then
        compadd -- %(recipes)s
    elif [[ $PREFIX == -* ]]; then
        case $words[2] in
%(cases)s
        esac
    else
        _files
    fi
}
if [[ $funcstack[1] == _styleclf ]]; then
    _styleclf "$@"
else
    compdef _styleclf styleclf
fi"""


def completion_script(shell: str, recipes: Path) -> str:
    """The script for bash, zsh or fish. Raises ValueError for another shell."""
    writers = {"bash": _bash, "zsh": _zsh, "fish": _fish}
    check_one_of(shell, list(writers), "the shell")
    flags = {}
    for file in sorted(recipes.glob("*.py")):
        flags[file.stem] = _flags_of(file)
    write = writers[shell]
    return write(flags)


def _flags_of(recipe: Path) -> list[str]:
    """The long flags of a recipe that its help shows."""
    names = runpy.run_path(str(recipe), run_name=recipe.stem)
    parser = recipe_parser(names["main"], recipe.name)
    flags: list[str] = []
    for action in parser._actions:
        if action.help != argparse.SUPPRESS:
            flags += action.option_strings[-1:]
    return flags


def _bash(flags: _Flags) -> str:
    """The script for bash."""
    recipes = " ".join(flags)
    cases = _cases(flags, 'candidates="{}"')
    return _BASH % {"recipes": recipes, "cases": cases}


def _zsh(flags: _Flags) -> str:
    """The script for zsh."""
    recipes = " ".join(flags)
    cases = _cases(flags, "compadd -- {}")
    return _ZSH % {"recipes": recipes, "cases": cases}


def _cases(flags: _Flags, command: str) -> str:
    """A case for each recipe: the command with its flags."""
    lines = []
    for recipe, of_recipe in flags.items():
        pattern = "|".join(_spellings(recipe))
        words = " ".join(of_recipe)
        action = command.format(words)
        lines.append(f"            {pattern}) {action} ;;")
    return "\n".join(lines)


def _fish(flags: _Flags) -> str:
    """The script for fish: a line for the recipes, and one for each flag."""
    names = " ".join(flags)
    lines = [f"complete -c styleclf -n __fish_use_subcommand -f -a '{names}'"]
    for recipe, of_recipe in flags.items():
        spellings = " ".join(_spellings(recipe))
        condition = f"'__fish_seen_subcommand_from {spellings}'"
        for flag in of_recipe:
            word = flag.removeprefix("--")
            lines.append(f"complete -c styleclf -n {condition} -l {word}")
    return "\n".join(lines)


def _spellings(recipe: str) -> list[str]:
    """A recipe's name as it may be typed: with hyphens, too."""
    hyphenated = recipe.replace("_", "-")
    return sorted({recipe, hyphenated})
