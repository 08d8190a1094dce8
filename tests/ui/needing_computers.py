"""Files that computers wrote, for the window to take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.flatpak.refs import Ref
from app.stick.store.needs import (
    ClientInstallation,
    ClientRef,
    ClientRemote,
    Needs,
    Scope,
    dump_needs,
)

_LONG_AGO = "0" * 64
_MADE = 1_796_000_000


def needing(
    host: str, refs: Sequence[str], collection: str, *, drivers: Sequence[str] = ("default",)
) -> Needs:
    """A computer that has ``refs``, each in an older version."""
    installed = tuple(ClientRef(Ref.parse(ref), _LONG_AGO, "up") for ref in refs)
    remotes = (ClientRemote("up", collection),)
    arch = Ref.parse(refs[0]).arch
    place = ClientInstallation(Scope.USER, 1 << 40, remotes, installed)
    return Needs(host, _MADE, (arch,), "1.14.10", tuple(drivers), ("de",), (place,))


def written(directory: Path, needs: Needs) -> Path:
    path = directory / f"{needs.host}.json"
    path.write_bytes(dump_needs(needs))
    return path
