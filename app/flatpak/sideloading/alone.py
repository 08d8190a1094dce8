"""What a computer without internet does that has nothing but one stick."""

from __future__ import annotations

from app.flatpak.sideloading.as_flatpak import decide_as_flatpak
from app.flatpak.sideloading.decision import Outcome
from app.flatpak.sideloading.situation import Situation, StickEntry, Version


def outcome_alone(ref: str, entry: StickEntry, installed: Version | None) -> Outcome:
    """By flatpak's algorithm: that is what computers have, and sticks are handed to."""
    return decide_as_flatpak(Situation(ref, False, (), (entry,), installed)).outcome
