"""How Sphinx makes the site of the documentation: see docs/pages.py and `make docs`."""

from docutils import nodes
from sphinx.application import Sphinx

import styleclf

project = "styleclf"
author = "the styleclf authors"
version = release = styleclf.__version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
html_theme = "furo"
html_title = "styleclf"
html_show_sphinx = False
html_show_copyright = False
html_static_path = ["static"]
html_css_files = ["site.css"]
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
suppress_warnings = ["myst.header"]
default_role = "code"  # docstrings write names in single backticks
autodoc_member_order = "bysource"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
_LONGEST_WHOLE = 24  # letters that a phone shows in one line, also in a table


def setup(app: Sphinx) -> None:
    """Leave out fields of named tuples that say nothing but their number; keep lines from ending inside flags."""
    app.connect("autodoc-skip-member", _is_numbered_field)
    app.connect("doctree-resolved", _mark_short_words)


def _mark_short_words(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Let static/site.css know inline code whose words are short enough to stand in a line whole."""
    for literal in doctree.findall(nodes.literal):
        words = literal.astext().split()
        if max(map(len, words), default=0) <= _LONGEST_WHOLE:
            literal["classes"].append("whole-words")


def _is_numbered_field(app: Sphinx, what: str, name: str, member: object, skip: bool, options: object) -> bool | None:
    """Whether Python has documented a member by its number alone; None leaves the decision to others."""
    documentation = getattr(member, "__doc__", None) or ""
    return True if documentation.startswith("Alias for field number") else None
