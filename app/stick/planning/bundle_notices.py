"""What a person should know of bundles in a plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.errors import SatchelError
from app.flatpak.bundles.bundle import Bundle
from app.flatpak.bundles.given import GivenBundle
from app.message import Message
from app.progress import Notice
from app.severity import Severity
from app.stick.planning.plan import PlannedBundle
from app.stick.store.bundles import FILE_AGAIN, StoredBundle


def not_asked(staying: Sequence[StoredBundle]) -> Iterator[Notice]:
    """Nobody has anything newer of what came as a file, nor the file itself once more."""
    names = tuple(each.record.label for each in staying if each.bundle is not None)
    if names:
        yield Notice(
            Severity.INFO,
            Message("What came as a file stays as it is: {names}.", names=names),
            Message("For a newer version make the drive with the newer file."),
        )
    for each in staying:
        if each.problem is not None:
            yield Notice(Severity.WARNING, each.problem, FILE_AGAIN)


def not_looked_for(bundle: Bundle, error: SatchelError) -> Notice:
    return Notice(
        Severity.WARNING,
        Message(
            "The translations of {ref} were not looked for: {error}",
            ref=bundle.ref.id,
            error=error.message,
        ),
        error.hint,
    )


def older(given: GivenBundle) -> Notice:
    return Notice(
        Severity.WARNING,
        Message(
            "{given} is older than what the drive has of {ref}.",
            given=given.given,
            ref=given.bundle.ref,
        ),
        Message("It takes its place all the same."),
    )


def comes_as_file(planned: PlannedBundle) -> Notice:
    return Notice(
        Severity.WARNING,
        Message(
            "{name} comes as a file. {trust} It is whatever the person who gave you the file put "
            "into it.",
            name=planned.record.label,
            trust=planned.trust,
        ),
        Message(
            "Carry it only if you trust where you got it. Whoever installs it has to agree as well."
        ),
    )
