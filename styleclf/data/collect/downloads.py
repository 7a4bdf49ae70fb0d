"""What servers answer: streamed within limits of bytes and time, redirects followed by hand, trouble tried again.

Each hop of a redirect is a request of its own: its scheme and address are checked, and its host has its own pace.
"""

import base64
import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, NamedTuple, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import HTTPBasicAuth
from requests.utils import get_auth_from_url, get_environ_proxies
from urllib3.exceptions import DecodeError, HTTPError, ProtocolError
from urllib3.util.retry import Retry

import styleclf
from styleclf.data.collect.addresses import PrivateAddressError, PublicAdapter, check_resolvable_host
from styleclf.data.collect.politeness import HostClosedError, Politeness, StoppedError

_PORTS = {"http": 80, "https": 443}
_MOST_REDIRECTS = 5
_MOST_TRIES = 4
_REDIRECTS = {301, 302, 303, 307, 308}
_BUSY = {429, 503}
_PASSING = {408, 425, 500, 502, 504}  # answers that may be otherwise a moment later
_CHUNK = 1 << 16  # bytes
_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")
_LONGEST_REASON = 80  # characters of a server's words
_LEAST_RATE = 1 << 10  # bytes a second: whoever is slower for long is given up
_BARRED = {401, 403}  # who answers so many times in a row has closed its door
_NO_PICTURES = ("text/", "application/json", "application/ld+json", "application/xml", "video/", "audio/")
_NO_PICTURE_SUFFIXES = ("+json", "+xml", "/pdf")
_SHA256 = re.compile(r"sha-256=:?([A-Za-z0-9+/]{43}=):?", re.IGNORECASE)  # RFC 9530, and RFC 3230 before it
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_RESERVED = re.compile(r"\bno(image)?ai\b", re.IGNORECASE)  # of X-Robots-Tag


@dataclass(frozen=True)
class DownloadLimits:
    """How servers are asked, and how much of an answer is taken."""

    at_once: int = 2  # requests at a time
    pause: float = 0.25  # seconds between the beginnings of two requests to one host
    image_bytes: int = 50_000_000
    json_bytes: int = 100_000_000
    connect_seconds: float = 10.0
    read_seconds: float = 60.0  # without a byte
    whole_seconds: float = 600.0  # of one answer
    first_wait: float = 2.0  # seconds before the second try; doubled with each further one
    contact: str = ""  # mail address or page that servers see
    private: bool = False  # also ask addresses that are not public
    reserved: bool = False  # also take pictures whose servers reserve text and data mining in their answers


class FetchError(OSError):
    """There is no usable answer; `status` is that of HTTP, 0 where the trouble is another."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status


class _PassingError(FetchError):
    """Trouble that may be over a moment later."""


class ReservedError(FetchError):
    """Machine learning on a picture is reserved; the message has the words."""


class PictureError(FetchError):
    """A picture came where a document was expected."""


class Download(NamedTuple):
    """What was received: where it came from at last, and its SHA-256."""

    url: str
    n_bytes: int
    sha256: str


class PoliteClient:
    """Asks servers politely; for any number of threads."""

    def __init__(self, limits: DownloadLimits) -> None:
        self.limits = limits
        self.politeness = Politeness(limits.pause)
        self._sessions = threading.local()

    @contextmanager
    def in_threads(
        self,
        work: Callable[[_Item], _Result],  # of one item
        items: Iterable[_Item],
    ) -> Iterator[Iterator[_Result]]:
        """The results of work on every item in their order, a few at a time; whatever ends the block ends the work."""
        pool = ThreadPoolExecutor(self.limits.at_once)
        try:
            yield pool.map(work, items)
        except BaseException:
            self.politeness.stop()
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def load_document(self, url: str) -> bytes:
        """The bytes of a document. Raises FetchError, PictureError where it is a picture."""
        parts: list[bytes] = []
        self._with_patience(url, _Memory(parts), self.limits.json_bytes)
        return b"".join(parts)

    def load_file(self, url: str, path: Path) -> Download:
        """Write a picture to a file. Raises FetchError, ReservedError where machine learning on it is reserved."""
        sink = _File(path, takes_reserved=self.limits.reserved)
        return self._with_patience(url, sink, self.limits.image_bytes)

    def _with_patience(self, url: str, sink: "_Sink", most_bytes: int) -> Download:
        """Try again after passing trouble, each time later; count what the host fails at altogether."""
        check_scheme(url)
        host = _host_of(url)
        try:
            download = self._within_tries(url, sink, most_bytes)
        except FetchError as error:
            is_failure = isinstance(error, _PassingError) or error.status in _BARRED
            self.politeness.count(host, is_failure=is_failure)
            raise
        except (HostClosedError, StoppedError, PrivateAddressError) as error:
            raise FetchError(str(error)) from error
        self.politeness.count(host, is_failure=False)
        return download

    def _within_tries(self, url: str, sink: "_Sink", most_bytes: int) -> Download:
        """The first usable answer. Raises the trouble of the last try where there is none."""
        for n_try in range(1, _MOST_TRIES):
            try:
                return self._after_redirects(url, sink, most_bytes)
            except _PassingError:
                seconds = self.limits.first_wait * 2 ** (n_try - 1)
                self.politeness.rest(_host_of(url), seconds)
        return self._after_redirects(url, sink, most_bytes)

    def _after_redirects(self, url: str, sink: "_Sink", most_bytes: int) -> Download:
        """The answer at the end of all redirects."""
        address = url
        for _ in range(_MOST_REDIRECTS + 1):
            with self._answer(address) as answer:
                target = answer.headers.get("Location", "")
                if answer.status_code in _REDIRECTS and target:
                    address = urljoin(address, target)
                    continue
                self._check_status(answer, address)
                return self._download(answer, address, sink, most_bytes)
        raise FetchError(f"was redirected more than {_MOST_REDIRECTS} times, at last to {address}")

    @contextmanager
    def _answer(self, url: str) -> Iterator[requests.Response]:
        """The beginning of an answer, in the host's turn. Raises FetchError for what goes wrong in the block, too."""
        check_scheme(url)
        self.politeness.wait_for_turn(_host_of(url))
        timeout = (self.limits.connect_seconds, self.limits.read_seconds)
        try:
            self._check_behind_proxy(url)
            with self._session().get(url, stream=True, allow_redirects=False, timeout=timeout) as answer:
                yield answer
        except _TROUBLE as error:
            raise _PassingError(_reason_of(error)) from error
        except (requests.RequestException, UnicodeError) as error:
            raise FetchError(f"is not an address that can be asked ({error})") from error

    def _check_behind_proxy(self, url: str) -> None:
        """Raise PrivateAddressError for a private address that only a proxy would reach."""
        if not self.limits.private and get_environ_proxies(url):
            parts = urlsplit(url)
            port = parts.port or _PORTS[parts.scheme.lower()]
            check_resolvable_host(parts.hostname or "", port)

    def _session(self) -> requests.Session:
        """The thread's own session."""
        session = getattr(self._sessions, "session", None)
        if session is None:
            session = requests.Session()
            session.auth = _credentials_of_address
            session.headers["User-Agent"] = _user_agent(self.limits.contact)
            session.headers["Accept-Encoding"] = "gzip, deflate"
            if not self.limits.private:
                session.mount("http://", PublicAdapter())
                session.mount("https://", PublicAdapter())
            self._sessions.session = session
        return session

    def _check_status(self, answer: requests.Response, url: str) -> None:
        """Raise FetchError for an unusable answer; a host that is busy gets the rest it asks for."""
        status = answer.status_code
        if status == 200:
            return
        words = _UNPRINTABLE.sub(" ", answer.reason or "")
        reason = f"answers {status} {words[:_LONGEST_REASON]}".strip()
        if status in _BUSY:
            self.politeness.rest(_host_of(url), _seconds_to_wait(answer))
            raise _PassingError(reason, status)
        if status in _PASSING:
            raise _PassingError(reason, status)
        raise FetchError(reason, status)

    def _download(self, answer: requests.Response, url: str, sink: "_Sink", most_bytes: int) -> Download:
        """Hand the answer's bytes on, within the limits."""
        sink.check(answer)
        content_length = answer.headers.get("Content-Length", "")
        if content_length.isdigit() and int(content_length) > most_bytes:
            raise FetchError(_too_large(most_bytes))
        digest = hashlib.sha256()
        n_bytes = 0
        start = time.monotonic()
        with sink.writer() as write:
            for chunk in _pieces(answer):
                n_bytes += len(chunk)
                seconds = time.monotonic() - start
                self._check_progress(n_bytes, seconds, most_bytes)
                digest.update(chunk)
                write(chunk)
        _check_digest(answer, digest.digest())
        return Download(url, n_bytes, digest.hexdigest())

    def _check_progress(self, n_bytes: int, seconds: float, most_bytes: int) -> None:
        """Raise FetchError for an answer that grows too large or takes too long."""
        if n_bytes > most_bytes:
            raise FetchError(_too_large(most_bytes))
        is_trickle = seconds > self.limits.read_seconds and n_bytes < _LEAST_RATE * seconds
        if is_trickle or seconds > self.limits.whole_seconds:
            raise FetchError(f"is too slow, {n_bytes:,} bytes came in {seconds:.0f} s")


def _pieces(answer: requests.Response) -> Iterator[bytes]:
    """The answer's bytes as they come, decompressed, so that time and size are looked at even of a trickle."""
    while piece := answer.raw.read1(_CHUNK, decode_content=True):
        yield piece


def _credentials_of_address(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Send the name and password that an address has itself, and none from the user's own .netrc."""
    user, password = get_auth_from_url(request.url or "")
    return HTTPBasicAuth(user, password)(request) if user or password else request


_BROKEN = (
    requests.exceptions.ChunkedEncodingError,
    requests.exceptions.ContentDecodingError,
    DecodeError,
    ProtocolError,
)
_TROUBLE = (requests.ConnectionError, requests.Timeout, *_BROKEN, HTTPError)


class _Sink:
    """Where the bytes of an answer go; begun anew with every try."""

    def check(self, answer: requests.Response) -> None:
        """Raise FetchError for an answer whose headers say that it is of no use."""

    @contextmanager
    def writer(self) -> Iterator:
        """A function that takes the next bytes."""
        raise NotImplementedError


class _Memory(_Sink):
    def __init__(self, parts: list[bytes]) -> None:
        self.parts = parts

    def check(self, answer: requests.Response) -> None:
        """Raise FetchError for an answer whose headers say that it is of no use."""
        if _content_type(answer).startswith("image/"):
            raise PictureError("is a picture")

    @contextmanager
    def writer(self) -> Iterator:
        """A function that takes the next bytes."""
        self.parts.clear()
        yield self.parts.append


class _File(_Sink):
    def __init__(self, path: Path, *, takes_reserved: bool) -> None:
        self.path = path
        self.takes_reserved = takes_reserved

    def check(self, answer: requests.Response) -> None:
        """Raise FetchError for an answer whose headers say that it is of no use."""
        content_type = _content_type(answer)
        if _reserves_mining(answer) and not self.takes_reserved:
            raise ReservedError("the server's answer reserves text and data mining")
        if content_type.startswith(_NO_PICTURES) or content_type.endswith(_NO_PICTURE_SUFFIXES):
            raise FetchError(f"answers with {content_type} in place of a picture")

    @contextmanager
    def writer(self) -> Iterator:
        """A function that takes the next bytes."""
        stream: IO[bytes]
        with open(self.path, "wb") as stream:
            yield stream.write


def check_scheme(url: str) -> None:
    """Raise FetchError for an address that is not of http or https, or names no host."""
    with suppress(ValueError):
        parts = urlsplit(url)
        if parts.scheme.lower() in _PORTS and parts.hostname:
            _ = parts.port  # a ValueError if it is not a number
            return
    raise FetchError(f"is not an http or https address: {url[:200]!r}")


def _host_of(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()


def _user_agent(contact: str) -> str:
    """What servers see: the program, its version, and whom to write to."""
    plain_contact = re.sub(r"[^\x20-\x7e]|[()]", "", contact)
    words = ["IIIF collector", plain_contact] if plain_contact else ["IIIF collector"]
    return f"styleclf/{styleclf.__version__} ({'; '.join(words)})"


def _seconds_to_wait(answer: requests.Response) -> float:
    """What Retry-After says, as seconds or as a date; 0 where it says nothing that is understood."""
    with suppress(Exception):
        return float(Retry().parse_retry_after(answer.headers["Retry-After"]))
    return 0.0


def _reason_of(error: Exception) -> str:
    """Why there was no whole answer, in a few words."""
    if isinstance(error, requests.Timeout) or "timed out" in str(error):
        return "gave no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "has no valid certificate"
    if isinstance(error, _BROKEN):
        return "broke off in the middle of an answer"
    if "resolve" in str(error).lower() or "getaddrinfo" in str(error):
        return "has a host name that leads nowhere"
    return "cannot be reached"


def _too_large(most_bytes: int) -> str:
    return f"is larger than {most_bytes / 1e6:.0f} MB"


def _check_digest(answer: requests.Response, digest: bytes) -> None:
    """Raise FetchError where the server says another SHA-256 of what it sent."""
    if answer.headers.get("Content-Encoding"):
        return
    header = answer.headers.get("Repr-Digest") or answer.headers.get("Digest") or ""
    match = _SHA256.search(header)
    if match and base64.b64decode(match[1]) != digest:
        raise _PassingError("sent bytes that do not fit the digest it states")


def _content_type(answer: requests.Response) -> str:
    """The type without parameters, in lower case; '' where the server does not say it."""
    kind, _, _ = answer.headers.get("Content-Type", "").partition(";")
    return kind.strip().lower()


def _reserves_mining(answer: requests.Response) -> bool:
    """Whether headers reserve text and data mining (TDM Reservation Protocol), or say noai."""
    is_reserved = answer.headers.get("tdm-reservation", "").strip() == "1"
    return is_reserved or bool(_RESERVED.search(answer.headers.get("X-Robots-Tag", "")))
