"""install.sh of a stick, as people start it."""

from __future__ import annotations

import subprocess
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
