"""What flatpak installs in place of what was renamed (``eol-rebase``).

As in ``resolve_op_from_commit`` (``common/flatpak-transaction.c``) and ``end_of_lifed_with_rebase``
(``app/flatpak-cli-transaction.c``): whoever asks for the old name, or for what needs it, gets the
new one from the same remote, always so where nobody is asked; and if that is not there, nothing.

Why: decision D24.
"""

from __future__ import annotations

from collections.abc import Callable

from app.flatpak.refs import Ref
from app.message import Message

REPLACED_KEY = "ostree.endoflife-rebase"
"""In a commit's metadata, a string: the full ref of the same kind that replaces it."""

MOST = 50
"""Names one after the other that are followed: nobody has more, and a drive may say anything."""


class ReplacementError(ValueError):
    """flatpak installs neither the ref nor anything in its place; a sentence says why."""


def replacement(ref: Ref, said: str) -> Ref:
    """The ref that replaces ``ref``; ``said`` is what its commit has. Raises `ReplacementError`."""
    new = Ref.parse_or_none(said)
    if new is None:
        raise ReplacementError(
            Message(
                "What is said to replace it, {said}, is no app or runtime.", said=repr(said[:200])
            )
        )
    if new.kind != ref.kind:
        raise ReplacementError(
            Message("What is said to replace it, {new}, is of another kind.", new=new)
        )
    return new


def replacements(ref: Ref, said: Callable[[Ref], str | None]) -> tuple[Ref, ...]:
    """Everything that replaces ``ref``, one after the other; the last is what is installed.

    ``said`` tells what the commit of a ref has, None if nothing; LookupError if it is not there.
    Raises `ReplacementError`.
    """
    chain = [ref]
    while (text := said(chain[-1])) is not None:
        new = replacement(chain[-1], text)
        if new in chain:
            raise ReplacementError(
                Message("It is said to be replaced by {new}, and that by itself.", new=new)
            )
        if len(chain) > MOST:
            raise ReplacementError(
                Message("It is said to have been renamed more than {most} times.", most=MOST)
            )
        chain.append(new)
        try:
            said(new)
        except LookupError:
            raise ReplacementError(
                Message("{new}, which replaces it, is not there.", new=new)
            ) from None
    return tuple(chain[1:])
