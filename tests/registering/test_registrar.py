"""What becomes of the repositories of a drive that is there, and of one that goes meanwhile."""

from __future__ import annotations

import select
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from app.client.registering.judging import Obstacle
from app.client.registering.place import Place, Scope, place_for
from app.client.registering.registrar import (
    Event,
    Finished,
    Refused,
    Registered,
    Registrar,
    Waiting,
)
from app.flatpak.remotes.directories import FlatpakDirectories
from app.fs.root import Root
from app.ostree.lock import repository_lock
from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.registering.watched import drive
from tests.stick.clients.sticks import HELLO
from tests.stick.damage import copy_stick
from tests.stick.makers import make
from tests.upstream import Upstream
from tests.waiting import GUARD

REPO = ".ostree/repo"
Told = TypeVar("Told", bound=Event)


class Watching:
    """A registrar, and what it told."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.events: list[Event] = []
        self.registrar = Registrar(place, self.events.append, again=0.01)

    def until(self, kind: type[Told], wanted: Callable[[Told], bool] = lambda _event: True) -> Told:
        while True:
            for event in self.events:
                if isinstance(event, kind) and wanted(event):
                    return event
            assert select.select([self.registrar], [], [], GUARD)[0], self.events
            self.registrar.read()

    def linked(self) -> set[Path]:
        return {path.resolve() for path in self.place.links.iterdir()}


@pytest.fixture
def told(knowing: Client) -> Iterator[Watching]:
    directory = knowing.directory
    flatpak = FlatpakDirectories(
        user=directory / "user", system=directory / "system", configs=(), keyrings=directory
    )
    told = Watching(place_for(Scope.USER, flatpak, directory / "runtime"))
    yield told
    told.registrar.close()


def test_a_drive_without_a_repository_is_not_spoken_of(told: Watching, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    told.registrar.see([drive(tmp_path / "photos")])
    while told.registrar.busy:
        assert select.select([told.registrar], [], [], GUARD)[0]
        told.registrar.read()

    assert told.events == []


def test_who_writes_to_a_drive_is_waited_for(told: Watching, stick: Path, tmp_path: Path) -> None:
    root = copy_stick(stick, tmp_path / "drive").root
    with repository_lock(Root(root / REPO), exclusive=True):
        told.registrar.see([drive(root)])
        assert told.until(Waiting).repository == root / REPO
        assert told.linked() == set()

    told.until(Finished)
    assert [type(event) for event in told.events].count(Waiting) == 1
    assert told.linked() == {root / REPO}


def test_a_drive_that_goes_while_it_is_looked_at(
    told: Watching, stick: Path, tmp_path: Path
) -> None:
    root = copy_stick(stick, tmp_path / "drive").root
    with repository_lock(Root(root / REPO), exclusive=True):
        told.registrar.see([drive(root)])
        told.until(Waiting)
        told.registrar.see([])
    told.registrar.read()

    assert [type(event) for event in told.events] == [Waiting]
    assert told.linked() == set()


def test_of_several_repositories_only_the_sound_ones(
    told: Watching, stick: Path, attacker: SigningKey, tmp_path: Path
) -> None:
    """flatpak, given the drive, would take the newest of either."""
    root = copy_stick(stick, tmp_path / "drive").root
    forged = copy_stick(stick, tmp_path / "forged")
    forged.sign(HELLO, attacker)
    (root / "ostree").mkdir()
    forged.repo.rename(root / "ostree/repo")

    told.registrar.see([drive(root)])
    told.until(Finished)

    assert told.until(Refused).judged.obstacle is Obstacle.NOT_SOUND
    assert told.until(Registered).judged.repository == root / REPO
    assert told.linked() == {root / REPO}


def test_nothing_is_left_when_it_ends(told: Watching, stick: Path) -> None:
    told.registrar.see([drive(stick)])
    told.until(Finished)
    told.registrar.close()

    assert told.linked() == set()


@pytest.mark.thorough
def test_what_flatpak_does_not_find_there(
    told: Watching, stick: Path, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """Of a source without a collection ID, which nobody need vouch for then: alone it is no reason
    to register a drive, and beside others none not to."""
    nameless = kept_upstream(tmp_path / "upstream", upstream_key, fill_tool, "", signed=False)
    home = tmp_path / "home"
    alone = tmp_path / "alone"
    make(nameless, alone, "org.test.Tool", "--allow-unsigned", home=home, name="tools")
    told.registrar.see([drive(alone)])
    refused = told.until(Refused, lambda event: event.volume.point == alone)
    assert refused.judged.obstacle is Obstacle.NOT_SIDELOADED
    assert refused.judged.apps == 0

    both = copy_stick(stick, tmp_path / "both").root
    make(nameless, both, "org.test.Tool", "--allow-unsigned", home=home, name="tools")
    told.registrar.see([drive(both)])
    registered = told.until(Registered, lambda event: event.volume.point == both)
    assert registered.judged.apps == 2
    assert told.linked() == {both / REPO}


def fill_tool(upstream: Upstream) -> None:
    upstream.add_runtime("org.test.Tools", runnable=False)
    upstream.add_app("org.test.Tool", runtime="org.test.Tools//1")
    upstream.update()
