"""Work off the main thread arrives on it: once, in order, whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from app.errors import DriveError, ExhaustedError, InterruptedByUser, SatchelError, UnexpectedError
from app.message import verbatim
from app.progress import Advanced, CancelToken, Event, Phase, PhaseStarted, Reporter, heed
from tests.waiting import GUARD, GUARD_MS
from ui.tasks.bridge import Bridge, Task

_LONG = GUARD_MS


class Listener(QObject):
    """Writes down what it hears, and on which thread."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, Any]] = []
        self.threads: set[threading.Thread] = set()

    def _note(self, what: str, value: Any) -> None:
        self.heard.append((what, value))
        self.threads.add(threading.current_thread())

    def done(self, value: object) -> None:
        self._note("done", value)

    def failed(self, error: SatchelError) -> None:
        self._note("failed", error)

    def progress(self, event: Event) -> None:
        self._note("progress", event)

    def start(self, bridge: Bridge, work: Any, *, guarded: bool = False) -> Task:
        return bridge.run(
            work, done=self.done, failed=self.failed, progress=self.progress, guarded=guarded
        )


@pytest.fixture
def bridge() -> Iterator[Bridge]:
    own_bridge = Bridge()
    yield own_bridge
    own_bridge.close()


def wait(report: Reporter, cancel: CancelToken) -> None:
    """Until told to stop."""
    report(PhaseStarted(Phase.DOWNLOAD))
    while True:
        cancel.check()
        threading.Event().wait(0.01)


def test_results_and_progress_arrive_in_order_on_the_main_thread(
    bridge: Bridge, qtbot: QtBot
) -> None:
    listener = Listener()
    events: list[Event] = [
        PhaseStarted(Phase.DOWNLOAD),
        Advanced(Phase.DOWNLOAD, 1, 2, 3_000_000_000, 2**40),
    ]
    ran: list[threading.Thread] = []

    def work(report: Reporter, _cancel: CancelToken) -> dict[int, str]:
        ran.append(threading.current_thread())
        for event in events:
            report(event)
        return {1: "one"}

    task = listener.start(bridge, work)
    with qtbot.waitSignal(task.finished, timeout=_LONG):
        pass

    assert listener.heard == [
        ("progress", events[0]),
        ("progress", events[1]),
        ("done", {1: "one"}),
    ]
    assert listener.threads == {threading.main_thread()}
    assert ran[0] is not threading.main_thread()
    assert not ran[0].is_alive()
    assert not task.running
    assert not bridge.busy


def test_a_thousand_results_arrive_once_each(bridge: Bridge, qtbot: QtBot) -> None:
    listener = Listener()
    for number in range(1000):
        listener.start(bridge, lambda _report, _cancel, number=number: (number, True))
    qtbot.waitUntil(lambda: not bridge.busy, timeout=_LONG)

    assert sorted(value for _, value in listener.heard) == [(n, True) for n in range(1000)]


def test_errors_arrive_as_they_were_raised(bridge: Bridge, qtbot: QtBot) -> None:
    listener = Listener()
    error = DriveError(verbatim("The drive is full."), verbatim("Choose fewer apps."))

    def work(_report: Reporter, _cancel: CancelToken) -> None:
        raise error

    with qtbot.waitSignal(listener.start(bridge, work).finished, timeout=_LONG):
        pass

    assert listener.heard == [("failed", error)]


@pytest.mark.parametrize("kind", [ZeroDivisionError, SystemExit])
def test_bugs_become_errors_with_a_report(
    bridge: Bridge, qtbot: QtBot, kind: type[BaseException]
) -> None:
    listener = Listener()

    def work(_report: Reporter, _cancel: CancelToken) -> None:
        raise kind("what was not thought of")

    with qtbot.waitSignal(listener.start(bridge, work).finished, timeout=_LONG):
        pass

    [(what, error)] = listener.heard
    assert what == "failed"
    assert isinstance(error, UnexpectedError)
    assert "what was not thought of" in str(error.message)
    assert "test_bridge.py" in error.details


def test_what_this_computer_has_too_little_of_is_no_bug(bridge: Bridge, qtbot: QtBot) -> None:
    listener = Listener()

    def work(_report: Reporter, _cancel: CancelToken) -> None:
        raise MemoryError

    with qtbot.waitSignal(listener.start(bridge, work).finished, timeout=_LONG):
        pass

    [(what, error)] = listener.heard
    assert what == "failed"
    assert isinstance(error, ExhaustedError)


def read(report: Reporter, _cancel: CancelToken) -> None:
    """As parsers do, which are not handed who may stop them."""
    report(PhaseStarted(Phase.VERIFY))
    while True:
        heed()
        threading.Event().wait(0.01)


@pytest.mark.parametrize("work", [wait, read])
def test_cancelled_work_fails_as_interrupted(bridge: Bridge, qtbot: QtBot, work: Any) -> None:
    listener = Listener()
    task = listener.start(bridge, work)
    qtbot.waitUntil(lambda: bool(listener.heard), timeout=_LONG)

    task.cancel()
    assert task.stopping
    with qtbot.waitSignal(task.finished, timeout=_LONG):
        pass

    assert [what for what, _ in listener.heard] == ["progress", "failed"]
    assert isinstance(listener.heard[-1][1], InterruptedByUser)
    assert not task.stopping


def test_dropped_work_is_not_heard_of_again(bridge: Bridge, qtbot: QtBot) -> None:
    listener = Listener()
    task = listener.start(bridge, wait)
    task.drop()
    with qtbot.waitSignal(task.finished, timeout=_LONG):
        pass

    assert listener.heard == []


def test_who_has_gone_is_not_told(bridge: Bridge, qtbot: QtBot) -> None:
    listener = Listener()
    go = threading.Event()
    task = listener.start(bridge, lambda _report, _cancel: go.wait(GUARD))
    listener.deleteLater()
    QCoreApplication.sendPostedEvents(listener, QEvent.Type.DeferredDelete)
    with qtbot.waitSignal(task.finished, timeout=_LONG):
        go.set()

    assert listener.heard == []


def test_tells_whether_something_has_to_be_asked_about(bridge: Bridge, qtbot: QtBot) -> None:
    listener = Listener()
    assert not bridge.busy
    looking = listener.start(bridge, wait)
    assert bridge.busy
    assert not bridge.guarded
    writing = listener.start(bridge, wait, guarded=True)
    assert bridge.guarded

    with qtbot.waitSignal(writing.finished, timeout=_LONG):
        writing.cancel()
    assert bridge.busy
    assert not bridge.guarded

    with qtbot.waitSignal(bridge.idle, timeout=_LONG):
        looking.cancel()


def test_close_waits_for_all_and_tells_what_came() -> None:
    bridge = Bridge()
    listener = Listener()
    for _ in range(5):
        listener.start(bridge, wait)

    bridge.close()

    assert [what for what, _ in listener.heard].count("failed") == 5
    assert not bridge.busy
    bridge.close()


def test_after_close_nothing_begins_and_nobody_is_told() -> None:
    bridge = Bridge()
    listener = Listener()
    bridge.close()

    task = listener.start(bridge, wait)

    assert not task.running
    assert not bridge.busy
    assert listener.heard == []


class Stubborn(Listener):
    """Goes on with something else when it is stopped, as often as it is told to."""

    def __init__(self, bridge: Bridge, times: int) -> None:
        super().__init__()
        self._bridge = bridge
        self._times = times

    def failed(self, error: SatchelError) -> None:
        super().failed(error)
        if self._times:
            self._times -= 1
            self.start(self._bridge, wait)


def test_what_begins_while_all_is_stopped_is_stopped_as_well(bridge: Bridge, qtbot: QtBot) -> None:
    listener = Stubborn(bridge, 3)
    listener.start(bridge, wait)

    with qtbot.waitSignal(bridge.idle, timeout=_LONG):
        bridge.cancel_all()

    assert [what for what, _ in listener.heard if what != "progress"] == ["failed"] * 4


def test_what_begins_while_the_bridge_closes_is_waited_for() -> None:
    bridge = Bridge()
    listener = Stubborn(bridge, 3)
    listener.start(bridge, wait)

    bridge.close()

    assert [what for what, _ in listener.heard if what != "progress"] == ["failed"] * 4
    assert not bridge.busy


def test_what_cannot_wait_is_done_although_all_is_being_stopped(
    bridge: Bridge, qtbot: QtBot
) -> None:
    listener = Listener()
    bridge.cancel_all()

    with qtbot.waitSignal(bridge.idle, timeout=_LONG):
        listener.start(bridge, lambda _report, _cancel: "written")

    assert listener.heard == [("done", "written")]
