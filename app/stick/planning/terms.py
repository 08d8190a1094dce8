"""On what terms extra data is carried, and of which refs. Values only."""

from __future__ import annotations

from msgspec import Struct

from app.flatpak.extra_data import Payload


class ExtraDataPolicy(Struct, frozen=True):
    """Of which refs extra data is carried.

    Attributes:
        every: of all that have any.
        kept: else of those that are on the drive with theirs.
        declined: of these in no case.
        left: what is not carried is no reason to leave a ref out: computers get it themselves.
    """

    every: bool = False
    kept: frozenset[tuple[str, str]] = frozenset()
    declined: frozenset[str] = frozenset()
    left: bool = False

    def carries(self, key: tuple[str, str]) -> bool:
        """``key``: collection and ref."""
        return key[1] not in self.declined and (self.every or key in self.kept)


NO_EXTRA_DATA = ExtraDataPolicy()


class Terms(Struct, frozen=True):
    """What a person should know before the extra data of a ref is put on a drive.

    Attributes:
        licence: of the app, an SPDX expression; empty where no catalogue tells.
        url: where that says its text is; may be empty.
        free: it lets everybody pass the app on; else that may not be allowed.
        fetch: bytes of the payloads that are not on the drive yet.
        accepted: it was on the drive with its extra data before.
    """

    collection: str
    ref: str
    payloads: tuple[Payload, ...]
    licence: str = ""
    url: str = ""
    free: bool = False
    fetch: int = 0
    accepted: bool = False

    @property
    def told(self) -> frozenset[str]:
        """What a person accepts with them: another version of a payload is another one."""
        return frozenset(f"{self.ref} {payload.path}" for payload in self.payloads)

    @property
    def size(self) -> int:
        """Bytes of all payloads."""
        return sum(payload.size for payload in self.payloads)
