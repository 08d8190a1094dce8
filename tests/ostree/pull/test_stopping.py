"""Pulling that is stopped, paused, or watched."""

from __future__ import annotations

import errno

import psutil
import pytest

from app.errors import DriveError, InterruptedByUser
from app.ostree.workers import WorkerLostError
from app.progress import Advanced, CancelToken, Event, silent
from tests.ostree.conftest import Made
from tests.ostree.pull.target import IMPATIENT, Target, url_path
from tests.ostree.web import Web, stall

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_left")]

# Stopping


def test_stopping_keeps_only_right_objects(upstream: Made, web: Web, target: Target) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, Advanced) and event.bytes > 1_000_000:
            target.cancel.request()

    web.always[url_path(upstream.big)] = stall(2_000_000)
    with pytest.raises(InterruptedByUser):
        target.pull(upstream, web.url, report=stop)
    assert target.wrong() == []
    assert target.repository.partial_commits() == {upstream.commit}
    assert f"satchel-{upstream.big}" in target.leftovers()
    web.always.clear()
    target.cancel = CancelToken()
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


def test_stopping_at_once(upstream: Made, web: Web, target: Target) -> None:
    target.cancel.request()
    with pytest.raises(InterruptedByUser):
        target.pull(upstream, web.url)
    assert web.paths() == []


def test_paused_it_asks_for_nothing_and_goes_on_from_there(
    upstream: Made, web: Web, target: Target
) -> None:
    asked: list[list[str]] = []

    def watch(event: Event) -> None:
        if isinstance(event, Advanced) and target.cancel.paused:
            asked.append(web.paths())
            if len(asked) == 3:
                target.cancel.resume()

    target.cancel.pause()
    target.pull(upstream, web.url, report=watch)

    assert asked == [[], [], []]
    assert target.same_as(upstream)


def test_paused_it_can_be_stopped(upstream: Made, web: Web, target: Target) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, Advanced):
            target.cancel.request()

    target.cancel.pause()
    with pytest.raises(InterruptedByUser):
        target.pull(upstream, web.url, report=stop)

    assert web.paths() == []


def test_what_a_reporter_raises_gets_through(upstream: Made, web: Web, target: Target) -> None:
    def fail(event: Event) -> None:
        if isinstance(event, Advanced):
            raise BrokenPipeError(errno.EPIPE, "gone")

    web.rules[url_path(upstream.big)] = [stall(2_000_000)]
    with pytest.raises((BrokenPipeError, DriveError)):
        target.pull(upstream, web.url, report=fail)


# The drive


@pytest.mark.usefixtures("real_workers")
def test_a_process_that_is_killed_does_not_hang(upstream: Made, web: Web, target: Target) -> None:
    others = psutil.Process().children()

    def kill(event: Event) -> None:
        if isinstance(event, Advanced):
            for child in psutil.Process().children():
                if child not in others:
                    child.kill()

    web.rules[url_path(upstream.big)] = [stall(2_000_000)]
    with pytest.raises(WorkerLostError):
        target.pull(upstream, web.url, network=IMPATIENT, report=kill)
    # They may have been killed before they asked for it.
    web.rules.clear()
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


@pytest.mark.usefixtures("real_workers")
def test_no_process_is_left(upstream: Made, web: Web, target: Target) -> None:
    before = psutil.Process().children()
    target.pull(upstream, web.url)
    assert psutil.Process().children() == before


def test_silence_is_a_reporter(upstream: Made, web: Web, target: Target) -> None:
    target.pull(upstream, web.url, report=silent)
    assert target.events == []
