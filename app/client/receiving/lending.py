"""Remotes that lead elsewhere for a time, and back again whatever happens.

What has to be put back stands in a record in the installation before anything is changed, and in
the configuration itself (`app.client.receiving.remote_config`), so that after a kill or a power cut
the next run does it (`recover`), or the next ``install.sh``; and what that left is put back here.
There is one run at a time, of either: this one locks a file, in which it says which process it is;
``install.sh`` can lock nothing, and has a file that says the same.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import socket
from pathlib import Path
from typing import IO

from msgspec import to_builtins

from app.client.receiving.installation import Place
from app.client.receiving.own_errors import own_errors
from app.client.receiving.remote_config import (
    Lent,
    address_of,
    give_back,
    give_marked_back,
    has_marks,
    lend,
)
from app.errors import SatchelError
from app.fs.files import replace_file
from app.message import Message

RECORD = "satchel-receiving.json"
_LOCK = "satchel-receiving.lock"
INSTALLER_PLACE = "repo/tmp/satchel-install"
"""Where ``install.sh`` keeps what it needs meanwhile, in the installation."""
_OWNER = "owner"
_DIRECTORY = "receiving"
_HELD = "held"
_MAX_SIZE = 1 << 20
_CHANGING = Message("changing the addresses of sources")


class ReceivingBusyError(SatchelError):
    """Another run is installing into the same installation."""


class Lending:
    """What was lent of one installation. While it is open nobody else may lend.

    A context manager: at its end everything has its own address again. Where this process may not
    change the installation, nothing is ever lent, and nobody is kept away.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._lent: dict[str, Lent] = {}
        self._addresses: set[str] = set()
        self._directory: Path | None = None
        self._held: IO[bytes] | None = None
        self._unused: socket.socket | None = None
        self._lock = -1

    def __enter__(self) -> Lending:
        if not self._place.writable:
            return self
        with own_errors(_CHANGING):
            self._place.path.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            self._lock = os.open(self._place.path / _LOCK, flags, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock)
            raise ReceivingBusyError(
                Message("Satchel is already installing on this computer."),
                Message("Wait until it is done, then run the same command again."),
            ) from error
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()} {_started(os.getpid())}\n".encode(), 0)
        if _is_running(self._place.path / INSTALLER_PLACE / _OWNER):
            self._unlock()
            raise ReceivingBusyError(
                Message("The install.sh of a drive is at work on this computer."),
                Message("Wait until it is done, then run the same command again."),
            )
        _recover(self._place)
        return self

    def __exit__(self, *_: object) -> None:
        try:
            with own_errors(_CHANGING):
                self._give_back()
        finally:
            for held in (self._unused, self._held):
                if held is not None:
                    held.close()
            self._unlock()

    def _unlock(self) -> None:
        if self._lock >= 0:
            with contextlib.suppress(OSError):
                os.unlink(self._place.path / _LOCK)
            os.close(self._lock)
            self._lock = -1

    def _give_back(self) -> None:
        for lent in self._lent.values():
            give_back(self._place.config, lent, self._addresses.__contains__)
        if self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
        if self._lock >= 0:
            (self._place.path / RECORD).unlink(missing_ok=True)

    def directory(self, cache: Path) -> Path:
        """A new directory below ``cache`` for this run, which goes with it. Raises DriveError."""
        if self._directory is None:
            with own_errors(Message("making room for what is checked")):
                parent = cache / _DIRECTORY
                parent.mkdir(parents=True, exist_ok=True)
                _sweep(parent)
                directory = parent / os.urandom(8).hex()
                directory.mkdir(mode=0o700)
                self._held = (directory / _HELD).open("wb")
                fcntl.flock(self._held, fcntl.LOCK_EX)
                self._directory = directory
        return self._directory

    @property
    def nowhere(self) -> str:
        """An address at which nobody answers, and nobody else can."""
        if self._unused is None:
            self._unused = socket.socket()
            # Bound and not listened at: whoever connects is refused at once.
            self._unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{self._unused.getsockname()[1]}/"

    def expect(self, remote: str, address: str, own: str) -> None:
        """A remote that is about to be added with ``address`` is to have ``own`` in the end."""
        self._addresses.add(address)
        self._lent[remote] = Lent(remote, own, None)
        with own_errors(_CHANGING):
            self._write()

    def forget(self, remote: str) -> None:
        """It was not added."""
        self._lent.pop(remote, None)
        with own_errors(_CHANGING):
            self._write()

    def lead(self, remote: str, address: str) -> None:
        """Let a remote lead to ``address`` from now on. Raises DriveError."""
        self._addresses.add(address)
        with own_errors(_CHANGING):
            if remote not in self._lent:
                before = address_of(self._place.config, remote)
                if before is None:
                    return
                self._lent[remote] = before
            self._write()
            lend(self._place.config, self._lent[remote], address)

    def restore(self, remote: str) -> None:
        """Let it lead to its own address again. Raises DriveError."""
        if remote in self._lent:
            with own_errors(_CHANGING):
                ours = self._addresses.__contains__
                give_back(self._place.config, self._lent[remote], ours)

    def _write(self) -> None:
        value = {
            "version": 1,
            "lent": [to_builtins(lent) for lent in self._lent.values()],
            "addresses": sorted(self._addresses),
        }
        data = json.dumps(value, indent=1).encode()
        replace_file(self._place.path / RECORD, data, mode=0o600)


def recover(place: Place, cache: Path) -> bool:
    """Put back what a run that was killed had lent, and take away what it had copied to ``cache``;
    whether anything had been lent.

    Does nothing while another run is at work, or where this process may not. Raises DriveError.
    """
    with contextlib.suppress(OSError):
        _sweep(cache / _DIRECTORY)
    with own_errors(_CHANGING):
        left = (place.path / RECORD).exists() or has_marks(place.config)
    if not left or not place.writable:
        return False
    with contextlib.suppress(ReceivingBusyError, PermissionError), Lending(place):
        return True
    return False


def _recover(place: Place) -> None:
    record = _read_record(place.path / RECORD)
    with own_errors(Message("putting the addresses of sources back")):
        give_marked_back(place.config)
        if record is not None:
            lent, addresses = record
            for entry in lent:
                give_back(place.config, entry, addresses.__contains__)
            (place.path / RECORD).unlink(missing_ok=True)
        shutil.rmtree(place.path / INSTALLER_PLACE, ignore_errors=True)


def _is_running(path: Path) -> bool:
    """Whether the process that a file names is the one that wrote it."""
    try:
        with path.open("rb") as file:
            number, started = file.read(100).split()
        return bool(started) and _started(int(number)).encode() == started
    except (OSError, ValueError):
        return False


def _started(number: int) -> str:
    """What tells a process from a later one with the same number (``proc_pid_stat(5)``, field 22);
    empty if there is none."""
    try:
        # The name of its program, in brackets, may hold anything.
        return Path(f"/proc/{number}/stat").read_text("latin-1").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""


def _sweep(parent: Path) -> None:
    """Take away what runs left that were killed: those that are at work hold a lock."""
    for directory in parent.iterdir():
        try:
            with (directory / _HELD).open("rb") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(directory, ignore_errors=True)
        except OSError:
            continue


def _read_record(path: Path) -> tuple[tuple[Lent, ...], frozenset[str]] | None:
    """None if there is none, or none that can be read."""
    try:
        with path.open("rb") as file:
            value = json.loads(file.read(_MAX_SIZE))
        lent = tuple(
            Lent(str(entry["remote"]), str(entry["url"]), _text(entry["fixed"]))
            for entry in value["lent"]
        )
        return lent, frozenset(map(str, value["addresses"]))
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def _text(value: object) -> str | None:
    return None if value is None else str(value)
