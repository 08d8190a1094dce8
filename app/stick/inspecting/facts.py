"""What is known of a drive, as messages: the command, the window and reports word them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from app.message import Day, Message, Size, verbatim
from app.severity import Severity
from app.stick.checking.keys import UsedKey
from app.stick.checking.report import CheckReport
from app.stick.inspecting.inspection import InspectedCollection, Inspection
from app.stick.inspecting.sizes import Sizes
from app.stick.store.upstream_copy import RefState
from app.stick.trust.vouching import Voucher
from app.trust.verdict import Verdict
from app.units import date_text

STATES = {
    RefState.CURRENT: Message("Up to date"),
    RefState.UPSTREAM_NEWER: Message("There is a newer one"),
    RefState.UPSTREAM_OLDER: Message("Newer than the copied list"),
    RefState.NOT_IN_UPSTREAM: Message("Not in the publisher's list"),
    RefState.UNKNOWN: Message("No list to compare with"),
    RefState.PARTIAL: Message("Not complete"),
    RefState.MISSING: Message("Cannot be read"),
}
"""What a state of `InspectedRef` means to people."""

SIGNATURES = {
    Verdict.GOOD: Message("Good"),
    Verdict.UNSIGNED: Message("Not signed"),
    Verdict.BAD: Message("Damaged signature"),
    Verdict.UNKNOWN_KEY: Message("Signed, key not known here"),
    Verdict.EXPIRED_KEY: Message("Key has expired"),
    Verdict.EXPIRED_SIGNATURE: Message("Signature has expired"),
    Verdict.REVOKED: Message("Key was revoked"),
}
"""What a signature of `InspectedRef` means to people."""

HEADS = {
    "name": Message("Name"),
    "size": Message("Size"),
    "shared": Message("Shared"),
    "date": Message("Date"),
    "version": Message("Version"),
    "state": Message("State"),
    "signer": Message("Signed by"),
    "languages": Message("Languages"),
}
"""What is told of a ref."""

SEVERITIES = {
    Severity.ERROR: Message("Error"),
    Severity.WARNING: Message("Warning"),
    Severity.INFO: Message("Note"),
}


class StickReport(Struct, frozen=True):
    """Everything known of a stick.

    Attributes:
        sizes: None if nobody has measured.
        check: None if nobody has checked.
        tool: what made the report.
        made: when, seconds since 1970.
    """

    inspection: Inspection
    sizes: Sizes | None
    check: CheckReport | None
    tool: str
    made: float


class Fact(Struct, frozen=True):
    """A name and a value, and what else is to be said of it."""

    name: Message
    value: Message
    details: tuple[Fact, ...] = ()


def key_texts(key: UsedKey) -> list[Message]:
    """Who signed a collection, whose word that is, and until when; a sentence each."""
    name, collection, fingerprint = key.user_id, key.told or key.collection, key.fingerprint
    texts = [
        Message(
            "{collection} is signed by {name}, key {fingerprint}.",
            collection=collection,
            name=name,
            fingerprint=fingerprint,
        )
    ]
    match key.voucher:
        case Voucher.NAMED:
            texts.append(Message("You named it."))
        case Voucher.COMPUTER:
            texts.append(Message("This computer knows it as that of {source}.", source=key.source))
        case Voucher.JOB:
            texts.append(Message("Drives were made with it on this computer."))
        case Voucher.DRIVE | Voucher.NOBODY:
            texts.append(Message("Only this drive knows it."))
    if key.until is not None:
        texts.append(Message("It is good until {until}.", until=Day(key.until)))
    return texts


def space_facts(inspection: Inspection, sizes: Sizes | None) -> Sequence[Fact]:
    """What takes the room, and how much there is."""
    facts = []
    if sizes is not None:
        facts += [
            Fact(Message("All together"), verbatim(Size(sizes.total))),
            Fact(Message("Lists, keys and directories"), verbatim(Size(sizes.overhead))),
            Fact(Message("Needed by nothing"), verbatim(Size(sizes.unused))),
        ]
        if sizes.files:
            facts.append(Fact(Message("Carried as files"), verbatim(Size(sizes.files))))
    space = inspection.space
    return [
        *facts,
        Fact(Message("Free"), verbatim(Size(space.free))),
        Fact(Message("Size of the drive"), verbatim(Size(space.total))),
    ]


def collection_facts(collection: InspectedCollection) -> Sequence[Fact]:
    """What builders want to know of a collection."""
    facts = []
    if collection.collection_id is not None:
        facts.append(Fact(Message("Collection"), verbatim(collection.collection_id)))
    else:
        facts.append(Fact(Message("Collection"), Message("None")))
        facts.append(Fact(Message("Remote"), verbatim(collection.remote)))
    if collection.unsigned:
        facts.append(Fact(Message("Vouched for"), Message("By nobody")))
    if collection.url:
        facts.append(Fact(Message("Address"), verbatim(collection.url)))
    if collection.installable_until is not None:
        ends = _date(collection.installable_until)
        facts.append(Fact(Message("Can be installed until"), ends))
    metadata, upstream = collection.metadata, collection.upstream
    name = verbatim("ostree-metadata")
    if metadata is None and collection.collection_id is not None:
        locked = Message("None: a lock file decided what is there")
        facts.append(Fact(name, locked if collection.locked else Message("None")))
    elif metadata is not None:
        about = (
            Fact(Message("Date"), _date(metadata.timestamp)),
            Fact(Message("Made by"), verbatim(metadata.source.value)),
            Fact(Message("Signed"), _yes(metadata.signed)),
            Fact(Message("Fits the refs"), _yes(metadata.in_sync)),
        )
        facts.append(Fact(name, verbatim(metadata.commit), about))
    name = Message("Copy of the upstream summary")
    if upstream is None:
        facts.append(Fact(name, Message("None")))
    else:
        files = tuple(Fact(Message("File"), verbatim(path)) for path in upstream.files)
        details = (Fact(Message("Signed"), _yes(upstream.signed)), *files)
        facts.append(Fact(name, _date(upstream.made), details))
    return facts


def _date(seconds: int | None) -> Message:
    """The same in every language, so that reports can be compared and sorted."""
    return verbatim(date_text(seconds))


def _yes(value: bool) -> Message:
    return Message("Yes") if value else Message("No")
