"""Answers of servers: limits, redirects, waiting, trying again."""

import base64
import gzip
import hashlib
import time

import pytest
from PIL import Image

from styleclf.data import DownloadLimits, PoliteClient, UnreadableImageError, open_image
from styleclf.data.collect.downloads import FetchError, PictureError, ReservedError
from tests.data.collect.museum import broken_off, jpeg, redirect, slowly

PICTURE = jpeg(Image.new("RGB", (60, 40), (1, 2, 3)))


def limited(**more):
    return PoliteClient(
        DownloadLimits(**{"pause": 0.0, "read_seconds": 2.0, "first_wait": 0.001, "private": True, **more})
    )


def test_a_file_is_what_was_sent_with_its_digest(museum, client, tmp_path):
    download = client.load_file(museum.put("/p.jpg", PICTURE), tmp_path / "p.jpg")
    assert (tmp_path / "p.jpg").read_bytes() == PICTURE
    assert (download.n_bytes, download.sha256) == (len(PICTURE), hashlib.sha256(PICTURE).hexdigest())


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_refusal_is_asked_for_once(museum, client, tmp_path, status):
    address = museum.put("/p.jpg", (status, {}, b"no"))
    with pytest.raises(FetchError, match=f"answers {status}") as error:
        client.load_file(address, tmp_path / "p.jpg")
    assert error.value.status == status
    assert len(museum.requests) == 1


@pytest.mark.parametrize("trouble", [(500, {}, b""), (502, {}, b""), (429, {}, b""), broken_off(PICTURE)])
def test_passing_trouble_is_tried_again(museum, client, tmp_path, trouble):
    client.load_file(museum.put("/p.jpg", trouble, PICTURE), tmp_path / "p.jpg")
    assert (tmp_path / "p.jpg").read_bytes() == PICTURE
    assert len(museum.requests) == 2


def test_lasting_trouble_ends_after_four_tries(museum, client, tmp_path):
    with pytest.raises(FetchError, match="answers 503"):
        client.load_file(museum.put("/p.jpg", (503, {}, b"")), tmp_path / "p.jpg")
    assert len(museum.requests) == 4


def test_retry_after_is_waited_for(museum, client, tmp_path):
    address = museum.put("/a.jpg", (503, {"Retry-After": "1"}, b""), PICTURE)
    start = time.monotonic()
    client.load_file(address, tmp_path / "a.jpg")
    assert time.monotonic() - start > 0.9
    assert museum.requests == ["/a.jpg", "/a.jpg"]


def test_a_host_that_asks_for_a_long_rest_is_left_alone(museum, client, tmp_path):
    museum.put("/a.jpg", (429, {"Retry-After": "7200"}, b""))
    for name in ("a.jpg", "b.jpg"):
        with pytest.raises(FetchError, match="asks to wait 2 h 00 min"):
            client.load_file(f"{museum.url}/{name}", tmp_path / name)
    assert museum.requests == ["/a.jpg"]


def test_a_host_that_fails_ten_times_in_a_row_is_left_alone(museum, client, tmp_path):
    for _ in range(10):
        museum.put("/a.jpg", (403, {}, b""))
        with pytest.raises(FetchError, match="403"):
            client.load_file(f"{museum.url}/a.jpg", tmp_path / "a.jpg")
    with pytest.raises(FetchError, match="failed 10 times in a row"):
        client.load_file(f"{museum.url}/a.jpg", tmp_path / "a.jpg")
    assert len(museum.requests) == 10


def test_redirects_are_followed_to_another_path_and_no_further_than_five(museum, client, tmp_path):
    museum.put("/p.jpg", PICTURE)
    client.load_file(museum.put("/moved", redirect("/p.jpg", 301)), tmp_path / "p.jpg")
    museum.requests.clear()
    with pytest.raises(FetchError, match="redirected more than 5 times"):
        client.load_file(museum.put("/circle", redirect("/circle")), tmp_path / "p.jpg")
    assert len(museum.requests) == 6


def test_more_bytes_than_the_limit_are_refused_whether_announced_or_not(museum, tmp_path):
    client = limited(image_bytes=len(PICTURE) - 1)
    with pytest.raises(FetchError, match="is larger than 0 MB"):
        client.load_file(museum.put("/p.jpg", PICTURE), tmp_path / "p.jpg")

    def without_length(handler):
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write(PICTURE * 1000)

    with pytest.raises(FetchError, match="is larger than 0 MB"):
        client.load_file(museum.put("/q.jpg", without_length), tmp_path / "q.jpg")


def test_a_server_without_an_answer_is_given_up(museum, tmp_path):
    client = limited(read_seconds=0.05)
    with pytest.raises(FetchError, match="gave no answer in time"):
        client.load_file(museum.put("/p.jpg", lambda handler: time.sleep(0.3)), tmp_path / "p.jpg")


def test_a_trickle_of_bytes_is_given_up(museum, tmp_path):
    client = limited(read_seconds=0.2)
    with pytest.raises(FetchError, match="is too slow"):
        client.load_file(museum.put("/p.jpg", slowly(b"x" * 60, 1.0)), tmp_path / "p.jpg")


def test_a_trickle_that_would_last_for_ever_is_given_up_before_its_end(museum, tmp_path):
    """One byte now and then keeps every single read within its time."""
    client = limited(read_seconds=0.3)
    start = time.monotonic()
    with pytest.raises(FetchError, match="is too slow"):
        client.load_file(museum.put("/p.jpg", slowly(b"x" * 200, 20.0, n_parts=200)), tmp_path / "p.jpg")
    assert time.monotonic() - start < 3


def test_a_small_answer_that_unpacks_to_more_than_the_limit_is_refused(museum, tmp_path):
    packed = gzip.compress(bytes(20_000_000))
    twice = gzip.compress(packed)
    client = limited(image_bytes=1_000_000)
    for encoding, body in (("gzip", packed), ("gzip, gzip", twice)):
        headers = {"Content-Type": "image/jpeg", "Content-Encoding": encoding}
        with pytest.raises(FetchError, match="is larger than 1 MB"):
            client.load_file(museum.put("/p.jpg", (200, headers, body)), tmp_path / "p.jpg")


def test_a_packed_answer_is_unpacked(museum, client, tmp_path):
    headers = {"Content-Type": "image/jpeg", "Content-Encoding": "gzip"}
    client.load_file(museum.put("/p.jpg", (200, headers, gzip.compress(PICTURE))), tmp_path / "p.jpg")
    assert (tmp_path / "p.jpg").read_bytes() == PICTURE


def with_length(museum, n_bytes):
    """An answer that announces so many bytes, whatever it sends."""

    def answer(handler):
        museum.give(handler, (200, {"Content-Type": "image/jpeg", "Content-Length": str(n_bytes)}, PICTURE))
        handler.close_connection = True

    return answer


def test_an_answer_that_is_shorter_than_it_announces_is_broken_off(museum, client, tmp_path):
    with pytest.raises(FetchError, match="broke off"):
        client.load_file(museum.put("/p.jpg", with_length(museum, len(PICTURE) + 10)), tmp_path / "p.jpg")


def test_an_answer_that_is_longer_than_it_announces_is_no_sound_picture(museum, client, tmp_path):
    client.load_file(museum.put("/p.jpg", with_length(museum, len(PICTURE) - 10)), tmp_path / "p.jpg")
    with pytest.raises(UnreadableImageError), open_image(tmp_path / "p.jpg") as image:
        image.load()


def test_passwords_of_the_user_go_nowhere_unless_the_address_has_them(museum, client, tmp_path, monkeypatch):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    seen = []

    def answer(handler):
        seen.append(handler.headers["Authorization"])
        museum.give(handler, PICTURE)

    address = museum.put("/p.jpg", answer)
    client.load_file(address, tmp_path / "p.jpg")
    client.load_file(address.replace("//", "//you:word@"), tmp_path / "p.jpg")
    assert seen == [None, f"Basic {base64.b64encode(b'you:word').decode()}"]


def test_what_a_server_says_of_an_error_is_plain_text(museum, client, tmp_path):
    def answer(handler):
        handler.wfile.write(b"HTTP/1.1 404 \x1b[31mGone " + b"x" * 500 + b"\r\nContent-Length: 0\r\n\r\n")

    with pytest.raises(FetchError) as error:
        client.load_file(museum.put("/p.jpg", answer), tmp_path / "p.jpg")
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 120


def test_nobody_at_the_address_is_said(client, tmp_path):
    with pytest.raises(FetchError, match="cannot be reached"):
        client.load_file("http://127.0.0.1:9/p.jpg", tmp_path / "p.jpg")


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json", "image/svg+xml", "application/pdf"])
def test_other_types_than_pictures_are_refused(museum, client, tmp_path, kind):
    address = museum.put("/p.jpg", (200, {"Content-Type": kind}, b"<html>"))
    with pytest.raises(FetchError, match=f"answers with {kind.split(';')[0]}".replace("+", r"\+")):
        client.load_file(address, tmp_path / "p.jpg")


def test_a_picture_in_place_of_a_document_is_not_loaded(museum, client):
    with pytest.raises(PictureError):
        client.load_document(museum.put("/p", PICTURE))


@pytest.mark.parametrize("header", [{"tdm-reservation": "1"}, {"X-Robots-Tag": "noindex, noai"}])
def test_a_server_that_reserves_mining_is_obeyed_unless_there_is_permission(museum, client, tmp_path, header):
    address = museum.put("/p.jpg", (200, {"Content-Type": "image/jpeg", **header}, PICTURE))
    with pytest.raises(ReservedError):
        client.load_file(address, tmp_path / "p.jpg")
    limited(reserved=True).load_file(address, tmp_path / "p.jpg")
    assert (tmp_path / "p.jpg").read_bytes() == PICTURE


def test_bytes_that_do_not_fit_the_stated_digest_are_loaded_again(museum, client, tmp_path):
    digest = base64.b64encode(hashlib.sha256(PICTURE).digest()).decode()
    headers = {"Content-Type": "image/jpeg", "Repr-Digest": f"sha-256=:{digest}:"}
    wrong = bytes([*PICTURE[:-1], 0])
    client.load_file(museum.put("/p.jpg", (200, headers, wrong), (200, headers, PICTURE)), tmp_path / "p.jpg")
    assert (tmp_path / "p.jpg").read_bytes() == PICTURE
    assert len(museum.requests) == 2


def test_servers_see_who_asks_and_whom_to_write_to(museum, tmp_path):
    limited(contact="me@uni.example\r\nX: y").load_file(museum.put("/p.jpg", PICTURE), tmp_path / "p.jpg")
    (agent,) = museum.agents
    assert agent.startswith("styleclf/")
    assert "me@uni.example" in agent


def test_what_ends_the_block_ends_the_waiting(museum, tmp_path):
    client = limited()
    client.politeness.rest(client_host(museum), 60)
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt), client.in_threads(client.load_document, [museum.url]):
        raise KeyboardInterrupt
    assert time.monotonic() - start < 5


def client_host(museum):
    return museum.url.removeprefix("http://")
