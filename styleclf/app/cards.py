"""Answers as HTML. Names of files and styles are text in it, whatever they hold."""

import base64
import csv
import html
import io
import math
from collections.abc import Mapping, Sequence

from styleclf.app.neighbours import Neighbour
from styleclf.app.review import ReviewedPicture, ReviewProgress
from styleclf.app.thumbnails import small_picture
from styleclf.common import count_of, written_painter
from styleclf.evaluation import NONE_OF_THESE
from styleclf.light import PicturePrediction

_SIGNS_OF_TEMPLATES = str.maketrans({"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;"})


def text(value: object) -> str:
    """A value as text in HTML, in which the page's own templates find nothing either."""
    return html.escape(str(value)).translate(_SIGNS_OF_TEMPLATES)


def header(styles: Sequence[str]) -> str:
    """The head of the page."""
    names = ", ".join(text(style) for style in styles)
    return f'<h1>Which style is it?</h1><p class="quiet">{len(styles)} styles: {names}</p>'


def sentence(message: str, *, is_error: bool = False) -> str:
    """A sentence that screen readers say when it changes."""
    kind = "error" if is_error else "quiet"
    return f'<p role="status" class="{kind}">{text(message)}</p>'


def picture_cards(pictures: Sequence[ReviewedPicture], labels: Mapping[str, str]) -> str:
    """One card per picture: small, with its answer; `labels` are the styles that people said, by names."""
    all_cards = ""
    for position, picture in enumerate(pictures):
        all_cards += _card(position, picture, labels)
    return f'<div class="cards">{all_cards}</div>' if pictures else ""


def _card(position: int, picture: ReviewedPicture, labels: Mapping[str, str]) -> str:
    """A card, which is a button: its position tells which picture it shows."""
    prediction = picture.prediction
    uri = small_picture(prediction.path)
    image = _image(uri, picture.name)
    name = text(picture.name)
    answer = _answer(prediction)
    verdict = ""
    if picture.name in labels:
        label = text(labels[picture.name] or NONE_OF_THESE)
        verdict = f'<span class="verdict">you said: {label}</span>'
    return (
        f'<button type="button" class="card" data-position="{position}">{image}'
        f'<span class="name">{name}</span>{answer}{verdict}</button>'
    )


def _answer(prediction: PicturePrediction) -> str:
    """The answer in a line."""
    style, proba = prediction.likeliest[0]
    name = text(style)
    if prediction.answer == NONE_OF_THESE:
        return f'<span class="answer none">{NONE_OF_THESE}</span><span class="quiet">nearest: {name}</span>'
    if prediction.answer != style:
        wider = text(prediction.answer)
        return f'<span class="answer">{wider}</span><span class="quiet">likeliest: {name} {proba:.0%}</span>'
    return f'<span class="answer">{name} <b>{proba:.0%}</b></span>'


def _image(uri: str, name: str) -> str:
    """A picture, or what stands for one that is gone."""
    if not uri:
        return '<span class="missing">no picture</span>'
    description = text(name)
    return f'<img src="{uri}" alt="{description}">'


def large_image(uri: str, name: str) -> str:
    """A picture to look at."""
    image = _image(uri, name)
    caption = text(name)
    return f'<div class="large">{image}<div class="quiet">{caption}</div></div>'


def facts(prediction: PicturePrediction) -> str:
    """All that is said of a picture: three likeliest styles, the set, and whether it is none of these."""
    parts: list[str] = []
    answer = _wider_answer(prediction)
    if answer:
        introduction = "nearest" if prediction.answer == NONE_OF_THESE else "likeliest"
        parts.append(f'{answer}<p class="quiet">The {introduction} styles are:</p>')
    for style, proba in prediction.likeliest:
        bar = _bar(style, proba)
        parts.append(bar)
    parts.append(_set_and_novelty(prediction))
    return _facts_block(parts)


def review_facts(prediction: PicturePrediction) -> str:
    """What is said of a picture beside its likeliest styles, which stand on buttons in the review."""
    return _facts_block([_wider_answer(prediction), _set_and_novelty(prediction)])


def _facts_block(parts: Sequence[str]) -> str:
    """Parts of HTML as one block."""
    inside = "".join(parts)
    return f'<div class="facts">{inside}</div>'


def _wider_answer(prediction: PicturePrediction) -> str:
    """The answer in large letters, where it is none of these or a wider word; else ''."""
    style, _ = prediction.likeliest[0]
    if prediction.answer == NONE_OF_THESE:
        return f'<p class="answer none">{NONE_OF_THESE}</p>'
    if prediction.answer != style:
        wider = text(prediction.answer)
        return f'<p class="answer">{wider}</p>'
    return ""


def _set_and_novelty(prediction: PicturePrediction) -> str:
    """The styles that the picture may be, and how new it is, as far as the model says so."""
    sentences = ""
    if prediction.style_set:
        members = ", ".join(text(style) for style in prediction.style_set)
        sentences += f"<p>It may be: <b>{members}</b></p>"
    if math.isfinite(prediction.novelty):
        sentences += f'<p class="quiet">novelty {prediction.novelty:.2f} (about 1: no style claims it)</p>'
    return sentences


def _bar(style: str, proba: float) -> str:
    """A style with its probability as a bar."""
    width = f"{100 * proba:.1f}%"
    filling = f'<i style="width:{width}" aria-hidden="true"></i>'
    name = text(style)
    return f'<div class="bar"><span>{name}</span><span>{proba:.0%}</span>{filling}</div>'


def neighbour_cards(neighbours: Sequence[Neighbour]) -> str:
    """The nearest training paintings, each with style and painter."""
    cards = []
    for neighbour in neighbours:
        author = written_painter(neighbour.author) or "painter unknown"
        uri = small_picture(neighbour.path)
        image = _image(uri, f"{neighbour.label}, {author}")
        label = text(neighbour.label)
        painter = text(author)
        caption = f"<figcaption><b>{label}</b><br>{painter}</figcaption>"
        cards.append(f"<figure>{image}{caption}</figure>")
    if not cards:
        return ""
    title = "<h3>Nearest training paintings by other painters</h3>"
    inside = "".join(cards)
    return f'{title}<div class="neighbours">{inside}</div>'


def refusals(reasons: Mapping[str, str]) -> str:
    """Files that have no answer, with the reasons."""
    if not reasons:
        return ""
    items = ""
    for name, reason in reasons.items():
        line = text(f"{name}: {reason}")
        items += f"<li>{line}</li>"
    return f'<div class="error" role="status">not answered:<ul>{items}</ul></div>'


def progress_bar(progress: ReviewProgress, *, unanswered: str = "") -> str:
    """How far the review is, and what is to be said of pictures without an answer."""
    share = progress.n_decided / max(progress.n_pictures, 1)
    skipped = f", {progress.n_skipped} skipped" if progress.n_skipped else ""
    pictures = count_of(progress.n_pictures, "picture")
    words = f"{progress.n_decided:,} of {pictures} decided{skipped}{unanswered}"
    return (
        f'<div class="progress" role="status"><span>{text(words)}</span>'
        f'<i style="width:{share:.1%}" aria-hidden="true"></i></div>'
    )


def table_link(pictures: Sequence[ReviewedPicture], labels: Mapping[str, str], styles: Sequence[str]) -> str:
    """A link that holds the table of answers itself, so that no file of it lies on the server."""
    if not pictures:
        return ""
    content = io.StringIO()
    writer = csv.writer(content, lineterminator="\n")
    probas = [f"proba_{style}" for style in styles]
    writer.writerow(["filename", "pred", *probas, "novelty", "answer", "set", "label"])
    for picture in pictures:
        row = _row(picture, labels)
        writer.writerow(row)
    table = content.getvalue().encode("utf-8")
    base64_table = base64.b64encode(table).decode()
    href = f"data:text/csv;charset=utf-8;base64,{base64_table}"
    return f'<a class="download" download="predictions.csv" href="{href}">Download the table</a>'


def _row(picture: ReviewedPicture, labels: Mapping[str, str]) -> list[object]:
    """A picture's row of the table."""
    prediction = picture.prediction
    style, _ = prediction.likeliest[0]
    probas = [f"{proba:.6f}" for proba in prediction.probas]
    novelty = ""
    if math.isfinite(prediction.novelty):
        novelty = f"{prediction.novelty:.4f}"
    members = ", ".join(prediction.style_set or [])
    label = labels.get(picture.name, "")
    judgement = [novelty, prediction.answer, members, label]
    return [picture.name, style, *probas, *judgement]
