"""What ``satchel __complete`` answers to the scripts in ``resources/completion``.

They are called with the shell's name and the command line up to the cursor, and:

    bash  what COMP_WORDBREAKS says; the answer is quoted as the line needs it
    zsh   the word at the cursor, without quotes; the line is what stands before it
    fish  nothing

The answer has a word a line and, but for bash, a tab and what there is to say about it. A line that
begins with a tab says that files or directories are to be completed, too. What cannot be had is
left out, what takes too long is not waited for, and nothing is ever an error.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from types import FrameType

from app.cli.completion.candidates import Candidate, Names, offer
from app.cli.completion.line import Line, quoted, read_line
from app.cli.completion.names import KnownNames
from app.cli.syntax.model import ValueKind

LONGEST = 2.0
"""Seconds after which nobody waits for names any more."""


class _TooLateError(Exception):
    """Names took too long."""


def answer(arguments: Sequence[str]) -> int:
    """Print it; always 0."""
    with contextlib.suppress(Exception):
        names = patient(KnownNames(os.environ))
        text = "".join(f"{line}\n" for line in lines(*arguments, names=names))
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    return 0


def lines(shell: str, text: str, more: str = "", *, names: Names) -> Iterator[str]:
    """The answer."""
    line = read_line(text, more if shell == "bash" else "")
    if shell == "zsh":
        line = Line(line.words, more)
    offered = offer(line.words, line.current, names)
    for candidate in offered.candidates:
        # What ends a line or moves the cursor cannot be completed.
        if not candidate.text.isprintable():
            continue
        if shell != "bash":
            yield f"{candidate.text}\t{candidate.about if candidate.about.isprintable() else ''}"
        elif (word := quoted(candidate.text, line)) is not None:
            yield word
    if offered.files is not None:
        yield f"\t{offered.files.value}"


def patient(names: Names) -> Names:
    """``names`` as far as they can be had, and soon."""

    def those(value: ValueKind, beginning: str) -> list[Candidate]:
        candidates: list[Candidate] = []
        with contextlib.suppress(Exception), _limited(LONGEST):
            for candidate in names(value, beginning):
                candidates.append(candidate)
        return candidates

    return those


@contextlib.contextmanager
def _limited(seconds: float) -> Iterator[None]:
    """Raises `_TooLateError` in what takes longer. For the main thread."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _TooLateError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
