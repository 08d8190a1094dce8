"""Where the apps of a set come from, on this computer.

A set never brings a source along: what comes from one that nobody here has added is not to be had.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import UsageError
from app.flatpak.refs import PartialRef, parse_wanted
from app.flatpak.remotes.remote import Remote
from app.message import Message
from app.replacing import replace
from app.stick.choices.about import Source


class UnknownSourceError(UsageError):
    """Nobody has added the source that an app comes from."""


def says_whose(text: str, sources: Sequence[Source]) -> bool:
    """Whether a set itself says which remote it means by the name before an app."""
    return text.partition(":")[0] in {each.name for each in sources}


def known_ref(text: str, sources: Sequence[Source], remotes: Sequence[Remote]) -> str:
    """``REMOTE:REF`` with the name that the remote has here.

    ``sources``: which remotes are meant by the names in a set; others mean those here of these
    names. Raises `UnknownSourceError`, RefError.
    """
    wanted = parse_wanted(text)
    source = next((each for each in sources if each.name == wanted.remote), None)
    if source is None:
        return text
    remote = source.among(remotes)
    if remote is None:
        raise UnknownSourceError(
            Message(
                "{app} comes from {source}, which is not among the sources here.",
                app=wanted.id if isinstance(wanted, PartialRef) else wanted.name,
                source=source.label,
            ),
            Message("Add that source first, if you trust the people who keep it."),
        )
    return str(replace(wanted, remote=remote.name))
