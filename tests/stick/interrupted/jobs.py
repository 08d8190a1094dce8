"""A job, how it goes undisturbed, and what has to be true after it was interrupted."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.satchel import ROOT, Done, command, environment, satchel
from tests.stick.made_drive import MadeDrive, objects, published
from tests.upstream import Upstream, host_arch
from tests.waiting import GUARD, until

ARCH = host_arch()
FATAL = Path(__file__).parents[1] / "fatal"
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
    stable: dict[str, object] = {}
    for name, data in files.items():
        if name.endswith("stick.json"):
            record = json.loads(data)
            record["made"] = 0
            for collection in record["collections"].values():
                collection["url"] = ""
            stable[name] = record
        elif not name.endswith(".flatpakrepo") and any(
            part in name for part in ("/upstream/", "/refs/", "/summaries/", "/summary.idx")
        ):
            stable[name] = data
        else:
            stable[name] = "there"
    return stable


def run(made_drive: MadeDrive, *refs: str, check: bool | int = True, **variables: str) -> Done:
    """``make`` with `fatal.sitecustomize` in it."""
    env = {
        "PYTHONPATH": f"{FATAL}:{ROOT}",
        "SATCHEL_TEST_DRIVE": str(made_drive.drive),
        **variables,
    }
    return satchel(
        "make", "--json", made_drive.drive, *refs, "--remote", made_drive.remote,
        home=made_drive.home, env=env, check=check,
    )  # fmt: skip


def assert_alone(directory: Path) -> None:
    """No process of the job is left."""

    def others() -> list[str]:
        commands = []
        for process in psutil.process_iter(["environ", "cmdline"]):
            environ = process.info["environ"] or {}
            if environ.get("HOME", "").startswith(str(directory)) and "gpg-agent" not in str(
                process.info["cmdline"]
            ):
                commands.append(str(process.info["cmdline"]))
        return commands

    until(lambda: not others())


def assert_valid(made_drive: MadeDrive, *arguments: str) -> set[str]:
    """The stick is sound; returns the findings' codes: at most that something was interrupted."""
    options = ("--json", "--trust-drive-keys", *arguments)
    report = satchel("verify", *options, made_drive.drive, home=made_drive.home).json
    assert report["ok"], report
    codes = {finding["code"] for finding in report["findings"]}
    assert codes <= {"journal-left", "orphan-objects", "upstream-newer"}, report
    return codes


def complete(made_drive: MadeDrive, goal: Goal, *refs: str) -> None:
    """The same job again: now the stick is as if nothing had happened."""
    made_drive.web.everything = None
    finished = made_drive.make(*(refs or JOB)).finished
    assert finished["ok"]
    assert not {finding["code"] for finding in finished["verify"]["findings"]} & {"journal-left"}
    repository = made_drive.drive / ".ostree/repo"
    assert list((repository / "tmp").iterdir()) == []
    assert list((repository / "state").iterdir()) == []
    if not refs:
        assert undated(published(made_drive.drive)) == undated(goal.files)
        assert objects(made_drive.drive) == goal.objects
        subprocess.run(
            ["ostree", "fsck", "--quiet", f"--repo={repository}"], check=True, capture_output=True
        )
        leftovers = [
            path for path in made_drive.drive.rglob("*") if path.name.endswith((".tmp", ".new"))
        ]
        assert leftovers == []


class Job:
    """``make --json`` under way."""

    def __init__(self, made_drive: MadeDrive, *refs: str) -> None:
        self.process = subprocess.Popen(
            command("make", "--json", made_drive.drive, *refs, "--remote", made_drive.remote),
            env=environment(made_drive.home),
            cwd=made_drive.home,
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

    made_drive: MadeDrive
    job: Job
    gate: threading.Event

    def go_on(self) -> Done:
        self.gate.set()
        return self.job.finish()


Hold = Callable[..., Held]


@contextlib.contextmanager
def tmpfs(directory: Path, size: int) -> Iterator[None]:
    directory.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", directory], check=True)
    try:
        yield
    finally:
        if directory.is_mount():
            subprocess.run(["umount", "-l", directory], check=True)
