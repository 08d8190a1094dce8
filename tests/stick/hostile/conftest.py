"""A stick, and upstreams that go wrong while it is written again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.servers import HostileServer
from tests.stick.forge import Forge
from tests.stick.hostile.changes import MORE, made
from tests.stick.made_drive import MadeDrive, copy_drive
from tests.upstream import Upstream


@pytest.fixture(scope="session")
def stick(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a drive that carries Hello, and the home of its maker."""
    directory = tmp_path_factory.mktemp("hostile")
    (directory / "drive").mkdir()
    with HostileServer(default_upstream.path) as web:
        MadeDrive(directory, default_upstream, web).make("org.test.Hello")
    return directory


@pytest.fixture
def made_drive(
    stick: Path,
    default_upstream: Upstream,
    hostile: Callable[[Path], HostileServer],
    tmp_path: Path,
) -> MadeDrive:
    copy_drive(stick / "drive", tmp_path / "drive")
    return MadeDrive(tmp_path, default_upstream, hostile(default_upstream.path))


@pytest.fixture(scope="module")
def stage(
    stick: Path, default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MadeDrive]:
    """One for many refusals, at one address: what one leaves behind the next one meets."""
    directory = tmp_path_factory.mktemp("stage")
    copy_drive(stick / "drive", directory / "drive")
    with HostileServer(default_upstream.path) as web:
        made_drive = MadeDrive(directory, default_upstream, web)
        yield made_drive
        made_drive.honest(MORE)


@pytest.fixture
def calm(stage: MadeDrive) -> Iterator[MadeDrive]:
    """The stage, with a server that behaves until told otherwise."""
    yield stage
    stage.web.rules.clear()
    stage.web.always.clear()
    stage.web.everything = None
    stage.web.root = stage.upstream.path


@pytest.fixture
def forge(calm: MadeDrive) -> Forge:
    return Forge(calm.web, calm.upstream.key, made(calm.upstream))


@pytest.fixture(scope="session")
def trust_keys() -> Iterator[dict[str, SigningKey]]:
    keys = {
        "other": SigningKey("Somebody else <else@example.org>"),
        "expired": SigningKey("Expired <expired@example.org>", expired=True),
        "revoked": SigningKey("Revoked <revoked@example.org>", revoked=True),
    }
    yield keys
    for key in keys.values():
        key.close()
