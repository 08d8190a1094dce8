"""nginx as a child, in generations: each is a process with a configuration of its own.

The sockets are ours and are handed on, so that what is served is exchanged at once: the next
generation answers at the same sockets, and the one before finishes what it is at. Connections that
come while one has died wait until the next one runs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Struct

from app.closing import Closing
from app.processes import stop
from app.serve.errors import WebServerFailedError, WebServerMissingError

_PROGRAM = "nginx"
_PLACES = "/usr/sbin:/usr/local/sbin:/sbin"
"""Where ordinary people's programs are not looked for."""

_START_SECONDS = 15.0
_STOP_SECONDS = 3.0
_LOOK = 0.01
_ERRORS = "error.log"
_MOST_ERRORS = 1_000_000
_MOST_SAID = 2000
# All of it ends with us, also where we are killed outright, and the first of its processes with us.
_WATCHED = (
    'exec 3<&0 </dev/null; { read -r _; kill -KILL 0; } <&3 >/dev/null 2>&1 & exec 3<&-; exec "$@"'
)
# nginx says so before it has read where else it is to write.
_NO_TROUBLE = ("could not open error log file", "using inherited sockets")


def find_nginx(variables: Mapping[str, str]) -> str:
    """The program. Raises WebServerMissingError."""
    path = f"{variables.get('PATH', os.defpath)}:{_PLACES}"
    program = shutil.which(_PROGRAM, path=path)
    if program is None:
        raise WebServerMissingError
    return program


class Generation(Struct):
    """One process, and its directory. ``held``: a descriptor; what still runs ends with it."""

    directory: Path
    process: subprocess.Popen[bytes]
    held: int

    @property
    def said(self) -> str:
        """The last line of what it complained of; empty for nothing."""
        lines: list[str] = []
        for name in (_ERRORS, "stderr"):
            with contextlib.suppress(OSError), open(self.directory / name, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                file.seek(max(0, size - _MOST_SAID))
                lines += file.read().decode("utf-8", "replace").splitlines()
        lines = [line for line in lines if not any(each in line for each in _NO_TROUBLE)]
        return lines[-1].strip() if lines else ""


def _shorten(log: Path) -> None:
    """It has no end otherwise: strangers cause what stands in it."""
    with contextlib.suppress(OSError):
        if log.stat().st_size > _MOST_ERRORS:
            os.truncate(log, 0)


def _nothing(generation: Generation) -> None:
    """Nobody wants to know."""


@dataclass
class WebServer(Closing):
    """Runs one generation after the other. For use from one thread, which has to live on.

    Attributes:
        current: the one that answers.
        ended: called with each generation that has ended.
    """

    program: str
    descriptors: Sequence[int]
    variables: Mapping[str, str]
    ended: Callable[[Generation], None] = _nothing
    current: Generation | None = None
    _before: list[Generation] = field(default_factory=list)

    def switch(self, directory: Path, more: Sequence[int]) -> None:
        """Let the configuration in a directory answer from now on; ``more``: descriptors that it
        names. Raises WebServerFailedError; then nothing answers any more."""
        # First the one, then the other: nobody gets a list from one and its parts from the other.
        # Who comes in between waits at the sockets.
        if self.current is not None:
            self._leave(self.current)
            self.current = None
        generation = self._start(directory, more)
        self._wait(generation)
        self.current = generation

    @property
    def died(self) -> Generation | None:
        """The current one if it has ended by itself; it is taken away then."""
        generation = self.current
        if generation is None or generation.process.poll() is None:
            return None
        # Workers may outlive whoever started them.
        stop(generation.process)
        os.close(generation.held)
        self.current = None
        return generation

    def reap(self) -> None:
        """Forget generations that have come to their end, and old complaints of this one."""
        if self.current is not None:
            _shorten(self.current.directory / _ERRORS)
        for generation in tuple(self._before):
            if generation.process.poll() is not None:
                self._before.remove(generation)
                self._end(generation)

    def close(self) -> None:
        left = [*self._before, *([self.current] if self.current is not None else [])]
        for generation in left:
            with contextlib.suppress(ProcessLookupError):
                generation.process.terminate()
        for generation in left:
            stop(generation.process, _STOP_SECONDS)
            self._end(generation)
        self._before, self.current = [], None

    def _start(self, directory: Path, more: Sequence[int]) -> Generation:
        command = [self.program, "-p", f"{directory}/", "-c", str(directory / "nginx.conf")]
        inherited = "".join(f"{each};" for each in self.descriptors)
        watched, held = os.pipe2(os.O_CLOEXEC)
        try:
            with open(directory / "stderr", "wb") as said:
                process = subprocess.Popen(
                    ["sh", "-c", _WATCHED, "sh", *command],
                    env={**self.variables, "NGINX": inherited},
                    pass_fds=(*self.descriptors, *more),
                    stdin=watched,
                    stdout=said,
                    stderr=said,
                    cwd=directory,
                    # What is pressed in a terminal is for us.
                    start_new_session=True,
                )
        except BaseException:
            os.close(held)
            raise
        finally:
            os.close(watched)
        return Generation(directory, process, held)

    def _wait(self, generation: Generation) -> None:
        end = time.monotonic() + _START_SECONDS
        while not (generation.directory / "pid").exists():
            if generation.process.poll() is not None or time.monotonic() > end:
                stop(generation.process)
                said = generation.said
                self._end(generation)
                raise WebServerFailedError(said or "it ended at once")
            time.sleep(_LOOK)

    def _leave(self, generation: Generation) -> None:
        with contextlib.suppress(ProcessLookupError):
            generation.process.send_signal(signal.SIGQUIT)
        self._before.append(generation)

    def _end(self, generation: Generation) -> None:
        os.close(generation.held)
        self.ended(generation)
        shutil.rmtree(generation.directory, ignore_errors=True)
