"""The app in Chromium, used as people use it. The extra `browser` brings Playwright, the system Chromium."""

import csv
import os
import re
import shutil
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from tests.bundled import bundled, paths  # noqa: F401

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium is installed"),
    pytest.mark.skipif(not (find_spec("gradio") and find_spec("playwright")), reason="needs styleclf[browser]"),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
NASTY = "<img src=x onerror=alert(1)> {{7}} ${7}.png"
PATIENCE = 60_000  # ms, on a busy machine


class Server:
    """The app in a process of its own."""

    def __init__(self, model, out, *flags):
        command = [sys.executable, "-m", "styleclf.app", str(model), "--port", "0", "--out", str(out), *flags]
        environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        self.out = Path(out)
        self.address = re.search(r"http://[\d.:]+", self.process.stdout.readline())[0]

    def decisions(self):
        with open(self.out / "decisions.csv", encoding="utf-8", newline="") as stream:
            return {row["filename"]: row for row in csv.DictReader(stream)}

    def end(self, options=signal.SIGINT):
        self.process.send_signal(options)
        self.process.wait(60)
        self.process.stdout.close()


@pytest.fixture
def server(bundled, tmp_path):
    server = Server(bundled / "bundle", tmp_path / "out")
    yield server
    if server.process.poll() is None:
        server.end()


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class User:
    """Somebody with a browser of their own."""

    def __init__(self, chromium, address, width=1280, height=900):
        self.context = chromium.new_context(viewport={"width": width, "height": height})
        self.context.set_default_timeout(PATIENCE)
        self.page = self.context.new_page()
        self.outside, self.errors = [], []
        self.page.on("request", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(address)
        self.page.wait_for_selector("#drop")

    def _note(self, request):
        if not request.url.startswith(("http://127.0.0.1", "data:", "blob:")):
            self.outside.append(request.url)

    def drop(self, *files):
        n_before = self.page.locator(".card").count()
        self.hand_over(*files)
        self.page.wait_for_function(f"document.querySelectorAll('.card').length >= {n_before + len(files)}")

    def hand_over(self, *files):
        """Drop files without waiting for what becomes of them."""
        self.page.locator("#drop input[type=file]").set_input_files([str(file) for file in files])

    def review(self):
        self.page.get_by_role("tab", name="Review").click()
        self.page.wait_for_selector("#review-picture img")

    def shown(self):
        """The name of the picture under review."""
        return self.page.locator("#review-picture .quiet").inner_text()

    def press(self, key, progress):
        """Press a key and wait until the review says so much."""
        self.page.keyboard.press(key)
        self.waits_for(progress)

    def waits_for(self, progress):
        self.page.locator("#review-progress", has_text=progress).wait_for()

    def is_wide(self):
        """Whether the page must be scrolled sideways."""
        return self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")


def test_pictures_are_dropped_read_corrected_and_found_again(server, chromium, bundled, paths):
    user = User(chromium, server.address)
    user.drop(*paths[:3])
    cards = user.page.locator(".card")
    assert cards.count() == 3
    assert re.search(r"\d+%|none of these", cards.first.inner_text())
    cards.nth(1).click()
    user.page.wait_for_selector("#picture img")
    assert user.page.locator("#facts .bar").count() == 3
    user.page.locator("#map").click()
    user.page.get_by_text("Maps need torch").wait_for()
    user.review()
    name = user.shown()
    second = user.page.locator("#review-choice-1").inner_text()
    user.press("2", "1 of 3 pictures decided")
    label = server.decisions()[name]["label"]
    assert re.fullmatch(rf"2\s+{label}\s+\d+%", second)
    user.page.reload()
    user.page.locator(".verdict", has_text=f"you said: {label}").wait_for()
    assert cards.count() == 3
    with user.page.expect_download() as download:
        user.page.locator("a.download", has_text="Download the table").click()
    with open(download.value.path(), encoding="utf-8", newline="") as stream:
        rows = {row["filename"]: row for row in csv.DictReader(stream)}
    assert len(rows) == 3
    assert rows[name]["label"] == label
    assert user.outside == []
    assert user.errors == []
    server.end(signal.SIGKILL)
    assert server.decisions()[name]["label"] == label
    assert (server.out / "pictures" / name).is_file()
    port = server.address.rpartition(":")[2]
    again = Server(bundled / "bundle", server.out, "--port", port)
    try:
        user.page.goto(again.address)  # with what the browser remembers of the server that was killed
        user.page.wait_for_selector("#drop")
        user.drop(*[path for path in paths[:3] if path.name == name])
        user.page.locator(".verdict", has_text=f"you said: {label}").wait_for()
        assert user.errors == []
    finally:
        again.end()


def test_the_keyboard_is_enough(server, chromium, paths):
    user = User(chromium, server.address)
    user.drop(*paths[:4])
    user.page.evaluate("document.activeElement.blur()")
    while user.page.evaluate("document.activeElement.innerText.trim()") != "Review":
        user.page.keyboard.press("Tab")
    user.page.keyboard.press("Enter")
    user.page.wait_for_selector("#review-picture img")
    names = [user.shown()]
    user.press("Enter", "1 of 4 pictures decided")
    names.append(user.shown())
    user.press("s", "1 of 4 pictures decided, 1 skipped")
    names.append(user.shown())
    user.press("n", "2 of 4 pictures decided, 1 skipped")
    user.press("u", "1 of 4 pictures decided, 1 skipped")
    assert user.shown() == names[2]
    assert set(server.decisions()) == {names[0]}
    user.press("3", "2 of 4 pictures decided, 1 skipped")
    user.press("1", "3 of 4 pictures decided, 1 skipped")
    assert user.shown() == names[1]  # the one that was skipped
    user.page.locator("#review-style input").focus()
    user.page.keyboard.type("s1u")  # whoever types a style presses no buttons
    user.page.keyboard.press("Tab")
    user.page.locator("#review-correct").focus()
    user.page.keyboard.press("Enter")
    user.page.get_by_text("All pictures are decided").wait_for()
    assert server.decisions()[names[1]]["label"] == "s1u"


def test_enter_does_not_repeat_what_was_clicked_with_the_mouse(server, chromium, paths):
    user = User(chromium, server.address)
    user.drop(*paths[:3])
    user.review()
    user.page.locator("#review-skip").click()
    user.waits_for("0 of 3 pictures decided, 1 skipped")
    user.press("Enter", "1 of 3 pictures decided, 1 skipped")


def test_two_users_at_once_see_their_own_pictures(server, chromium, paths, tmp_path):
    same_name = tmp_path / "other" / paths[0].name
    same_name.parent.mkdir()
    Image.new("RGB", (80, 60), "navy").save(same_name)
    one, two = User(chromium, server.address), User(chromium, server.address)
    one.drop(*paths[:2])
    two.drop(same_name)
    assert one.page.locator(".card").count() == 2
    assert two.page.locator(".card").count() == 1
    assert two.page.locator(".card .name").inner_text() == f"{Path(paths[0]).stem}-2{paths[0].suffix}"
    one.review()
    two.review()
    one.press("1", "1 of 2 pictures decided")
    two.press("2", "1 of 1 picture decided")
    assert len(server.decisions()) == 2
    for user in (one, two):
        user.page.reload()
        user.page.wait_for_selector(".card")
    assert one.page.locator(".card").count() == 2
    assert two.page.locator(".card").count() == 1
    two.page.locator("#clear").click()
    two.page.wait_for_function("document.querySelectorAll('.card').length == 0")
    one.page.reload()
    one.page.wait_for_selector(".card")
    assert one.page.locator(".card").count() == 2


def choices_of(user):
    """Where the first button of a style begins, and the last one ends."""
    boxes = [button.bounding_box() for button in user.page.locator("[id^=review-choice-]:visible").all()]
    return boxes[0]["y"], boxes[-1]["y"] + boxes[-1]["height"]


@pytest.mark.parametrize("width, height", [(1280, 900), (390, 844)])
def test_pages_fit_desktop_and_phone(server, chromium, paths, tmp_path, width, height):
    user = User(chromium, server.address, width, height)
    files = []
    for name in (NASTY, "x" * 150 + ".png"):
        Image.new("RGB", (300, 90), "teal").save(tmp_path / name)
        files.append(tmp_path / name)
    user.drop(*paths[:3], *files)
    assert not user.is_wide()
    user.page.locator(".card").nth(3).click()
    user.page.wait_for_selector("#picture img")
    assert not user.is_wide()
    user.review()
    assert not user.is_wide()
    names = "[id^=review-choice-]:visible" if width > 640 else "button[id^=review-]:visible"
    for button in user.page.locator(names).all():
        assert button.bounding_box()["height"] >= 36  # a finger finds it
    place = choices_of(user)
    assert place[-1] <= height  # all styles are in sight without scrolling
    user.page.locator("#review-skip").click()
    user.waits_for("1 skipped")
    assert width > 640 or choices_of(user) == place  # of a picture of another shape, too
    assert user.errors == []
    assert "onerror" not in user.page.locator("img").first.evaluate("image => image.outerHTML")


def test_what_cannot_be_answered_is_said(server, chromium, paths, tmp_path):
    (tmp_path / "empty.png").touch()
    (tmp_path / "text.png").write_text("no picture")
    user = User(chromium, server.address)
    user.page.locator("#drop input[type=file]").set_input_files(
        [str(path) for path in (paths[0], tmp_path / "text.png", tmp_path / "empty.png")]
    )
    user.page.wait_for_selector(".card")
    said = user.page.locator("#cards .error").inner_text()
    assert "text.png: not a readable image" in said
    assert "empty.png: empty file" in said


def test_limits_are_told_on_the_page(bundled, chromium, paths, tmp_path):
    noise = os.urandom(3 * 700 * 700)
    Image.frombytes("RGB", (700, 700), noise).save(tmp_path / "heavy.png")
    Image.new("1", (30_000, 8_000)).save(tmp_path / "wide.png")
    server = Server(bundled / "bundle", tmp_path / "out", "--megabytes", "1", "--pictures", "3")
    try:
        user = User(chromium, server.address)
        user.drop(paths[0])
        user.hand_over(tmp_path / "heavy.png")
        user.page.get_by_text(re.compile("maximum allowed size of 1.*heavy.png")).wait_for()
        user.hand_over(tmp_path / "wide.png")
        user.page.get_by_text(re.compile("wide.png: too large .over 179 million pixels")).wait_for()
        user.hand_over(*paths[1:5])
        user.page.get_by_text("4 pictures were dropped, and at most 3 may be here at once").wait_for()
        assert user.page.locator(".card").count() == 1
        assert user.errors == []
    finally:
        server.end()


def test_a_table_that_somebody_spoilt_is_told_and_nothing_is_lost(server, chromium, paths):
    user = User(chromium, server.address)
    user.drop(*paths[:2])
    user.review()
    user.page.evaluate("document.activeElement.blur()")
    user.press("1", "1 of 2 pictures decided")
    table = server.out / "decisions.csv"
    content = table.read_bytes()
    table.write_bytes(content + b"a,b\n\nc,d\n")
    user.page.keyboard.press("2")
    told = user.page.get_by_text(re.compile("decisions.csv has 2 values in row 3, not 8: correct it"))
    told.wait_for()
    assert str(server.out) not in told.inner_text()
    table.write_bytes(content)
    user.page.get_by_role("tab", name="Pictures").click()
    user.review()
    user.page.evaluate("document.activeElement.blur()")
    user.press("1", "2 of 2 pictures decided")
    assert len(server.decisions()) == 2
    assert user.errors == []


def test_a_folder_is_reviewed_in_the_order_of_a_table(bundled, sample, chromium, tmp_path):
    names = sorted(path.name for path in (sample / "cubism").iterdir())
    (tmp_path / "queue.csv").write_text(f"file,rank,reason\n{names[2]},1,odd\n", encoding="utf-8")
    flags = ["--review", str(sample / "cubism"), "--queue", str(tmp_path / "queue.csv")]
    server = Server(bundled / "bundle", tmp_path / "out", *flags)
    try:
        user = User(chromium, server.address)
        user.review()
        assert user.shown() == names[2]
        assert "asked because: odd" in user.page.locator("#review-facts").inner_text()
        user.page.evaluate("document.activeElement.blur()")
        user.press("1", f"1 of {len(names)} pictures decided")
        assert set(server.decisions()) == {names[2]}
    finally:
        server.end()
