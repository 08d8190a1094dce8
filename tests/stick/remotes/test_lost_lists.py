"""A power cut or the repair of a file system has taken refs and record: what else is on the drive
still tells which apps there are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.satchel import satchel
from tests.stick.damage import HELLO, OTHER
from tests.stick.makers import make
from tests.stick.remotes.carrying import Carrier
from tests.upstream import Upstream

Loss = Callable[[Carrier], None]


def _record_file(stick: Carrier) -> Path:
    return stick.repo / "extensions/satchel/stick.json"


def empty_record(stick: Carrier) -> None:
    _record_file(stick).write_bytes(b"")


def no_record(stick: Carrier) -> None:
    _record_file(stick).unlink()


def empty_refs(stick: Carrier) -> None:
    for name in stick.refs:
        stick.ref(name).write_bytes(b"")


def no_refs(stick: Carrier) -> None:
    shutil.rmtree(stick.repo / "refs/remotes")


def lists(stick: Carrier) -> None:
    """They are there."""


def empty_lists(stick: Carrier) -> None:
    for path in stick.copy.rglob("*"):
        if path.is_file():
            path.write_bytes(b"")


def no_lists(stick: Carrier) -> None:
    shutil.rmtree(stick.copy)


GATE = ((empty_record, empty_refs, lists), (no_record, no_refs, empty_lists))
MORE = tuple(
    (record, refs, copies)
    for record in (empty_record, no_record)
    for refs in (empty_refs, no_refs)
    for copies in (lists, empty_lists, no_lists)
    if (record, refs, copies) not in GATE
)
LOSSES = (*GATE, *(pytest.param(*each, marks=pytest.mark.thorough) for each in MORE))


def _lose(stick: Carrier, *losses: Loss) -> dict[str, str]:
    """The refs of before."""
    before = stick.refs
    for loss in losses:
        loss(stick)
    return before


@pytest.mark.parametrize(("record", "refs", "copies"), LOSSES)
def test_nothing_is_freed(stick: Carrier, record: Loss, refs: Loss, copies: Loss) -> None:
    _lose(stick, record, refs, copies)
    assert satchel("prune", stick.drive, "--dry-run", "--json", home=stick.home).json["bytes"] == 0
    assert satchel("prune", stick.drive, "--json", home=stick.home).json["objects"] == 0


@pytest.mark.parametrize(("record", "refs", "copies"), LOSSES)
def test_a_repair_without_upstream_brings_the_apps_back(
    stick: Carrier, record: Loss, refs: Loss, copies: Loss
) -> None:
    before = _lose(stick, record, refs, copies)
    somebody = stick.home / "somebody"
    satchel("repair", stick.drive, "--trust-drive-keys", "--yes", home=somebody, check=False)
    assert stick.refs == before
    if copies is lists:
        assert stick.errors() == set()


def test_a_job_frees_nothing_of_them(stick: Carrier) -> None:
    before = _lose(stick, empty_record, empty_refs)
    satchel("remove", stick.drive, "org.test.Other", "--yes", home=stick.home)
    assert stick.refs == {name: commit for name, commit in before.items() if name != OTHER}
    assert stick.errors() == set()


def _file_for_lists(stick: Carrier) -> None:
    no_lists(stick)
    stick.copy.touch()


@pytest.mark.parametrize("loss", [no_lists, _file_for_lists])
def test_jobs_about_other_apps_go_on(
    stick: Carrier, loss: Loss, default_upstream: Upstream
) -> None:
    """The lists alone are lost: the refs are this stick's as before, and stay in their places."""
    before = _lose(stick, loss)
    home = stick.home
    for done in (
        make(default_upstream, stick.drive, "org.test.Large", home=home, name="other"),
        satchel("remove", "--json", stick.drive, "org.test.Large", "--yes", home=home),
    ):
        told = {each["code"]: each["severity"] for each in done.finished["verify"]["findings"]}
        assert told["upstream-missing"] == "warning"
        assert stick.refs == before
    assert not list(stick.drive.glob("satchel-moved-aside/*-stable"))
    stick.run("repair", "--yes")
    assert stick.refs == before
    assert stick.errors() == set()


@pytest.mark.parametrize("loss", [no_lists, empty_lists])
def test_what_it_dropped_stays(carrier: Carrier, loss: Loss) -> None:
    """As where the list of before is there; that computers install none of it is said."""
    carrier.upstream.remove(OTHER)
    carrier.upstream.update()
    before = _lose(carrier, loss)
    for _ in range(2):
        done = carrier.run("update", "--yes", "--json").finished
        assert [each["unlisted"] for each in done["held_back"]] == [[OTHER]]
        assert done["held_back"][0]["listless"] is True
        assert carrier.refs == before
    said = " ".join(carrier.run("update", "--yes").stdout.split())
    assert "lost or damaged, so that now they take nothing. Run satchel repair" in said


def test_a_record_of_before_is_no_word_against_the_commits(carrier: Carrier) -> None:
    """The update had freed what the record of before names."""
    record = _record_file(carrier).read_bytes()
    carrier.upstream.bump(OTHER)
    carrier.upstream.update()
    carrier.run("update", "--yes")
    before = _lose(carrier, empty_refs)
    _record_file(carrier).write_bytes(record)
    assert satchel("prune", carrier.drive, "--json", home=carrier.home).json["objects"] == 0
    satchel("repair", carrier.drive, "--trust-drive-keys", "--yes", home=carrier.home / "somebody")
    assert carrier.refs == before


def test_what_was_being_taken_off_does_not_come_back(stick: Carrier) -> None:
    _lose(stick, empty_record, no_refs)
    leaving = [{"collection": "remote:up", "ref": OTHER}]
    journal = {"version": 1, "stage": "publishing", "started": 0, "leaving": leaving}
    (stick.repo / "extensions/satchel/journal.json").write_text(json.dumps(journal))
    satchel("repair", stick.drive, "--trust-drive-keys", "--yes", home=stick.home / "somebody")
    assert HELLO in stick.refs
    assert OTHER not in stick.refs
