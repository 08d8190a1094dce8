"""Sources that stay as they are, since something would leave a drive with their newer lists.

Of a remote without a collection ID computers take what its list on the drive names, and nothing
else (decision D200). So what a newer list lacks could not be installed any more: then the list of
before stays, and with it all that is of that source. Why: decision D347.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from msgspec import Struct

from app.errors import UpstreamError
from app.flatpak.refs import Ref, arch_of
from app.flatpak.remotes.remote import Remote
from app.message import NOTHING, Message, sentences
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity
from app.stick.planning.wanted import Key
from app.trust.keyring import Keyring

if TYPE_CHECKING:
    from app.stick.planning.closure import Closure
    from app.stick.planning.target_state import TargetState

_RULE = Message("Computers take from there only what it lists.")
_LISTLESS = Message("Its list on the drive is lost or damaged, so that now they take nothing.")


class HeldBackError(UpstreamError):
    """Nothing comes from a source, since something would leave the drive with its newer list."""


class HeldBack(Struct, frozen=True):
    """A source of which a drive keeps the list of before.

    Attributes:
        origin: what stands for its collection.
        remote: what people call it.
        unlisted: refs on the drive that it lists no more.
        lacking: those that it lists, and that cannot be had as it lists them: why not.
        newer: those that would get newer if these did not hold them back.
        listless: that list is lost as well.
    """

    origin: str
    remote: str
    unlisted: tuple[str, ...]
    lacking: Mapping[str, Message]
    newer: tuple[str, ...]
    listless: bool = False

    @property
    def older(self) -> tuple[str, ...]:
        """What it has newer than it stays."""
        return *self.lacking, *self.newer

    @property
    def error(self) -> HeldBackError:
        """Why nothing can come from there."""
        said = [
            Message(
                "{ref} cannot come as {remote} lists it: {why}",
                ref=_id(ref),
                remote=self.remote,
                why=why,
            )
            for ref, why in self.lacking.items()
        ]
        if self.unlisted:
            gone = tuple(dict.fromkeys(map(_id, self.unlisted)))
            said.insert(
                0,
                Message("{remote} does not list {refs} any more.", remote=self.remote, refs=gone),
            )
        hint = Remedy.LET_GO if self.unlisted else Remedy.WAIT_OR_LET_GO
        said.append(_RULE)
        if self.listless:
            said.append(_LISTLESS)
            hint = Remedy.REPAIR
        return HeldBackError(sentences(*said), hint)

    @property
    def notice(self) -> Notice:
        """That nothing of it is lost, and why nothing gets newer."""
        error = self.error
        text = Message(
            "What is from {collection} stays as it is: {error}",
            collection=self.remote,
            error=error.message,
        )
        return Notice(Severity.WARNING, text, error.hint)


class HoldsBack(Exception):
    """Caught by whoever asked for a plan, and who then asks for one without what is newer there."""

    def __init__(self, held: Iterable[HeldBack]) -> None:
        super().__init__()
        self.held = tuple(held)


def held_back(
    missed: Collection[Key], closure: Closure, drive: TargetState, *, damaged: bool
) -> Iterator[HeldBack]:
    """The sources of what would be ``missed``. ``damaged``: perhaps nothing of it is to be had from
    the drive, if the list there is none: then nothing is lost with it."""
    touched, refs = closure.touched(), drive.refs
    if damaged:
        missed = {key for key in missed if drive.as_listed(*key)}
    for origin in sorted({place for place, _ in missed}):
        upstream = touched[origin]
        if damaged and not _has_good_list(drive, origin, upstream.remote):
            continue
        names = sorted(name for place, name in missed if place == origin)
        listed = {
            name: entry.commit
            for name in refs[origin]
            if (entry := upstream.lookup(name, arch_of(name))) is not None
        }
        reasons = {
            name: closure.left_out[origin, name].reason
            for name in names
            if (origin, name) in closure.left_out
        }
        yield HeldBack(
            origin=origin,
            remote=upstream.remote.label,
            unlisted=tuple(name for name in names if name not in listed),
            lacking={name: reasons.get(name, NOTHING) for name in names if name in listed},
            newer=tuple(
                name
                for name, commit in sorted(refs[origin].items())
                if Ref.parse_or_none(name) is not None
                and name not in names
                and listed.get(name, commit) != commit
            ),
            listless=not any(drive.as_listed(origin, name) for name in refs[origin]),
        )


def _has_good_list(drive: TargetState, origin: str, remote: Remote) -> bool:
    """Whether upstream has signed it, where that can be told."""
    copied = drive.copied.get(origin)
    if copied is None or not remote.keys:
        return True
    with Keyring(remote.keys) as keyring:
        return copied.is_of(origin, keyring)


def _id(name: str) -> str:
    """As people know it, where it is an app or runtime."""
    ref = Ref.parse_or_none(name)
    return ref.id if ref is not None else name
