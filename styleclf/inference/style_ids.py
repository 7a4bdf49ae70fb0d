"""Ids of styles in a controlled vocabulary, which a learner and its export remember."""

from collections.abc import Mapping
from typing import Any

from fastai.learner import Learner

from styleclf.data import STYLE_ID, style_ids

_STYLE_IDS = "style_ids"  # the learner's attribute, which an exported learner keeps


def style_ids_of(learn: Learner) -> dict[str, str]:
    """The id of every style that has one: as the learner remembers, else those of the design that it is trained on."""
    remembered = getattr(learn, _STYLE_IDS, None)
    if remembered is not None:
        return dict(remembered)
    items: Any = getattr(learn.dls.train_ds, "items", None)
    columns = getattr(items, "columns", ())
    if STYLE_ID not in columns:
        return {}
    vocab = set(learn.dls.vocab)
    ids = style_ids(items)
    return {style: ids[style] for style in ids if style in vocab}


def keep_style_ids(learn: Learner, ids: Mapping[str, str] | None = None) -> None:
    """Have the learner, and its export, remember ids of styles: those given, or those of its design."""
    remembered = style_ids_of(learn) if ids is None else dict(ids)
    setattr(learn, _STYLE_IDS, remembered)
