"""What a computer without internet does that has nothing but a drive."""

from __future__ import annotations

from collections.abc import Sequence

from app.flatpak.sideloading.as_flatpak import decide_as_flatpak
from app.flatpak.sideloading.decision import Decision, Outcome
from app.flatpak.sideloading.situation import Situation, StickEntry, Version


def decide_alone(ref: str, entries: Sequence[StickEntry], installed: Version | None) -> Decision:
    """By flatpak's algorithm: that is what computers have, and drives are handed to.

    ``entries``: of each repository on the drive, in flatpak's order.
    """
    return decide_as_flatpak(Situation(ref, False, (), tuple(entries), installed))


def outcome_alone(ref: str, entries: Sequence[StickEntry], installed: Sequence[Version]) -> Outcome:
    """``installed``: in each installation that has it; what can be updated in any is an update."""
    outcomes = [decide_alone(ref, entries, version).outcome for version in installed or (None,)]
    return Outcome.UPDATE if Outcome.UPDATE in outcomes else outcomes[0]
