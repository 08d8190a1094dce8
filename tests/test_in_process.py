"""A command in this process says and does what one in its own does, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.cli.commands import settings as settings_verb
from app.progress import CancelToken, heeding
from tests import in_process
from tests.quick_workers import QuickWorkers
from tests.satchel import Done, satchel


def state() -> list[object]:
    """What belongs to a process."""
    umask = os.umask(0)
    os.umask(umask)
    return [
        {name: value for name, value in os.environ.items() if name != "PYTEST_CURRENT_TEST"},
        Path.cwd(),
        umask,
        [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM)],
        signal.set_wakeup_fd(-1),
        (sys.stdin, sys.stdout, sys.stderr),
        [os.fstat(number) for number in range(3)],
        time.tzname,
    ]


def resources() -> set[object]:
    """What is there for a while: what a test before this left may go meanwhile."""
    return {*os.listdir("/proc/self/fd"), *threading.enumerate()}


@pytest.fixture(autouse=True)
def unchanged(quick_workers: QuickWorkers) -> Iterator[None]:
    quick_workers.begin()
    before, had = state(), resources()
    yield
    assert state() == before
    gc.collect()
    assert resources() <= had


def both(*arguments: str | bytes | Path, home: Path, check: bool | int = True) -> Done:
    """In this process; one of its own says the same."""
    here, there = (
        satchel(*arguments, home=home, check=check, process=process) for process in (False, True)
    )
    assert (here.stdout, here.stderr) == (there.stdout, there.stderr)
    return here


def test_what_it_says(tmp_path: Path) -> None:
    both("--version", home=tmp_path)
    both("settings", "--json", home=tmp_path)
    both("make", "--help", home=tmp_path)
    both("make", home=tmp_path, check=2)
    both("verify", b"/no \xff \n place", home=tmp_path, check=3)
    both("verify", b"/no \xff \n place", "--json", home=tmp_path, check=3)


def test_it_sees_its_own_home_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nowhere")
    for name in ("one", "two"):
        home = tmp_path / name
        satchel("settings", "languages", "de" if name == "one" else "fr", home=home)
    assert "de" in satchel("settings", "--json", home=tmp_path / "one").stdout
    assert "fr" in satchel("settings", "--json", home=tmp_path / "two").stdout


def test_what_it_starts_sees_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object) -> int:
        sys.stdout.write("first\n")
        sys.stdout.flush()
        script = 'echo "$HOME"; pwd; cat; echo "$MORE" >&2'
        return subprocess.run(["sh", "-c", script], check=True).returncode

    monkeypatch.setattr(settings_verb, "run", run)
    done = satchel("settings", home=tmp_path, env={"MORE": "more"})
    assert done.stdout == f"first\n{tmp_path}\n{tmp_path}\n"
    assert done.stderr == "more\n"


def test_what_it_changes_is_put_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object) -> int:
        os.environ["TZ"] = "Asia/Tokyo"
        time.tzset()
        os.umask(0o777)
        os.chdir("/")
        os.close(2)
        sys.stdin.close()
        heeding(CancelToken()).__enter__()
        sys.stdout.write("\N{SNOWMAN} \udcff")
        raise KeyboardInterrupt

    monkeypatch.setattr(settings_verb, "run", run)
    with contextlib.suppress(OSError):
        satchel("settings", home=tmp_path)


def test_one_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings_verb, "run", lambda *_: threading.Event().wait())
    with pytest.raises(subprocess.TimeoutExpired):
        satchel("settings", home=tmp_path, timeout=0.2)


def test_a_thread_that_would_keep_its_process_alive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def run(*_: object) -> int:
        threading.Thread(target=over.wait, name="satchel-lazy").start()
        return 0

    monkeypatch.setattr(settings_verb, "run", run)
    with pytest.raises(AssertionError, match="satchel-lazy"):
        satchel("settings", home=tmp_path)
    over.set()
    for thread in threading.enumerate():
        if thread.name == "satchel-lazy":
            thread.join()


def test_when_it_needs_a_process(tmp_path: Path) -> None:
    assert in_process.needs_process({"PYTHONPATH": "/x"})
    assert in_process.needs_process({"LC_ALL": "C"})
    assert not in_process.needs_process({"CURL_CA_BUNDLE": "/x"})
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(in_process.needs_process, {}).result()
        assert pool.submit(satchel, "--version", home=tmp_path).result().stdout
