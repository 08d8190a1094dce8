"""What flatpak by itself does not get of what a stick delivers, and install.sh does."""

from __future__ import annotations

from collections.abc import Iterator

from app.flatpak.metadata import Metadata
from app.formats.keyfile import KeyfileError
from app.message import Message
from app.progress import Notice
from app.severity import Severity
from app.stick.store.record import read_record
from app.stick.store.sideload_repository import SideloadRepository
from app.stick.store.stick_state import recorded_languages

_BY_HAND = Message("install.sh on the drive, and satchel receive, install what is there.")
_IN_PLACE = Message("install.sh on the drive, and satchel receive, put it where flatpak looks.")


def shortcomings(
    ref: str, commit: str, metadata: str, stick: SideloadRepository
) -> Iterator[Notice]:
    """Of a ref that comes from ``stick``; ``metadata``: of its commit."""
    languages = recorded_languages(read_record(stick.location)).get(commit)
    if languages is not None:
        text = Message(
            "{stick} has only a part of the translations in {ref} ({languages}): a computer that "
            "wants another one as well gets none of them by flatpak alone.",
            stick=stick.name,
            ref=ref,
            languages=", ".join(languages) or "-",
        )
        yield Notice(Severity.WARNING, text, _BY_HAND)
    if _asks_its_maker(metadata):
        text = Message(
            "A part of {ref} is handed out by its maker: flatpak alone asks there for it, also "
            "where {stick} has it.",
            ref=ref,
            stick=stick.name,
        )
        yield Notice(Severity.WARNING, text, _IN_PLACE)


def _asks_its_maker(metadata: str) -> bool:
    try:
        return bool(Metadata.parse(metadata.encode(errors="surrogateescape")).extra_data)
    except KeyfileError:
        return False
