"""A ref on a stick as those see it who decide what to take: `app.flatpak.sideloading`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.flatpak.sideloading.situation import Presence, StickEntry, Version
from app.formats.gvariant import FormatError
from app.message import Message, message_of
from app.ostree.names import METADATA_REF
from app.ostree.objects import Commit
from app.stick.store.ostree_metadata import Described, Description


def read_description(
    read_commit: Callable[[str], Commit | None], refs: Mapping[str, str]
) -> Description | Message:
    """What the ostree-metadata among the refs of a collection says, or why nothing is known of it.

    ``read_commit``: None for one that cannot be read.
    """
    checksum = refs.get(METADATA_REF)
    commit = read_commit(checksum) if checksum is not None else None
    if commit is None:
        return Message("it has no ostree-metadata")
    try:
        return Description(commit)
    except FormatError as error:
        return _unfit(message_of(error))


def sideload_entry(
    stick: str,
    ref: str,
    names: Version,
    commit: Commit | None,
    *,
    partial: bool,
    description: Description | Message,
    holds: frozenset[str] = frozenset(),
    main: bool = False,
) -> StickEntry:
    """That of a ref whose list names ``names``, and whose commit is ``commit``, if it is there."""
    known = description if isinstance(description, Description) else None
    presence = Presence.PARTIAL if partial else Presence.COMPLETE
    return StickEntry(
        stick=stick,
        names=names,
        made=commit.timestamp if commit is not None else None,
        presence=presence if commit is not None else Presence.MISSING,
        disagreement=_disagreement(description, ref, names, commit),
        metadata=known.metadata(ref) if known is not None else "",
        commit_metadata=(commit.app_metadata or "") if commit is not None else "",
        holds=holds,
        main=main,
    )


def disagreement(
    description: Description, ref: str, checksum: str, commit: Commit
) -> Message | None:
    """Why an ostree-metadata does not stand for the commit of a ref; None if it does."""
    text = commit.app_metadata or ""
    problem = description.disagreement(ref, Described(checksum, commit.timestamp, text, 0, 0))
    return _unfit(problem) if problem is not None else None


def _disagreement(
    description: Description | Message, ref: str, names: Version, commit: Commit | None
) -> Message | None:
    if isinstance(description, Message):
        return description
    return disagreement(description, ref, names.commit, commit) if commit is not None else None


def _unfit(problem: Message) -> Message:
    return Message("its ostree-metadata does not fit: {problem}", problem=problem)
