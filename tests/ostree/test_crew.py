"""Processes and their parent: what stopped one is heard, whenever it happened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from multiprocessing.connection import Connection

import pytest

from app.errors import UpstreamError
from app.ostree.crew import CrewLostError, Member

pytestmark = pytest.mark.usefixtures("nothing_left")


def work_and_fail(connection: Connection) -> None:
    """Duty: some answers, and then what stops it."""
    connection.recv()
    connection.send("an answer")
    connection.send("another")
    raise UpstreamError("What went wrong.", "What to do.")


def vanish(connection: Connection) -> None:
    """Duty: end without a word."""
    connection.recv()
    os._exit(1)


@pytest.fixture
def members() -> Iterator[list[Member]]:
    found: list[Member] = []
    yield found
    for member in found:
        member.dismiss()


def ended(member: Member) -> Member:
    """The process got its first task and is no more; nobody has read what it said."""
    member.send("begin")
    member.join()
    return member


def test_what_stopped_a_process_is_told_when_the_next_task_is_sent(members: list[Member]) -> None:
    members.append(ended(Member(work_and_fail)))
    with pytest.raises(UpstreamError, match=r"What went wrong\.") as caught:
        members[0].send("more")
    assert caught.value.hint == "What to do."


def test_what_stopped_a_process_is_told_after_its_answers(members: list[Member]) -> None:
    members.append(ended(Member(work_and_fail)))
    assert [members[0].receive(), members[0].receive()] == ["an answer", "another"]
    with pytest.raises(UpstreamError, match=r"What went wrong\."):
        members[0].receive()


def test_a_process_that_said_nothing_was_stopped_from_outside(members: list[Member]) -> None:
    members.append(ended(Member(vanish)))
    with pytest.raises(CrewLostError):
        members[0].send("more")
