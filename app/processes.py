"""Starting programs with all that they start, and ending them again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO


def start(
    command: Sequence[str],
    variables: Mapping[str, str],
    output: IO[bytes] | int,
    directory: Path | None = None,
) -> subprocess.Popen[bytes]:
    """In a group of its own, without input; both outputs go to ``output``. Raises OSError."""
    return subprocess.Popen(
        command,
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=directory,
        start_new_session=True,
    )


def stop(process: subprocess.Popen[bytes], grace: float = 0) -> None:
    """With all of its group; ``grace``: seconds that it has to end by itself."""
    if grace:
        _signal(process, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(grace)
            return
    _signal(process, signal.SIGKILL)
    process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
