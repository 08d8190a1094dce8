"""The catalogues of several remotes side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from app.errors import InterruptedByUser, UpstreamError
from app.flatpak.catalogue.browse import AppFilter, Order, Sort
from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.catalogue.opening import open_catalogues
from app.flatpak.refs import host_arch
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.opening import UpstreamOpener
from app.ostree.pull.fetch import Network
from app.progress import Advanced, Cancel, CancelToken, Event, Phase, Reporter, silent
from tests.gpg import SigningKey
from tests.large import LargeRemote, app, app_id, runtime
from tests.servers import Server
from tests.upstream import Upstream

APPS = 60
Open = Callable[..., Catalogues]


@pytest.fixture(scope="module")
def large(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> LargeRemote:
    return LargeRemote(tmp_path_factory.mktemp("catalogues") / "large", upstream_key, APPS)


@pytest.fixture
def remotes(
    large: LargeRemote, default_upstream: Upstream, upstream_key: SigningKey
) -> tuple[Remote, ...]:
    keys = (upstream_key.public,)
    return (
        Remote("large", large.path.as_uri(), keys=keys),
        Remote("small", default_upstream.path.as_uri(), keys=keys),
    )


def opened_catalogues(
    cache: Path, remotes: Sequence[Remote], report: Reporter = silent, cancel: Cancel | None = None
) -> Catalogues:
    opener = UpstreamOpener(cache, Network(retries=0), cancel or CancelToken())
    return open_catalogues(remotes, opener, host_arch(), ("en",), time.time(), report)


@pytest.fixture
def enter(tmp_path: Path) -> Iterator[Open]:
    opened: list[Catalogues] = []

    def start(*remotes: Remote) -> Catalogues:
        opened.append(opened_catalogues(tmp_path / "cache", remotes))
        return opened[-1]

    yield start
    for catalogues in opened:
        catalogues.close()


def ids(
    catalogues: Catalogues, wanted: AppFilter, order: Order = Order.BEST, remote: str | None = None
) -> list[str]:
    selection = catalogues.select(wanted, order, remote)
    return [row.component.id for row in selection.rows(0, len(selection))]


def test_all_remotes_are_one_list_by_name(enter: Open, remotes: tuple[Remote, ...]) -> None:
    catalogues = enter(*remotes)

    selection = catalogues.select(AppFilter())
    rows = selection.rows(0, len(selection))

    assert {row.remote.name for row in rows} == {"large", "small"}
    names = [row.component.name(("en",)).lower() for row in rows]
    assert names == sorted(names)
    assert selection.rows(5, 9) == rows[5:9]


def test_a_search_shows_the_best_of_each_remote_first(
    enter: Open, remotes: tuple[Remote, ...]
) -> None:
    catalogues = enter(*remotes)

    matching = ids(catalogues, AppFilter(text="hello"))

    assert matching[0] == "org.test.Hello"


def test_one_remote_alone(enter: Open, remotes: tuple[Remote, ...]) -> None:
    catalogues = enter(*remotes)

    assert len(ids(catalogues, AppFilter(), remote="large")) == APPS
    assert all(id.startswith("org.test.") for id in ids(catalogues, AppFilter(), remote="small"))


def test_extensions_that_no_catalogue_describes_are_found_by_their_names(
    enter: Open, remotes: tuple[Remote, ...]
) -> None:
    catalogues = enter(*remotes)

    others = AppFilter(sort=Sort.OTHERS, text="gl nvidia-3-")
    selection = catalogues.select(others)

    assert len(selection) == 20
    assert all("GL.nvidia-3-1" in row.ref for row in selection.rows(0, 20))
    assert ids(catalogues, AppFilter(sort=Sort.OTHERS, text="nvidia", free=True)) == []


def test_categories_are_counted_over_all_remotes(enter: Open, remotes: tuple[Remote, ...]) -> None:
    catalogues = enter(*remotes)

    counts = catalogues.categories(AppFilter())

    assert counts["Game"] == 9
    assert len(ids(catalogues, AppFilter(category="Game"))) == 9
    assert catalogues.categories(AppFilter(), "small") != counts


def test_what_gets_no_more_updates_is_marked(enter: Open, remotes: tuple[Remote, ...]) -> None:
    catalogues = enter(remotes[0])

    ended = [row.ref for row in catalogues.select(AppFilter()).rows(0, APPS) if row.ended]

    assert sorted(ended) == sorted(app(number) for number in range(0, APPS, 10))
    assert len(ids(catalogues, AppFilter(supported=True))) == APPS - len(ended)


def test_a_ref_is_found_again(enter: Open, remotes: tuple[Remote, ...]) -> None:
    catalogues = enter(*remotes)

    known = catalogues.find("large", app(7))
    assert known is not None
    assert known.component.id == app_id(7)
    bare = catalogues.find("large", runtime(3))
    assert bare is not None
    assert bare.component.name(()) == "org.large.Platform"
    assert catalogues.find("large", "app/org.none.None/x86_64/stable") is None
    assert catalogues.find("elsewhere", app(7)) is None


def test_graphics_drivers_that_somebody_may_need(enter: Open, remotes: tuple[Remote, ...]) -> None:
    drivers = enter(*remotes).drivers()

    assert drivers[:2] == ("nvidia-39-1", "nvidia-38-1")
    assert drivers[-1] == "nvidia-0-1"
    assert "default" not in drivers


def test_icons_of_several_remotes(enter: Open, remotes: tuple[Remote, ...]) -> None:
    catalogues = enter(*remotes)
    selection = catalogues.select(AppFilter())

    icons = catalogues.icons(selection.rows(0, len(selection)), 64)

    assert ("large", app(2)) in icons
    assert any(remote == "small" for remote, _ in icons)


def test_without_network_it_is_as_it_was_the_last_time(
    enter: Open, large: LargeRemote, upstream_key: SigningKey
) -> None:
    with Server(large.path) as server:
        remote = Remote("large", server.url, keys=(upstream_key.public,))
        enter(remote)

    catalogues = enter(remote)

    assert not catalogues.failures
    assert isinstance(catalogues.opened[0].stale, UpstreamError)
    assert catalogues.opened[0].made is not None
    assert len(ids(catalogues, AppFilter())) == APPS


def test_a_remote_that_was_never_reached_is_named(
    enter: Open, remotes: tuple[Remote, ...], upstream_key: SigningKey
) -> None:
    gone = Remote("gone", "http://127.0.0.1:9/", keys=(upstream_key.public,))

    catalogues = enter(gone, remotes[0])

    assert [remote.name for remote, _ in catalogues.failures] == ["gone"]
    assert [catalogue.remote.name for catalogue in catalogues.opened] == ["large"]


def test_tells_how_far_it_is_and_can_be_stopped(
    tmp_path: Path, remotes: tuple[Remote, ...]
) -> None:
    cancel = CancelToken()
    heard: list[Event] = []

    def report(event: Event) -> None:
        heard.append(event)
        cancel.request()

    with pytest.raises(InterruptedByUser):
        opened_catalogues(tmp_path / "cache", remotes, report, cancel)

    assert heard == [Advanced(Phase.CATALOGUE, 0, 2, 0, 0)]
