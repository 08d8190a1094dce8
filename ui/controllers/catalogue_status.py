"""What there is to choose from, and what is not as it should be."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct

from app.errors import SatchelError
from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.flatpak.upstream.errors import BadSummaryError, UnsignedRemoteError


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


class Way(Enum):
    """Out of it, beside trying again."""

    TAKE_ANYWAY = auto()
    """Nobody vouches for it; whoever trusts its people all the same may say so."""
    REMOVE = auto()
    """It is signed by somebody else than it should be: there is no other way."""


class Shortcoming(Struct, frozen=True):
    """``made``: when what is stale was made, seconds since 1970."""

    kind: ShortcomingKind
    source: Remote
    error: SatchelError
    made: int | None = None

    @property
    def remote(self) -> str:
        return self.source.label

    @property
    def way(self) -> Way | None:
        return way_out(self.source, self.error)


def way_out(source: Remote, error: SatchelError) -> Way | None:
    """What can be done about a source that could not be opened."""
    if isinstance(error, UnsignedRemoteError):
        return Way.TAKE_ANYWAY
    is_own = source.origin is RemoteOrigin.ADDED
    return Way.REMOVE if isinstance(error, BadSummaryError) and is_own else None


class CatalogueStatus(Struct, frozen=True):
    """At one moment.

    Attributes:
        opened, total: catalogues, while they are being opened.
        error: why none could be, and of which source.
        remotes: those that there is something to choose from.
        shortcomings: what is not as it should be, and why.
    """

    state: CatalogueState
    opened: int = 0
    total: int = 0
    error: SatchelError | None = None
    culprit: Remote | None = None
    remotes: tuple[Remote, ...] = ()
    shortcomings: tuple[Shortcoming, ...] = ()

    @property
    def way(self) -> Way | None:
        """Out of a failure, beside trying again."""
        if self.error is None or self.culprit is None:
            return None
        return way_out(self.culprit, self.error)


def opened_status(catalogues: Catalogues) -> CatalogueStatus:
    """Of catalogues that have just been opened."""
    if catalogues.opened:
        return CatalogueStatus(
            CatalogueState.OPEN,
            remotes=tuple(catalogue.remote for catalogue in catalogues.opened),
            shortcomings=_shortcomings(catalogues),
        )
    if catalogues.failures:
        source, error = catalogues.failures[0]
        return CatalogueStatus(CatalogueState.FAILED, error=error, culprit=source)
    return CatalogueStatus(CatalogueState.NO_REMOTE)


def _shortcomings(catalogues: Catalogues) -> tuple[Shortcoming, ...]:
    shortcomings = []
    for catalogue in catalogues.opened:
        source = catalogue.remote
        if catalogue.stale is not None:
            shortcomings.append(
                Shortcoming(ShortcomingKind.STALE, source, catalogue.stale, catalogue.made)
            )
        if catalogue.undescribed is not None:
            shortcomings.append(
                Shortcoming(ShortcomingKind.UNDESCRIBED, source, catalogue.undescribed)
            )
    for source, error in catalogues.failures:
        shortcomings.append(Shortcoming(ShortcomingKind.MISSING, source, error))
    return tuple(shortcomings)
