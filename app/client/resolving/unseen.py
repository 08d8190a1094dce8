"""What is on sticks and flatpak by itself does not look at: files (bundles), and images."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from app.flatpak.refs import PartialRef, Ref
from app.message import Message
from app.ostree.names import origin_remote
from app.progress import Notice
from app.severity import Severity
from app.stick.planning.selection import NoSuchRefError
from app.stick.store.record import read_record
from app.stick.store.sideload_repository import SideloadRepository

_INSTALLED_BY = Message("install.sh on the drive, and satchel receive, install it.")


class Unseen(Struct, frozen=True):
    """A ref that is on a stick as a file or as an image.

    Attributes:
        stick: what people call that.
        registry: the container registry that it is an image of; empty for a file.
    """

    ref: Ref
    stick: str
    registry: str = ""

    @property
    def told(self) -> Message:
        if self.registry:
            return Message(
                "{ref} is on {stick} as an image of the container registry {registry}, which "
                "flatpak by itself does not look at.",
                ref=self.ref,
                stick=self.stick,
                registry=self.registry,
            )
        return Message(
            "{ref} is on {stick} as a file, which flatpak by itself does not look at.",
            ref=self.ref,
            stick=self.stick,
        )


def unseen_on(sticks: Sequence[SideloadRepository]) -> tuple[Unseen, ...]:
    """By the sticks' records, of which nothing is checked here. Raises OSError."""
    return tuple(dict.fromkeys(_unseen_on(sticks)))


def _unseen_on(sticks: Sequence[SideloadRepository]) -> Iterator[Unseen]:
    for stick in sticks:
        record = read_record(stick.location)
        if record is None:
            continue
        for bundle in record.bundles:
            if (ref := Ref.parse_or_none(bundle.ref)) is not None:
                yield Unseen(ref, stick.name)
        for image in record.images:
            if (ref := Ref.parse_or_none(image.ref)) is not None:
                yield Unseen(ref, stick.name, origin_remote(image.origin) or image.origin)


def notices_of(unseen: Sequence[Unseen], wanted: Collection[Ref]) -> Iterator[Notice]:
    """For what is asked for, and for apps that run on a runtime that is a file."""
    for each in unseen:
        if each.ref in wanted:
            yield Notice(Severity.INFO, each.told, _INSTALLED_BY)
        elif each.ref.kind == "runtime" and not each.registry:
            text = Message(
                "{stick} has {ref} as a file, which flatpak by itself does not look at: what runs "
                "on it is installed by install.sh on the drive, or by satchel receive.",
                stick=each.stick,
                ref=each.ref,
            )
            yield Notice(Severity.INFO, text)


def refusal(
    text: str, arch: str, unseen: Sequence[Unseen], registries: Collection[str]
) -> NoSuchRefError | None:
    """Why there is nothing to resolve where a ref is on a stick as a file or image only, or where a
    container registry is asked; ``registries``: the names of those that are known."""
    partial = PartialRef.parse(text)
    for each in unseen:
        source = each.registry or None
        if partial.remote in (None, source) and partial.matches(each.ref, partial.arch or arch):
            return NoSuchRefError(each.told, _INSTALLED_BY)
    if partial.remote is not None and partial.remote in registries:
        return NoSuchRefError(
            Message(
                "{registry} is a container registry: of its images nothing is resolved.",
                registry=partial.remote,
            ),
            Message("satchel info {ref} tells what it offers.", ref=text),
        )
    return None
