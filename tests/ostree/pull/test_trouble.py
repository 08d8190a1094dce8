"""Pulling from upstreams in trouble: what passes, what is given up, what is gone on with."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from app.errors import UpstreamError
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.delivery import ObjectMissingUpstreamError
from app.ostree.pull.object_writer import MIN_PART, ObjectStore
from app.progress import Advanced
from app.replacing import replace as change
from tests.ostree.conftest import Made, make
from tests.ostree.pull.target import IMPATIENT, QUICK, Target, a_file, url_path
from tests.ostree.web import Exchange, Hangup, Web, cut, hang_up, replace, stall, status

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_left")]


@pytest.mark.parametrize("trouble", ["503 Busy", "500 Oops", "429 Slow down", "408 Timeout"])
def test_trouble_that_passes(upstream: Made, web: Web, target: Target, trouble: str) -> None:
    name = upstream.small()
    web.rules[url_path(name)] = [status(trouble), status(trouble), hang_up]
    target.pull(upstream, web.url)
    assert target.same_as(upstream)
    assert web.paths().count(url_path(name)) == 4


def test_trouble_that_stays_is_given_up(upstream: Made, web: Web, target: Target) -> None:
    name = upstream.small()
    web.always[url_path(name)] = status("503 Busy")
    with pytest.raises(UpstreamError, match="503") as caught:
        target.pull(upstream, web.url)
    assert type(caught.value) is UpstreamError
    assert web.paths().count(url_path(name)) == 1 + QUICK.retries
    assert target.repository.partial_commits() == {upstream.commit}
    assert target.wrong() == []
    del web.always[url_path(name)]
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


@pytest.mark.parametrize("answer", ["404 Not Found", "410 Gone"])
def test_a_missing_object_is_not_asked_for_again(
    upstream: Made, web: Web, target: Target, answer: str
) -> None:
    name = upstream.small()
    web.always[url_path(name)] = status(answer)
    with pytest.raises(ObjectMissingUpstreamError, match=name.checksum):
        target.pull(upstream, web.url)
    assert web.paths().count(url_path(name)) == 1


def test_a_missing_object_of_a_local_upstream(tmp_path: Path, target: Target) -> None:
    made = make(tmp_path / "local", a_file)
    made.file(made.small()).unlink()
    with pytest.raises(ObjectMissingUpstreamError):
        target.pull(made, made.path.as_uri())


def test_a_pipe_in_a_local_upstream(tmp_path: Path, target: Target) -> None:
    made = make(tmp_path / "local", a_file)
    path = made.file(made.small())
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(UpstreamError, match="cannot be read"):
        target.pull(made, made.path.as_uri())


def test_no_server(upstream: Made, web: Web, target: Target) -> None:
    web.close()
    with pytest.raises(UpstreamError):
        target.pull(upstream, web.url, network=change(QUICK, retries=1))


@pytest.mark.parametrize("size", [1, 300, 40_000, 270_000, 1_000_000, 5_000_000])
def test_a_cut_connection_is_continued(upstream: Made, web: Web, target: Target, size: int) -> None:
    web.rules[url_path(upstream.big)] = [cut(size), cut(size), cut(10)]
    target.pull(upstream, web.url)
    assert target.same_as(upstream)
    offsets = [e.offset for e in web.asked if e.path == url_path(upstream.big)]
    assert offsets[0] == 0
    if size > 256 * 1024 + 16 * 1024:
        assert offsets[1] == size  # nothing that arrived comes again
    last = target.events[-1]
    assert isinstance(last, Advanced)
    total = sum(upstream.file(n).stat().st_size for n in upstream.objects())
    assert last.bytes == total - len(upstream.commit_bytes)


def test_a_large_object_that_gets_on_is_never_given_up(
    upstream: Made, web: Web, target: Target
) -> None:
    web.always[url_path(upstream.big)] = cut(400_000)
    target.pull(upstream, web.url, network=change(QUICK, retries=1))
    assert target.same_as(upstream)


def test_a_large_object_that_does_not_get_on_is(upstream: Made, web: Web, target: Target) -> None:
    def whole_then_cut(exchange: Exchange) -> None:
        exchange.send("200 OK", exchange.body[:400_000], length=len(exchange.body))
        raise Hangup

    web.always[url_path(upstream.big)] = whole_then_cut
    with pytest.raises(UpstreamError):
        target.pull(upstream, web.url)
    assert web.paths().count(url_path(upstream.big)) < 20


def test_a_stalled_transfer_is_cut_and_continued(upstream: Made, web: Web, target: Target) -> None:
    web.rules[url_path(upstream.big)] = [stall(1_000_000)]
    web.rules[url_path(upstream.small())] = [stall(3)]
    target.pull(upstream, web.url, network=IMPATIENT)
    assert target.same_as(upstream)
    offsets = [e.offset for e in web.asked if e.path == url_path(upstream.big)]
    assert offsets == [0, 1_000_000]


def test_the_part_of_a_broken_off_run_is_continued(
    upstream: Made, web: Web, target: Target
) -> None:
    web.always[url_path(upstream.big)] = cut(2_000_000)
    with pytest.raises(UpstreamError):
        target.pull(upstream, web.url, network=change(QUICK, retries=0))
    assert target.wrong() == []
    assert f"satchel-{upstream.big}" in target.leftovers()
    web.always.clear()
    web.asked.clear()
    target.pull(upstream, web.url)
    assert target.same_as(upstream)
    assert target.leftovers() == []
    assert [e.offset for e in web.asked if e.path == url_path(upstream.big)] == [2_000_000]


def part(target: Target, name: ObjectName, data: bytes) -> None:
    (target.repository.path / "tmp" / f"satchel-{name}").write_bytes(data)


def test_a_complete_part(upstream: Made, web: Web, target: Target) -> None:
    part(target, upstream.big, upstream.file(upstream.big).read_bytes())
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


def test_parts_are_listed_while_another_process_finishes_some(target: Target) -> None:
    (target.repository.path / "objects" / "00").mkdir(parents=True, exist_ok=True)
    names = [ObjectName(f"{number:064x}", ObjectKind.FILE) for number in range(400)]
    with ObjectStore(target.repository.root) as store:
        for name in names:
            part(target, name, b"")
            os.truncate(target.repository.path / "tmp" / f"satchel-{name}", MIN_PART)

        def publish() -> None:
            for name in names:
                store.publish_part(name)

        finishing = threading.Thread(target=publish)
        finishing.start()
        while finishing.is_alive():
            store.parts()
        finishing.join()
        assert store.parts() == set()


def test_a_part_that_is_too_long(upstream: Made, web: Web, target: Target) -> None:
    part(target, upstream.big, upstream.file(upstream.big).read_bytes() + b"more")
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


def test_a_part_with_a_flipped_bit(upstream: Made, web: Web, target: Target) -> None:
    data = bytearray(upstream.file(upstream.big).read_bytes()[:3_000_000])
    data[2_000_000] ^= 1
    part(target, upstream.big, bytes(data))
    target.pull(upstream, web.url)
    assert target.same_as(upstream)
    assert target.leftovers() == []


def test_a_part_of_something_that_is_no_longer_wanted(
    upstream: Made, web: Web, target: Target
) -> None:
    part(target, ObjectName("ab" * 32, ObjectKind.FILE), bytes(2_000_000))
    # What a process that was killed has left, and what is somebody else's.
    (target.repository.path / "tmp/satchel-0123456789abcdef").mkdir()
    (target.repository.path / "tmp/satchel-0123456789abcdef/new").touch()
    (target.repository.path / "tmp/other").mkdir()
    target.pull(upstream, web.url)
    assert target.leftovers() == ["other"]


def test_a_server_that_cannot_continue(upstream: Made, web: Web, target: Target) -> None:
    whole = replace(lambda body: body)
    web.rules[url_path(upstream.big)] = [cut(1_000_000), whole, whole]
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


def test_a_server_that_continues_elsewhere(upstream: Made, web: Web, target: Target) -> None:
    def elsewhere(exchange: Exchange) -> None:
        body = exchange.body
        where = f"Content-Range: bytes 5-{len(body) - 1}/{len(body)}"
        exchange.send("206 Partial Content", body[5:], where)

    def lies(exchange: Exchange) -> None:
        body, offset = exchange.body, exchange.offset
        where = f"Content-Range: bytes {offset}-{len(body) - 1}/{len(body)}"
        exchange.send("206 Partial Content", body[:-offset], where)

    big = url_path(upstream.big)
    for bad in (elsewhere, lies):
        web.rules[big] = [cut(1_000_000), bad]
        target.pull(upstream, web.url)
        assert target.same_as(upstream)
        (target.repository.path / "objects" / upstream.big.path).unlink()
