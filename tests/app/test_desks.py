"""app.desks: one desk per browser, and an end to how many there are."""

from concurrent.futures import ThreadPoolExecutor

from styleclf.app import desks as module
from styleclf.app.desks import Desks
from tests.app.conftest import picture


def test_a_token_opens_the_same_desk_again_and_no_other(tmp_path):
    desks = Desks(tmp_path, lambda desk: None)
    token, desk = desks.open(None)
    assert desks.open(token) == (token, desk)
    assert desks.find(token) is desk
    assert desks.find("guessed") is None
    assert desks.find(None) is None
    other_token, other = desks.open("guessed")
    assert other is not desk
    assert other_token not in ("guessed", token)
    assert len(token) == 32
    desk.add(picture("a.png", 1, 0, 0))
    assert other.all_pictures() == {}
    assert desks.taken_names() == {"a.png": ""}


def test_the_idlest_desk_makes_room_with_its_files(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_MOST_DESKS", 3)
    desks = Desks(tmp_path, lambda desk: None)
    tokens = [desks.open(None) for _ in range(3)]
    first = tokens[0][1]
    first.folder.mkdir(parents=True)
    (first.folder / "a.png").write_bytes(b"x")
    desks.open(tokens[1][0])
    desks.open(tokens[2][0])
    desks.open(None)
    assert len(desks) == 3
    assert not first.folder.exists()
    assert desks.open(tokens[0][0])[1] is not first
    assert desks.open(tokens[2][0])[1] is tokens[2][1]


def test_many_threads_open_as_many_desks(tmp_path):
    desks = Desks(tmp_path, lambda desk: None)
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: desks.open(None), range(50)))
    assert len({token for token, _ in opened}) == len({id(desk) for _, desk in opened}) == len(desks) == 50
