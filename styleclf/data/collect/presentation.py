"""Manifests and collections of the Presentation API, version 2 and 3, as pictures and as links to further ones.

Both versions are read by one code, which asks for `id` and `@id`, `items` and `sequences`: what museums publish mixes
them, and leaves out what the standard wants. What a canvas says comes before what its manifest says.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from styleclf.data.collect.image_service import ImageService, read_service, service_of_request, whole_number
from styleclf.data.collect.language import all_texts, plain_text

_LINKED = ("items", "manifests", "members", "collections")  # lists of a collection
_INNER = ("default", "source", "full", "items")  # of choices and of parts of a picture
_PAGES = ("first", "next")  # of a collection of version 2 in parts
_RIGHTS_LABEL = re.compile(
    r"right|licen[cs]e|copyright|terms|\buse\b|usage|reproduc|condition|permission|attribution|statement"
    r"|recht|lizenz|nutzung|droit|utilisation|gebruik|derecho|licencia|diritt|licenza",
    re.IGNORECASE,
)
_SHORTEST_HTML = 200  # characters in which a page of HTML shows what it is


class Field(NamedTuple):
    """One metadata field: its label in every language, and its value in the language asked for."""

    labels: tuple[str, ...]
    value: str


@dataclass(frozen=True)
class CanvasPicture:
    """One picture of a manifest with its words; texts are '' where nothing is said."""

    image: str  # address of the picture itself, by which it is the same picture in two manifests
    service: ImageService | None
    canvas: str
    manifest: str
    title: str
    date: str  # navDate
    source: str  # who provides it
    rights: str  # an address, or several
    attribution: str
    fields: tuple[Field, ...]
    statements: tuple[str, ...]  # all texts that may grant or forbid a use, in every language


class Link(NamedTuple):
    """A document that another one names."""

    address: str
    statements: tuple[str, ...]  # of the collections that lead to it


class Unusable(NamedTuple):
    """A canvas without a picture that can be asked for, and why."""

    canvas: str
    reason: str


class Document(NamedTuple):
    """What is in a manifest, or in a collection."""

    pictures: list[CanvasPicture]
    links: list[Link]
    unusable: list[Unusable]


@dataclass(frozen=True)
class _Context:
    """What all canvases of a manifest share."""

    address: str
    title: str
    date: str
    source: str
    rights: str
    attribution: str
    fields: tuple[Field, ...]
    statements: tuple[str, ...]


def read_document(
    content: bytes,  # JSON
    address: str,  # that it came from
    *,
    language: str = "en",
    statements: tuple[str, ...] = (),
) -> Document:
    """The pictures of a manifest or the links of a collection. Raises ValueError for anything else, saying what it is.

    `statements` are those of the collections that lead to it.
    """
    node = _json_object(content)
    if _is_collection(node):
        all_statements = (*statements, *statements_of(node))
        links = [Link(address_of_link, all_statements) for address_of_link in _links(node)]
        return Document([], links, [])
    canvases = list(_canvases(node))
    if not canvases:
        raise ValueError(f"is neither a manifest with canvases nor a collection, its type is {_type_of(node)!r}")
    context = _context(node, address, language, statements)
    document = Document([], [], [])
    for number, canvas in enumerate(canvases, start=1):
        picture = _picture(canvas, context, language, is_only=len(canvases) == 1)
        if isinstance(picture, CanvasPicture):
            document.pictures.append(picture)
        else:
            name = _id_of(canvas) or f"canvas {number}"
            document.unusable.append(Unusable(name, picture))
    return document


def _json_object(content: bytes) -> dict[str, Any]:
    """The JSON object in the bytes. Raises ValueError, which says what it is instead."""
    try:
        node = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        beginning = content[:_SHORTEST_HTML].lstrip().lower()
        if beginning.startswith((b"<!doctype html", b"<html")):
            raise ValueError(
                "is an HTML page and not an IIIF manifest: give the address of the manifest itself"
            ) from error
        raise ValueError("is not JSON, which manifests and collections are") from error
    if not isinstance(node, dict):
        raise ValueError("is JSON, but no IIIF manifest or collection")
    return node


def _is_collection(node: dict[str, Any]) -> bool:
    is_called_so = "collection" in _type_of(node).lower()
    return is_called_so or ("manifests" in node and "sequences" not in node)


def _type_of(node: dict[str, Any]) -> str:
    return str(node.get("type") or node.get("@type") or "")


def _id_of(node: dict[str, Any]) -> str:
    address = node.get("id") or node.get("@id")
    return address if isinstance(address, str) else ""


def _links(node: dict[str, Any]) -> Iterator[str]:
    """The addresses of what a collection names, and of its further parts."""
    for name in _LINKED:
        for member in _dictionaries(node.get(name)):
            if _id_of(member):
                yield _id_of(member)
    for name in _PAGES:
        page = node.get(name)
        address = _id_of(page) if isinstance(page, dict) else page
        if isinstance(address, str):
            yield address


def _canvases(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The canvases of a manifest in their order."""
    for sequence in _dictionaries(node.get("sequences")):
        yield from _dictionaries(sequence.get("canvases"))
    for item in _dictionaries(node.get("items")):
        if _type_of(item) in ("Canvas", "sc:Canvas", ""):
            yield item


def _context(
    node: dict[str, Any],
    address: str,  # of the document
    language: str,
    statements: tuple[str, ...],
) -> _Context:
    return _Context(
        address=_id_of(node) or address,
        title=plain_text(node.get("label"), language),
        date=str(node.get("navDate") or ""),
        source=_source(node, address, language),
        rights=_rights(node, language),
        attribution=_attribution(node, language),
        fields=tuple(_fields(node, language)),
        statements=(*statements, *statements_of(node)),
    )


def _picture(
    canvas: dict[str, Any],
    context: _Context,
    language: str,
    *,
    is_only: bool,  # picture of the document
) -> CanvasPicture | str:
    """The first picture on a canvas, or why there is none that can be asked for."""
    body = _body(canvas)
    if body is None:
        return "has no picture"
    image = _id_of(body)
    service = _service(body, image)
    if service is None and not image.lower().startswith(("http:", "https:")):
        return f"has a picture without an http address: {image[:100]!r}"
    own_title = plain_text(canvas.get("label"), language)
    return CanvasPicture(
        image=service.address if service else image,
        service=service,
        canvas=_id_of(canvas),
        manifest=context.address,
        title=_joined_title(context.title, "" if is_only else own_title),
        date=str(canvas.get("navDate") or context.date),
        source=context.source,
        rights=_rights(canvas, language) or context.rights,
        attribution=_attribution(canvas, language) or context.attribution,
        fields=(*_fields(canvas, language), *context.fields),
        statements=(*context.statements, *statements_of(canvas), *statements_of(body), *_statements_of_services(body)),
    )


def _joined_title(title: str, part: str) -> str:
    """A manifest's title with that of one of its canvases, unless they say the same."""
    if not part or part == title:
        return title
    return f"{title}: {part}" if title else part


def _service(body: dict[str, Any], image: str) -> ImageService | None:
    """The image service of a picture, with the picture's width and height where it does not say its own."""
    service = read_service(body.get("service"))
    if service is None:
        return service_of_request(image)
    if service.width and service.height:
        return service
    width = whole_number(body.get("width"))
    height = whole_number(body.get("height"))
    return replace(service, width=width, height=height)


def _body(canvas: dict[str, Any]) -> dict[str, Any] | None:
    """What the first painting annotation of a canvas puts on it."""
    for annotation in _annotations(canvas):
        motivation = str(annotation.get("motivation") or "painting")
        body = _image_in(annotation.get("body") or annotation.get("resource"))
        if "painting" in motivation and body is not None:
            return body
    return None


def _annotations(canvas: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from _dictionaries(canvas.get("images"))
    for page in _dictionaries(canvas.get("items")):
        yield from _dictionaries(page.get("items"))


def _image_in(body: Any) -> dict[str, Any] | None:
    """The picture that a body stands for: of a choice the first, of a part of a picture the whole."""
    for _ in range(4):  # a choice of parts of a choice is deep enough
        if isinstance(body, list):
            body = body[0] if body else None
        if not isinstance(body, dict):
            return None
        inner = _inner_body(body)
        if inner is None:
            break
        body = inner
    is_other = _type_of(body) in ("Video", "Sound", "TextualBody", "Text", "Model")
    return None if is_other or not _id_of(body) else body


def _inner_body(body: dict[str, Any]) -> Any:
    """What a choice or a part of a picture stands for; None for a picture itself."""
    for name in _INNER:
        inner = body.get(name)
        if isinstance(inner, dict | list) and inner:
            return inner
    return None


def _fields(node: dict[str, Any], language: str) -> Iterator[Field]:
    for entry in _dictionaries(node.get("metadata")):
        labels = tuple(all_texts(entry.get("label")))
        value = plain_text(entry.get("value"), language)
        if labels and value:
            yield Field(labels, value)


def _rights(node: dict[str, Any], language: str) -> str:
    return plain_text(node.get("rights") or node.get("license"), language)


def _attribution(node: dict[str, Any], language: str) -> str:
    statement = node.get("requiredStatement")
    if isinstance(statement, dict):
        return plain_text(statement.get("value"), language)
    return plain_text(node.get("attribution"), language)


def statements_of(node: dict[str, Any]) -> list[str]:
    """Every text, in all languages, in which a use may be granted or forbidden, those among the metadata, too."""
    statement = node.get("requiredStatement")
    values = [node.get("rights"), node.get("license"), node.get("attribution")]
    if isinstance(statement, dict):
        values += [statement.get("value")]
    for entry in _dictionaries(node.get("metadata")):
        if is_rights_label(" ".join(all_texts(entry.get("label")))):
            values.append(entry.get("value"))
    texts: list[str] = []
    for value in values:
        texts += all_texts(value)
    return texts


def is_rights_label(label: str) -> bool:
    """Whether a metadata field of that label may speak of rights."""
    return bool(_RIGHTS_LABEL.search(label))


def _statements_of_services(body: dict[str, Any]) -> list[str]:
    """What the services of a picture say of rights."""
    texts: list[str] = []
    services = body.get("service")
    for service in _dictionaries(services if isinstance(services, list) else [services]):
        texts += statements_of(service)
    return texts


def _source(node: dict[str, Any], address: str, language: str) -> str:
    """Who provides a manifest: by its own words, or the host it is on."""
    for provider in _dictionaries(node.get("provider")):
        name = plain_text(provider.get("label"), language)
        if name:
            return name
    return urlsplit(_id_of(node) or address).netloc.rpartition("@")[2]


def _dictionaries(nodes: Any) -> Iterable[dict[str, Any]]:
    """Those entries of a list that are JSON objects; nothing where it is not a list."""
    if not isinstance(nodes, list):
        return []
    return [node for node in nodes if isinstance(node, dict)]
