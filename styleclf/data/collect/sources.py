"""What a user names, and all that it links to: manifests, collections, records, lists of addresses, bare pictures.

Documents are read level by level, a few at a time, and kept on disk as they came, so that a later run asks for none
again. One that is named twice, or a collection that contains itself, is read once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from styleclf.common import whole_file, with_progress
from styleclf.data.collect.downloads import FetchError, PictureError, PoliteClient
from styleclf.data.collect.folder import address_digest
from styleclf.data.collect.picture_addresses import bare_picture, is_address, names_picture
from styleclf.data.collect.presentation import CanvasPicture, Link, read_document
from styleclf.data.collect.records import read_records
from styleclf.data.collect.tables import TABLE_SUFFIXES, TableOptions, pictures_of_rows, pictures_of_table

_DEEPEST_LEVEL = 20  # collections within collections
_MOST_DOCUMENTS = 200_000
_N_HEX = 24  # digits of an address's digest in the name of its document
_DOCUMENT_STARTS = (b"{", b"\xef\xbb\xbf{", b"[", b"\xef\xbb\xbf[", b"<")


class Failure(NamedTuple):
    """A document, canvas or picture that could not be had, and why."""

    address: str
    manifest: str  # '' for a document itself
    reason: str


@dataclass
class Reading:
    """What was read of all sources, in their order."""

    pictures: list[CanvasPicture] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    n_manifests: int = 0
    n_repeated: int = 0  # documents that were named again
    n_doubles: int = 0  # pictures that were on an earlier canvas
    _images: set[str] = field(default_factory=set)

    def add(self, pictures: Iterable[CanvasPicture]) -> None:
        """Take up pictures, each image once."""
        for picture in pictures:
            if picture.image in self._images:
                self.n_doubles += 1
                continue
            self._images.add(picture.image)
            self.pictures.append(picture)


class _Answer(NamedTuple):
    """What came of one document: its content, or why there is none."""

    link: Link
    content: bytes = b""
    reason: str = ""


class SourceReader:
    """Reads documents, from the folder where they are kept or else from their servers."""

    def __init__(
        self,
        client: PoliteClient,
        folder: Path,
        *,
        language: str = "en",
        first_only: bool = False,
        table_options: TableOptions | None = None,
    ) -> None:
        self.client = client
        self.table_options = table_options or TableOptions()
        self.folder = folder
        self.language = language
        self.first_only = first_only  # only the first picture of every manifest
        self.reading = Reading()
        self._addresses: set[str] = set()

    def read(self, sources: Iterable[str], most_pictures: int | None = None) -> Reading:
        """The pictures of all sources; of many, only so many are looked for.

        Raises ValueError for a source that is neither an address nor a file of such.
        """
        links: list[Link] = []
        for source in sources:
            links += self._links_of_source(source)
        for _ in range(_DEEPEST_LEVEL):
            links = self._new_links(links)
            if not links or self._has_enough(most_pictures):
                break
            links = self._read_level(links, most_pictures)
        if links and not self._has_enough(most_pictures):
            self._fail(links[0].address, f"lies more than {_DEEPEST_LEVEL} collections deep and is not read")
        self.reading.pictures = self.reading.pictures[:most_pictures]
        return self.reading

    def _links_of_source(self, source: str) -> list[Link]:
        """The addresses that a source stands for; a table, or a manifest in a file, is read at once."""
        if is_address(source):
            return [Link(source, ())]
        if Path(source).suffix.lower() in TABLE_SUFFIXES:
            self.reading.add(pictures_of_table(source, self.table_options))
            return []
        content = _file_content(source)
        if content.lstrip().startswith(_DOCUMENT_STARTS):
            address = Path(source).resolve().as_uri()
            return self._links_in(_Answer(Link(address, ()), content), name=source)
        return [Link(address, ()) for address in _listed_addresses(content, source)]

    def _read_level(self, links: list[Link], most_pictures: int | None) -> list[Link]:
        """Read documents and take up their pictures; returns what they link to."""
        further: list[Link] = []
        with self.client.in_threads(self._answer, links) as answers:
            for answer in with_progress(answers, len(links), "documents"):
                further += self._links_in(answer)
                if self._has_enough(most_pictures):
                    break
        return further

    def _links_in(self, answer: _Answer, name: str = "") -> list[Link]:
        """Take up the pictures of a document; returns what it links to."""
        address = answer.link.address
        if answer.reason:
            self._fail(address, answer.reason)
            return []
        if not answer.content:
            self.reading.add([bare_picture(address)])
            return []
        if self._took_records(answer.content, name or address):
            return []
        try:
            statements = answer.link.statements
            document = read_document(answer.content, address, language=self.language, statements=statements)
        except ValueError as error:
            self._fail(name or address, str(error))
            self._kept_path(address).unlink(missing_ok=True)
            return []
        for canvas in document.unusable:
            self.reading.failures.append(Failure(canvas.canvas, address, canvas.reason))
        self.reading.n_manifests += bool(document.pictures)
        n_taken = 1 if self.first_only else None
        self.reading.add(document.pictures[:n_taken])
        return document.links

    def _took_records(self, content: bytes, name: str) -> bool:
        """Take up the pictures of a document that is a table of records; returns whether it is one.

        Raises ValueError for a file of records whose column of addresses is not known.
        """
        records = read_records(content)
        if records is None:
            return False
        try:
            self.reading.add(pictures_of_rows(records, name, self.table_options))
        except ValueError as error:
            if not is_address(name):
                raise
            self._fail(name, str(error).removeprefix(f"{name} "))
        return True

    def _answer(self, link: Link) -> _Answer:
        """A document from the disk, or else from its server; an address of a picture has no content."""
        if names_picture(link.address):
            return _Answer(link)
        path = self._kept_path(link.address)
        if path.is_file():
            return _Answer(link, path.read_bytes())
        try:
            content = self.client.load_document(link.address)
        except PictureError:
            return _Answer(link)
        except FetchError as error:
            return _Answer(link, reason=str(error))
        if not content.strip():
            return _Answer(link, reason="is empty: give the address of a manifest or collection")
        with whole_file(path) as partial_path:
            partial_path.write_bytes(content)
        return _Answer(link, content)

    def _kept_path(self, address: str) -> Path:
        digest = address_digest(address)[:_N_HEX]
        return self.folder / f"{digest}.json"

    def _new_links(self, links: list[Link]) -> list[Link]:
        """Those links whose address was not met before."""
        new: list[Link] = []
        for link in links:
            address = link.address.partition("#")[0]
            if address in self._addresses:
                self.reading.n_repeated += 1
            elif len(self._addresses) < _MOST_DOCUMENTS:
                self._addresses.add(address)
                new.append(link._replace(address=address))
        return new

    def _fail(self, address: str, reason: str) -> None:
        self.reading.failures.append(Failure(address, "", reason))

    def _has_enough(self, most_pictures: int | None) -> bool:
        return most_pictures is not None and len(self.reading.pictures) >= most_pictures


def _file_content(source: str) -> bytes:
    """The bytes of a file that a user names. Raises ValueError where there is none."""
    path = Path(source)
    if not path.is_file():
        raise ValueError(
            f"{source!r} is neither an http or https address nor a file: name a IIIF manifest or collection"
        )
    content = path.read_bytes()
    if not content.strip():
        raise ValueError(f"{source} is empty: give one address in each line")
    return content


def _listed_addresses(content: bytes, source: str) -> list[str]:
    """The addresses in a file, one in each line; what follows a # at the beginning of a line is a comment.

    Raises ValueError, with the line, for anything else.
    """
    addresses: list[str] = []
    lines = content.decode("utf-8-sig", "replace").splitlines()
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if not is_address(text):
            raise ValueError(f"line {number} of {source} is not an http or https address: {text[:80]!r}")
        addresses.append(text)
    return addresses
