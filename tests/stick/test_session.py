"""Asking again and again what a choice would cost: at once, and without the network if need be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.errors import TrustError, UpstreamError
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.errors import NotFetchedError
from app.ostree.pull.fetch import Network
from app.progress import CancelToken, silent
from app.replacing import replace
from app.stick.planning.changes import Changes
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, Plan
from app.stick.planning.refusal import NotDeliveredError
from app.stick.planning.request import PlanRequest, make_plans
from app.stick.planning.selection import NoSuchRefError
from app.stick.planning.session import PlanSession
from app.stick.planning.target_state import read_target
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.large import LargeRemote, app
from tests.servers import Server
from tests.stick.makers import make
from tests.upstream import Upstream, host_arch
from tests.work import counted

ARCH = host_arch()
OPTIONS = Options(ARCH)
APPS = 3000
Open = Callable[..., PlanSession]


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False, size=2_000_000)
    upstream.add_app("org.test.Hello", size=500_000)
    upstream.add_app("org.test.Other", size=100_000)
    upstream.update()


@pytest.fixture(scope="module")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("session") / "up", upstream_key, fill)


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    path = tmp_path / "drive"
    path.mkdir()
    return path


@pytest.fixture
def open_session(tmp_path: Path, drive: Path, upstream_key: SigningKey) -> Iterator[Open]:
    """`open_session(url)` with a cache that lasts for the test."""
    opened: list[PlanSession] = []

    def open_it(url: str, *, offline: bool = False) -> PlanSession:
        environment = environment_in(tmp_path, network=Network(retries=0))
        known = Known((Remote("up", url, keys=(upstream_key.public,)),))
        opened.append(
            PlanSession(
                read_target(drive), environment, known, silent, CancelToken(), offline=offline
            )
        )
        return opened[-1]

    yield open_it
    for session in opened:
        session.close()


def test_the_cost_is_that_of_the_plan(open_session: Open, upstream: Upstream) -> None:
    session = open_session(upstream.path.as_uri())
    cost = session.cost(["org.test.Hello"], OPTIONS)
    plan = session.plan(["org.test.Hello"], OPTIONS)
    assert {(item.ref, item.action, item.commit) for item in cost.items} == {
        (item.ref, item.action, item.commit) for item in plan.items
    }
    assert abs(cost.estimate.write - plan.estimate.write) < 0.1 * plan.estimate.write
    assert cost.left == cost.estimate.space.free - cost.estimate.write
    assert cost.fits
    # It was looked at, and nothing is there.
    assert plan.trees.there == frozenset()


def test_what_two_need_is_counted_once(open_session: Open, upstream: Upstream) -> None:
    session = open_session(upstream.path.as_uri())

    def write(*refs: str) -> int:
        return session.cost(refs, OPTIONS).estimate.write

    hello, other = write("org.test.Hello"), write("org.test.Other")
    both = write("org.test.Hello", "org.test.Other")
    assert max(hello, other) < both < hello + other - 1_500_000


def test_one_more_app_shares_what_is_chosen_already(open_session: Open, upstream: Upstream) -> None:
    session = open_session(upstream.path.as_uri())
    alone = session.addition([], "org.test.Hello", OPTIONS)
    beside = session.addition(["org.test.Other"], "org.test.Hello", OPTIONS)
    platform = f"runtime/org.test.Platform/{ARCH}/1"
    assert platform in {item.ref for item in alone.added}
    assert not alone.shared
    assert platform in {item.ref for item in beside.shared}
    assert platform not in {item.ref for item in beside.added}
    assert 0 < beside.write < alone.write - 1_500_000
    # It is the same while it is among what is chosen.
    assert session.addition(["org.test.Hello", "org.test.Other"], "org.test.Hello", OPTIONS) == (
        beside
    )


def test_what_is_on_the_stick_is_shared_too(
    open_session: Open, upstream: Upstream, drive: Path, tmp_path: Path
) -> None:
    make(upstream, drive, "org.test.Other", home=tmp_path / "home")
    session = open_session(upstream.path.as_uri())
    assert any(ref.startswith("app/org.test.Other/") for ref in session.carried)
    added = session.addition([], "org.test.Hello", OPTIONS)
    assert f"runtime/org.test.Platform/{ARCH}/1" in {item.ref for item in added.shared}


def test_nothing_chosen_costs_nothing_to_fetch(open_session: Open, upstream: Upstream) -> None:
    cost = open_session(upstream.path.as_uri()).cost([], OPTIONS)
    assert cost.estimate.fetch == 0
    assert cost.fits


def test_what_is_on_the_stick_costs_nothing(
    open_session: Open, upstream: Upstream, drive: Path, tmp_path: Path
) -> None:
    session = open_session(upstream.path.as_uri())
    new = session.cost(["org.test.Other"], OPTIONS).estimate.write
    make(upstream, drive, "org.test.Hello", home=tmp_path / "home")
    assert session.cost(["org.test.Other"], OPTIONS).estimate.write == new
    session.refresh(read_target(drive))
    added = session.cost(["org.test.Other"], OPTIONS)
    assert added.estimate.write < new - 1_500_000
    actions = {item.ref.split("/")[1]: item.action for item in added.items}
    assert actions["org.test.Platform"] == actions["org.test.Hello"] == Action.KEEP
    assert session.cost(["org.test.Hello"], OPTIONS).estimate.fetch == 0


def test_that_it_does_not_fit_is_an_answer(open_session: Open, upstream: Upstream) -> None:
    cost = open_session(upstream.path.as_uri()).cost(["org.test.Hello"], OPTIONS)
    full = replace(cost.estimate.space, free=1_000_000)
    short = replace(cost, estimate=replace(cost.estimate, space=full))
    assert not short.fits
    assert short.left < 0


def test_an_open_session_asks_upstream_no_more(open_session: Open, upstream: Upstream) -> None:
    with Server(upstream.path) as server:
        session = open_session(server.url)
        session.cost(["org.test.Hello"], OPTIONS)
    session.cost(["org.test.Hello", "org.test.Other"], OPTIONS)
    with pytest.raises(NoSuchRefError):
        session.cost(["org.test.Nobody"], OPTIONS)


def test_without_network_it_goes_by_what_was_fetched(
    open_session: Open, upstream: Upstream
) -> None:
    with Server(upstream.path) as server:
        online = open_session(server.url).cost(["org.test.Hello"], OPTIONS)
    with pytest.raises(UpstreamError):
        open_session(server.url).cost(["org.test.Hello"], OPTIONS)
    offline = open_session(server.url, offline=True)
    assert offline.cost(["org.test.Hello"], OPTIONS).items == online.items
    with pytest.raises(NotDeliveredError, match=r"org\.test\.Hello.* without a network"):
        offline.plan(["org.test.Hello"], OPTIONS)


def test_what_was_never_fetched_is_not_known(open_session: Open) -> None:
    with pytest.raises(NotFetchedError, match="No list of the apps of up is kept"):
        open_session("http://127.0.0.1:9/", offline=True).cost(["org.test.Hello"], OPTIONS)


def test_the_cache_is_not_trusted_without_network_either(
    open_session: Open, upstream: Upstream, tmp_path: Path
) -> None:
    with Server(upstream.path) as server:
        open_session(server.url).cost(["org.test.Hello"], OPTIONS)
    (index,) = (tmp_path / "cache").rglob("summary.idx")
    data = bytearray(index.read_bytes())
    data[len(data) // 2] ^= 1
    index.write_bytes(data)
    with pytest.raises(TrustError):
        open_session(server.url, offline=True).cost(["org.test.Hello"], OPTIONS)


@pytest.mark.thorough
def test_every_click_among_thousands_is_answered_at_once(
    open_session: Open, upstream_key: SigningKey, tmp_path: Path
) -> None:
    large = LargeRemote(tmp_path / "large", upstream_key, APPS)
    session = open_session(large.path.as_uri())
    chosen = [app(number) for number in range(20)]
    session.cost(chosen, OPTIONS)
    for number in range(20, 30):
        chosen.append(app(number))
        with counted() as work:
            cost = session.cost(chosen, OPTIONS)
        assert {item.ref for item in cost.items} >= set(chosen)
        assert work.calls < 400_000  # 72,000 as it is


def test_the_icons_of_thousands_are_counted(
    open_session: Open, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """Upstream claims no size for them, and each is a file."""
    costs = []
    for name, apps in (("few", 100), ("many", 1100)):
        remote = LargeRemote(tmp_path / name, upstream_key, apps)
        costs.append(open_session(remote.path.as_uri()).cost([app(1)], OPTIONS))
    few, many = (cost.estimate for cost in costs)
    assert many.objects >= few.objects + 2 * 1000
    assert many.write >= few.write + 2 * 1000 * few.space.cluster


def test_of_several_drives_each_loses_what_it_has(upstream: Upstream, tmp_path: Path) -> None:
    """One request for all; nobody is asked for what only comes off."""
    roots = [tmp_path / name for name in ("both", "one", "none")]
    make(upstream, roots[0], "org.test.Hello", "org.test.Other", home=tmp_path / "home")
    make(upstream, roots[1], "org.test.Other", home=tmp_path / "home")
    roots[2].mkdir()
    off = ((upstream.collection, f"app/org.test.Hello/{ARCH}/stable"),)
    request = PlanRequest(roots[0], (), None, None, OPTIONS, changes=Changes(off=off))
    environment = environment_in(tmp_path)
    plans = make_plans(request, roots, environment, Known(()), silent, CancelToken())
    removed = [
        {removal.ref.split("/")[1] for removal in plan.removed if removal.named}
        for plan in plans
        if isinstance(plan, Plan)
    ]
    assert removed == [{"org.test.Hello"}, set(), set()]
    both, one, _ = (plan for plan in plans if isinstance(plan, Plan))
    assert {app.ref.split("/")[1] for app in both.staying} == {"org.test.Other"}
    assert both.estimate.freed.bytes > 500_000
    assert one.nothing_to_do
