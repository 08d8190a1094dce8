"""Commands that change what is on a stick, and what has to be true after them."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.client import Client
from tests.satchel import ROOT, Done, command, environment, satchel
from tests.stick.interrupted.jobs import FATAL
from tests.stick.made_drive import MadeDrive
from tests.terminal import Terminal
from tests.upstream import host_arch
from tests.waiting import GUARD, until

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
LARGE = f"app/org.test.Large/{ARCH}/stable"
OTHER = f"app/org.test.Other/{ARCH}/stable"
HALTING = Path(__file__).parents[1] / "halting"
NOBODY = "http://127.0.0.1:9/"
"""An address where no server is."""

HARMLESS = {"journal-left", "orphan-objects", "upstream-newer", "end-of-life"}


def change(made: MadeDrive, verb: str, *arguments: str | Path, check: bool | int = True) -> Done:
    """``satchel VERB --json DRIVE ARGUMENTS``."""
    return satchel(verb, "--json", made.drive, *arguments, home=made.home, check=check)


def killed(made: MadeDrive, moment: int, verb: str, *arguments: str | Path) -> None:
    """The same, killed before the ``moment``-th change to the drive."""
    killed_at(moment, made.drive, made.home, verb, *arguments)


def killed_at(moment: int, drive: Path, home: Path, verb: str, *arguments: str | Path) -> None:
    """The same of any drive."""
    _watched(drive, home, verb, *arguments, check=-9, SATCHEL_TEST_DIE_AT=str(moment))


def changes(made: MadeDrive, verb: str, *arguments: str | Path) -> int:
    """How often the same changes the drive."""
    return changes_of(made.drive, made.home, verb, *arguments)


def changes_of(drive: Path, home: Path, verb: str, *arguments: str | Path) -> int:
    """The same of any drive."""
    count = home.parent / "count"
    _watched(drive, home, verb, *arguments, check=True, SATCHEL_TEST_COUNT=str(count))
    return int(count.read_text())


def _watched(
    drive: Path,
    home: Path,
    verb: str,
    *arguments: str | Path,
    check: bool | int,
    **variables: str,
) -> None:
    env = {
        "PYTHONPATH": f"{FATAL}:{ROOT}",
        "SATCHEL_TEST_DRIVE": str(drive),
        **variables,
    }
    satchel(verb, "--json", drive, *arguments, home=home, env=env, check=check, process=True)


@contextmanager
def halted(made: MadeDrive, place: str, verb: str, *arguments: str | Path) -> Iterator[None]:
    """Within the block the same waits at ``place``, ``module:name:number``; then it goes on."""
    process = subprocess.Popen(
        command(verb, "--json", made.drive, *arguments),
        env={
            **environment(made.home),
            "PYTHONPATH": f"{HALTING}:{ROOT}",
            "SATCHEL_TEST_HALT": place,
        },
        cwd=made.home,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    watched = psutil.Process(process.pid)
    try:
        until(lambda: watched.status() in (psutil.STATUS_STOPPED, psutil.STATUS_ZOMBIE))
        assert watched.status() == psutil.STATUS_STOPPED, process.communicate()
        yield
    finally:
        process.send_signal(signal.SIGCONT)
        said = process.communicate(timeout=GUARD)
    assert process.returncode == 0, said


def refs(made: MadeDrive) -> set[str]:
    """Those that clients find by their files."""
    base = made.drive / ".ostree/repo/refs/mirrors"
    return {
        str(path.relative_to(base)).partition("/")[2] for path in base.rglob("*") if path.is_file()
    }


def assert_sound(made: MadeDrive) -> set[str]:
    """By our own check; returns the findings' codes."""
    report = satchel("verify", "--json", "--trust-drive-keys", made.drive, home=made.home).json
    codes = {finding["code"] for finding in report["findings"]}
    assert codes <= HARMLESS, report["findings"]
    return codes


def assert_whole(made: MadeDrive) -> None:
    """By ostree's own check, and nothing is there that nothing needs."""
    repository = made.drive / ".ostree/repo"
    assert list((repository / "tmp").iterdir()) == []
    assert list((repository / "state").iterdir()) == []
    subprocess.run(["ostree", "fsck", f"--repo={repository}"], check=True, capture_output=True)
    pruned = subprocess.run(
        ["ostree", "prune", "--refs-only", "--no-prune", f"--repo={repository}"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "No unreachable objects" in pruned.stdout, pruned.stdout


def install(made: MadeDrive, client: Client, *refs: str) -> None:
    """A computer without network installs from a copy of the drive as it is."""
    client.remote_add("up", NOBODY, made.upstream.key.public, made.upstream.collection, check=False)
    for ref in refs:
        client.install("up", ref, sideload=made.drive / ".ostree/repo")
        assert ref in client.installed()


@contextmanager
def resolved(made: MadeDrive, client: Client, ref: str) -> Iterator[Terminal]:
    """flatpak has decided by the stick's list what it installs, and asks whether it shall."""
    client.remote_add("up", NOBODY, made.upstream.key.public, made.upstream.collection, check=False)
    terminal = Terminal(
        made.home,
        env=client.environment,
        program=(
            "flatpak", "install", "--user", f"--sideload-repo={made.drive / '.ostree/repo'}",
            "up", ref,
        ),
    )  # fmt: skip
    try:
        terminal.until("install it? [Y/n]")
        terminal.type("y\n")
        terminal.until("installation? [Y/n]")
        yield terminal
    finally:
        terminal.close()


def goes_on(terminal: Terminal) -> None:
    terminal.type("y\n")
    assert terminal.end() == 0, terminal.seen
