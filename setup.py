"""Puts recipes and their settings into the package of a wheel; all else stands in pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent


class BuildWithRecipes(build_py):
    """`build_py` that copies recipes/ and settings.ini beside the modules, where the command `styleclf` finds them."""

    def run(self) -> None:
        """Copy them once the modules are there; an editable installation finds them in the checkout."""
        super().run()
        if self.editable_mode:
            return
        package = Path(self.build_lib) / "styleclf"
        (package / "recipes").mkdir(parents=True, exist_ok=True)
        for recipe in sorted((ROOT / "recipes").glob("*.py")):
            shutil.copy2(recipe, package / "recipes")
        shutil.copy2(ROOT / "settings.ini", package)


setup(cmdclass={"build_py": BuildWithRecipes})
