"""app.events: what happens at each click, and that nobody gets another's picture."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from styleclf.app.decisions import DecisionTable
from styleclf.app.events import Events
from styleclf.app.folder import ReviewFolder
from styleclf.app.review_order import ReviewOrder
from styleclf.app.uploads import UploadLimits
from tests.app.conftest import NASTY, ColourEngine


@pytest.fixture
def events(engine, tmp_path):
    table = DecisionTable(tmp_path / "out/decisions.csv")
    return Events(engine, tmp_path / "dropped", table=table, limits=UploadLimits(megabytes=1, pictures=6))


@pytest.fixture
def desk(events):
    return events.desks.open(None)[1]


def test_dropped_pictures_are_answered(events, desk, paint):
    steps = []
    message = events.drop(desk, [paint("a.png", "red"), paint("b.png", "grey")], lambda *step: steps.append(step))
    assert message == "2 pictures here"
    assert steps == [(2, 2)]
    overview = events.overview(desk)
    assert "red <b>74%</b>" in overview
    assert "none of these" in overview
    assert 'download="predictions.csv"' in overview
    large, facts, neighbours = events.details(desk, 0)
    assert "data:image/jpeg" in large
    assert "It may be: <b>red</b>" in facts
    assert neighbours == ""
    assert events.details(desk, 7) == ("", "", "")
    picture = events.picture_at(desk, 0)
    assert events.map_of(picture) == f'{events.large(picture)}<p role="status" class="quiet">Maps need torch.</p>'


def test_files_that_have_no_answer_are_named_with_the_reason(events, desk, paint, tmp_path):
    empty, text, large = (paint(name) for name in ("empty.png", "text.png", "large.png"))
    empty.write_bytes(b"")
    text.write_text("no picture")
    with open(large, "wb") as stream:
        stream.truncate(100_000_000)
    assert events.drop(desk, [empty, text, paint("a.png"), large]) == "1 picture here"
    overview = events.overview(desk)
    assert "empty.png: empty file" in overview
    assert "text.png: not a readable image" in overview
    assert "large.png: too large: 100 MB, and at most 1 MB are taken" in overview
    assert not any(path.exists() for path in (empty, text, large))


def test_too_many_are_refused_and_removed(events, desk, paint):
    paths = [paint(f"{i}.png") for i in range(7)]
    with pytest.raises(ValueError, match="7 pictures were dropped, and at most 6"):
        events.drop(desk, paths)
    with pytest.raises(ValueError, match="7 pictures were dropped, and at most 6"):
        events.answers(paths)
    assert not any(path.exists() for path in paths)
    assert desk.all_pictures() == {}


def test_names_are_text(events, desk, paint):
    events.drop(desk, [paint(NASTY.replace("/", ""))])
    page = events.overview(desk) + events.view(desk).picture + events.view(desk).facts
    assert "<img src=x" not in page
    assert "{{" not in page
    assert "${" not in page
    assert "_img src=x onerror=_document.title=1__ &#123;&#123;7_7&#125;&#125; &#36;&#123;1&#125;.png" in page


def test_the_same_picture_twice_is_one_and_another_of_that_name_gets_a_number(events, desk, paint):
    events.drop(desk, [paint("a.png", "red"), paint("a.png", "red")])
    other = events.desks.open(None)[1]
    events.drop(other, [paint("a.png", "blue"), paint("a.png", "red")])
    assert list(desk.all_pictures()) == ["a.png"]
    assert set(other.all_pictures()) == {"a-2.png", "a.png"}


def test_a_review_of_dropped_pictures_keeps_those_that_are_decided(events, desk, paint, tmp_path):
    red = paint("a.png", "red")
    content = red.read_bytes()
    events.drop(desk, [red, paint("b.png", "grey")])
    view = events.view(desk)
    assert view.name == "b.png"
    assert [style for _, style in view.choices] == ["blue", "green", "red"]
    assert view.choices[0][0] == "1  blue  33%"
    assert "0 of 2 pictures decided" in view.progress
    events.decide_choice(desk, "b.png", 2)
    events.decide_choice(desk, "b.png", 0)  # pressed twice: it is no longer the picture
    assert events.view(desk).name == "a.png"
    events.decide(desk, "a.png", "  art \n deco ")
    kept = tmp_path / "out/pictures"
    assert (kept / "a.png").read_bytes() == content
    assert {name: row.label for name, row in events.table.all().items()} == {"a.png": "art deco", "b.png": "red"}
    assert "All pictures are decided" in events.view(desk).picture
    assert "you said: red" in events.overview(desk)
    events.undo(desk)
    assert events.view(desk).name == "a.png"
    assert not (kept / "a.png").exists()
    assert (kept / "b.png").exists()
    events.skip(desk, "a.png")
    assert "1 of 2 pictures decided, 1 skipped" in events.view(desk).progress


def test_after_a_restart_a_picture_that_was_decided_is_known_again(events, desk, paint, engine, tmp_path):
    events.drop(desk, [paint("a.png", "red")])
    events.decide(desk, "a.png", "green")
    again = Events(engine, tmp_path / "again", table=DecisionTable(events.table.path))
    other = again.desks.open(None)[1]
    again.drop(other, [paint("a.png", "red")])
    assert "you said: green" in again.overview(other)
    assert again.view(other).name == ""


def test_a_folder_is_reviewed_in_the_order_of_a_table(engine, paint, tmp_path):
    for name, colour in (("a.png", "red"), ("b.png", "blue"), ("c.png", "grey")):
        paint(name, colour).rename(tmp_path / name)
    (tmp_path / "broken.png").write_text("no picture")
    folder = ReviewFolder(engine, tmp_path)
    order = ReviewOrder({"b.png": 0}, {"b.png": "odd <b>"}, 0)
    folder.start(order.ranks, order.reasons).join()
    table = DecisionTable(tmp_path / "out/decisions.csv")
    events = Events(engine, tmp_path / "dropped", table=table, review_folder=folder, order=order)
    desk = events.desks.open(None)[1]
    view = events.view(desk)
    assert view.name == "b.png"
    assert "asked because: odd &lt;b&gt;" in view.facts
    assert "1 cannot be read" in view.progress
    events.decide(desk, "b.png", "")
    assert events.view(desk).name == "c.png"
    assert not (tmp_path / "out/pictures").exists()
    assert events.view(events.desks.open(None)[1]).name == "c.png"  # decisions are everybody's


def test_programs_get_answers_and_leave_nothing_behind(events, paint, tmp_path):
    empty = paint("empty.png")
    empty.write_bytes(b"")
    answers = events.answers([paint("a.png", "green"), empty])
    assert answers[0]["answer"] == "green"
    assert answers[0]["likeliest"][0][0] == "green"
    assert answers[0]["set"] == ["green"]
    assert answers[1] == {"file": "empty.png", "error": "empty file"}
    assert not list(tmp_path.glob("cache/*/*"))
    assert len(events.desks) == 0


def test_eight_users_at_once_get_their_own_answers(tmp_path, paint):
    table = DecisionTable(tmp_path / "out/decisions.csv")
    events = Events(ColourEngine(), tmp_path / "dropped", table=table)
    colours = ["red", "green", "blue"]
    files = {}
    for user in range(8):
        files[user] = [paint(f"{user}-{i}.png", colours[(user + i) % 3], shade=user) for i in range(9)]

    def use(user):
        token, _ = events.desks.open(None)
        for start in range(0, 9, 3):
            events.drop(events.desks.open(token)[1], files[user][start : start + 3])
        desk = events.desks.open(token)[1]
        while name := events.view(desk).name:
            events.decide_choice(desk, name, 0)
        return {name: picture.prediction.answer for name, picture in desk.all_pictures().items()}

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(use, range(8)))
    for user, answer in enumerate(answers):
        assert answer == {f"{user}-{i}.png": colours[(user + i) % 3] for i in range(9)}
    decided = DecisionTable(table.path).all()
    assert len(decided) == 72
    assert all(decided[name].label == answer[name] for answer in answers for name in answer)
    assert {path.name for path in (tmp_path / "out/pictures").iterdir()} == set(decided)


def test_without_a_table_there_is_no_review(engine, tmp_path, paint):
    events = Events(engine, tmp_path / "dropped")
    desk = events.desks.open(None)[1]
    events.drop(desk, [paint("a.png")])
    assert events.view(desk).name == ""
    assert "red" in events.overview(desk)
    events.decide(desk, "a.png", "red")
    events.undo(desk)
