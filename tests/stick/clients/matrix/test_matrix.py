"""Each flatpak that people have, each way to install from a stick, for oneself and for everyone.

On every computer a first stick is installed, and a later one updates it. All four flatpaks take the
same; only the ways differ, and that is said where it is expected. What is read-only, as the sticks
here, may not be written to by anybody.
"""

from __future__ import annotations

import select
from collections.abc import Callable
from pathlib import Path

import pytest

from app.client.registering.registrar import Event, Registered, Registrar
from tests.registering.watched import drive
from tests.stick.clients.matrix.computers import SYSTEM, USER, ForeignComputer
from tests.stick.clients.matrix.roots import RELEASES, Release, root_of
from tests.stick.clients.sticks import (
    CARRIED,
    DRIVER,
    NEW,
    OLD,
    Made,
    commits,
)
from tests.stick.makers import REPO
from tests.upstream import Upstream
from tests.waiting import GUARD

pytestmark = pytest.mark.thorough

APP = "org.test.Hello"


def by_install_sh(computer: ForeignComputer, stick: Path) -> None:
    computer.install_sh(stick)


def by_receive(computer: ForeignComputer, stick: Path) -> None:
    knows(computer, stick)
    computer.receive(stick)


def knows(computer: ForeignComputer, stick: Path) -> None:
    """The remote is there, as on a computer that has been online once."""
    if "up" not in computer.flatpak("remotes", "--columns=name").split():
        computer.flatpak("remote-add", "up", stick / "satchel/up.flatpakrepo")


def by_sideloading(computer: ForeignComputer, stick: Path) -> None:
    knows(computer, stick)
    computer.install(f"--sideload-repo={stick / REPO}", "up", APP)


def by_registering(computer: ForeignComputer, stick: Path) -> None:
    knows(computer, stick)
    told: list[Event] = []
    with Registrar(computer.place, told.append) as registrar:
        registrar.see([drive(stick)])
        while registrar.busy:
            assert select.select([registrar], [], [], GUARD)[0]
            registrar.read()
        assert any(isinstance(event, Registered) for event in told), told
        computer.install("up", APP)


ALL = frozenset(CARRIED)
WITHOUT_DRIVER = ALL - {DRIVER}
"""Offline flatpak itself finds no drivers: nothing tells it their names."""
WAYS = (
    (by_install_sh, ALL),
    (by_receive, ALL),
    (by_sideloading, WITHOUT_DRIVER),
    (by_registering, WITHOUT_DRIVER),
)


def apps_and_runtimes(upstream: Upstream) -> set[str]:
    return {ref for ref in upstream.refs if ref.startswith(("app/", "runtime/"))}


@pytest.mark.parametrize("scope", [USER, SYSTEM])
@pytest.mark.parametrize(("way", "expected"), WAYS, ids=[way.__name__ for way, _ in WAYS])
@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.flatpak)
def test_matrix(
    release: Release,
    way: Callable[[ForeignComputer, Path], None],
    expected: frozenset[str],
    scope: str,
    old: Made,
    new: Made,
    tmp_path: Path,
) -> None:
    sticks = old.stick.parent.parent
    computer = ForeignComputer(tmp_path / "computer", root_of(release), scope, sticks)
    version = computer.run("flatpak", "--version").split()[1]
    assert version.startswith(f"{release.flatpak}.")

    way(computer, old.stick)

    assert computer.installed() == commits(old.upstream, set(expected))
    assert computer.flatpak("run", APP) == OLD

    way(computer, new.stick)

    assert computer.installed() == commits(new.upstream, set(expected))
    assert computer.flatpak("run", APP) == NEW
    if way in (by_install_sh, by_receive):
        assert computer.listed("up") == apps_and_runtimes(new.upstream)
