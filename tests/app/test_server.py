"""app.server: who may reach it, and what is wrong before it starts."""

import socket
import sys
from types import SimpleNamespace

import pytest

from styleclf.app.options import AppOptions
from styleclf.app.server import _say_address, _serve, listening_socket, make_events, start_app
from styleclf.light import open_contents
from tests.bundled import bundled, paths  # noqa: F401


def test_a_port_in_use_is_one_sentence_with_the_next_one():
    with listening_socket("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=f"port {port} of 127.0.0.1 is in use.*--port {port + 1}"):
            listening_socket("127.0.0.1", port).__enter__()


def test_an_address_of_elsewhere_is_one_sentence():
    with pytest.raises(OSError, match=r"192\.0\.2\.1 is not an address of this machine"):
        listening_socket("192.0.2.1", 0).__enter__()


def test_it_listens_to_this_machine_alone_unless_asked():
    with listening_socket(AppOptions("model.zip").host, 0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
        assert listening.family == socket.AF_INET


def test_without_a_browser_the_address_is_still_told(monkeypatch, capsys):
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    _say_address(AppOptions("model.zip", browser=True), "127.0.0.1", 7860)
    assert "no browser could be opened here: type http://127.0.0.1:7860 into one" in capsys.readouterr().err


def test_an_app_that_somebody_ends_has_not_failed(monkeypatch, capsys):
    def interrupted(sockets):
        raise KeyboardInterrupt

    server = SimpleNamespace(run=interrupted)
    uvicorn = SimpleNamespace(Config=lambda *values, **options: None, Server=lambda config: server)
    monkeypatch.setitem(sys.modules, "uvicorn", uvicorn)
    _serve(None, None)
    assert capsys.readouterr().out == "the app has ended\n"


def test_without_gradio_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "gradio", None)
    with pytest.raises(ValueError, match=r'needs the package gradio: pip install "styleclf\[app\]"'):
        start_app(AppOptions(tmp_path / "model.zip", out=tmp_path))


@pytest.mark.parametrize(
    "values, sentence",
    [
        ({"model": "nowhere.zip"}, r"no bundle at nowhere\.zip"),
        ({"model": "nowhere.pkl"}, r"no model at nowhere\.pkl"),
        ({"model": __file__, "light": True}, "needs torch: make a bundle of it"),
        ({"queue": "queue.csv"}, "--queue gives the order of a folder's pictures: name the folder, --review"),
        ({"review": "nowhere"}, "--review must name a folder of pictures, which nowhere is not"),
        ({"design": "nowhere.csv"}, r"no design at nowhere\.csv: make one with recipes/design.py"),
    ],
)
def test_what_is_missing_is_one_sentence(bundled, tmp_path, values, sentence):
    options = AppOptions(**{"model": bundled / "bundle", "light": True, "out": tmp_path} | values)
    with pytest.raises((ValueError, OSError), match=sentence):
        make_events(options, tmp_path)


def test_a_folder_and_its_order_are_ready_for_a_review(bundled, sample, tmp_path):
    (tmp_path / "queue.csv").write_text("file,rank,reason\nnowhere.png,1,\n", encoding="utf-8")
    options = AppOptions(bundled / "bundle", light=True, review=str(sample / "cubism"), out=tmp_path)
    events = make_events(options, tmp_path)
    view = events.view(events.desks.open(None)[1])
    assert (sample / "cubism" / view.name).is_file()
    assert len(view.choices) == 8
    assert set(open_contents(bundled / "bundle").members) >= {"bundle.json", "model.onnx"}
    with pytest.raises(ValueError, match="names none of the"):
        make_events(AppOptions(**{**vars(options), "queue": str(tmp_path / "queue.csv")}), tmp_path)
