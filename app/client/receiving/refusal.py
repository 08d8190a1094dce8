"""Why something on a stick is not installed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref
from app.flatpak.required_flatpak import Version, lacking, version_text
from app.message import Message
from app.stick.store.contents import CarriedRef, is_replaced


class RefusalKind(StrEnum):
    """What it is about."""

    TRUST = "trust"
    """Nobody whom this computer knows signed it, or its signature is not good."""
    CONTRADICTION = "contradiction"
    """It is signed by another key than the one that this computer knows for it."""
    KEY = "key"
    """It is signed by a key that only the stick knows, and nobody has agreed to that."""
    UNSIGNED = "unsigned"
    """Nobody vouches for it, and nobody has agreed to that."""
    DAMAGED = "damaged"
    MISSING = "missing"
    """What it needs is neither on the stick nor on this computer."""
    FLATPAK = "flatpak"
    """It needs a newer flatpak, or flatpak refused."""
    ROOM = "room"
    OTHER = "other"


_STATUS = {
    RefusalKind.TRUST: 5,
    RefusalKind.CONTRADICTION: 5,
    RefusalKind.KEY: 5,
    RefusalKind.UNSIGNED: 5,
    RefusalKind.DAMAGED: 6,
    RefusalKind.ROOM: 3,
}


class Refusal(Struct, frozen=True):
    """``runtime``: the full ref of the one for whose sake it is; empty for its own."""

    kind: RefusalKind
    reason: Message
    runtime: str = ""

    @property
    def exit_code(self) -> int:
        """The exit status of a command that could not do something for this reason."""
        return _STATUS.get(self.kind, 1)


def old_flatpak(metadata: Metadata, have: Version | None) -> Refusal | None:
    """Of what needs a newer flatpak than this computer has; it may not tell."""
    required = metadata.required_flatpak
    wants = lacking(required, have) if required and have is not None else None
    if wants is None or have is None:
        return None
    reason = Message(
        "It needs flatpak {wants} or newer; this computer has {have}.",
        wants=wants,
        have=version_text(have),
    )
    return Refusal(RefusalKind.FLATPAK, reason)


def no_runtime(runtime: Ref | None) -> Refusal:
    reason = Message(
        "It needs {runtime}, which is neither on the drive nor on this computer.", runtime=runtime
    )
    return Refusal(RefusalKind.MISSING, reason)


def replaced_runtime(
    key: tuple[str, str], carried: Mapping[tuple[str, str], CarriedRef]
) -> Refusal | None:
    """Of a runtime that flatpak brings nobody: apps look for it by this name. ``carried``: what is
    on the drive."""
    runtime = carried.get(key)
    if runtime is None or runtime.metadata is None or runtime.metadata.kind != "runtime":
        return None
    if runtime.metadata.extension_of is not None or not is_replaced(runtime, carried):
        return None
    reason = Message("flatpak installs {new} in its place.", new=runtime.replaced_by)
    return Refusal(RefusalKind.OTHER, reason)


def of_runtime(runtime: Ref, refusal: Refusal) -> Refusal:
    """Of an app, for its runtime's sake."""
    reason = Message(
        "Its runtime {runtime} cannot be installed: {reason}",
        runtime=runtime,
        reason=refusal.reason,
    )
    return Refusal(refusal.kind, reason, str(runtime))
