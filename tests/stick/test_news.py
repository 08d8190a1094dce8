"""What sources have that a drive has not: told from what is known, and from a plan."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.flatpak.remotes.remote import Remote
from app.ostree.pull.fetch import Network
from app.progress import CancelToken, silent
from app.stick.environment import Environment
from app.stick.inspecting.overview import read_overview
from app.stick.planning.news import UPDATE, News, known_news, news_of
from app.stick.planning.options import Options
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.planning.versions import updated_versions
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import Server
from tests.stick.makers import make
from tests.upstream import COLLECTION, Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
OTHER = f"app/org.test.Other/{ARCH}/stable"
OLD = f"app/org.test.Old/{ARCH}/stable"
NEW = f"app/org.test.New/{ARCH}/stable"


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False)
    upstream.add_app("org.test.Hello", languages=("de",))
    upstream.add_app("org.test.Other")
    upstream.add_app("org.test.Old")
    upstream.update()


@pytest.fixture(scope="module")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("news") / "up", upstream_key, fill)


@pytest.fixture(scope="module")
def made(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("news-stick")
    target = directory / "drive"
    apps = ("org.test.Hello", "org.test.Other", "org.test.Old")
    make(upstream, target, *apps, home=directory / "home")
    return target


@pytest.fixture
def drive(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "drive", symlinks=True))


def computer(directory: Path, url: str, key: SigningKey) -> Environment:
    remote = Remote("up", url, collection_id=COLLECTION, keys=(key.public,))
    return environment_in(directory, remote, network=Network(retries=0))


def known(drive: Path, environment: Environment) -> News | None:
    remotes = environment.known_remotes()
    return known_news(drive, ARCH, environment, remotes, CancelToken())


def asked(drive: Path, environment: Environment) -> News:
    """As `satchel update` would do it, asking upstream."""
    request = PlanRequest(drive, (), None, None, Options(ARCH), changes=UPDATE)
    remotes = environment.known_remotes()
    plan = make_plan(request, environment, remotes, silent, CancelToken())
    return news_of(plan, updated_versions(plan, environment, CancelToken()))


def test_what_is_new_is_known_once_somebody_has_asked(
    drive: Path, upstream: Upstream, upstream_key: SigningKey, tmp_path: Path
) -> None:
    newer = upstream.copy(tmp_path / "newer")
    newer.bump(HELLO, {"share/new": "new"})
    newer.add_app("org.test.New")
    newer.republish(
        OLD,
        "--add-metadata-string=ostree.endoflife=Gone on",
        f"--add-metadata-string=ostree.endoflife-rebase={NEW}",
    )
    newer.remove(OTHER)
    newer.update()
    with Server(newer.path) as server:
        environment = computer(tmp_path / "home", server.url, upstream_key)
        assert known(drive, environment) is None
        told = asked(drive, environment)

    # Nobody answers any more.
    kept = known(drive, environment)
    assert kept is not None
    for news in (told, kept):
        assert HELLO in news.newer
        assert not news.up_to_date
        assert news.coming == (NEW,)
        assert news.renamed == {OLD: NEW}
        assert news.gone == {OTHER}
        assert news.ended == {OLD}
        assert not news.unasked
        assert news.download > 0
        assert news.lacking == 0
    assert told.exact
    assert told.tells_nothing_new(kept)
    assert not told.tells_nothing_new(None)
    overview = read_overview(drive, environment, environment.known_remotes(), CancelToken())
    assert overview.updates == len(kept.newer)


def test_translations_are_news_of_their_app(
    drive: Path, upstream: Upstream, upstream_key: SigningKey, tmp_path: Path
) -> None:
    newer = upstream.copy(tmp_path / "newer")
    newer.bump(f"runtime/org.test.Hello.Locale/{ARCH}/stable", {"de/share/more": "mehr"})
    newer.update()
    with Server(newer.path) as server:
        environment = computer(tmp_path / "home", server.url, upstream_key)
        told = asked(drive, environment)
    assert set(told.newer) == {HELLO}
    assert told.others == 0
    overview = read_overview(drive, environment, environment.known_remotes(), CancelToken())
    assert overview.updates == 1


def test_what_cannot_be_carried_any_more_stays_and_is_told(
    drive: Path, upstream: Upstream, upstream_key: SigningKey, tmp_path: Path
) -> None:
    newer = upstream.copy(tmp_path / "newer")
    shutil.rmtree(newer.directory / "build" / OTHER)
    newer.add_app("org.test.Other", runtime="org.test.Nowhere//1")
    newer.update()
    with Server(newer.path) as server:
        environment = computer(tmp_path / "home", server.url, upstream_key)
        told = asked(drive, environment)
    assert told.held == {OTHER}
    assert OTHER not in told.newer
    assert not told.gone


def test_a_drive_that_has_the_newest_is_up_to_date(
    drive: Path, upstream: Upstream, upstream_key: SigningKey, tmp_path: Path
) -> None:
    with Server(upstream.path) as server:
        environment = computer(tmp_path / "home", server.url, upstream_key)
        told = asked(drive, environment)
    assert told.up_to_date
    assert told == known(drive, environment)


def test_of_what_has_no_known_source_nothing_is_known(drive: Path, tmp_path: Path) -> None:
    environment = environment_in(tmp_path / "home")
    assert known(drive, environment) is None
