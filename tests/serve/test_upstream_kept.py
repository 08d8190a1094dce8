"""Where objects of an upstream are kept: however full, damaged or shared that place is."""

from __future__ import annotations

import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.flatpak.remotes.remote import Remote
from app.ostree.objects import ObjectName
from app.serve.supplying import Outcome, SuppliedOrigin
from app.serve.upstream.supplier import open_supplier
from app.serve.values import ServeRequest
from app.stick.store.view import View
from tests.environments import environment_in
from tests.serve.mirrors import Held, hello, large, mirror_of, objects_of, path_of, stored
from tests.servers import HostileServer
from tests.upstream import COLLECTION, Upstream
from tests.volumes import mounted_tmpfs
from tests.waiting import until


def test_where_there_is_no_room_it_passes_through(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    commit, metadata, files = objects_of(default_upstream, hello(default_upstream))
    with mirror_of(default_upstream, web.url, tmp_path, limit=0) as (mirror, _):
        for name in {commit, *metadata, *files, large(default_upstream)}:
            answer = mirror.fetch(name)
            assert answer.outcome is Outcome.PASSING
            assert bytes(answer.body) == stored(default_upstream, name)
            assert not (mirror.place / "objects" / name.path).exists()


def test_what_was_wanted_beforehand_and_found_no_room_is_said_to_be_missing(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    ref = hello(default_upstream)
    with mirror_of(default_upstream, web.url, tmp_path, limit=0) as (mirror, _):
        mirror.bring(default_upstream.refs[ref], ref)
        until(lambda: not mirror.fetcher.is_busy)
        assert mirror.fetcher.progress.lacking > 0


@pytest.mark.thorough
def test_it_stays_at_its_size_and_what_was_not_used_longest_goes(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    old = objects_of(default_upstream, hello(default_upstream))[2]
    with mirror_of(default_upstream, web.url, tmp_path, limit=1_000_000) as (mirror, _):
        for name in old:
            mirror.fetch(name)
            os.utime(mirror.place / "objects" / name.path, (1, 1))
        assert mirror.fetch(large(default_upstream)).outcome is Outcome.KEPT
        kept = [mirror.place / "objects" / name.path for name in old]
        until(lambda: not any(path.exists() for path in kept))


def test_a_disk_that_fails_keeps_nobody_from_anything(
    default_upstream: Upstream,
    web: HostileServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Read-only, without the directory, full: what is wanted comes, and is kept again later."""
    monkeypatch.setattr("app.serve.upstream.keeping._PATIENCE", 0.0)
    monkeypatch.setattr("app.serve.upstream.supplier._TELL_SECONDS", 0.01)
    commit, metadata, files = objects_of(default_upstream, hello(default_upstream))
    names = sorted({commit, *metadata, *files}, key=str)
    remote = Remote("up", web.url, collection_id=COLLECTION, keys=(default_upstream.key.public,))
    environment = environment_in(tmp_path, remote)
    environment.cache.mkdir()
    told: list[object] = []

    def bring(name: ObjectName) -> Outcome:
        supplied = supplier.fetch(COLLECTION, name)
        while supplied.outcome is Outcome.FAILED:
            supplied = supplier.fetch(COLLECTION, name)
        kept = supplier.places[COLLECTION] / "objects" / name.path
        body = kept.read_bytes() if supplied.outcome is Outcome.KEPT else bytes(supplied.body)
        assert body == stored(default_upstream, name)
        return supplied.outcome

    with mounted_tmpfs(environment.cache):
        remount(environment.cache, "ro")
        view = View(COLLECTION, {}, None)
        origins = [SuppliedOrigin(COLLECTION, "up", web.url, view, ())]
        request = ServeRequest((tmp_path,), upstream=True)
        known = environment.known_remotes()
        with open_supplier(request, environment, known, origins, told.append) as supplier:
            assert bring(names.pop()) is Outcome.PASSING
            until(lambda: "is handed on and not kept" in str(told))
            remount(environment.cache, "rw")
            until(lambda: bring(names[-1]) is Outcome.KEPT)
            names.pop()
            until(lambda: "is kept again" in str(told))
            shutil.rmtree(environment.cache / "mirror")
            bring(names.pop())
            until(lambda: bring(names[-1]) is Outcome.KEPT)
            names.pop()
            remount(environment.cache, "size=1m")
            assert bring(large(default_upstream)) is Outcome.PASSING
            bring(names.pop())


def remount(place: Path, options: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{options}", place], check=True)


def test_what_may_not_have_reached_the_medium_before_a_power_cut_is_not_believed(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    before, *_, after = objects_of(default_upstream, hello(default_upstream))[2]
    with mirror_of(default_upstream, web.url, tmp_path) as (mirror, _):
        place, note = mirror.place / "objects", tmp_path / "cache" / "mirror" / "synced"
        for name in (before, after):
            assert mirror.fetch(name).outcome is Outcome.KEPT
    synced = note.stat().st_mtime
    os.utime(place / before.path, (synced - 9, synced - 9))
    os.utime(place / after.path, (synced + 9, synced + 9))
    with mirror_of(default_upstream, web.url, tmp_path):
        assert (place / after.path).exists(), "the computer has run all the time"
    note.write_text("another start of the computer")
    os.utime(note, (synced, synced))
    (place / after.path).write_bytes(b"")
    os.utime(place / after.path, (synced + 9, synced + 9))
    with mirror_of(default_upstream, web.url, tmp_path) as (mirror, _):
        assert (place / before.path).exists()
        assert not (place / after.path).exists()
        assert mirror.fetch(after).outcome is Outcome.KEPT


def test_emptying_the_cache_empties_this_too(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    name = objects_of(default_upstream, hello(default_upstream))[0]
    environment = environment_in(tmp_path)
    with mirror_of(default_upstream, web.url, tmp_path) as (mirror, _):
        assert mirror.fetch(name).outcome is Outcome.KEPT
        assert environment.mirror_size() > 0
        environment.empty_cache()
        assert environment.mirror_size() == 0
        assert mirror.fetch(name).outcome is Outcome.KEPT, "and it comes again"


def test_several_share_what_is_kept(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    commit, metadata, files = objects_of(default_upstream, hello(default_upstream))
    names = list({commit, *metadata, *files, large(default_upstream)})
    with (
        mirror_of(default_upstream, web.url, tmp_path) as (first, _),
        mirror_of(default_upstream, web.url, tmp_path) as (second, _),
        ThreadPoolExecutor(16) as pool,
    ):
        assert first.place == second.place
        answers = [pool.submit(mirror.fetch, name) for name in names for mirror in (first, second)]
        assert {answer.result().outcome for answer in answers} == {Outcome.KEPT}
        for name in names:
            kept = first.place / "objects" / name.path
            assert kept.read_bytes() == stored(default_upstream, name)
    assert list((first.place / "tmp").iterdir()) == []


def test_what_a_killed_one_left_is_cleared_away_and_what_a_living_one_does_is_not(
    default_upstream: Upstream, web: HostileServer, tmp_path: Path
) -> None:
    slow = large(default_upstream)
    held = Held(1_000_000)
    web.on(path_of(slow), held)
    with (
        mirror_of(default_upstream, web.url, tmp_path) as (living, _),
        ThreadPoolExecutor(1) as pool,
    ):
        waiting = pool.submit(living.fetch, slow)
        held.begun.wait()
        dead = living.place / "tmp" / "satchel-dead"
        dead.mkdir()
        (dead / "part.filez").write_bytes(b"half of it")
        with mirror_of(default_upstream, web.url, tmp_path):
            assert not dead.exists()
        held.go_on.set()
        assert waiting.result().outcome is Outcome.KEPT
        kept = living.place / "objects" / slow.path
        assert kept.read_bytes() == stored(default_upstream, slow)
