"""Runs gpg, where it signs through python-gnupg, and reads what it reports, and only that.

python-gnupg is used for starting gpg with the user's keys and feeding it. Its parsing is not,
because what it parses is partly the attacker's text:

- it reads status lines from stderr, mixed with messages for people;
- it splits lines as ``str.splitlines`` does, so that a user ID or notation with the byte 0x85 (part
  of "Å" in UTF-8) begins a new line, which may then read ``[GNUPG:] VALIDSIG ...``;
- it unpacks values without looking (a BADSIG without a user ID raises in its reader thread).

So gpg writes its status lines to a file (``--status-file``), split here at newlines only, which
gpg escapes in everything it quotes; and python-gnupg gets result objects that listen to nothing.

Why: decision D3.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from app.errors import TrustError, exhausted
from app.message import Message
from app.text import Policy, clean

PREFIX = b"[GNUPG:] "


class GpgMissingError(TrustError):
    """gpg is not installed or does not start: no signature can be judged."""

    def __init__(self, error: BaseException | None = None) -> None:
        """``error``: why it has not started, where that is known."""
        limit = exhausted(error) if error is not None else None
        if limit is not None:
            super().__init__(
                Message("gpg, which checks signatures, does not start: {why}", why=limit.message),
                limit.hint,
            )
            return
        super().__init__(
            Message("The program gpg, which checks signatures, is missing or does not start."),
            Message(
                "Install the package gpg (Debian, Ubuntu), gnupg2 (Fedora) or gnupg (Arch, "
                "openSUSE)."
            ),
        )


class GpgKilledError(GpgMissingError):
    """The system has killed gpg: what it said before may be half of it."""

    def __init__(self) -> None:
        TrustError.__init__(
            self,
            Message("gpg, which checks signatures, was killed before it was done."),
            Message(
                "Perhaps this computer is short of memory: end other programs, then run the same "
                "command again."
            ),
        )


class _Deaf(list[Any]):
    """Stands in for python-gnupg's result objects; see the module's docstring.

    Attributes:
        data: what gpg wrote to standard output.
        returncode: as of a `subprocess.Popen`.
    """

    data: bytes = b""
    returncode: int = 0

    def __init__(self, _gpg: object) -> None:
        super().__init__()

    def handle_status(self, key: str, value: str) -> None:
        pass

    def _ignore(self, fields: list[str]) -> None:
        pass

    pub = uid = sec = fpr = sub = ssb = sig = grp = _ignore


class ScratchDirectory:
    """A private directory (0700), in memory where possible; gone on close, collection or exit."""

    def __init__(self) -> None:
        try:
            self.path = tempfile.mkdtemp(prefix="satchel-gpg-", dir="/dev/shm")
        except OSError:
            self.path = tempfile.mkdtemp(prefix="satchel-gpg-")
        self.close = weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)
        self._numbers = itertools.count()

    def new_name(self) -> str:
        """A path inside that nobody else gets; safe to call from threads."""
        return os.path.join(self.path, f"{next(self._numbers)}.tmp")


def start(homedir: str | None, options: list[str], env: dict[str, str] | None) -> Any:
    """A ``gnupg.GPG``. Without ``homedir`` and ``env``: the user's own."""
    # Only who signs needs it.
    import gnupg

    try:
        gpg = gnupg.GPG(gpgbinary=_binary(), gnupghome=homedir, options=options, env=env)
    except (OSError, ValueError) as error:
        # python-gnupg words what the system said anew.
        raise GpgMissingError(error.__context__ or error) from error
    gpg.result_map = dict.fromkeys(gpg.result_map, _Deaf)
    return gpg


def run(
    scratch: ScratchDirectory, call: Callable[[list[str]], Any]
) -> tuple[bytes, list[tuple[str, str]]]:
    """Standard output and status lines of one python-gnupg call that takes ``extra_args``."""
    status = scratch.new_name()
    try:
        try:
            result = call(["--status-file", status])
            _require_alive(result.returncode)
            out = result.data
        except BrokenPipeError:
            # gpg saw enough and left before it read everything; its status lines say why.
            out = b""
        except OSError as error:
            raise GpgMissingError(error) from error
        try:
            with open(status, "rb") as file:
                return out, parse_status(file.read())
        except FileNotFoundError:
            return out, []
    finally:
        remove(status)


def verify_files(
    scratch: ScratchDirectory, home: str, options: Sequence[str], names: Iterable[str]
) -> list[tuple[str, str]]:
    """The status lines about detached signatures in files; each is over the file of the same name
    without its suffix ``.sig``. python-gnupg can ask about one at a time only."""
    status = scratch.new_name()
    # In batch mode gpg does not look for the data by the name.
    command = [_binary(), "--no-tty", "--homedir", home, *options]
    try:
        with _started():
            done = subprocess.run(
                [*command, "--status-file", status, "--verify-files"],
                input="".join(f"{name}\n" for name in names).encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=environment(home),
                check=False,
            )
        _require_alive(done.returncode)
        with contextlib.suppress(FileNotFoundError), open(status, "rb") as file:
            return parse_status(file.read())
        return []
    finally:
        remove(status)


def output(home: str, options: Sequence[str], *command: str, given: bytes = b"") -> bytes:
    """What a command prints about the keys of a home, which reads what is ``given``; nothing if it
    fails."""
    command = (_binary(), "--no-tty", "--batch", "--homedir", home, *options, *command)
    with _started():
        done = subprocess.run(
            command,
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(home),
            check=False,
        )
    _require_alive(done.returncode)
    return done.stdout


def _require_alive(returncode: int) -> None:
    """Raises GpgKilledError. What makes gpg itself crash is no good, and that is all."""
    if returncode == -signal.SIGKILL:
        raise GpgKilledError


@contextlib.contextmanager
def _started() -> Iterator[None]:
    """Nothing is judged by a gpg that has not started, least of all to be bad."""
    try:
        yield
    except OSError as error:
        raise GpgMissingError(error) from error


def environment(home: str) -> dict[str, str]:
    """For a gpg that is to know nothing but ``home``."""
    return {"LC_ALL": "C", "HOME": home, "GNUPGHOME": home, "PATH": os.defpath}


def _binary() -> str:
    binary = shutil.which("gpg")
    if binary is None:
        raise GpgMissingError
    return binary


def parse_status(raw: bytes) -> list[tuple[str, str]]:
    """Keyword and arguments of each status line (GnuPG's doc/DETAILS)."""
    lines = []
    for line in raw.split(b"\n"):
        if line.startswith(PREFIX):
            keyword, _, arguments = line.removeprefix(PREFIX).partition(b" ")
            lines.append((keyword.decode("latin-1"), arguments.decode("utf-8", "replace")))
    return lines


def parse_colons(raw: bytes) -> list[list[str]]:
    """Records of ``--with-colons``; gpg escapes colons, backslashes and newlines in fields."""
    return [line.decode("utf-8", "replace").split(":") for line in raw.split(b"\n") if line]


def printable(field: str) -> str:
    """A user ID from a colon record, without escapes and without anything a terminal obeys."""
    text = field.replace("\\x3a", ":").replace("\\x5c", "\\")
    return clean(text, Policy.NAME)


def remove(path: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
