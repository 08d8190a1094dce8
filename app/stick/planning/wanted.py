"""A ref on its way into a plan, and everybody who asked for it."""

from __future__ import annotations

from msgspec import Struct, field

from app.flatpak.extra_data import Payload
from app.flatpak.metadata import Metadata
from app.flatpak.upstream.offer import Offer
from app.flatpak.upstream.ref_table import UpstreamRef
from app.message import NOTHING, Message
from app.ostree.names import origin_remote
from app.stick.planning.refusal import Refusal
from app.stick.store.record import RefRecord
from app.stick.store.stick_state import Refs

Key = tuple[str, str]
"""Collection and ref."""

CHOSEN = Message("You chose it.")
THERE_ALREADY = Message("It was there already.")


def is_unexplained(entry: RefRecord | None) -> bool:
    """Whether nobody has written down why a ref is on a drive, which others may have put there, or
    whose record was lost: also where a record says no more than that it was."""
    return entry is None or str(entry.reason) == str(THERE_ALREADY)


def was_chosen(name: str, entry: RefRecord | None) -> bool:
    """Whether somebody wanted it there; where nobody has written it down, apps were."""
    chosen = entry is not None and entry.chosen
    return chosen or (is_unexplained(entry) and name.startswith("app/"))


class Wanted(Struct):
    """A ref on its way into the plan.

    Attributes:
        chosen: by whoever made the stick, now or before.
        named: asked for now.
        wished: needed by computers that said so; nothing depends on its being carried.
        asks: who asked for it (None: nobody in particular), and why, in a sentence.
        requires: what it cannot be installed without.
        brings: what comes along with it.
        replaced_by: the ref that flatpak installs in its place, as its publisher has it.
        token_type: as in `UpstreamRef`.
        refusal: why it cannot be carried, by itself.
        read: its commit was looked at.
        told: bytes when installed and to download, where the commit tells and no list does.
        payloads: extra data that is carried with it.
    """

    upstream: Offer
    entry: UpstreamRef
    metadata: Metadata | None
    replaced_by: str | None
    token_type: int
    chosen: bool = False
    named: bool = False
    wished: bool = False
    asks: list[tuple[Key | None, Message]] = field(default_factory=list)
    requires: list[Key] = field(default_factory=list)
    brings: list[Key] = field(default_factory=list)
    refusal: Refusal | None = None
    read: bool = False
    told: tuple[int, int] = (0, 0)
    payloads: tuple[Payload, ...] = ()

    @property
    def key(self) -> Key:
        return self.upstream.snapshot.collection, self.entry.name

    def is_on(self, refs: Refs) -> bool:
        """Whether it can stay there as it is. Where there is no collection ID computers take what
        its source lists, and nothing else."""
        there = refs.get(self.key[0], {}).get(self.key[1])
        if there is None or origin_remote(self.key[0]) is None:
            return there is not None
        return there == self.entry.commit

    @property
    def reason(self) -> Message:
        """One sentence for people."""
        return self.asks[0][1] if self.asks else NOTHING

    @property
    def reasons(self) -> list[tuple[str, Message]]:
        """For each ref that asked for it, where that is not `reason`."""
        return [
            (asker[1], why) for asker, why in self.asks if asker is not None and why != self.reason
        ]

    @property
    def needed_by(self) -> list[str]:
        """The refs that asked for it."""
        return list(dict.fromkeys(asker[1] for asker, _ in self.asks if asker is not None))
