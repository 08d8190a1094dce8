"""Drives pulled out or exchanged at fixed moments of a job, on real block devices: nothing is
written to another drive, what clients see stays whole, and the same command completes it."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.satchel import ROOT, Done, command, environment, satchel
from tests.servers import Exchange, HostileServer, lasting_port
from tests.stick.made_drive import MadeDrive, check_refusal, only
from tests.upstream import Upstream, host_arch
from tests.volumes import Image, mount, run, turn
from tests.waiting import GUARD, until

pytestmark = pytest.mark.kills

ARCH = host_arch()
HERE = Path(__file__).parent
JOB = ("org.test.Hello", "org.test.Large")
"""An update of the first, and the second for the first time."""
AS_BEFORE = "What clients see on it is as before."
FLUSH = "app.drive.safety.guard:DriveGuard.flush"
"""The job's own, beside which others write what is there while more arrives."""


@pytest.fixture(scope="module")
def upstream(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    """One that has something newer."""
    new = default_upstream.copy(tmp_path_factory.mktemp("newer") / "up")
    new.bump(f"app/org.test.Hello/{ARCH}/stable", {"share/news": b"news" * 5000})
    new.update()
    return new


@dataclass
class Plugged:
    """A stick on a drive of its own, mounted where `MadeDrive` has its drive."""

    kind: str
    image: Image
    made_drive: MadeDrive

    @property
    def point(self) -> Path:
        return self.made_drive.drive

    def plug(self) -> None:
        mount(self.kind, self.image.plug(), self.point)

    def unmount(self) -> None:
        run("umount", self.point)
        self.image.unplug()

    def pull(self) -> None:
        """Pull it out of the computer."""
        device = Path("/sys/block", Path(self.image.device).name)
        self.image.unplug()
        self.released = device / "loop/backing_file"

    def plug_again(self) -> None:
        """Once the kernel has let the old one go; what was on its way there is lost."""
        until(lambda: not self.released.exists())
        assert list(self.point.iterdir()) == [], "written below the mount point"
        if self.kind == "exfat":
            # What a desktop, or the person, does with a drive that was not unmounted.
            subprocess.run(["fsck.exfat", "-p", self.image.path], check=False, capture_output=True)
        self.plug()


@pytest.fixture(scope="module")
def port() -> int:
    """Of every server in turn: its address is on the drive, and that would change under a job."""
    return lasting_port()


@pytest.fixture(scope="module")
def made(
    default_upstream: Upstream, port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Path]]:
    """The memory of a drive with the stick before the job, by file system."""
    directory = tmp_path_factory.mktemp("made")
    images: dict[str, Image] = {}

    def get(kind: str) -> Path:
        if kind not in images:
            image = images[kind] = Image(directory / kind)
            image.fill(kind)
            with HostileServer(default_upstream.path, port) as web:
                made_drive = MadeDrive(directory / kind, default_upstream, web)
                mount(kind, image.plug(), made_drive.drive)
                try:
                    assert made_drive.make("org.test.Hello").finished["ok"]
                finally:
                    run("umount", made_drive.drive)
                    image.unplug()
        return images[kind].path

    yield get
    for image in images.values():
        image.close()


@pytest.fixture
def plug(
    made: Callable[[str], Path],
    upstream: Upstream,
    port: int,
    hostile: Callable[..., HostileServer],
    tmp_path: Path,
) -> Iterator[Callable[..., Plugged]]:
    """Plugs in a copy of the stick, of a file system."""
    plugged: list[Plugged] = []

    def start(kind: str = "ext4") -> Plugged:
        image = Image(tmp_path / "images")
        shutil.copyfile(made(kind), image.path)
        stick = Plugged(kind, image, MadeDrive(tmp_path, upstream, hostile(upstream.path, port)))
        plugged.append(stick)
        stick.plug()
        return stick

    # Nobody else gets the node of a drive that was pulled out.
    with turn.held():
        yield start
        for stick in plugged:
            stick.image.close()


class Job:
    """A command under way that halts at one exact moment."""

    def __init__(self, plugged: Plugged, verb: str, *arguments: str | Path, halt: str = "") -> None:
        env = environment(plugged.made_drive.home)
        if halt:
            env["PYTHONPATH"] = f"{HERE / 'halting'}:{ROOT}"
            env["SATCHEL_TEST_HALT"] = halt
        self.process = subprocess.Popen(
            command(verb, "--json", plugged.point, *arguments),
            env=env,
            cwd=plugged.made_drive.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        if halt:
            process = psutil.Process(self.process.pid)
            until(lambda: process.status() in {psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE})
            assert process.status() == psutil.STATUS_STOPPED, self.finish().said

    def finish(self) -> Done:
        self.process.send_signal(signal.SIGCONT)
        out, err = self.process.communicate(timeout=GUARD)
        assert "Traceback" not in err, err
        return Done(self.process.args, self.process.returncode, out, err)

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def start() -> Iterator[Callable[..., Job]]:
    """Starts a command that halts."""
    jobs: list[Job] = []

    def begin(plugged: Plugged, verb: str, *arguments: str | Path, halt: str) -> Job:
        jobs.append(Job(plugged, verb, *arguments, halt=halt))
        return jobs[-1]

    yield begin
    for job in jobs:
        job.close()


def make(start: Callable[..., Job], plugged: Plugged, halt: str) -> Job:
    return start(plugged, "make", *JOB, "--remote", plugged.made_drive.remote, halt=halt)


def assert_gone(done: Done, *words: str) -> None:
    """Exit 3, and what a person has to know."""
    assert done.returncode == 3, done.said
    check_refusal(done, 3)
    for word in ("unplugged", "run the same command", *words):
        assert word in done.stderr


def assert_sound(plugged: Plugged) -> set[str]:
    options = ("--json", "--trust-drive-keys")
    report = satchel("verify", *options, plugged.point, home=plugged.made_drive.home).json
    assert report["ok"], report
    return {finding["code"] for finding in report["findings"]}


def complete(plugged: Plugged) -> None:
    """The same job again: the stick is whole and checked, nothing of the old job is left."""
    plugged.made_drive.web.everything = None
    finished = plugged.made_drive.make(*JOB).finished
    assert finished["ok"], finished
    assert "journal-left" not in {finding["code"] for finding in finished["verify"]["findings"]}
    repository = plugged.point / ".ostree/repo"
    assert list((repository / "tmp").iterdir()) == []
    assert list((repository / "state").iterdir()) == []
    run("ostree", "fsck", "--quiet", f"--repo={repository}")
    refs = satchel("inspect", "--json", plugged.point, home=plugged.made_drive.home).json
    carried = {entry["ref"]: entry["state"] for entry in refs["collections"][0]["refs"]}
    for name in ("Hello", "Large"):
        assert carried[f"app/org.test.{name}/{ARCH}/stable"] == "current"


# ---- Pulled out


class Waiting:
    """The files of a job do not arrive before ``go_on``."""

    def __init__(self, plugged: Plugged) -> None:
        self._open = False
        self._web = plugged.made_drive.web
        self._web.everything = only(".filez", self._wait)

    def _wait(self, exchange: Exchange) -> None:
        until(lambda: self._open or exchange.web.closing.is_set())
        exchange.good()

    def reached(self) -> bool:
        return any(path.endswith(".filez") for path in self._web.paths())

    def go_on(self) -> None:
        self._open = True


@pytest.fixture
def pulling(start: Callable[..., Job]) -> Callable[[Plugged], tuple[Job, Waiting]]:
    """Starts a job and brings it into the middle of its download."""

    def begin(plugged: Plugged) -> tuple[Job, Waiting]:
        waiting = Waiting(plugged)
        job = make(start, plugged, "")
        until(lambda: waiting.reached() or job.process.poll() is not None)
        assert job.process.poll() is None, job.finish().said
        return job, waiting

    return begin


@pytest.mark.parametrize("kind", [pytest.param("ext4", marks=pytest.mark.thorough), "exfat"])
def test_pulled_out_while_downloading(
    plug: Callable[..., Plugged], pulling: Callable[..., tuple[Job, Waiting]], kind: str
) -> None:
    plugged = plug(kind)
    job, waiting = pulling(plugged)
    plugged.pull()
    waiting.go_on()
    assert_gone(job.finish(), AS_BEFORE)
    plugged.plug_again()
    assert_sound(plugged)
    complete(plugged)


def test_pulled_out_while_nothing_arrives(
    plug: Callable[..., Plugged], pulling: Callable[..., tuple[Job, Waiting]]
) -> None:
    """Nobody waits for the network, or for the flush, to see that the drive has gone."""
    plugged = plug()
    job, _ = pulling(plugged)
    plugged.pull()
    assert_gone(job.finish(), AS_BEFORE)
    plugged.plug_again()
    complete(plugged)


@pytest.mark.parametrize(
    ("kind", "number", "says"),
    [
        pytest.param("ext4", 1, AS_BEFORE, marks=pytest.mark.thorough),
        ("exfat", 1, AS_BEFORE),
        pytest.param("ext4", 2, AS_BEFORE, marks=pytest.mark.thorough),
        pytest.param("ext4", 3, "Everything had been written", marks=pytest.mark.thorough),
    ],
)
def test_pulled_out_while_flushing(
    plug: Callable[..., Plugged], start: Callable[..., Job], kind: str, number: int, says: str
) -> None:
    """Before the objects, the refs, and at last the summary have reached the medium."""
    plugged = plug(kind)
    job = make(start, plugged, f"{FLUSH}:{number}")
    plugged.pull()
    assert_gone(job.finish(), says)
    plugged.plug_again()
    if number < 3:
        assert "journal-left" in assert_sound(plugged)
    complete(plugged)


def test_pulled_out_while_checking_what_was_made(
    plug: Callable[..., Plugged], start: Callable[..., Job]
) -> None:
    plugged = plug()
    job = make(start, plugged, "app.ostree.fsck:check_store:1")
    plugged.pull()
    assert_gone(job.finish(), "not checked yet")
    plugged.plug_again()
    assert assert_sound(plugged) >= {"journal-left"}
    complete(plugged)


def test_pulled_out_while_verifying(
    plug: Callable[..., Plugged], start: Callable[..., Job]
) -> None:
    """That is no damage: nothing is said against the stick."""
    plugged = plug()
    job = start(plugged, "verify", halt="app.progress:Meter.tick:20")
    plugged.pull()
    done = job.finish()
    assert_gone(done)
    assert "damaged" not in done.said
    plugged.plug_again()
    assert assert_sound(plugged) == set()


# ---- Exchanged


def tree(directory: Path) -> dict[str, tuple[int, int]]:
    """Everything there is, and when it was changed."""
    return {
        str(path.relative_to(directory)): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for path in [directory, *directory.rglob("*")]
    }


@pytest.fixture
def other(made: Callable[[str], Path], tmp_path: Path) -> Iterator[Image]:
    """A copy of the stick with the same content and UUID: nothing but the drive differs."""
    image = Image(tmp_path / "other")
    shutil.copyfile(made("ext4"), image.path)
    yield image
    image.close()


MOMENTS = [
    ("app.stick.writing.job:run_job:1", True),
    ("app.ostree.pull.pulling:pull:1", True),
    ("app.ostree.pull.pulling:pull:1", False),
    (f"{FLUSH}:1", True),
    (f"{FLUSH}:2", False),
    (f"{FLUSH}:3", True),
    ("app.ostree.fsck:check_store:1", False),
]
"""Where the job is, and whether the first drive is pulled out or unmounted only."""


@pytest.mark.parametrize(("halt", "pulled"), MOMENTS)
def test_another_drive_in_its_place(
    plug: Callable[..., Plugged],
    start: Callable[..., Job],
    other: Image,
    halt: str,
    pulled: bool,
) -> None:
    """Mounted at the same place while the job runs: it is not written to."""
    plugged = plug()
    job = make(start, plugged, halt)
    if pulled:
        plugged.pull()
    else:
        run("umount", "--lazy", plugged.point)
    mount("ext4", other.plug(), plugged.point)
    before = tree(plugged.point)
    assert_gone(job.finish())
    assert tree(plugged.point) == before
    assert assert_sound(plugged) <= {"upstream-newer"}


def test_plugged_in_again_under_the_job(
    plug: Callable[..., Plugged], pulling: Callable[..., tuple[Job, Waiting]]
) -> None:
    """The same drive, but what was on its way to it is lost: the job does not go on."""
    plugged = plug()
    job, waiting = pulling(plugged)
    plugged.pull()
    plugged.plug()
    before = tree(plugged.point)
    waiting.go_on()
    assert_gone(job.finish(), AS_BEFORE)
    assert tree(plugged.point) == before
    complete(plugged)


# ---- Killed, where a file system has no journal


def watched(made_drive: MadeDrive, **variables: str) -> Done:
    """``make`` with `fatal.sitecustomize` in it."""
    env = {
        "PYTHONPATH": f"{HERE / 'fatal'}:{ROOT}",
        "SATCHEL_TEST_DRIVE": str(made_drive.drive),
        **variables,
    }
    return satchel(
        "make", "--json", made_drive.drive, *JOB, "--remote", made_drive.remote,
        home=made_drive.home, env=env, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def changes(
    made: Callable[[str], Path], upstream: Upstream, tmp_path_factory: pytest.TempPathFactory
) -> int:
    """How often an undisturbed job changes the drive."""
    directory = tmp_path_factory.mktemp("undisturbed")
    image = Image(directory)
    shutil.copyfile(made("exfat"), image.path)
    try:
        with HostileServer(upstream.path) as web:
            made_drive = MadeDrive(directory, upstream, web)
            mount("exfat", image.plug(), made_drive.drive)
            count = directory / "count"
            assert watched(made_drive, SATCHEL_TEST_COUNT=str(count)).finished["ok"]
            return int(count.read_text())
    finally:
        image.close()


@pytest.mark.parametrize(
    "share",
    [
        pytest.param(number / 20, marks=() if number == 14 else pytest.mark.thorough)
        for number in range(1, 20)
    ],
)
def test_killed_on_exfat(plug: Callable[..., Plugged], changes: int, share: float) -> None:
    plugged = plug("exfat")
    done = watched(plugged.made_drive, SATCHEL_TEST_DIE_AT=str(int(share * changes)))
    assert done.returncode == -signal.SIGKILL
    plugged.unmount()
    plugged.plug()
    assert_sound(plugged)
    complete(plugged)
