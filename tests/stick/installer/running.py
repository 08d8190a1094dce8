"""install.sh of a stick, as people start it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.stick.receiving.computers import Computer


def run(
    computer: Computer,
    drive: Path,
    *arguments: str | Path,
    expect: int = 0,
    shell: str = "sh",
    **env: str,
) -> str:
    """What it said."""
    done = subprocess.run(
        [*shell.split(), drive / "satchel/install.sh", computer.scope, *arguments],
        env={**computer.client.environment, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == expect
    return done.stdout


@contextmanager
def installing(
    computer: Computer, drive: Path, place: Path, *words: str
) -> Iterator[subprocess.Popen[bytes]]:
    """It is killed with the block, while flatpak is at work."""
    programs = place / "bin"
    programs.mkdir()
    (programs / "flatpak").write_text(
        '#!/bin/sh\ncase "$*" in install\\ --help) ;;'
        ' install*) touch "$0.installs"; exec sleep 60 ;; esac\nexec /usr/bin/flatpak "$@"\n'
    )
    (programs / "flatpak").chmod(0o755)
    with subprocess.Popen(
        ["sh", drive / "satchel/install.sh", computer.scope, *words],
        env={**computer.client.environment, "PATH": f"{programs}:{os.environ['PATH']}"},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        while not (programs / "flatpak.installs").exists():
            assert process.poll() is None
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGKILL)
