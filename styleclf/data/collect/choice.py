"""Which pictures are taken: those that no statement and no rule of the user leaves out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from styleclf.common import count_of
from styleclf.data.collect.columns import check_fields
from styleclf.data.collect.presentation import CanvasPicture
from styleclf.data.collect.statements import forbidding_sentence, refused_by_rule

FORBIDDEN = "a statement forbids machine learning"
_LONGEST_WORDS = 200  # characters of a statement that are said
_BY_RULE = "the rule on rights"


class RefusedPicture(NamedTuple):
    """A picture that is not taken: why, and by which words."""

    picture: CanvasPicture
    reason: str
    words: str


@dataclass(frozen=True)
class PictureChoice:
    """What the user wants of all that is named: which rights, and which words in which columns.

    Raises ValueError where a field is to fill a column that the table has in any case.
    """

    allowed_texts: tuple[str, ...] = ()  # a picture's statements must contain one of these
    refused_texts: tuple[str, ...] = ()  # and none of these
    permission: str = ""  # who permits machine learning on pictures whose statements forbid it; '' for nobody
    fields: Mapping[str, str] = field(default_factory=dict)  # metadata fields by the columns that they fill

    def __post_init__(self) -> None:
        """Check the columns."""
        check_fields(self.fields)

    def divide(self, pictures: Sequence[CanvasPicture]) -> tuple[list[CanvasPicture], list[RefusedPicture]]:
        """The pictures that are taken, and those that are not."""
        taken_pictures: list[CanvasPicture] = []
        left_out: list[RefusedPicture] = []
        for picture in pictures:
            reason, words = self.refusal(picture.statements)
            if reason:
                left_out.append(RefusedPicture(picture, reason, words))
            else:
                taken_pictures.append(picture)
        return taken_pictures, left_out

    def refusal(self, statements: Sequence[str]) -> tuple[str, str]:
        """Why a picture with these statements is left out, and by which words; nothing where it is taken."""
        words = refused_by_rule(statements, self.allowed_texts, self.refused_texts)
        if words:
            return _BY_RULE, words
        sentence = forbidding_sentence(statements)
        if sentence and not self.permission:
            return FORBIDDEN, sentence
        return "", ""


def refusals_text(left_out: Sequence[RefusedPicture]) -> str:
    """How many pictures were left out, and why; '' where none was."""
    lines: list[str] = []
    for reason in (FORBIDDEN, _BY_RULE):
        group = [picture for picture in left_out if picture.reason == reason]
        if group:
            pictures = count_of(len(group), "picture")
            words = group[0].words[:_LONGEST_WORDS]
            lines.append(f"{pictures} left out, {reason}: {words}")
    if any(picture.reason == FORBIDDEN for picture in left_out):
        lines.append("whoever has permission says so: collect.py --permission 'by whom and when'")
    return "\n".join(lines)
