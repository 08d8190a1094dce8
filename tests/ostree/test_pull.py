"""Pulling: whatever the network and the drive do, only right objects get their names."""

from __future__ import annotations

import errno
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace as change
from pathlib import Path

import psutil
import pytest

from app.errors import DriveError, InterruptedByUser, UpstreamError
from app.fs.files import DriveFullError
from app.fs.root import Root
from app.ostree.object_check import check_object
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.delivery import ObjectMissingUpstreamError, ObjectRejectedError
from app.ostree.pull.fetch import Network, open_source
from app.ostree.pull.object_writer import MIN_PART, ObjectStore
from app.ostree.pull.pulling import PullResult, pull
from app.ostree.repository import Repository
from app.ostree.workers import WorkerLostError
from app.progress import GROUPS, Advanced, CancelToken, Event, Meter, Phase, Placed, silent
from tests.ostree.conftest import Made, make, ostree
from tests.ostree.web import (
    Exchange,
    Hangup,
    Web,
    cut,
    endless,
    hang_up,
    replace,
    stall,
    status,
)

QUICK = Network(first_pause=0.001)
IMPATIENT = change(QUICK, stall_timeout=1)
"""Where it is waited for that a server is given up: a busy machine may look like one that hangs."""

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_left")]


class Target:
    """An empty repository, and pulls into it."""

    def __init__(self, path: Path) -> None:
        self.repository = Repository.create(Root(path.parent).below(path.name))
        self.events: list[Event] = []
        self.cancel = CancelToken()

    def pull(
        self,
        made: Made,
        url: str,
        *,
        network: Network = QUICK,
        distrust: bool = False,
        report: Callable[[Event], None] | None = None,
    ) -> PullResult:
        meter = Meter(report or self.events.append, Phase.DOWNLOAD)
        source = open_source(url, network, self.cancel)
        commits = [(made.commit, made.commit_bytes)]
        return pull(self.repository, source, commits, meter, self.cancel, distrust=distrust)

    def wrong(self) -> list[str]:
        """Objects whose content is not what their name says."""
        bad = []
        for path in (self.repository.path / "objects").glob("??/*"):
            name = ObjectName.from_path(path.parent.name, path.name)
            assert name is not None, path
            try:
                check_object(name, path.read_bytes())
            except ValueError:
                bad.append(str(name))
        return bad

    def same_as(self, made: Made) -> bool:
        ours = {path.relative_to(self.repository.path) for path in self._objects()}
        theirs = {Path("objects") / name.path for name in made.objects()}
        same = all(
            (self.repository.path / p).read_bytes() == (made.path / p).read_bytes()
            for p in ours & theirs
        )
        return ours == theirs and same

    def _objects(self) -> list[Path]:
        return list((self.repository.path / "objects").glob("??/*"))

    def leftovers(self) -> list[str]:
        return os.listdir(self.repository.path / "tmp")


@pytest.fixture
def target(tmp_path: Path) -> Target:
    return Target(tmp_path / "stick")


def url_path(name: ObjectName) -> str:
    return f"/objects/{name.path}"


# The plain case


def test_everything_arrives_as_it_is_upstream(upstream: Made, web: Web, target: Target) -> None:
    result = target.pull(upstream, web.url)
    assert target.same_as(upstream)
    assert target.leftovers() == []
    assert result.objects == len(upstream.objects()) - 1  # the commit was there
    sizes = sum(upstream.file(name).stat().st_size for name in upstream.objects())
    assert result.bytes == sizes - len(upstream.commit_bytes)
    assert target.repository.partial_commits() == {upstream.commit}
    last = target.events[-1]
    assert last == Advanced(Phase.DOWNLOAD, result.objects, result.objects, result.bytes, 0)
    ostree("fsck", f"--repo={target.repository.path}")


def test_nothing_is_asked_for_twice_and_trees_come_first(
    upstream: Made, web: Web, target: Target
) -> None:
    target.pull(upstream, web.url)
    paths = web.paths()
    assert len(paths) == len(set(paths)) == len(upstream.objects()) - 1
    assert paths[0].endswith(".dirtree")


def test_a_local_upstream(upstream: Made, target: Target) -> None:
    result = target.pull(upstream, upstream.path.as_uri())
    assert target.same_as(upstream)
    assert target.leftovers() == []
    assert result.objects == len(upstream.objects()) - 1


def test_what_is_there_is_not_fetched_again(upstream: Made, web: Web, target: Target) -> None:
    target.pull(upstream, web.url)
    web.asked.clear()
    assert target.pull(upstream, web.url) == PullResult(0, 0)
    assert target.pull(upstream, web.url, distrust=True) == PullResult(0, 0)
    assert web.paths() == []
    last = target.events[-1]
    assert isinstance(last, Advanced)
    assert last.objects == last.objects_total


def test_thousands_of_objects(tmp_path: Path, target: Target) -> None:
    def fill(tree: Path) -> None:
        for index in range(2500):
            (tree / f"{index % 50}").mkdir(exist_ok=True)
            (tree / f"{index % 50}/{index}").write_text(f"file {index}")

    made = make(tmp_path / "many", fill)
    web = Web(made.path)
    try:
        assert target.pull(made, web.url).objects == len(made.objects()) - 1
    finally:
        web.close()
    assert target.same_as(made)


# What is there but not right


@pytest.mark.parametrize("local", [False, True])
def test_a_damaged_tree_that_is_there_comes_again(
    upstream: Made, web: Web, target: Target, local: bool
) -> None:
    url = upstream.path.as_uri() if local else web.url
    target.pull(upstream, url)
    for kind in (ObjectKind.DIRTREE, ObjectKind.DIRMETA):
        name = upstream.small(kind)
        (target.repository.path / "objects" / name.path).write_bytes(b"damaged")
    assert target.pull(upstream, url).objects == 2
    assert target.same_as(upstream)


@pytest.mark.parametrize("local", [False, True])
def test_with_distrust_every_present_object_is_read(
    upstream: Made, web: Web, target: Target, local: bool
) -> None:
    url = upstream.path.as_uri() if local else web.url
    target.pull(upstream, url)
    names = [upstream.small(), upstream.big, upstream.small(ObjectKind.DIRTREE)]
    (target.repository.path / "objects" / names[0].path).write_bytes(b"")
    with open((target.repository.path / "objects" / names[1].path), "r+b") as file:
        file.seek(3_000_000)
        file.write(b"xx")
    with open((target.repository.path / "objects" / names[2].path), "r+b") as file:
        file.truncate(10)
    assert target.pull(upstream, url, distrust=True).objects == 3
    assert target.same_as(upstream)


def test_a_pipe_or_a_link_in_place_of_an_object(upstream: Made, web: Web, target: Target) -> None:
    target.pull(upstream, web.url)
    files = [n for n in upstream.objects(ObjectKind.FILE) if n != upstream.big][:2]
    pipe, link = (target.repository.path / "objects" / name.path for name in files)
    pipe.unlink()
    os.mkfifo(pipe)
    link.unlink()
    link.symlink_to("nowhere")
    tree = target.repository.path / "objects" / upstream.small(ObjectKind.DIRTREE).path
    tree.unlink()
    os.mkfifo(tree)
    assert target.pull(upstream, web.url, distrust=True).objects == 3
    assert target.same_as(upstream)


# Upstream in trouble


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


def a_file(tree: Path) -> None:
    (tree / "a").write_bytes(bytes(10))


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


# Upstream lying


BAD = {
    "empty": lambda _: b"",
    "short": lambda body: body[:-1],
    "long": lambda body: body + b"x",
    "flipped at the end": lambda body: body[:-9] + bytes([body[-9] ^ 1]) + body[-8:],
    "flipped at the start": lambda body: bytes([body[0] ^ 1]) + body[1:],
    "something else": lambda _: b"<html>Please log in</html>" * 20_000,
}


@pytest.mark.parametrize("how", BAD)
@pytest.mark.parametrize("kind", ["big", ObjectKind.FILE, ObjectKind.DIRTREE, ObjectKind.DIRMETA])
def test_bytes_that_are_wrong_once(
    upstream: Made, web: Web, target: Target, kind: str, how: str
) -> None:
    name = upstream.big if kind == "big" else upstream.small(ObjectKind(kind))
    # Trouble before does not use up the second chance.
    web.rules[url_path(name)] = [status("503 Busy"), replace(BAD[how])]
    target.pull(upstream, web.url)
    assert target.same_as(upstream)
    last = target.events[-1]
    assert isinstance(last, Advanced)
    total = sum(upstream.file(n).stat().st_size for n in upstream.objects())
    assert last.bytes == total - len(upstream.commit_bytes)


@pytest.mark.parametrize("how", BAD)
@pytest.mark.parametrize("kind", ["big", ObjectKind.FILE, ObjectKind.DIRTREE])
def test_bytes_that_are_always_wrong(
    upstream: Made, web: Web, target: Target, kind: str, how: str
) -> None:
    name = upstream.big if kind == "big" else upstream.small(ObjectKind(kind))
    web.always[url_path(name)] = replace(BAD[how])
    with pytest.raises(ObjectRejectedError, match=name.checksum):
        target.pull(upstream, web.url)
    assert not target.repository.has(name)
    assert target.wrong() == []
    assert f"satchel-{name}" not in target.leftovers()
    assert target.repository.partial_commits() == {upstream.commit}


def test_objects_under_each_others_names(upstream: Made, web: Web, target: Target) -> None:
    one, other = upstream.objects(ObjectKind.FILE)[:2]
    data = upstream.file(other).read_bytes()
    web.always[url_path(one)] = replace(lambda _: data)
    with pytest.raises(ObjectRejectedError):
        target.pull(upstream, web.url)
    assert not target.repository.has(one)


def test_a_local_upstream_that_is_damaged(tmp_path: Path, target: Target) -> None:
    made = make(tmp_path / "local", a_file)
    with open(made.file(made.small()), "ab") as file:
        file.write(b"x")
    with pytest.raises(ObjectRejectedError):
        target.pull(made, made.path.as_uri())
    assert not target.repository.has(made.small())


@pytest.mark.parametrize("length", [-1, +1, 10**12])
def test_a_content_length_that_lies(upstream: Made, web: Web, target: Target, length: int) -> None:
    def lie(exchange: Exchange) -> None:
        body = exchange.body
        exchange.send("200 OK", body, length=len(body) + length)
        raise Hangup

    for name in (upstream.big, upstream.small()):
        web.rules[url_path(name)] = [lie]
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


def test_a_body_without_end(upstream: Made, web: Web, target: Target) -> None:
    for name in (upstream.big, upstream.small(ObjectKind.FILE)):
        web.rules[url_path(name)] = [endless(upstream.file(name).read_bytes())]
    web.rules[url_path(upstream.small(ObjectKind.DIRMETA))] = [endless(b"")]
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


def test_a_redirect_to_a_file_is_refused(upstream: Made, web: Web, target: Target) -> None:
    name = upstream.small()
    where = f"Location: file://{upstream.file(name)}"
    web.always[url_path(name)] = status("302 Found", where)
    with pytest.raises(UpstreamError, match="redirect"):
        target.pull(upstream, web.url)
    assert web.paths().count(url_path(name)) == 1


def test_redirects_to_another_server(upstream: Made, web: Web, target: Target) -> None:
    other = Web(upstream.path)
    web.everything = lambda e: e.send("302 Found", b"over there", f"Location: {other.url}{e.path}")
    try:
        target.pull(upstream, web.url)
    finally:
        other.close()
    assert target.same_as(upstream)


# Stopping


def test_stopping_keeps_only_right_objects(upstream: Made, web: Web, target: Target) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, Advanced) and event.bytes > 1_000_000:
            target.cancel.request()

    web.always[url_path(upstream.big)] = stall(2_000_000)
    with pytest.raises(InterruptedByUser):
        target.pull(upstream, web.url, report=stop)
    assert target.wrong() == []
    assert target.repository.partial_commits() == {upstream.commit}
    assert f"satchel-{upstream.big}" in target.leftovers()
    web.always.clear()
    target.cancel = CancelToken()
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


def test_stopping_at_once(upstream: Made, web: Web, target: Target) -> None:
    target.cancel.request()
    with pytest.raises(InterruptedByUser):
        target.pull(upstream, web.url)
    assert web.paths() == []


def test_paused_it_asks_for_nothing_and_goes_on_from_there(
    upstream: Made, web: Web, target: Target
) -> None:
    asked: list[list[str]] = []

    def watch(event: Event) -> None:
        if isinstance(event, Advanced) and target.cancel.paused:
            asked.append(web.paths())
            if len(asked) == 3:
                target.cancel.resume()

    target.cancel.pause()
    target.pull(upstream, web.url, report=watch)

    assert asked == [[], [], []]
    assert target.same_as(upstream)


def test_paused_it_can_be_stopped(upstream: Made, web: Web, target: Target) -> None:
    def stop(event: Event) -> None:
        if isinstance(event, Advanced):
            target.cancel.request()

    target.cancel.pause()
    with pytest.raises(InterruptedByUser):
        target.pull(upstream, web.url, report=stop)

    assert web.paths() == []


def test_tells_where_objects_are_expected_and_where_they_are(
    upstream: Made, web: Web, target: Target
) -> None:
    target.pull(upstream, web.url)
    pictures = [event for event in target.events if isinstance(event, Placed)]

    expected = [0] * GROUPS
    for name in upstream.objects():
        if name.kind is not ObjectKind.COMMIT:
            expected[int(name.checksum[:2], 16)] += 1
    assert list(pictures[-1].expected) == list(pictures[-1].done) == expected
    assert not any(pictures[-1].bad)


def test_what_a_reporter_raises_gets_through(upstream: Made, web: Web, target: Target) -> None:
    def fail(event: Event) -> None:
        if isinstance(event, Advanced):
            raise BrokenPipeError(errno.EPIPE, "gone")

    web.rules[url_path(upstream.big)] = [stall(2_000_000)]
    with pytest.raises((BrokenPipeError, DriveError)):
        target.pull(upstream, web.url, report=fail)


# The drive


@pytest.fixture
def small_drive(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB."""
    drive = tmp_path / "small"
    drive.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", drive], check=True)
    yield drive
    subprocess.run(["umount", drive], check=True)


def test_a_full_drive(upstream: Made, web: Web, small_drive: Path) -> None:
    target = Target(small_drive / "stick")
    filler = small_drive / "filler"
    filler.write_bytes(bytes(2_500_000))
    with pytest.raises(DriveFullError):
        target.pull(upstream, web.url)
    assert target.wrong() == []
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", small_drive], check=True)
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


def test_a_drive_that_goes_away(upstream: Made, web: Web, target: Target) -> None:
    (target.repository.path / "objects").rename(target.repository.path / "elsewhere")
    with pytest.raises(DriveError):
        target.pull(upstream, web.url)


def test_a_process_that_is_killed_does_not_hang(upstream: Made, web: Web, target: Target) -> None:
    def kill(event: Event) -> None:
        if isinstance(event, Advanced):
            for child in psutil.Process().children():
                child.kill()

    web.rules[url_path(upstream.big)] = [stall(2_000_000)]
    with pytest.raises(WorkerLostError):
        target.pull(upstream, web.url, network=IMPATIENT, report=kill)
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


def test_no_process_is_left(upstream: Made, web: Web, target: Target) -> None:
    target.pull(upstream, web.url)
    assert psutil.Process().children() == []


def test_silence_is_a_reporter(upstream: Made, web: Web, target: Target) -> None:
    target.pull(upstream, web.url, report=silent)
    assert target.events == []
