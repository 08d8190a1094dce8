"""Whatever stops it, whoever reads meanwhile: clients find what was there, or all of the new."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.media.publishing.publisher import COLLECTION, Publisher, lists_of
from tests.satchel import ROOT
from tests.servers import Server
from tests.stick.interrupted.jobs import tmpfs
from tests.upstream import Upstream

FATAL = Path(__file__).parents[2] / "stick/fatal"
KILLS = 24


@dataclass(frozen=True)
class Goal:
    """A publisher who is about to publish something newer, and how often that changes files."""

    publisher: Publisher
    changes: int


def newer(upstream: Upstream) -> None:
    upstream.bump(f"app/org.test.Hello/{upstream.arch}/stable")
    upstream.update()


def killed_at(publisher: Publisher, change: int) -> None:
    publisher.again(
        "org.test.Large",
        env={
            "PYTHONPATH": f"{FATAL}:{ROOT}",
            "SATCHEL_TEST_DRIVE": str(publisher.path),
            "SATCHEL_TEST_DIE_AT": str(change),
        },
        check=-signal.SIGKILL,
    )


@pytest.fixture(scope="module")
def goal(
    publishing_key: SigningKey,
    default_upstream: Upstream,
    tmp_path_factory: pytest.TempPathFactory,
) -> Goal:
    directory = tmp_path_factory.mktemp("goal")
    upstream = default_upstream.copy(directory / "up")
    publisher = Publisher(directory / "publisher", upstream, publishing_key)
    publisher.first("org.test.Hello", "org.test.Other")
    newer(upstream)
    count = directory / "count"
    other = publisher.copy(directory / "other")
    other.again(
        "org.test.Large",
        env={
            "PYTHONPATH": f"{FATAL}:{ROOT}",
            "SATCHEL_TEST_DRIVE": str(other.path),
            "SATCHEL_TEST_COUNT": str(count),
        },
    )
    return Goal(publisher, int(count.read_text()))


def assert_served(repository: Path, key: SigningKey, scratch: Path) -> None:
    """A plain ostree takes all that the old summary names; all that the index names is there."""
    mirror(repository.as_uri(), key, scratch)
    _, subs, _ = lists_of(repository)
    for refs, _ in subs.values():
        for name, (_, commit, _) in refs:
            subprocess.run(
                ["ostree", "show", f"--repo={repository}", bytes(commit).hex()],
                check=True, capture_output=True,
            )  # fmt: skip
            assert name
    subprocess.run(["ostree", "fsck", "-q", f"--repo={repository}"], check=True)


def mirror(url: str, key: SigningKey, scratch: Path) -> None:
    """As somebody new takes everything, and checks every signature."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    (scratch / "key").write_bytes(key.public)
    repository = f"--repo={scratch / 'mirror'}"
    for command in (
        ["init", "--mode=archive", repository],
        ["remote", "add", repository, f"--gpg-import={scratch / 'key'}",
         "--set=gpg-verify-summary=true", f"--collection-id={COLLECTION}", "school", url],
        ["pull", "--mirror", repository, "school"],
    ):  # fmt: skip
        done = subprocess.run(["ostree", *command], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.kills
@pytest.mark.thorough
@pytest.mark.parametrize("number", range(KILLS))
def test_killed(goal: Goal, number: int, tmp_path: Path) -> None:
    """Before any change that it makes; more often where the lists are exchanged."""
    publisher = goal.publisher.copy(tmp_path / "copy")
    chance = random.Random(number)
    late = number >= KILLS // 3
    first, last = (goal.changes * 3 // 4, goal.changes) if late else (1, goal.changes * 3 // 4)
    killed_at(publisher, chance.randint(first, last - 1))
    assert_served(publisher.path, publisher.maker, tmp_path / "scratch")
    finished = publisher.again("org.test.Large").finished
    assert finished["ok"]
    assert "org.test.Large" in publisher.ostree("refs")
    assert_served(publisher.path, publisher.maker, tmp_path / "scratch")
    assert list((publisher.path / "tmp").rglob("*.tmp")) == []


@pytest.mark.kills
@pytest.mark.thorough
@pytest.mark.parametrize("share", [0.1, 0.6, 0.85, 0.95, 0.98])
def test_full(goal: Goal, share: float, tmp_path: Path) -> None:
    """Before any change; what is said is about a disk, which nobody could plug in again."""
    publisher = Publisher(tmp_path / "copy", goal.publisher.upstream, goal.publisher.maker)
    with tmpfs(publisher.path, 60_000_000):
        shutil.copytree(goal.publisher.path, publisher.path, dirs_exist_ok=True)
        trouble = {
            "PYTHONPATH": f"{FATAL}:{ROOT}",
            "SATCHEL_TEST_DRIVE": str(publisher.path),
            "SATCHEL_TEST_FILL_AT": str(int(goal.changes * share)),
        }
        done = publisher.again("org.test.Large", env=trouble, check=3)
        error = done.finished["error"]
        assert "The disk is full" in error["message"]
        assert "drive" not in error["message"] + error["hint"]
        assert_served(publisher.path, publisher.maker, tmp_path / "scratch")

        (publisher.path / "filler").unlink()
        assert publisher.again("org.test.Large").finished["ok"]
        assert "org.test.Large" in publisher.ostree("refs")
        assert_served(publisher.path, publisher.maker, tmp_path / "scratch")


@pytest.fixture
def reading() -> Iterator[Callable[[Callable[[int], None]], None]]:
    """Does something again and again until the end of the test, and fails if that does."""
    stop = threading.Event()
    threads: list[threading.Thread] = []
    errors: list[BaseException] = []
    times: list[int] = []

    def start(read: Callable[[int], None]) -> None:
        def go_on() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                try:
                    read(number)
                except BaseException as error:
                    errors.append(error)
                    return
            times.append(number)

        threads.append(threading.Thread(target=go_on))
        threads[-1].start()

    yield start
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert all(number > 1 for number in times), times


@pytest.mark.thorough
@pytest.mark.slow
def test_read_while_it_is_published(
    publisher: Publisher,
    serve: Callable[..., Server],
    reading: Callable[[Callable[[int], None]], None],
    tmp_path: Path,
) -> None:
    """New and old computers, by the index and by the old summary, all the time."""
    publisher.path.mkdir()
    server = serve(publisher.path)
    publisher.first("org.test.Hello", url=server.url)
    key = publisher.maker

    def take_all(_: int) -> None:
        # What a plain ostree asks for in two requests can change in between, once.
        for last in (False, True):
            try:
                mirror(server.url, key, tmp_path / "scratch")
                return
            except AssertionError as error:
                if last or "BAD signature" not in str(error):
                    raise

    def look(number: int) -> None:
        client = Client(tmp_path / f"new-{number}")
        client.remote_add("school", server.url, key.public, COLLECTION)
        client.run("remote-ls", "--user", "school")

    old = Client(tmp_path / "old")
    old.remote_add("school", server.url, key.public, COLLECTION)
    old.install("school", "org.test.Hello")

    def update(_: int) -> None:
        old.update()

    for read in (take_all, look, update):
        reading(read)
    for _ in range(6):
        newer(publisher.upstream)
        assert publisher.again().finished["updated"]
