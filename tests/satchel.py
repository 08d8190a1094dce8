"""Satchel's command, as a person or a program runs it: in a home of its own.

It runs in this process where nothing but its speed tells the difference (`tests.in_process`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests import in_process
from tests.waiting import GUARD

ROOT = Path(__file__).parents[1]
_PLACES = {
    "HOME": ".",
    "XDG_CACHE_HOME": ".cache",
    "XDG_CONFIG_HOME": ".config",
    "XDG_DATA_HOME": ".local/share",
    "XDG_STATE_HOME": ".local/state",
    "XDG_RUNTIME_DIR": "runtime",
    "FLATPAK_USER_DIR": ".local/share/flatpak",
    "FLATPAK_SYSTEM_DIR": "system",
    "FLATPAK_CONFIG_DIR": "config",
    "FLATPAK_RUN_DIR": "run",
    "OSTREE_SYSROOT": "sysroot",
    "TMPDIR": "tmp",
}


def environment(home: Path) -> dict[str, str]:
    """All that a command sees of this computer: its PATH, and directories below ``home``."""
    places = {name: home / place for name, place in _PLACES.items()}
    for path in places.values():
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return {
        "PATH": os.environ["PATH"],
        "LC_ALL": "C.UTF-8",
        "PYTHONPATH": str(ROOT),
        # A warning in Satchel is an error here, as in pytest.
        "PYTHONWARNINGS": "error",
        **{name: str(path) for name, path in places.items()},
    }


def command(*arguments: str | bytes | Path) -> list[str | bytes]:
    """What to run for ``satchel ARGUMENTS``."""
    given = [argument if isinstance(argument, bytes) else str(argument) for argument in arguments]
    return [sys.executable, "-m", "app.cli.main", *given]


class Done(subprocess.CompletedProcess[str]):
    """What a command left: ``returncode``, ``stdout``, ``stderr``."""

    @property
    def said(self) -> str:
        """Both outputs."""
        return self.stdout + self.stderr

    @property
    def json(self) -> Any:
        """The one value it printed."""
        return json.loads(self.stdout)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The lines of ``make --json``."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def finished(self) -> dict[str, Any]:
        """The last event of ``make --json``."""
        last = self.events[-1]
        assert last["event"] == "finished", last
        return last


def satchel(
    *arguments: str | bytes | Path,
    home: Path,
    env: Mapping[str, str] | None = None,
    check: bool | int = True,
    cwd: Path | None = None,
    timeout: float = GUARD,
    process: bool = False,
) -> Done:
    """``satchel ARGUMENTS`` to its end.

    ``home`` may be shared by commands that belong together; ``env`` has more or other variables.
    ``check``: it has to succeed, or end with that status; False for any status. A traceback fails
    whatever is expected. ``process``: in one of its own, where its start or its end matter.
    """
    words = [argument if isinstance(argument, bytes) else str(argument) for argument in arguments]
    variables = {**environment(home), **(env or {})}
    ended: subprocess.CompletedProcess[bytes]
    if process or in_process.needs_process(env or {}):
        ended = subprocess.run(
            command(*words),
            env=variables,
            cwd=cwd or home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    else:
        ended = in_process.run(words, variables, cwd or home, timeout)
    done = Done(
        ended.args,
        ended.returncode,
        ended.stdout.decode(errors="surrogateescape"),
        ended.stderr.decode(errors="surrogateescape"),
    )
    assert "Traceback" not in done.said, done.said
    if check is not False:
        expected = 0 if check is True else check
        assert done.returncode == expected, f"{arguments} → {done.returncode}\n{done.said}"
    return done
