"""Which addresses are public, and that no connection is made to any other."""

import socket
import time

import pytest

from styleclf.data import DownloadLimits, PoliteClient
from styleclf.data.collect import addresses
from styleclf.data.collect.addresses import PrivateAddressError, is_public, public_addresses
from styleclf.data.collect.downloads import FetchError
from tests.data.collect.museum import redirect

PRIVATE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1"),
    *("224.0.0.1", "255.255.255.255", "::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::", "::ffff:127.0.0.1"),
    *("64:ff9b::a00:1", "2002:7f00:1::", "2001:db8::1", "::7f00:1", "64:ff9b:1::a00:1", "fec0::1", "5f00::1"),
    *("::ffff:0:a00:1", "3fff::1", "::5efe:a00:1", "192.0.2.1", "198.18.0.1", "240.0.0.1"),
]


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_of_the_internet_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:4700::1111", "64:ff9b::808:808"])
def test_what_is_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.fixture
def one_public_address(monkeypatch):
    """Let 127.0.0.1 count as public, and 127.0.0.2 not."""
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1")


def resolved(*places):
    """What stands for the resolver: the addresses of the first question, then those of the second, and so on."""
    questions = list(places)

    def getaddrinfo(host, port, *_, **__):
        numbers = [host]
        if not host.replace(".", "").isdigit():
            numbers = questions.pop(0) if len(questions) > 1 else questions[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

    return getaddrinfo


def quick(**more):
    return PoliteClient(DownloadLimits(pause=0.0, first_wait=0.001, read_seconds=2.0, **more))


def test_a_private_address_is_refused_before_anything_is_sent(museum):
    with pytest.raises(FetchError, match=r"^leads to 127\.0\.0\.1, which is not a public address"):
        quick().load_document(museum.manifest_3("/m", ["one"]))
    assert museum.requests == []


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:7f00:1]"])
def test_other_spellings_of_an_address_of_this_machine_are_refused(museum, host):
    port = museum.url.rpartition(":")[2]
    with pytest.raises(FetchError):
        quick().load_document(f"http://{host}:{port}/m")
    assert museum.requests == []


def test_headers_that_never_end_are_given_up(museum, one_public_address, monkeypatch):
    monkeypatch.setattr(addresses, "_HEADER_SECONDS", 0.2)

    def drip(handler):
        handler.send_response(200)
        for number in range(100):
            handler.send_header(f"X-{number}", "x")
            handler.flush_headers()
            time.sleep(0.05)

    start = time.monotonic()
    with pytest.raises(FetchError):
        quick().load_document(museum.put("/drip", drip))
    assert time.monotonic() - start < 4


def test_a_name_with_one_private_address_among_its_own_is_refused(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", resolved(["8.8.8.8", "10.0.0.1"]))
    with pytest.raises(PrivateAddressError, match=r"^leads to 10\.0\.0\.1"):
        public_addresses("museum.example", 80)


def test_a_redirect_to_a_private_address_is_refused(museum, one_public_address):
    inside = museum.url.replace("127.0.0.1", "127.0.0.2")
    address = museum.put("/away", redirect(f"{inside}/secret"))
    with pytest.raises(FetchError, match=r"127\.0\.0\.2"):
        quick().load_document(address)
    assert museum.requests == ["/away"]


def test_the_connection_goes_to_the_address_that_was_checked(museum, one_public_address, monkeypatch):
    """A name that answers otherwise a moment later leads nowhere else."""
    monkeypatch.setattr(socket, "getaddrinfo", resolved(["127.0.0.1"], ["127.0.0.2"]))
    museum.manifest_3("/m", ["one"])
    port = museum.url.rpartition(":")[2]
    assert b"Manifest" in quick().load_document(f"http://museum.example:{port}/m")
    assert museum.requests == ["/m"]


def test_behind_a_proxy_a_private_address_is_refused_all_the_same(museum, monkeypatch):
    monkeypatch.setenv("http_proxy", museum.url)
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(FetchError, match="not a public address"):
        quick().load_document("http://127.0.0.1:9/m")
    assert museum.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://museum.example/a",
        "http://",
        "gopher://x",
        "http://a:b/",
        "data:image/png;base64,AA==",
    ],
)
def test_only_http_and_https_are_asked(address):
    with pytest.raises(FetchError, match="not an http or https address"):
        quick().load_document(address)


def test_a_redirect_to_another_scheme_is_refused(museum):
    address = museum.put("/away", redirect("file:///etc/passwd"))
    with pytest.raises(FetchError, match="not an http or https address"):
        quick(private=True).load_document(address)
