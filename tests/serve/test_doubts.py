"""What is in the objects of a stick that is served: each is read once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.flatpak.remotes.remote import Remote
from app.progress import CancelToken
from app.serve.accesses import Access
from app.serve.doubts import Doubts, Spoilt
from app.serve.sticks import Judging, ServedStick, open_sticks
from tests.serve.conftest import Stick
from tests.stick.damage import copy_stick, flip_middle
from tests.upstream import COLLECTION
from tests.waiting import until


@pytest.fixture
def damaged(stick: Stick, tmp_path: Path) -> Iterator[tuple[ServedStick, str]]:
    """A stick, and the path of an object on it that is damaged, below ``objects/``."""
    root = copy_stick(stick.path, tmp_path / "damaged").root
    file = max(root.rglob("*.filez"), key=lambda path: path.stat().st_size)
    flip_middle(file)
    keys = (stick.upstream.key.public,)
    remote = Remote("up", stick.upstream.path.as_uri(), collection_id=COLLECTION, keys=keys)
    (opened,) = open_sticks(root, Judging((remote,)), CancelToken())
    assert isinstance(opened, ServedStick)
    with opened:
        yield opened, f"{file.parent.name}/{file.name}"


def taken(path: str) -> Access:
    return Access(0.0, "192.0.2.1", "200", 1, "up", path)


def found(doubts: Doubts) -> Spoilt:
    spoilt: list[Spoilt] = []

    def is_there() -> bool:
        spoilt.extend(doubts.spoilt())
        return bool(spoilt)

    until(is_there)
    (each,) = spoilt
    return each


def test_what_somebody_takes_is_read_then(
    damaged: tuple[ServedStick, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.serve.doubts._QUIET_SECONDS", float("inf"))
    stick, path = damaged
    with closing(Doubts()) as doubts:
        doubts.look_over([stick])
        for file in stick.location.repository.shown("objects").rglob("*.filez"):
            doubts.count(taken(f"{file.parent.name}/{file.name}"), [stick])
        assert found(doubts).path == path


def test_all_is_read_while_nobody_takes_anything(
    damaged: tuple[ServedStick, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.serve.doubts._QUIET_SECONDS", 0.0)
    stick, path = damaged
    with closing(Doubts()) as doubts:
        doubts.look_over([stick])
        assert found(doubts).path == path
        until(lambda: [each.damaged for each in doubts.looked_over()] == [1])


def test_what_is_damaged_everywhere_is_not_read_to_its_end(
    damaged: tuple[ServedStick, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nobody is told that it was."""
    monkeypatch.setattr("app.serve.doubts._QUIET_SECONDS", 0.0)
    monkeypatch.setattr("app.serve.doubts._MOST_SPOILT", 1)
    stick, path = damaged
    with closing(Doubts()) as doubts:
        doubts.look_over([stick])
        assert found(doubts).path == path
        until(lambda: stick.looked_over)
    assert list(doubts.looked_over()) == []
