"""What its source lists no more, on computers that have the source's newest list."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client import Client
from tests.satchel import satchel
from tests.servers import Server
from tests.stick.conftest import make
from tests.stick.damage import ARCH, HELLO, OTHER, RUNTIME
from tests.stick.receiving.computers import Computer
from tests.upstream import COLLECTION, Upstream

pytestmark = pytest.mark.slow

DROPPED = f"app/org.test.Dropped/{ARCH}/stable"


@pytest.fixture(scope="module")
def source(directory: Path, upstream: Upstream) -> Upstream:
    """It has dropped an app, and the runtime of all three, since a drive was made of it."""
    source = upstream.copy(directory / "upstream-dropped")
    source.add_app("org.test.Dropped")
    source.update()
    make(directory / "dropped", source, "org.test.Hello", "org.test.Other", DROPPED)
    source.remove(DROPPED)
    source.remove(RUNTIME)
    source.update()
    return source


@pytest.fixture(scope="module")
def drive(directory: Path, source: Upstream) -> Path:
    """That drive, brought up to date since."""
    made = directory / "dropped"
    remote = made / "test.flatpakrepo"
    assert source.path.as_uri() in remote.read_text()
    satchel("update", made / "drive", "--remote", remote, "--yes", home=made / "home")
    return made / "drive"


@pytest.fixture
def server(source: Upstream, serve: Callable[[Path], Server]) -> Server:
    return serve(source.path)


@pytest.fixture
def computer(source: Upstream, server: Server, tmp_path: Path) -> Computer:
    """It has the list."""
    computer = Computer(tmp_path / "computer")
    computer.client.remote_add_upstream("up", source, server.url)
    assert computer.caches
    return computer


@pytest.mark.parametrize("online", [True, pytest.param(False, marks=pytest.mark.thorough)])
def test_install_sh(drive: Path, computer: Computer, server: Server, online: bool) -> None:
    if not online:
        server.close()
    subprocess.run(
        ["sh", drive / "satchel/install.sh", "--user"],
        env=computer.client.environment,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    assert {HELLO, OTHER, DROPPED, RUNTIME} <= set(computer.installed())
    assert f"url={server.url}" in computer.config
    assert computer.untouched()
    assert "xa.satchel" not in computer.config


@pytest.mark.parametrize("online", [pytest.param(True, marks=pytest.mark.thorough), False])
def test_receive(drive: Path, computer: Computer, server: Server, online: bool) -> None:
    if not online:
        server.close()
    computer.receive(drive)
    assert {HELLO, OTHER, DROPPED, RUNTIME} <= set(computer.installed())
    assert f"url={server.url}" in computer.config
    assert computer.untouched()


@pytest.fixture
def alone(upstream: Upstream, tmp_path: Path) -> tuple[Path, Upstream]:
    """Only an app that its source has dropped since needs the runtime."""
    source = upstream.copy(tmp_path / "upstream")
    drive = make(tmp_path / "alone", source, "org.test.Other")
    source.remove(OTHER)
    return drive, source


def update(drive: Path) -> dict[str, str]:
    """The refs of the drive, which is sound."""
    remote = drive.parent / "test.flatpakrepo"
    words = ("update", drive, "--remote", remote, "--yes", "--json")
    assert satchel(*words, home=drive.parent / "home").finished["verify"]["ok"]
    refs = drive / ".ostree/repo/refs/mirrors" / COLLECTION
    files = (path for path in refs.rglob("*") if path.is_file())
    return {str(path.relative_to(refs)): path.read_text().strip() for path in files}


def test_its_runtime_gets_newer(alone: tuple[Path, Upstream]) -> None:
    drive, source = alone
    newer = source.bump(RUNTIME)
    source.update()
    refs = update(drive)
    assert refs[RUNTIME] == newer
    assert OTHER in refs


def test_but_not_renamed(alone: tuple[Path, Upstream], client: Client) -> None:
    """flatpak would install the new name, and the app asks for this one."""
    drive, source = alone
    before = source.commit(RUNTIME)
    new = source.add_runtime(branch="2", runnable=False)
    source.republish(RUNTIME, f"--add-metadata-string=ostree.endoflife-rebase={new}")
    source.update()
    words = ("update", drive, "--remote", drive.parent / "test.flatpakrepo", "--dry-run")
    said = satchel(*words, home=drive.parent / "home").stdout
    assert f"has renamed it to {new}" in " ".join(said.split())
    assert update(drive)[RUNTIME] == before
    subprocess.run(
        ["sh", drive / "satchel/install.sh", "--user"],
        env=client.environment,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    assert {OTHER, RUNTIME} <= client.installed().keys()
