"""What there is to choose from, and what is not as it should be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from app.errors import SatchelError
from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.remotes.remote import Remote


class CatalogueState(Enum):
    """Of what there is to choose from."""

    CLOSED = auto()
    """Nobody has asked for it yet."""
    OPENING = auto()
    OPEN = auto()
    NO_REMOTE = auto()
    """There is nothing to fetch it from."""
    STOPPED = auto()
    """The person did not want to wait."""
    FAILED = auto()


class ShortcomingKind(Enum):
    """Why what a remote offers is not there as it is now."""

    STALE = auto()
    """It could not be reached; this is how it was the last time."""
    UNDESCRIBED = auto()
    """Only names are known."""
    MISSING = auto()
    """Nothing of it is there."""


@dataclass(frozen=True, slots=True)
class Shortcoming:
    """``made``: when what is stale was made, seconds since 1970."""

    kind: ShortcomingKind
    remote: str
    error: SatchelError
    made: int | None = None


@dataclass(frozen=True, slots=True)
class CatalogueStatus:
    """At one moment.

    Attributes:
        opened, total: catalogues, while they are being opened.
        error: why none could be.
        remotes: those that there is something to choose from.
        shortcomings: what is not as it should be, and why.
    """

    state: CatalogueState
    opened: int = 0
    total: int = 0
    error: SatchelError | None = None
    remotes: tuple[Remote, ...] = ()
    shortcomings: tuple[Shortcoming, ...] = ()


def opened_status(catalogues: Catalogues) -> CatalogueStatus:
    """Of catalogues that have just been opened."""
    if catalogues.opened:
        return CatalogueStatus(
            CatalogueState.OPEN,
            remotes=tuple(catalogue.remote for catalogue in catalogues.opened),
            shortcomings=_shortcomings(catalogues),
        )
    if catalogues.failures:
        _, error = catalogues.failures[0]
        return CatalogueStatus(CatalogueState.FAILED, error=error)
    return CatalogueStatus(CatalogueState.NO_REMOTE)


def _shortcomings(catalogues: Catalogues) -> tuple[Shortcoming, ...]:
    shortcomings = []
    for catalogue in catalogues.opened:
        label = catalogue.remote.label
        if catalogue.stale is not None:
            shortcomings.append(
                Shortcoming(ShortcomingKind.STALE, label, catalogue.stale, catalogue.made)
            )
        if catalogue.undescribed is not None:
            shortcomings.append(
                Shortcoming(ShortcomingKind.UNDESCRIBED, label, catalogue.undescribed)
            )
    for remote, error in catalogues.failures:
        shortcomings.append(Shortcoming(ShortcomingKind.MISSING, remote.label, error))
    return tuple(shortcomings)
