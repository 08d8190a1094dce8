"""The catalogues of several remotes side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from app.errors import InterruptedByUser, UpstreamError
from app.flatpak.catalogue.browse import Order, Sort, Wanted
from app.flatpak.catalogue.catalogues import Shop, open_shop
from app.flatpak.refs import host_arch
from app.flatpak.remotes.known import Remote
from app.flatpak.upstream.opening import UpstreamOpener
from app.ostree.pull.fetch import Network
from app.progress import Advanced, Cancel, CancelToken, Event, Reporter, silent
from tests.gpg import SigningKey
from tests.large import LargeRemote, app, app_id, runtime
from tests.servers import Server
from tests.upstream import Upstream

APPS = 60
Open = Callable[..., Shop]


@pytest.fixture(scope="module")
def large(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> LargeRemote:
    return LargeRemote(tmp_path_factory.mktemp("shop") / "large", upstream_key, APPS)


@pytest.fixture
def remotes(
    large: LargeRemote, default_upstream: Upstream, upstream_key: SigningKey
) -> tuple[Remote, ...]:
    keys = (upstream_key.public,)
    return (
        Remote("large", large.path.as_uri(), keys=keys),
        Remote("small", default_upstream.path.as_uri(), keys=keys),
    )


def opened_shop(
    cache: Path, remotes: Sequence[Remote], report: Reporter = silent, cancel: Cancel | None = None
) -> Shop:
    opener = UpstreamOpener(cache, Network(retries=0), cancel or CancelToken())
    return open_shop(remotes, opener, host_arch(), ("en",), time.time(), report)


@pytest.fixture
def enter(tmp_path: Path) -> Iterator[Open]:
    opened: list[Shop] = []

    def start(*remotes: Remote) -> Shop:
        opened.append(opened_shop(tmp_path / "cache", remotes))
        return opened[-1]

    yield start
    for shop in opened:
        shop.close()


def ids(shop: Shop, wanted: Wanted, order: Order = Order.BEST, remote: str | None = None) -> list:
    selection = shop.select(wanted, order, remote)
    return [row.component.id for row in selection.rows(0, len(selection))]


def test_all_remotes_are_one_list_by_name(enter: Open, remotes: tuple[Remote, ...]) -> None:
    shop = enter(*remotes)

    selection = shop.select(Wanted())
    rows = selection.rows(0, len(selection))

    assert {row.remote.name for row in rows} == {"large", "small"}
    names = [row.component.name(("en",)).lower() for row in rows]
    assert names == sorted(names)
    assert selection.rows(5, 9) == rows[5:9]


def test_a_search_shows_the_best_of_each_remote_first(
    enter: Open, remotes: tuple[Remote, ...]
) -> None:
    shop = enter(*remotes)

    found = ids(shop, Wanted(text="hello"))

    assert found[0] == "org.test.Hello"


def test_one_remote_alone(enter: Open, remotes: tuple[Remote, ...]) -> None:
    shop = enter(*remotes)

    assert len(ids(shop, Wanted(), remote="large")) == APPS
    assert all(one.startswith("org.test.") for one in ids(shop, Wanted(), remote="small"))


def test_extensions_that_no_catalogue_describes_are_found_by_their_names(
    enter: Open, remotes: tuple[Remote, ...]
) -> None:
    shop = enter(*remotes)

    others = Wanted(sort=Sort.OTHERS, text="gl nvidia-3-")
    found = shop.select(others)

    assert len(found) == 20
    assert all("GL.nvidia-3-1" in row.ref for row in found.rows(0, 20))
    assert ids(shop, Wanted(sort=Sort.OTHERS, text="nvidia", free=True)) == []


def test_categories_are_counted_over_all_remotes(enter: Open, remotes: tuple[Remote, ...]) -> None:
    shop = enter(*remotes)

    counts = shop.categories(Wanted())

    assert counts["Game"] == 9
    assert len(ids(shop, Wanted(category="Game"))) == 9
    assert shop.categories(Wanted(), "small") != counts


def test_what_gets_no_more_updates_is_marked(enter: Open, remotes: tuple[Remote, ...]) -> None:
    shop = enter(remotes[0])

    ended = [row.ref for row in shop.select(Wanted()).rows(0, APPS) if row.ended]

    assert sorted(ended) == sorted(app(number) for number in range(0, APPS, 10))
    assert len(ids(shop, Wanted(supported=True))) == APPS - len(ended)


def test_a_ref_is_found_again(enter: Open, remotes: tuple[Remote, ...]) -> None:
    shop = enter(*remotes)

    known = shop.find("large", app(7))
    assert known is not None
    assert known.component.id == app_id(7)
    bare = shop.find("large", runtime(3))
    assert bare is not None
    assert bare.component.name(()) == "org.large.Platform"
    assert shop.find("large", "app/org.none.None/x86_64/stable") is None
    assert shop.find("elsewhere", app(7)) is None


def test_graphics_drivers_that_somebody_may_need(enter: Open, remotes: tuple[Remote, ...]) -> None:
    drivers = enter(*remotes).drivers()

    assert drivers[:2] == ("nvidia-39-1", "nvidia-38-1")
    assert drivers[-1] == "nvidia-0-1"
    assert "default" not in drivers


def test_icons_of_several_remotes(enter: Open, remotes: tuple[Remote, ...]) -> None:
    shop = enter(*remotes)
    selection = shop.select(Wanted())

    icons = shop.icons(selection.rows(0, len(selection)), 64)

    assert ("large", app(2)) in icons
    assert any(remote == "small" for remote, _ in icons)


def test_without_network_it_is_as_it_was_the_last_time(
    enter: Open, large: LargeRemote, upstream_key: SigningKey
) -> None:
    with Server(large.path) as server:
        remote = Remote("large", server.url, keys=(upstream_key.public,))
        enter(remote)

    shop = enter(remote)

    assert not shop.failures
    assert isinstance(shop.shelves[0].stale, UpstreamError)
    assert shop.shelves[0].made is not None
    assert len(ids(shop, Wanted())) == APPS


def test_a_remote_that_was_never_reached_is_named(
    enter: Open, remotes: tuple[Remote, ...], upstream_key: SigningKey
) -> None:
    gone = Remote("gone", "http://127.0.0.1:9/", keys=(upstream_key.public,))

    shop = enter(gone, remotes[0])

    assert [remote.name for remote, _ in shop.failures] == ["gone"]
    assert [shelf.remote.name for shelf in shop.shelves] == ["large"]


def test_tells_how_far_it_is_and_can_be_stopped(
    tmp_path: Path, remotes: tuple[Remote, ...]
) -> None:
    cancel = CancelToken()
    heard: list[Event] = []

    def report(event: Event) -> None:
        heard.append(event)
        cancel.request()

    with pytest.raises(InterruptedByUser):
        opened_shop(tmp_path / "cache", remotes, report, cancel)

    assert heard == [Advanced("catalogue", 0, 2, 0, 0)]
