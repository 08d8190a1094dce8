"""Jobs that end in the middle: the stick stays what it was, and the next run completes it."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from app.drive.space import FAT_MAX_FILE, Space
from app.flatpak.upstream.summary_index import SummaryIndex
from app.formats.gvariant import Variant, serialise
from app.message import NOTHING
from app.stick.planning.estimate import FileTooLargeError, estimate
from app.stick.planning.plan import Action, Item
from tests.client import Client
from tests.satchel import ROOT, Done, command, environment, satchel
from tests.servers import Exchange, HostileServer, lasting_port
from tests.stick.forge import COMMIT_TYPE
from tests.stick.scene import Scene, check_refusal, copy_drive, objects, only, published
from tests.upstream import Upstream, host_arch
from tests.volumes import mounted
from tests.waiting import GUARD, until

pytestmark = pytest.mark.kills

ARCH = host_arch()
KILLS = 60
EVERY = 6
"""Of so many kills one is in the gate, the others are in thorough runs."""
HERE = Path(__file__).parent
JOB = ("org.test.Hello", "org.test.Large")
"""What is asked for in the end: an update of the first, and the second for the first time."""


@dataclass(frozen=True)
class Goal:
    """A stick before and after an undisturbed job.

    Attributes:
        directory: with the drive as it is before.
        changes: how often the job changed the drive.
        port: of the server that the drive was made from; its address is on the drive.
    """

    directory: Path
    upstream: Upstream
    files: dict[str, bytes]
    objects: set[str]
    changes: int
    port: int


def undated(files: dict[str, bytes]) -> dict[str, object]:
    """Without what differs between two runs of the same job: times, and the server's port."""
    found: dict[str, object] = {}
    for name, data in files.items():
        if name.endswith("stick.json"):
            record = json.loads(data)
            record["made"] = 0
            for collection in record["collections"].values():
                collection["url"] = ""
            found[name] = record
        elif not name.endswith(".flatpakrepo") and any(
            part in name for part in ("/upstream/", "/refs/", "/summaries/", "/summary.idx")
        ):
            found[name] = data
        else:
            found[name] = "there"
    return found


@pytest.fixture(scope="module")
def goal(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Goal:
    directory = tmp_path_factory.mktemp("goal")
    old = default_upstream
    new = old.copy(directory / "up")
    new.bump(f"app/org.test.Hello/{ARCH}/stable", {"share/news": b"news" * 5000})
    made = SummaryIndex((old.path / "summary.idx").read_bytes()).last_modified
    assert made is not None
    until(lambda: time.time() > made + 1)
    new.update()
    (directory / "drive").mkdir()
    with HostileServer(old.path, lasting_port()) as web:
        scene = Scene(directory, new, web)
        assert scene.make("org.test.Hello").finished["ok"]
        copy_drive(directory / "drive", directory / "undisturbed/drive")
        web.root = new.path
        other = Scene(directory / "undisturbed", new, web)
        count = directory / "count"
        run(other, *JOB, SATCHEL_TEST_COUNT=str(count))
    drive = directory / "undisturbed/drive"
    return Goal(directory, new, published(drive), objects(drive), int(count.read_text()), web.port)


def run(scene: Scene, *refs: str, check: bool | int = True, **variables: str) -> Done:
    """``make`` with `fatal.sitecustomize` in it."""
    env = {
        "PYTHONPATH": f"{HERE / 'fatal'}:{ROOT}",
        "SATCHEL_TEST_DRIVE": str(scene.drive),
        **variables,
    }
    return satchel(
        "make", "--json", scene.drive, *refs, "--remote", scene.remote,
        home=scene.home, env=env, check=check,
    )  # fmt: skip


@pytest.fixture
def scene(goal: Goal, hostile: Callable[..., HostileServer], tmp_path: Path) -> Iterator[Scene]:
    """The stick before the job, and the upstream of the job."""
    copy_drive(goal.directory / "drive", tmp_path / "drive")
    yield Scene(tmp_path, goal.upstream, hostile(goal.upstream.path, goal.port))
    assert_alone(tmp_path)


def assert_alone(directory: Path) -> None:
    """No process of the job is left."""

    def others() -> list[str]:
        found = []
        for process in psutil.process_iter(["environ", "cmdline"]):
            environ = process.info["environ"] or {}
            if environ.get("HOME", "").startswith(str(directory)) and "gpg-agent" not in str(
                process.info["cmdline"]
            ):
                found.append(str(process.info["cmdline"]))
        return found

    until(lambda: not others())


def assert_valid(scene: Scene, *arguments: str) -> set[str]:
    """The stick is sound; returns the findings' codes: at most that something was interrupted."""
    options = ("--json", "--trust-drive-keys", *arguments)
    report = satchel("verify", *options, scene.drive, home=scene.home).json
    assert report["ok"], report
    codes = {one["code"] for one in report["findings"]}
    assert codes <= {"journal-left", "orphan-objects", "upstream-newer"}, report
    return codes


def complete(scene: Scene, goal: Goal, *refs: str) -> None:
    """The same job again: now the stick is as if nothing had happened."""
    scene.web.everything = None
    finished = scene.make(*(refs or JOB)).finished
    assert finished["ok"]
    assert not {one["code"] for one in finished["verify"]["findings"]} & {"journal-left"}
    repository = scene.drive / ".ostree/repo"
    assert list((repository / "tmp").iterdir()) == []
    assert list((repository / "state").iterdir()) == []
    if not refs:
        assert undated(published(scene.drive)) == undated(goal.files)
        assert objects(scene.drive) == goal.objects
        subprocess.run(
            ["ostree", "fsck", "--quiet", f"--repo={repository}"], check=True, capture_output=True
        )
        leftovers = [
            path for path in scene.drive.rglob("*") if path.name.endswith((".tmp", ".new"))
        ]
        assert leftovers == []


@pytest.fixture(scope="module")
def moments(goal: Goal) -> list[int]:
    """Where to kill: everywhere, with some randomness."""
    chance = random.Random(31)
    step = goal.changes / KILLS
    return [1 + int((number + chance.random()) * step) for number in range(KILLS)]


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(number, marks=[] if number % EVERY == 0 else pytest.mark.thorough)
        for number in range(KILLS)
    ],
)
def test_killed(scene: Scene, goal: Goal, moments: list[int], number: int) -> None:
    """Before any change that the job makes to the drive."""
    done = run(scene, *JOB, check=-signal.SIGKILL, SATCHEL_TEST_DIE_AT=str(moments[number]))
    assert '"finished"' not in done.stdout
    assert_alone(scene.directory)
    if number // EVERY % 4 == 3:
        assert_valid(scene, "--quick")
    complete(scene, goal)


def test_killed_late_and_then_early(
    scene: Scene, goal: Goal, client: Client, default_upstream: Upstream
) -> None:
    """While refs are exchanged, and again before the next job has got that far: clients see the
    stick as it was."""
    run(scene, *JOB, check=-signal.SIGKILL, SATCHEL_TEST_DIE_AT=str(goal.changes * 2 // 3))
    assert_valid(scene)
    run(scene, *JOB, check=-signal.SIGKILL, SATCHEL_TEST_DIE_AT="4")
    assert "journal-left" in assert_valid(scene)
    client.remote_add(
        "up", "http://127.0.0.1:9/", scene.upstream.key.public, "org.test.Upstream", check=False
    )
    ref = f"app/org.test.Hello/{ARCH}/stable"
    # The client leaves its cache in the repository's tmp/.
    copy_drive(scene.drive, scene.directory / "copy")
    client.install("up", "org.test.Hello", sideload=scene.directory / "copy/.ostree/repo")
    assert client.installed()[ref] == default_upstream.refs[ref]
    complete(scene, goal)


# ---- In the middle of a download


class Job:
    """``make --json`` under way."""

    def __init__(self, scene: Scene, *refs: str) -> None:
        self.process = subprocess.Popen(
            command("make", "--json", scene.drive, *refs, "--remote", scene.remote),
            env=environment(scene.home),
            cwd=scene.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def finish(self) -> Done:
        out, err = self.process.communicate(timeout=GUARD)
        assert "Traceback" not in err, err
        return Done(self.process.args, self.process.returncode, out, err)


@dataclass
class Held:
    """A job whose files do not arrive before the gate is opened."""

    scene: Scene
    job: Job
    gate: threading.Event

    def go_on(self) -> Done:
        self.gate.set()
        return self.job.finish()


@pytest.fixture
def hold(scene: Scene) -> Iterator[Callable[..., Held]]:
    """Starts a job and brings it to where it waits for files."""
    held: list[Held] = []

    def start(ending: str = ".filez") -> Held:
        gate = threading.Event()

        def wait(exchange: Exchange) -> None:
            until(lambda: gate.is_set() or exchange.web.closing.is_set())
            exchange.good()

        scene.web.everything = only(ending, wait)
        one = Held(scene, Job(scene, *JOB), gate)
        held.append(one)
        until(
            lambda: (
                any(asked.endswith(ending) for asked in scene.web.paths())
                or one.job.process.poll() is not None
            )
        )
        assert one.job.process.poll() is None, one.job.finish().said
        return one

    yield start
    for one in held:
        one.gate.set()
        one.job.process.kill()
        one.job.process.communicate()


Hold = Callable[..., Held]


def test_killed_while_downloading(scene: Scene, goal: Goal, hold: Hold) -> None:
    """Its helpers go with it, though nobody tells them to."""
    held = hold()
    helpers = psutil.Process(held.job.process.pid).children(recursive=True)
    assert helpers
    held.job.process.kill()
    held.job.process.wait()
    _, alive = psutil.wait_procs(helpers, timeout=GUARD)
    assert alive == []
    held.gate.set()
    assert_valid(scene)
    complete(scene, goal)


def test_helper_killed(scene: Scene, goal: Goal, hold: Hold) -> None:
    held = hold()
    for helper in psutil.Process(held.job.process.pid).children():
        if "app.ostree.workers" in " ".join(helper.cmdline()):
            helper.kill()
            break
    done = held.go_on()
    assert done.returncode == 3, done.said
    check_refusal(done, 3)
    assert_valid(scene)
    complete(scene, goal)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_stop(scene: Scene, goal: Goal, hold: Hold, number: signal.Signals) -> None:
    before = published(scene.drive)
    held = hold()
    held.job.process.send_signal(number)
    done = held.job.finish()
    assert done.returncode == 130, done.said
    held.gate.set()
    assert done.finished["error"]["exit_code"] == 130
    assert "Run the same command again" in done.stderr
    assert published(scene.drive) == before
    assert_valid(scene)
    complete(scene, goal)


def test_objects_that_never_reached_the_medium(scene: Scene, goal: Goal, hold: Hold) -> None:
    """After a power cut: names without content. Another job in between has no use for them."""
    had = objects(scene.drive)
    noise = max(
        (path for path in (goal.directory / "undisturbed/drive").rglob("*.filez")),
        key=lambda path: path.stat().st_size,
    )
    held = hold(noise.name)
    base = scene.drive / ".ostree/repo/objects"
    until(lambda: any(name.endswith(".filez") for name in objects(scene.drive) - had))
    held.job.process.kill()
    held.job.process.wait()
    held.gate.set()
    assert_alone(scene.directory)
    for name in objects(scene.drive) - had:
        if name.endswith(".filez"):
            os.truncate(base / name, 0)
    scene.web.everything = None
    assert scene.make("org.test.Other").finished["ok"]
    complete(scene, goal, *JOB)


# ---- The drive goes away


def test_directory_removed(scene: Scene, goal: Goal, hold: Hold) -> None:
    held = hold()

    def gone() -> bool:
        shutil.rmtree(scene.drive, ignore_errors=True)
        return not scene.drive.exists()

    until(gone)
    done = held.go_on()
    assert done.returncode == 3, done.said
    check_refusal(done, 3)
    assert not scene.drive.exists()
    copy_drive(goal.directory / "drive", scene.drive)
    complete(scene, goal)


def test_another_drive_in_its_place(scene: Scene, hold: Hold) -> None:
    held = hold()
    scene.drive.rename(scene.directory / "pulled")
    scene.drive.mkdir()
    done = held.go_on()
    assert done.returncode == 3, done.said
    check_refusal(done, 3)
    assert list(scene.drive.iterdir()) == []


@contextlib.contextmanager
def tmpfs(directory: Path, size: int) -> Iterator[None]:
    directory.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", directory], check=True)
    try:
        yield
    finally:
        if directory.is_mount():
            subprocess.run(["umount", "-l", directory], check=True)


@pytest.fixture
def small(scene: Scene, goal: Goal) -> Iterator[Scene]:
    """The stick on a file system of its own, with hardly more room than the job needs."""
    shutil.rmtree(scene.drive)
    with tmpfs(scene.drive, 16_000_000):
        shutil.copytree(goal.directory / "drive", scene.drive, symlinks=True, dirs_exist_ok=True)
        yield scene


def test_unmounted_in_the_middle(small: Scene, hold: Hold) -> None:
    held = hold()
    subprocess.run(["umount", "-l", small.drive], check=True)
    done = held.go_on()
    assert done.returncode == 3, done.said
    check_refusal(done, 3)
    assert list(small.drive.iterdir()) == []


def test_read_only(small: Scene, goal: Goal) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small.drive], check=True)
    assert "read-only" in small.refused(3, *JOB)
    assert_valid(small)
    satchel("inspect", small.drive, home=small.home)
    subprocess.run(["mount", "-o", "remount,rw", small.drive], check=True)
    complete(small, goal)


def test_read_only_in_the_middle(scene: Scene, goal: Goal, hold: Hold) -> None:
    """As ext4 does it when the drive makes trouble."""
    shutil.rmtree(scene.drive)
    with mounted("ext4", scene.drive):
        shutil.copytree(goal.directory / "drive", scene.drive, symlinks=True, dirs_exist_ok=True)
        os.sync()
        held = hold()
        subprocess.run(["mount", "-o", "remount,abort", scene.drive], check=True)
        done = held.go_on()
        assert done.returncode == 3, done.said
        check_refusal(done, 3)
        assert_valid(scene)


# ---- The drive is full


def fill(drive: Path) -> Path:
    filler = drive / "filler"
    with open(filler, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler


def test_full_while_downloading(small: Scene, goal: Goal, hold: Hold) -> None:
    held = hold()
    filler = fill(small.drive)
    done = held.go_on()
    assert done.returncode == 3, done.said
    check_refusal(done, 3)
    assert "full" in done.stderr
    filler.unlink()
    assert_valid(small)
    complete(small, goal)


@pytest.mark.parametrize(
    "share",
    [
        *(0.05, 0.2, 0.4, 0.5),
        *(pytest.param(number / 20 + 0.02, marks=pytest.mark.thorough) for number in range(10)),
    ],
)
def test_full_at_any_moment(small: Scene, goal: Goal, share: float) -> None:
    """Of those until everything is there and only has to get its name."""
    at = str(int(goal.changes * share))
    done = run(small, *JOB, check=3, SATCHEL_TEST_FILL_AT=at)
    check_refusal(done, 3)
    assert "full" in done.stderr
    assert_valid(small, "--quick")
    (small.drive / "filler").unlink()
    complete(small, goal)


def test_too_little_room(small: Scene, goal: Goal) -> None:
    filler = fill(small.drive)
    before = set(small.drive.rglob("*"))
    said = small.refused(3, *JOB)
    assert "MB" in said
    assert "free" in said
    assert set(small.drive.rglob("*")) == before
    filler.unlink()
    complete(small, goal)


def test_no_room_on_a_new_drive(scene: Scene) -> None:
    shutil.rmtree(scene.drive)
    with tmpfs(scene.drive, 1_000_000):
        scene.refused(3, *JOB)
        assert list(scene.drive.iterdir()) == []


def test_file_too_large_for_fat() -> None:
    """By the file system's name: the app is named, before anything is fetched."""
    sizes = bytes(32) + b"\x80\x80\x80\x80\x10" * 2 + b"\x01"  # 4 GiB, packed and unpacked
    metadata = {"ostree.sizes": Variant("aay", [sizes])}
    data = serialise(COMMIT_TYPE, (metadata, b"", [], "", "", 0, bytes(32), bytes(32)))
    item = Item(
        collection="org.test.Upstream",
        ref="app/org.test.Huge/x86_64/stable",
        commit="0" * 64,
        old_commit=None,
        action=Action.ADD,
        chosen=True,
        reason=NOTHING,
        needed_by=(),
    )
    space = Space(Path("/"), "vfat", 4096, 2**40, 2**40, None, FAT_MAX_FILE, read_only=False)
    with pytest.raises(FileTooLargeError, match=r"app/org\.test\.Huge.*FAT32.*4\.3 GB") as caught:
        estimate([item], {item.commit: data}, None, [], space)
    assert caught.value.exit_code == 3
    assert "exFAT" in str(caught.value.hint)
    exfat = replace(space, file_system="exfat", max_file=None)
    assert estimate([item], {item.commit: data}, None, [], exfat).write > 2**32


# ---- Somebody else uses the drive


@pytest.mark.parametrize("kind", [fcntl.F_RDLCK, fcntl.F_WRLCK])
def test_locked_by_another_program(scene: Scene, goal: Goal, kind: int) -> None:
    lock = scene.drive / ".ostree/repo/.lock"
    with open(lock, "r+b") as file:
        # As ostree does it: the lock is the open file's, not this process's.
        whole = struct.pack("hhqqi4x", kind, os.SEEK_SET, 0, 0, 0)
        fcntl.fcntl(file, fcntl.F_OFD_SETLK, whole)
        assert "Another program" in scene.refused(3, *JOB)
        options = ("--trust-drive-keys", scene.drive)
        done = satchel("verify", *options, home=scene.home, check=False)
        assert done.returncode == (3 if kind == fcntl.F_WRLCK else 0), done.said
    complete(scene, goal)


def test_two_at_once(scene: Scene, goal: Goal, hold: Hold) -> None:
    held = hold()
    before = published(scene.drive)
    # The server holds back only files; the second job gets to the lock without any.
    done = scene.make("org.test.Other", check=3)
    check_refusal(done, 3)
    assert "Another program" in done.stderr
    satchel("verify", scene.drive, home=scene.home, check=3)
    satchel("inspect", scene.drive, home=scene.home)
    assert published(scene.drive) == before
    assert held.go_on().finished["ok"]
    complete(scene, goal)
