"""Who publishes: the keys that sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from app.beside import each_beside
from app.media.publishing.commits import ED25519_SIGNATURES, GPG_SIGNATURES, detached
from app.progress import Cancel, Meter
from app.trust.ed25519 import Ed25519Signer
from app.trust.signing import Signer

_AT_ONCE = 4
"""gpg is a process of its own for each signature; its agent does the work."""


class Maker(Struct, frozen=True):
    """Signs all that is published.

    Attributes:
        ed25519: a key for libostree alone, beside; flatpak checks by gpg.
        former: keys of before. Lists have their signatures as well, so that clients who know no
            other learn of ``key`` from them.
    """

    key: Signer
    ed25519: Ed25519Signer | None = None
    former: tuple[Signer, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """What tells whose signatures are on something."""
        if self.ed25519 is None:
            return (self.key.fingerprint,)
        return self.key.fingerprint, self.ed25519.public

    def signatures(self, data: bytes) -> dict[str, list[bytes]]:
        """By the keys of detached metadata. Raises SigningError."""
        signatures = {GPG_SIGNATURES: [self.key.sign(data)]}
        if self.ed25519 is not None:
            signatures[ED25519_SIGNATURES] = [self.ed25519.sign(data)]
        return signatures

    def try_out(self) -> None:
        """Whether all of them sign now, before long work: it may take a passphrase that nobody is
        there to type. Raises SigningError."""
        # openssl does not sign nothing.
        self.signed_list(b"a trial")

    def signed(self, data: bytes, before: bytes | None = None) -> bytes:
        """Detached metadata with the signatures over ``data``, behind what ``before`` has."""
        return detached(self.signatures(data), before)

    def signed_list(self, data: bytes) -> bytes:
        """Detached metadata of a list. Raises SigningError."""
        signatures = self.signatures(data)
        signatures[GPG_SIGNATURES] += [each.sign(data) for each in self.former]
        return detached(signatures)

    def signed_all(
        self, many: Mapping[str, tuple[bytes, bytes | None]], meter: Meter, cancel: Cancel
    ) -> Iterable[tuple[str, bytes]]:
        """The same of many. Raises SigningError, and what ``cancel`` raises."""
        meter.objects_total = len(many)

        def sign(entry: tuple[str, tuple[bytes, bytes | None]]) -> tuple[str, bytes]:
            cancel.check()
            name, (data, before) = entry
            return name, self.signed(data, before)

        for name, made in each_beside(sign, many.items(), _AT_ONCE):
            meter.objects += 1
            meter.tick()
            yield name, made
