"""What is said about a drive in one line: counted without asking anybody."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from app.errors import DriveError, InterruptedByUser
from app.flatpak.remotes.remote import Remote
from app.ostree.pull.fetch import Network
from app.progress import CancelToken
from app.stick.environment import Environment
from app.stick.inspecting.overview import Overview, read_overview
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.servers import Server
from tests.stick.makers import REPO, make
from tests.upstream import COLLECTION, Upstream, host_arch

NOWHERE = "http://127.0.0.1:1/"


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Hello")
    upstream.add_app("org.test.Other")
    upstream.update()


@pytest.fixture(scope="module")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("overview") / "up", upstream_key, fill)


@pytest.fixture(scope="module")
def made(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("overview-stick")
    target = directory / "drive"
    make(upstream, target, "org.test.Hello", "org.test.Other", home=directory / "home")
    return target


@pytest.fixture
def stick(made: Path, tmp_path: Path) -> Path:
    """Two apps and their runtime; for this test to change."""
    return Path(shutil.copytree(made, tmp_path / "drive", symlinks=True))


def knowing(tmp_path: Path, url: str, key: SigningKey) -> Environment:
    """A computer that knows one remote."""
    remote = Remote("up", url, collection_id=COLLECTION, keys=(key.public,))
    return environment_in(tmp_path, remote, network=Network(retries=0))


def look(target: Path, environment: Environment) -> Overview:
    return read_overview(target, environment, environment.known_remotes(), CancelToken())


def test_an_empty_drive_has_room_and_nothing_else(tmp_path: Path, upstream_key: SigningKey) -> None:
    overview = look(tmp_path, knowing(tmp_path, NOWHERE, upstream_key))

    assert overview.space.total > 0
    assert overview == Overview(overview.space)


def test_apps_and_what_they_need_are_counted(
    stick: Path, tmp_path: Path, upstream_key: SigningKey
) -> None:
    overview = look(stick, knowing(tmp_path, NOWHERE, upstream_key))

    assert overview.stick
    assert overview.apps == 2
    assert overview.others >= 1
    assert overview.made is not None
    assert abs(overview.made - time.time()) < 3600
    assert overview.updates == 0
    assert not overview.interrupted


def test_updates_are_those_that_were_seen_the_last_time_anybody_asked(
    stick: Path, upstream: Upstream, tmp_path: Path, upstream_key: SigningKey
) -> None:
    newer = upstream.copy(tmp_path / "newer")
    newer.bump(f"app/org.test.Hello/{host_arch()}/stable", {"share/new": "new"})
    newer.update()
    with Server(newer.path) as server:
        environment = knowing(tmp_path, server.url, upstream_key)
        assert look(stick, environment).updates == 0

        (remote,) = environment.known_remotes().remotes
        opened = environment.upstreams(CancelToken()).open(remote)
        opened.table(host_arch())
        opened.close()

    assert look(stick, environment).updates == 1


def test_a_damaged_repository_is_told_from_none(
    stick: Path, tmp_path: Path, upstream_key: SigningKey
) -> None:
    (stick / REPO / "config").write_text("[core]\nrepo_version=99\nmode=strange\n")

    overview = look(stick, knowing(tmp_path, NOWHERE, upstream_key))

    assert overview.damaged
    assert not overview.stick


def test_a_stick_of_others_has_apps_but_nobody_wrote_down_when(
    stick: Path, tmp_path: Path, upstream_key: SigningKey
) -> None:
    (stick / REPO / "extensions/satchel/stick.json").unlink()

    overview = look(stick, knowing(tmp_path, NOWHERE, upstream_key))

    assert overview.apps == 2
    assert overview.made is None


def test_a_place_that_has_gone_is_an_error(tmp_path: Path, upstream_key: SigningKey) -> None:
    with pytest.raises(DriveError):
        look(tmp_path / "gone", knowing(tmp_path, NOWHERE, upstream_key))


def test_it_stops_when_told_to(stick: Path, tmp_path: Path, upstream_key: SigningKey) -> None:
    cancel = CancelToken()
    cancel.request()
    environment = knowing(tmp_path, NOWHERE, upstream_key)

    with pytest.raises(InterruptedByUser):
        read_overview(stick, environment, environment.known_remotes(), cancel)


def test_inspect_tells_of_updates_too(stick: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()

    assert satchel("inspect", "--json", stick, home=home).json["updates"] == 0
