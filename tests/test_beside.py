"""What is done in a thread beside another: nothing of it gets lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from app.beside import beside, each_beside
from app.stick.writing.side_by_side import side_by_side


def fails() -> None:
    raise ValueError("beside")


def test_what_is_prepared_may_fail() -> None:
    done: list[Callable[[], None]] = []
    with beside(fails, lambda: done.append(fails)):
        pass
    assert done == [fails]


def test_what_is_needed_may_not() -> None:
    done: list[Callable[[], None]] = []
    with (
        pytest.raises(ValueError, match="beside"),
        beside(fails, lambda: done.append(fails), needed=True),
    ):
        pass
    assert done == [fails]


def test_what_the_block_raises_goes_first_and_the_rest_is_done() -> None:
    went, goes = threading.Event(), threading.Event()

    def block() -> None:
        with beside(goes.wait, went.set, fails, needed=True):
            goes.set()
            raise KeyError

    with pytest.raises(KeyError):
        block()
    assert went.is_set()


class Starting:
    """Stands in for ``Thread.start``: so many may start, and no more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, allowed: int) -> None:
        start = threading.Thread.start
        self.left = allowed

        def limited(thread: threading.Thread) -> None:
            if not self.left:
                raise RuntimeError("can't start new thread")
            self.left -= 1
            start(thread)

        monkeypatch.setattr(threading.Thread, "start", limited)


def test_without_another_thread_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    Starting(monkeypatch, 0)
    went = threading.Event()
    with beside(went.set):
        assert went.is_set()


@pytest.mark.parametrize("allowed", [0, 1, 2, 9])
def test_each_is_done_in_their_order_by_as_many_threads_as_there_may_be(
    monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    Starting(monkeypatch, allowed)
    for items in ([], [1], [3, 1, 2], list(range(40))):
        assert list(each_beside(str, items, 4)) == [str(item) for item in items]
    assert side_by_side([lambda: 1, lambda: 2, lambda: 3]) == [1, 2, 3]
    with pytest.raises(ZeroDivisionError):
        list(each_beside(lambda number: 1 // number, [1, 0, 2], 4))


def test_the_threads_end_with_the_iterator() -> None:
    each = each_beside(str, range(100), 2)
    assert next(each) == "0"
    each.close()  # type: ignore[attr-defined]
    assert not [thread for thread in threading.enumerate() if thread.name == "satchel-each"]
