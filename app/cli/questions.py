"""Questions on a terminal."""

from __future__ import annotations

import select
import sys

from app.cli.signals import signals
from app.errors import InterruptedByUser
from app.message import Message

_YES = frozenset({"y", "yes", "j", "ja"})


def can_ask() -> bool:
    """Whether somebody sits there who could answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def agrees(question: str, *, by_default: bool = False) -> bool:
    """Whether the answer is yes; ``by_default``: so is none at all, as the question says (Y/n)."""
    answer = ask(question)
    return answer is not None and (answer.lower() in _YES or (by_default and not answer))


def confirm(question: str) -> None:
    """A question to which the Enter key says yes. Raises InterruptedByUser unless it is agreed."""
    if not agrees(question, by_default=True):
        raise InterruptedByUser(Message("Nothing was written."))


def ask(question: str) -> str | None:
    """The answer, without the spaces around it; None after Ctrl-C and Ctrl-D."""
    # Nothing has begun that would need a safe boundary: Ctrl-C means no.
    with signals() as signalled:
        print(question, end="", file=sys.stderr, flush=True)
        ready, _, _ = select.select([sys.stdin, signalled], [], [])
        line = "" if signalled in ready else sys.stdin.readline()
    if not line.endswith("\n"):  # Ctrl-C and Ctrl-D leave the cursor where it is
        print(file=sys.stderr)
        return None
    return line.strip()
