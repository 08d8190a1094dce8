"""What a signature is worth, as a value the rest of the program passes around."""

from __future__ import annotations

import math
from enum import StrEnum

from msgspec import Struct

from app.message import Day, Message


class Verdict(StrEnum):
    """The outcome for one piece of signed data. Only `GOOD` lets work go on."""

    GOOD = "good"
    UNSIGNED = "unsigned"
    BAD = "bad"
    UNKNOWN_KEY = "unknown-key"
    EXPIRED_KEY = "expired-key"
    EXPIRED_SIGNATURE = "expired-signature"
    REVOKED = "revoked"


class Judgement(Struct, frozen=True):
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

    def describe(self) -> Message:
        """One sentence for people."""
        who: str | Message = self.user_id or _spaced(self.fingerprint) or _spaced(self.key_id)
        if not who:
            who = Message("an unknown key")
        match self.verdict:
            case Verdict.GOOD if self.signed_at is None:
                return Message("Signed by {signer}.", signer=who)
            case Verdict.GOOD:
                return Message("Signed by {signer} on {day}.", signer=who, day=Day(self.signed_at))
            case Verdict.UNSIGNED:
                return Message("Nobody signed this.")
            case Verdict.UNKNOWN_KEY:
                return Message("Signed with a key that is not trusted here ({signer}).", signer=who)
            case Verdict.EXPIRED_KEY if self.key_expires is None:
                return Message("Signed by {signer}, whose key expired.", signer=who)
            case Verdict.EXPIRED_KEY:
                day = Day(self.key_expires)
                return Message(
                    "Signed by {signer}, whose key expired on {day}.", signer=who, day=day
                )
            case Verdict.EXPIRED_SIGNATURE if self.signed_at is None:
                return Message("The signature by {signer} has expired.", signer=who)
            case Verdict.EXPIRED_SIGNATURE:
                day = Day(self.signed_at)
                return Message(
                    "The signature by {signer} on {day} has expired.", signer=who, day=day
                )
            case Verdict.REVOKED:
                return Message("Signed by {signer}, whose key has been revoked.", signer=who)
        if self.fingerprint:
            return Message(
                "The signature, said to be by {signer}, does not belong to this data or is "
                "damaged.",
                signer=who,
            )
        return Message("The signature does not belong to this data or is damaged.")


def advice(judgement: Judgement) -> Message:
    """What can be done where a source's signature is not good."""
    if judgement.verdict in (Verdict.EXPIRED_KEY, Verdict.EXPIRED_SIGNATURE, Verdict.REVOKED):
        return Message(
            "Nothing was used, and computers would refuse it as well. Only the people who run it "
            "can help: by a key or a signature that is good; then add the source again."
        )
    return Message("Nothing was used. Check the remote's key, or try again from another network.")


def _spaced(fingerprint: str) -> str:
    """Groups of four, as people compare fingerprints."""
    return " ".join(fingerprint[i : i + 4] for i in range(0, len(fingerprint), 4))
