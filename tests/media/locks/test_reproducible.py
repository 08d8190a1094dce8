"""The same lock makes the same bytes on two computers that have nothing in common."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.clocks import WrongClock
from tests.gpg import SigningKey
from tests.media.locks.locks import HELLO, JOURNEY, Builder, Colleague, differences, elsewhere
from tests.satchel import satchel
from tests.servers import Server
from tests.upstream import Upstream
from tests.waiting import until


def make_elsewhere(colleague: Colleague, place: Path, *words: str) -> None:
    """Years later, with another umask, language, name and number of processors."""
    clock = WrongClock(place / "clock", "2031-05-06 07:08:09")
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": os.getcwd(), **JOURNEY}
    with elsewhere():
        colleague.make(*words, env={**clock.environment(variables), "TZ": JOURNEY["TZ"]})


@pytest.fixture
def maker() -> Iterator[SigningKey]:
    key = SigningKey("Maker <maker@example.org>")
    yield key
    key.close()


def test_a_drive_made_twice(
    tmp_path: Path,
    own_upstream: Upstream,
    serve: Callable[..., Server],
    maker: SigningKey,
) -> None:
    server = serve(own_upstream.path)
    builder = Builder(tmp_path / "builder", own_upstream, server.url)
    builder.lock("org.test.Hello", "org.test.Large", "--language", "de")
    one = builder.colleague("one")
    other = builder.colleague("b c")
    for colleague in (one, other):
        (colleague.home / ".gnupg").symlink_to(maker.homedir)
    own_upstream.bump(HELLO)
    own_upstream.update()
    one.make("--sign-key", maker.fingerprint)
    make_elsewhere(other, tmp_path, "--sign-key", maker.fingerprint)
    assert differences(one.drive, other.drive) == []
    assert one.verify()["ok"]


@pytest.mark.thorough
def test_the_time_that_was_said(builder_at_hand: Builder) -> None:
    one, other = (builder_at_hand.colleague(name) for name in ("one", "other"))
    one.make(env={"SOURCE_DATE_EPOCH": "1234567890"})
    other.make(env={"SOURCE_DATE_EPOCH": "1234567891"})
    times = {when for _, when, _ in one.tree.values()}
    assert times == {1234567890 * 10**9}
    assert one.drive.stat().st_mtime == 1234567890
    changed = {path for path in one.tree if one.tree[path][2] != other.tree[path][2]}
    # The record, the page, and when the summary was made; no app is another.
    assert not any("/objects/" in path for path in changed)


@pytest.mark.thorough
def test_what_is_no_time_is_refused(builder_at_hand: Builder) -> None:
    for text in ("yesterday", "-1", "1e9", "99999999999999"):
        failed = builder_at_hand.colleague(text).make(env={"SOURCE_DATE_EPOCH": text}, check=2)
        assert "SOURCE_DATE_EPOCH" in failed.said


@pytest.mark.thorough
def test_a_drive_that_no_lock_decides_made_twice(builder_at_hand: Builder, tmp_path: Path) -> None:
    drives = [tmp_path / "one", tmp_path / "other"]
    for drive in drives:
        drive.mkdir()
        satchel(
            "make",
            drive,
            "org.test.Hello",
            *builder_at_hand.remote,
            home=builder_at_hand.home,
            env={"SOURCE_DATE_EPOCH": "1234567890"},
        )
    assert differences(*drives) == []


def test_the_same_input_makes_the_same_lock(builder_at_hand: Builder) -> None:
    first = builder_at_hand.path.read_bytes()
    builder_at_hand.lock("org.test.Hello")
    assert builder_at_hand.path.read_bytes() == first


@pytest.fixture
def builder_at_hand(tmp_path: Path, default_upstream: Upstream) -> Builder:
    """Whose upstream is a directory of this computer."""
    builder = Builder(tmp_path / "builder", default_upstream, default_upstream.path.as_uri())
    builder.lock("org.test.Hello")
    return builder


@pytest.mark.thorough
def test_what_another_source_has_packed_is_not_taken(
    tmp_path: Path, own_upstream: Upstream, serve: Callable[..., Server]
) -> None:
    server = serve(own_upstream.path)
    builder = Builder(tmp_path / "builder", own_upstream, server.url)
    builder.lock("org.test.Hello", "org.test.Large")
    one, other = builder.colleague("one"), builder.colleague("other")
    one.make()
    # The same content, from who packs otherwise; this computer keeps it.
    elsewhere = own_upstream.copy(tmp_path / "elsewhere")
    packed = 0
    for file in elsewhere.path.glob("objects/*/*.filez"):
        data = file.read_bytes()
        header = 8 + int.from_bytes(data[:4], "big")
        if len(data) == header:
            continue  # a link
        content = zlib.decompressobj(-15).decompress(data[header:])
        again = zlib.compressobj(1, zlib.DEFLATED, -15)
        file.write_bytes(data[:header] + again.compress(content) + again.flush())
        packed += file.read_bytes() != data
    assert packed
    file = tmp_path / "elsewhere.flatpakrepo"
    file.write_text(elsewhere.flatpakrepo(serve(elsewhere.path).url))
    spare = tmp_path / "spare"
    spare.mkdir()
    satchel(*("make", spare, "org.test.Hello", "org.test.Large", "--remote", file), home=other.home)
    other.make()
    assert differences(one.drive, other.drive) == []
    # A drive that was made of it spares the download, and comes to the same.
    third = builder.colleague("third")
    third.make("--from", one.drive)
    assert differences(one.drive, third.drive) == []


def has(objects: Path, count: int) -> bool:
    return sum(1 for _ in objects.glob("??/*")) >= count


@pytest.mark.kills
@pytest.mark.thorough
def test_a_job_that_was_killed_and_goes_on(
    tmp_path: Path, own_upstream: Upstream, serve: Callable[..., Server]
) -> None:
    server = serve(own_upstream.path, latency=0.02)
    builder = Builder(tmp_path / "builder", own_upstream, server.url)
    builder.lock("org.test.Hello", "org.test.Large", "--language", "de")
    straight, stopped = builder.colleague("straight"), builder.colleague("stopped")
    straight.make()
    objects = stopped.drive / ".ostree/repo/objects"
    for number in (1, 30, 60):
        job = stopped.start()
        until(partial(has, objects, number))
        job.kill()
        job.wait()
    assert stopped.finding("journal-left")
    stopped.make()
    assert differences(straight.drive, stopped.drive) == []
