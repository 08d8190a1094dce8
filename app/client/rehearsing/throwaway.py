"""A client of its own: flatpak with directories that nobody else uses, and no network."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from app.client.rehearsing.network import Enclosure
from app.errors import DriveError, SatchelError
from app.fs.files import DIRECTORY_MODE
from app.message import Message
from app.processes import start, stop
from app.progress import Cancel
from app.text import Policy, clean

_PATIENCE = 600
"""Seconds after which something does not come to its end."""

_ASK_AGAIN = 0.2
_MOST_OUTPUT = 1024 * 1024
_LOCK = "lock"
_WRONG = re.compile(r"\berror:", re.IGNORECASE)
_KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "LC_MESSAGES", "LANGUAGE")
_PLACES = {
    "HOME": "home",
    "FLATPAK_USER_DIR": "user",
    "FLATPAK_SYSTEM_DIR": "system",
    "FLATPAK_CONFIG_DIR": "config",
    "FLATPAK_RUN_DIR": "run",
    "XDG_DATA_HOME": "home/.local/share",
    "XDG_CACHE_HOME": "home/.cache",
    "XDG_CONFIG_HOME": "home/.config",
    "XDG_STATE_HOME": "home/.local/state",
    "XDG_RUNTIME_DIR": "runtime",
    "TMPDIR": "tmp",
}


class NoFlatpakError(SatchelError):
    """Nothing can be tried without it."""


class Run(Struct, frozen=True):
    """What a command came to.

    Attributes:
        status: its exit status; None if it did not come to its end in time.
        output: both outputs, the last of it where it is long.
        seconds: how long it took.
    """

    status: int | None
    output: str
    seconds: float

    @property
    def ok(self) -> bool:
        return self.status == 0

    @property
    def reason(self) -> str:
        """What went wrong, or the last that was said: a line, without tricks."""
        told = [line for line in self.output.splitlines() if line.strip()]
        wrong = [line for line in told if _WRONG.search(line)]
        return clean((wrong or told or [""])[-1], Policy.FIELD).strip()


class Throwaway:
    """A client below ``directory``, which has to be there and empty.

    ``variables``: of the process; of these it sees no session, no home and no installation.
    """

    def __init__(
        self, directory: Path, variables: Mapping[str, str], enclosure: Enclosure, cancel: Cancel
    ) -> None:
        self.directory = directory
        self._enclosure = enclosure
        self._cancel = cancel
        for name in _PLACES.values():
            (directory / name).mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
        self._variables = {
            **{name: variables[name] for name in _KEPT_VARIABLES if name in variables},
            **{variable: str(directory / name) for variable, name in _PLACES.items()},
            **dict(enclosure.variables),
        }

    @property
    def installation(self) -> Path:
        """Where its user's apps are."""
        return self.directory / "user"

    def with_variables(self, **variables: str) -> None:
        """All that follows sees these too."""
        self._variables.update(variables)

    def run(self, *command: str, patience: float = _PATIENCE) -> Run:
        """One command to its end. Raises InterruptedByUser, DriveError if it cannot be started."""
        started = time.monotonic()
        with tempfile.TemporaryFile(dir=self.directory / "tmp") as output:
            try:
                process = start(
                    [*self._enclosure.prefix, *command], self._variables, output, self.directory
                )
            except OSError as error:
                raise _not_started(command[0], error) from error
            try:
                status = self._wait(process, started + patience)
            finally:
                stop(process)
            size = output.seek(0, os.SEEK_END)
            output.seek(max(0, size - _MOST_OUTPUT))
            text = output.read().decode(errors="replace")
        return Run(status, text, time.monotonic() - started)

    def _wait(self, process: subprocess.Popen[bytes], until: float) -> int | None:
        while True:
            self._cancel.check()
            try:
                return process.wait(_ASK_AGAIN)
            except subprocess.TimeoutExpired:
                if time.monotonic() > until:
                    return None


@contextlib.contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """A directory below ``parent`` that is gone afterwards; also those that somebody who was killed
    has left there. Raises DriveError.
    """
    try:
        parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
        _clear(parent)
        directory = Path(tempfile.mkdtemp(dir=parent))
        lock = os.open(directory / _LOCK, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DriveError(
            Message(
                "No place to try it in {directory}: {reason}",
                directory=parent,
                reason=error.strerror or str(error),
            )
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield directory
    finally:
        remove(directory)
        os.close(lock)


def _clear(parent: Path) -> None:
    """What nobody uses any more."""
    for directory in parent.iterdir():
        try:
            lock = os.open(directory / _LOCK, os.O_WRONLY | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            continue
        else:
            remove(directory)
        finally:
            os.close(lock)


def remove(directory: Path) -> None:
    """Whatever flatpak or an app has left there, also directories that nobody may write to."""
    shutil.rmtree(directory, ignore_errors=True)
    if directory.exists():
        for path, names, _ in os.walk(directory):
            for each in (Path(path, name) for name in names):
                if not each.is_symlink():
                    with contextlib.suppress(OSError):
                        each.chmod(DIRECTORY_MODE)
        shutil.rmtree(directory, ignore_errors=True)


def _not_started(program: str, error: OSError) -> DriveError:
    return DriveError(
        Message(
            "{program} cannot be started: {reason}",
            program=program,
            reason=error.strerror or str(error),
        )
    )
