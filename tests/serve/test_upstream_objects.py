"""Objects that no stick has: fetched once, checked, kept; what is wrong is never handed out."""

from __future__ import annotations

import gzip
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.flatpak.remotes.remote import Remote
from app.ostree.objects import Commit, DirTree, ObjectKind, ObjectName
from app.serve.supplying import Outcome, SuppliedOrigin
from app.serve.upstream.supplier import open_supplier
from app.serve.values import ServeRequest
from app.stick.store.view import View
from tests.environments import environment_in
from tests.serve.mirrors import Held, hello, large, mirror_of, objects_of, path_of, stored
from tests.servers import Exchange, HostileServer, Rule, cut, endless, hang_up, redirect, status
from tests.upstream import COLLECTION, Upstream
from tests.waiting import until

WELL_REFUSED = {Outcome.REFUSED, Outcome.NOTHING, Outcome.FAILED}
PAGE = b"<!doctype html><html><title>Please log in</title>" + b" " * 5000


def test_what_thirty_want_is_asked_for_once(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    name = large(default_upstream)
    together = threading.Barrier(30)

    def want(_: int) -> Outcome:
        together.wait()
        return mirror.fetch(name).outcome

    with mirror_of(default_upstream, web.url, tmp_path) as (mirror, _):
        with ThreadPoolExecutor(30) as pool:
            assert set(pool.map(want, range(30))) == {Outcome.KEPT}
        assert (mirror.place / "objects" / name.path).read_bytes() == stored(default_upstream, name)
    assert web.paths().count(path_of(name)) == 1


def test_who_wants_a_commit_gets_its_tree_without_asking(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    commit, metadata, files = objects_of(default_upstream, hello(default_upstream))
    with mirror_of(default_upstream, web.url, tmp_path) as (mirror, _):
        mirror.refresh()
        assert mirror.fetch(commit).outcome is Outcome.KEPT
        wanted = [mirror.place / "objects" / name.path for name in (*metadata, *files)]
        until(lambda: all(path.exists() for path in wanted))
    asked = web.paths()
    assert all(asked.count(path_of(name)) == 1 for name in {commit, *metadata, *files})


def test_of_a_language_pack_only_what_somebody_reads_comes(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    ref = f"runtime/org.test.Hello.Locale/{default_upstream.arch}/stable"
    commit, _, files = objects_of(default_upstream, ref)
    tree = Commit.parse(stored(default_upstream, commit)).tree
    top = DirTree.parse(stored(default_upstream, ObjectName(tree, ObjectKind.DIRTREE)))
    inner = {name: below for name, below, _ in top.directories}["files"]
    languages = DirTree.parse(stored(default_upstream, ObjectName(inner, ObjectKind.DIRTREE)))
    german = {name: below for name, below, _ in languages.directories}["de"]
    with mirror_of(default_upstream, web.url, tmp_path) as (mirror, _):
        mirror.refresh()
        for name in (commit, ObjectName(tree, ObjectKind.DIRTREE)):
            assert mirror.fetch(name).outcome is Outcome.KEPT
        assert mirror.fetch(ObjectName(inner, ObjectKind.DIRTREE)).outcome is Outcome.KEPT
        assert mirror.fetch(ObjectName(german, ObjectKind.DIRTREE)).outcome is Outcome.KEPT
        until(lambda: not mirror.trees and not mirror.fetcher.is_busy)
    asked = web.paths()
    came = [name for name in files if path_of(name) in asked]
    assert 0 < len(came) < len(set(files))


def instead(body: bytes) -> Rule:
    """Something else, as if it were the object."""
    return lambda exchange: exchange.send("200 OK", body)


def gzip_bomb(exchange: Exchange) -> None:
    """Says that what it sends is packed once more."""
    body = gzip.compress(bytes(50_000_000))
    exchange.send("200 OK", body, "Content-Encoding: gzip")


WRONG = {
    "other bytes": instead(b"something else"),
    "cut off": cut(40),
    "endless": endless(b"\0\0\0\x20"),
    "a login page": instead(PAGE),
    "packed once more": gzip_bomb,
    "hung up": hang_up,
    "led to another file": redirect("/config"),
    "led to a file of this computer": redirect("file:///etc/hostname"),
    "another object": None,
}


KINDS = ("small", "large", "tree", "commit")
ESSENTIAL = {("other bytes", "small"), ("cut off", "large"), ("another object", "tree")}


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        pytest.param(wrong, kind, marks=() if (wrong, kind) in ESSENTIAL else pytest.mark.thorough)
        for wrong in WRONG
        for kind in KINDS
    ],
)
def test_what_is_wrong_is_neither_handed_out_nor_kept_and_holds_up_nobody(
    wrong: str, kind: str, default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    commit, metadata, files = objects_of(default_upstream, hello(default_upstream))
    names = {
        "small": files[0],
        "large": large(default_upstream),
        "tree": next(name for name in metadata if name.kind is ObjectKind.DIRTREE),
        "commit": commit,
    }
    name = names[kind]
    rule = WRONG[wrong] or instead(stored(default_upstream, files[-1]))
    web.always[path_of(name)] = rule
    with mirror_of(default_upstream, web.url, tmp_path) as (mirror, told):
        other = next(each for each in files if each != name)
        with ThreadPoolExecutor(2) as pool:
            bad = pool.submit(mirror.fetch, name)
            assert mirror.fetch(other).outcome is Outcome.KEPT
            assert bad.result().outcome in WELL_REFUSED
        assert not (mirror.place / "objects" / name.path).exists()
        assert not any((mirror.place / "tmp").rglob("*.filez"))
        assert told
        del web.always[path_of(name)]
        mirror.ask_again()
        assert mirror.fetch(name).outcome is Outcome.KEPT


@pytest.mark.thorough
def test_a_slow_object_holds_up_no_other(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    commit, metadata, files = objects_of(default_upstream, hello(default_upstream))
    slow = large(default_upstream)
    held = Held(1)
    web.on(path_of(slow), held)
    with (
        mirror_of(default_upstream, web.url, tmp_path) as (mirror, _),
        ThreadPoolExecutor(1) as pool,
    ):
        waiting = pool.submit(mirror.fetch, slow)
        for name in {commit, *metadata, *files}:
            assert mirror.fetch(name).outcome is Outcome.KEPT
        assert not waiting.done()
        held.go_on.set()
        assert waiting.result().outcome is Outcome.KEPT


def test_what_upstream_does_not_have_is_not_there(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    name = ObjectName("ab" * 32, ObjectKind.FILE)
    with mirror_of(default_upstream, web.url, tmp_path) as (mirror, _):
        answers = {mirror.fetch(name).outcome for _ in range(10)}
        assert answers == {Outcome.NOTHING}
    assert web.paths() == [path_of(name)]


def test_an_upstream_that_goes_away_is_told_and_works_again(
    default_upstream: Upstream,
    web: HostileServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What may come yet is never said to be missing: computers take that for final."""
    commit, _, files = objects_of(default_upstream, hello(default_upstream))
    with mirror_of(default_upstream, web.url, tmp_path) as (mirror, told):
        mirror.refresh()
        web.everything = hang_up
        gone = mirror.fetch(commit)
        assert (gone.outcome, gone.ref) == (Outcome.FAILED, hello(default_upstream))
        mirror.refresh()
        assert mirror.fetch(files[0]).outcome is Outcome.FAILED
        web.on(path_of(files[0]), Exchange.good)
        assert mirror.fetch(files[0]).outcome is Outcome.KEPT, "though its lists do not come"
        monkeypatch.setattr("app.serve.upstream.mirror.AWAY_SECONDS", 0.0)
        mirror.refresh()
        assert mirror.away
        before = len(web.asked)
        assert mirror.fetch(files[1]).outcome is Outcome.NOTHING
        assert len(web.asked) == before, "it is left alone for a while"
        assert len(told) >= 1
        web.everything = None
        mirror.refresh()
        assert mirror.fetch(commit).outcome is Outcome.KEPT


def test_signatures_are_judged_before_anybody_gets_them(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    commit, _, _ = objects_of(default_upstream, hello(default_upstream))
    other, _, _ = objects_of(default_upstream, f"app/org.test.Other/{default_upstream.arch}/stable")
    mine = ObjectName(commit.checksum, ObjectKind.COMMITMETA)
    others = ObjectName(other.checksum, ObjectKind.COMMITMETA)
    for wrong in (stored(default_upstream, others), b"junk", b"", PAGE):
        web.on(path_of(mine), instead(wrong))
    with mirror_of(default_upstream, web.url, tmp_path) as (mirror, _):
        for _ in range(4):
            assert mirror.fetch(mine).outcome in WELL_REFUSED
            mirror.ask_again()
            assert not (mirror.place / "objects" / mine.path).exists()
        assert mirror.fetch(mine).outcome is Outcome.KEPT
        kept = mirror.place / "objects" / mine.path
        assert kept.read_bytes() == stored(default_upstream, mine)


def test_signatures_that_cannot_be_judged_for_now_are_not_refused(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    commit, _, _ = objects_of(default_upstream, hello(default_upstream))
    name = ObjectName(commit.checksum, ObjectKind.COMMITMETA)
    web.always[path_of(commit)] = hang_up
    with mirror_of(default_upstream, web.url, tmp_path) as (mirror, _):
        assert mirror.fetch(name).outcome is Outcome.FAILED
        del web.always[path_of(commit)]
        assert mirror.fetch(name).outcome is Outcome.KEPT
        web.on(path_of(name), instead(PAGE))
    with mirror_of(default_upstream, web.url, tmp_path / "other") as (mirror, _):
        assert mirror.fetch(name).outcome is Outcome.FAILED, "a login page says nothing of it"


def test_whoever_waits_when_it_ends_is_not_told_that_there_is_nothing(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    name = objects_of(default_upstream, hello(default_upstream))[2][0]
    held = Held(1)
    web.on(path_of(name), held)
    with ThreadPoolExecutor(1) as pool:
        with mirror_of(default_upstream, web.url, tmp_path) as (mirror, _):
            waiting = pool.submit(mirror.fetch, name)
            held.begun.wait()
        held.go_on.set()
        assert waiting.result().outcome is Outcome.FAILED


@pytest.mark.thorough
def test_a_server_that_wants_to_be_left_alone_is(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    name = objects_of(default_upstream, hello(default_upstream))[0]
    web.on(path_of(name), status("503 Busy", "Retry-After: 1"))
    with mirror_of(default_upstream, web.url, tmp_path) as (mirror, _):
        assert mirror.fetch(name).outcome is Outcome.KEPT


def test_a_source_of_a_later_stick_is_asked_as_well(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    commit, _, _ = objects_of(default_upstream, hello(default_upstream))
    remote = Remote("up", web.url, collection_id=COLLECTION, keys=(default_upstream.key.public,))
    environment = environment_in(tmp_path, remote)
    request = ServeRequest((tmp_path,), upstream=True)
    known = environment.known_remotes()
    with open_supplier(request, environment, known, [], lambda _: None) as supplier:
        assert supplier.fetch(COLLECTION, commit).outcome is Outcome.NOTHING
        view = View(COLLECTION, {}, None)
        supplier.sticks_are([SuppliedOrigin(COLLECTION, "up", web.url, view, ())])
        assert supplier.fetch(COLLECTION, commit).outcome is Outcome.KEPT
        supplier.sticks_are([])
        assert supplier.fetch(COLLECTION, commit).outcome is Outcome.KEPT


def test_an_upstream_in_a_directory_is_checked_as_well(
    own_upstream: Upstream, tmp_path: Path
) -> None:
    commit, _, files = objects_of(own_upstream, hello(own_upstream))
    damaged, sound = files[0], next(name for name in files if name != files[0])
    path = own_upstream.path / "objects" / damaged.path
    path.write_bytes(path.read_bytes()[:-1])
    with mirror_of(own_upstream, own_upstream.path.as_uri(), tmp_path) as (mirror, _):
        assert mirror.fetch(commit).outcome is Outcome.KEPT
        assert mirror.fetch(damaged).outcome is Outcome.REFUSED
        assert mirror.fetch(sound).outcome is Outcome.KEPT
        missing = ObjectName("ab" * 32, ObjectKind.FILE)
        assert mirror.fetch(missing).outcome is Outcome.NOTHING
        assert not (mirror.place / "objects" / damaged.path).exists()


@pytest.mark.parametrize("secret", ["http://me:word@", "http://token@"])
def test_what_upstream_wants_a_password_for_is_not_fetched_for_others(
    secret: str, default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    url = web.url.replace("http://", secret)
    remote = Remote("up", url, collection_id=COLLECTION, keys=(default_upstream.key.public,))
    environment = environment_in(tmp_path, remote)
    view = View(COLLECTION, {}, None)
    origin = SuppliedOrigin(COLLECTION, "up", web.url, view, ())
    told: list[object] = []
    request = ServeRequest((tmp_path,), upstream=True)
    known = environment.known_remotes()
    with open_supplier(request, environment, known, [origin], told.append) as supplier:
        commit = objects_of(default_upstream, hello(default_upstream))[0]
        assert supplier.fetch(COLLECTION, commit).outcome is Outcome.NOTHING
    assert web.asked == []
    said = str(told)
    assert "password" in said
    assert "word@" not in said
    assert "token@" not in said
