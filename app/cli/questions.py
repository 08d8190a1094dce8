"""Questions on a terminal."""

from __future__ import annotations

import select
import sys

from app.cli.signals import signals


def can_ask() -> bool:
    """Whether somebody sits there who could answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


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
