"""Templates filled in: nothing but text comes from names of files, and numbers are written one way on all pages."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

from styleclf.common import shown_text, written_painter
from styleclf.evaluation import TOO_FEW

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_HEADINGS = {"lo": "from", "hi": "to", "n_images": "pictures", "n_authors": "painters"}
_FLAG = re.compile(r"--[a-z][a-z-]*")
_WORDS = {  # for what tables call by a name of the trade
    "log_loss": "log loss",
    "brier": "Brier score",
    "ece": "calibration error",
    "auroc": "AUROC",
    "called_new": "called none of these",
    "false_alarms": "false alarms",
}


def rendered_page(
    template: str,  # a file of templates/
    context: Mapping[str, Any],  # what it shows
) -> str:
    """A template with its context as HTML; whatever comes from a name of a file is text only."""
    return shown_text(_environment().get_template(template).render(context))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_template_text),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"share": share_text, "interval": ends_text, "cell": cell_text}
    environment.filters |= {"heading": heading_text, "whole_flags": whole_flags, "painter": written_painter}
    environment.filters |= {"signed": signed_text, "signed_interval": signed_ends_text}
    return environment


def _template_text(name: str) -> str:
    """The text of a template that comes with this package."""
    return (files(__package__) / "templates" / name).read_text(encoding="utf-8")


def whole_flags(text: str) -> "Markup":
    """A sentence or a command as HTML in which no line ends inside a flag.

    >>> print(whole_flags("audit.py --sources <b>"))
    audit.py <span class="flag">--sources</span> &lt;b&gt;
    """
    from markupsafe import Markup, escape

    html = _FLAG.sub(r'<span class="flag">\g<0></span>', str(escape(text)))
    return Markup(html)


def share_text(value: float, digits: int = 2) -> str:
    """A number with so many digits; a dash for NaN.

    >>> share_text(0.857), share_text(-0.5), share_text(float("nan"))
    ('0.86', '−0.50', '–')
    """
    if np.isnan(value):
        return "–"
    text = f"{value:.{digits}f}"
    return text.replace("-", "−")


def signed_text(value: float) -> str:
    """A difference with its sign.

    >>> signed_text(-0.0121)
    '−0.012'
    """
    return f"{value:+.3f}".replace("-", "−")


def ends_text(row: Any, digits: int = 2) -> str:
    """The ends of an interval of anything with `lo` and `hi`."""
    if np.isnan(row.lo):
        return TOO_FEW
    lo = share_text(row.lo, digits)
    hi = share_text(row.hi, digits)
    return f"{lo}–{hi}"


def signed_ends_text(row: Any) -> str:
    """The ends of a difference's interval of anything with `lo` and `hi`, with their signs."""
    if np.isnan(row.lo):
        return TOO_FEW
    return f"{signed_text(row.lo)} to {signed_text(row.hi)}"


def heading_text(column: str) -> str:
    """The name of a table's column in words.

    >>> heading_text("n_images"), heading_text("own_painter")
    ('pictures', 'own painter')
    """
    return _HEADINGS.get(column, column.replace("_", " "))


def cell_text(value: object) -> str:
    """A cell of a table that is shown as it is: numbers that are not counts with three digits, NaN as nothing."""
    if not isinstance(value, float):
        return _WORDS.get(str(value), str(value))
    if np.isnan(value):
        return ""
    is_count = value.is_integer() and abs(value) >= 1
    text = f"{value:.0f}" if is_count else f"{value:.3f}"
    return text.replace("-", "−")
