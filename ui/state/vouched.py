"""Sources that nobody vouches for, and that the person takes all the same, one by one."""

from __future__ import annotations

from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.replacing import replace
from app.settings import Settings


def with_accepted(known: Known, settings: Settings) -> Known:
    """``known``, of which those are accepted whose address the person has accepted."""
    accepted = frozenset(settings.unsigned_sources)

    def marked(remote: Remote) -> Remote:
        wanted = remote.address in accepted
        if wanted is remote.unsigned_accepted:
            return remote
        return replace(remote, unsigned_accepted=wanted)

    return replace(known, remotes=tuple(map(marked, known.remotes)))


def accepting(settings: Settings, remote: Remote) -> tuple[str, ...]:
    """The addresses that are accepted together with that of ``remote``."""
    return tuple(dict.fromkeys((*settings.unsigned_sources, remote.address)))


def refusing(settings: Settings, remote: Remote) -> tuple[str, ...]:
    """The addresses that are accepted without that of ``remote``."""
    return tuple(each for each in settings.unsigned_sources if each != remote.address)
