"""models.hub: what is on this machine is taken from it, and a hub that does not answer holds nobody up."""

import http.server
import socket
import threading
import time

import pytest
from huggingface_hub import constants

from styleclf.models import hub


class NotFound(http.server.BaseHTTPRequestHandler):
    def do_HEAD(self):
        self.send_error(404)

    def log_message(self, *_):
        pass


@pytest.fixture
def server(monkeypatch):
    """A hub that answers 404 to everything."""
    monkeypatch.setenv("no_proxy", "*")
    server = http.server.HTTPServer(("127.0.0.1", 0), NotFound)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    yield server
    server.shutdown()
    server.server_close()


def test_a_hub_that_says_no_has_answered_unless_the_user_wants_to_be_offline(server, monkeypatch):
    assert hub.hub_answers()
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    assert not hub.hub_answers()


def test_a_silent_hub_holds_nobody_up(server, monkeypatch):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        for seconds, listen in ((5, False), (0.2, True)):  # a closed port refuses at once, an open one says nothing
            if listen:
                silent.listen()
            monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{silent.getsockname()[1]}")
            start = time.monotonic()
            assert not hub.hub_answers(seconds)
            assert time.monotonic() - start < 2
