"""What a signature is worth, as a value the rest of the program passes around."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from datetime import UTC, datetime


class Verdict(enum.Enum):
    """The outcome for one piece of signed data. Only `GOOD` lets work go on."""

    GOOD = "good"
    UNSIGNED = "unsigned"
    BAD = "bad"
    UNKNOWN_KEY = "unknown-key"
    EXPIRED_KEY = "expired-key"
    EXPIRED_SIGNATURE = "expired-signature"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict and whom it is about.

    Attributes:
        fingerprint: of the primary key in our keyring; empty if the signer is not in it.
        key_id: what the signature says about its signer; proven only where the verdict is not
            `BAD` or `UNKNOWN_KEY`.
        user_id: as our own keyring has it, never from the signature; empty if unknown.
        signed_at: unix seconds; only where the signature itself was verified.
        key_expires: unix seconds at which the key or the subkey that signed expires; None if never.
        until: unix seconds at which a good verdict ends: that of key, subkey or signature which
            expires first; None if never.
    """

    verdict: Verdict
    fingerprint: str = ""
    key_id: str = ""
    user_id: str = ""
    signed_at: int | None = None
    key_expires: int | None = None
    until: int | None = None

    @property
    def lasts(self) -> float:
        """As ``until``, to be compared."""
        return self.until if self.until is not None else math.inf

    @property
    def good(self) -> bool:
        return self.verdict is Verdict.GOOD

    def describe(self) -> str:
        """One sentence for people."""
        who = self.user_id or _spaced(self.fingerprint) or _spaced(self.key_id) or "an unknown key"
        claim = f", said to be by {who}," if self.fingerprint else ""
        return {
            Verdict.GOOD: f"Signed by {who}{_on(self.signed_at)}.",
            Verdict.UNSIGNED: "Nobody signed this.",
            Verdict.UNKNOWN_KEY: f"Signed with a key that is not trusted here ({who}).",
            Verdict.EXPIRED_KEY: f"Signed by {who}, whose key expired{_on(self.key_expires)}.",
            Verdict.EXPIRED_SIGNATURE: f"The signature by {who}{_on(self.signed_at)} has expired.",
            Verdict.REVOKED: f"Signed by {who}, whose key has been revoked.",
            Verdict.BAD: f"The signature{claim} does not belong to this data or is damaged.",
        }[self.verdict]


def _on(seconds: int | None) -> str:
    if seconds is None:
        return ""
    return f" on {datetime.fromtimestamp(seconds, UTC):%Y-%m-%d}"


def _spaced(fingerprint: str) -> str:
    """Groups of four, as people compare fingerprints."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))
