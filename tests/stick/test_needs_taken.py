"""What computers need, dropped on the window or opened: one choice, and what each gets."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.flatpak.refs import Ref
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.progress import CancelToken
from app.stick.choices.taking import Taken, take
from app.stick.environment import Environment
from app.stick.store.needs import (
    ClientInstallation,
    ClientRef,
    ClientRemote,
    Needs,
    Scope,
    dump_needs,
)
from tests.environments import environment_in
from tests.upstream import COLLECTION, Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
PLATFORM = f"runtime/org.test.Platform/{ARCH}/1"
OLD = "0" * 64


@pytest.fixture
def known(default_upstream: Upstream) -> Known:
    keys = (default_upstream.key.public,)
    return Known((Remote("school", default_upstream.path.as_uri(), "School apps", keys=keys),))


@pytest.fixture
def environment(known: Known, tmp_path: Path) -> Environment:
    return environment_in(tmp_path / "here", *known.remotes)


def written(path: Path, *refs: str, collection: str = COLLECTION) -> str:
    """The path of a file that a computer wrote which has ``refs`` in an older version."""
    installed = tuple(ClientRef(Ref.parse(ref), OLD, "up") for ref in refs)
    place = ClientInstallation(Scope.USER, 1 << 40, (ClientRemote("up", collection),), installed)
    needs = Needs(path.stem, 1, (ARCH,), "1.14.10", ("default",), ("de",), (place,))
    path.write_bytes(dump_needs(needs))
    return str(path)


def taken(environment: Environment, known: Known, *words: str) -> tuple[Taken, ...]:
    return take(words, ARCH, environment, known, CancelToken())


def test_several_computers_are_one_choice(
    environment: Environment, known: Known, tmp_path: Path
) -> None:
    words = written(tmp_path / "one.json", HELLO), written(tmp_path / "two.json", PLATFORM)
    *files, together = taken(environment, known, *words)
    assert [each.needs.host for each in files if each.needs is not None] == ["one", "two"]
    # What the app needs comes along with it.
    assert [each.ref for each in together.offered] == [HELLO]
    one, two = together.computers
    assert (one.host, [get.ref for get in one.gets if get.chosen]) == ("one", [HELLO])
    assert one.gets[0].name == together.offered[0].name
    assert [(get.ref, get.update) for get in two.gets if get.chosen] == [(PLATFORM, True)]
    assert two.updates == 1


def test_what_cannot_be_had_is_told(environment: Environment, known: Known, tmp_path: Path) -> None:
    foreign = written(tmp_path / "one.json", HELLO, collection="org.test.Third")
    (damaged := tmp_path / "two.json").write_text('{"format": "satchel-needs", "version": 9}')
    first, second, together = taken(environment, known, foreign, str(damaged))
    assert first.needs is not None
    assert "newer version" in str(second.refused[0].error.message)
    assert not together.offered
    assert "can be updated" in str(together.refused[0].error.message)
