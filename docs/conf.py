"""How Sphinx makes the site of the documentation: see docs/pages.py and `make docs`."""

from sphinx.application import Sphinx

import styleclf

project = "styleclf"
author = "the styleclf authors"
version = release = styleclf.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
html_theme = "furo"
html_title = "styleclf"
html_show_sphinx = False
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["myst.header"]
default_role = "code"  # docstrings write names in single backticks
autodoc_member_order = "bysource"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True


def setup(app: Sphinx) -> None:
    """Leave out fields of named tuples that say nothing but their number."""
    app.connect("autodoc-skip-member", _is_numbered_field)


def _is_numbered_field(app: Sphinx, what: str, name: str, member: object, skip: bool, options: object) -> bool | None:
    """Whether Python has documented a member by its number alone; None leaves the decision to others."""
    documentation = getattr(member, "__doc__", None) or ""
    return True if documentation.startswith("Alias for field number") else None
