"""The address of a source without a collection ID comes back, whatever becomes of install.sh."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest

from tests.stick.installer.running import installing, run
from tests.stick.nameless.conftest import Making
from tests.stick.nameless.sticks import leads_home, settings
from tests.stick.receiving.computers import Computer

pytestmark = [pytest.mark.slow, pytest.mark.thorough, pytest.mark.kills]


@pytest.mark.parametrize("signed", [True, False])
@pytest.mark.parametrize("again", [("--update",), ("--unregister",), ("--allow-unsigned",)])
def test_killed(
    made: Making, computer: Computer, tmp_path: Path, again: tuple[str, ...], *, signed: bool
) -> None:
    stick = made(signed=signed)
    words = () if signed else ("--allow-unsigned",)
    with installing(computer, stick.drive, tmp_path, *words):
        pass
    assert f"url={stick.url}" not in settings(computer, "up")
    assert f"xa.satchel-url={stick.url}" in settings(computer, "up")
    run(computer, stick.drive, *again)
    assert leads_home(computer, stick)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopped(made: Making, computer: Computer, tmp_path: Path, number: signal.Signals) -> None:
    stick = made()
    with installing(computer, stick.drive, tmp_path) as process:
        os.killpg(process.pid, number)
        process.wait()
        assert leads_home(computer, stick)


def test_killed_and_made_good_by_satchel(made: Making, somebody: Computer, tmp_path: Path) -> None:
    stick = made()
    with installing(somebody, stick.drive, tmp_path):
        pass
    said = somebody.receive(stick.drive, "--dry-run", check=False).stderr
    assert "the addresses of sources are put back" in said
    assert leads_home(somebody, stick)


def test_a_setting_of_the_persons_own_stays(made: Making, somebody: Computer) -> None:
    """Somebody has said that the address is not to follow what the source's lists say."""
    stick = made()
    run(somebody, stick.drive, "org.test.Hello")
    somebody.flatpak("remote-modify", f"--url={stick.url}", "up")
    before = settings(somebody, "up")
    assert "url-is-set=true" in before
    run(somebody, stick.drive)
    assert settings(somebody, "up") == before


@pytest.mark.parametrize("shell", ["dash", "bash --posix", "busybox sh"])
def test_the_drive_is_pulled_out(
    made: Making, somebody: Computer, tmp_path: Path, shell: str
) -> None:
    """It is said, in place of what flatpak and the shell make of it; the address is put back."""
    stick = made()
    drive = tmp_path / "drive"
    shutil.copytree(stick.drive, drive, symlinks=True)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "flatpak").write_text(
        '#!/bin/sh\ncase "$*" in install\\ --help) ;; install*org.test.Hello*)\n'
        f'  : >"{drive}/satchel/install.sh"; mv "{drive}" "{drive}.gone";; esac\n'
        'exec /usr/bin/flatpak "$@" 2>/dev/null\n'
    )
    (programs / "flatpak").chmod(0o755)
    said = run(somebody, drive, expect=1, shell=shell, PATH=f"{programs}:{os.environ['PATH']}")
    assert "The drive is not there any more" in said
    assert "No such file" not in said
    assert "NOT installed" not in said
    assert leads_home(somebody, stick)
