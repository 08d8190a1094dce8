"""How what is written to stands to the places there are."""

from __future__ import annotations

from ui.models.place import Place
from ui.state.drives import is_same
from ui.state.session import Target


def is_target(target: Target, place: Place) -> bool:
    """Whether this place is the target, as it is now."""
    if target.root != place.root or (target.drive is None) != (place.drive is None):
        return False
    if target.drive is None or place.drive is None:
        return True
    now = place.volume
    return (
        was_at(target, place)
        and target.volume is not None
        and now is not None
        and target.volume.uuid == now.uuid
    )


def was_at(target: Target, place: Place) -> bool:
    """Whether it is the place's drive and file system, mounted or not."""
    if target.drive is None or place.drive is None or target.volume is None:
        return False
    now = place.volume
    return (
        is_same(target.drive, place.drive)
        and now is not None
        and target.volume.number == now.number
    )
