"""What is done in a thread beside another: nothing of it gets lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from app.beside import beside


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


def test_without_another_thread_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", cannot)
    went = threading.Event()
    with beside(went.set):
        assert went.is_set()
