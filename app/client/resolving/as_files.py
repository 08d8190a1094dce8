"""What is on sticks as a file (a bundle): flatpak by itself looks at no such file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from app.flatpak.refs import PartialRef, Ref
from app.message import Message
from app.progress import Notice
from app.severity import Severity
from app.stick.planning.selection import NoSuchRefError
from app.stick.store.record import read_record
from app.stick.store.sideload_repository import SideloadRepository

_INSTALLED_BY = Message("install.sh on the drive, and satchel receive, install it.")


class OnFile(Struct, frozen=True):
    """A ref that is on a stick as a file; ``stick``: what people call that."""

    ref: Ref
    stick: str


def files_on(sticks: Sequence[SideloadRepository]) -> tuple[OnFile, ...]:
    """By the sticks' records, of which nothing is checked here. Raises OSError."""
    return tuple(dict.fromkeys(_files_on(sticks)))


def _files_on(sticks: Sequence[SideloadRepository]) -> Iterator[OnFile]:
    for stick in sticks:
        record = read_record(stick.location)
        for each in record.bundles if record is not None else ():
            ref = Ref.parse_or_none(each.ref)
            if ref is not None:
                yield OnFile(ref, stick.name)


def notices_of(files: Sequence[OnFile]) -> Iterator[Notice]:
    """For apps that run on a runtime that is a file."""
    for each in files:
        if each.ref.kind == "runtime":
            text = Message(
                "{stick} has {ref} as a file, which flatpak by itself does not look at: what runs "
                "on it is installed by install.sh on the drive, or by satchel receive.",
                stick=each.stick,
                ref=each.ref,
            )
            yield Notice(Severity.INFO, text)


def refusal(text: str, arch: str, files: Sequence[OnFile]) -> NoSuchRefError | None:
    """Why there is nothing to resolve where a ref is on a stick as a file only."""
    partial = PartialRef.parse(text)
    for each in files:
        if partial.remote is None and partial.matches(each.ref, partial.arch or arch):
            message = Message(
                "{ref} is on {stick} as a file, which flatpak by itself does not look at.",
                ref=each.ref,
                stick=each.stick,
            )
            return NoSuchRefError(message, _INSTALLED_BY)
    return None
