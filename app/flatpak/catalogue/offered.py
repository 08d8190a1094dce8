"""What is listed beside each other, wherever it comes from: an upstream or a container registry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from app.flatpak.catalogue.component import Component
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.ref_table import RefTable, UpstreamRef


class Offered(Protocol):
    """What a remote has, by its list of refs.

    Attributes:
        made: when the list was made, seconds since 1970; None if nobody tells.
    """

    @property
    def remote(self) -> Remote: ...

    @property
    def made(self) -> int | None: ...

    def table(self, arch: str, /) -> RefTable: ...

    def metadata_text(self, ref: UpstreamRef, /) -> str: ...


class IconSource(Protocol):
    """Where icons come from."""

    def get(self, components: Sequence[Component], size: int) -> dict[str, bytes]:
        """Ref → PNG."""
