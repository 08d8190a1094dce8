"""How what is written to stands to the places there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ui.models.place import Place, PlaceKey
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


def keys_of(targets: Iterable[Target], places: Sequence[Place]) -> tuple[PlaceKey, ...]:
    """Of the places that targets are, in their order."""
    return tuple(place.key for target in targets for place in places if is_target(target, place))


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


def targets_at(places: Iterable[Place], known: Iterable[Target]) -> tuple[Target, ...]:
    """What is written to at ``places``, as far as they can be; ``known`` ones stay what they are,
    however much has been written there since."""
    before = tuple(known)
    targets = []
    for place in places:
        if place.root is None:
            continue
        same = next((target for target in before if is_target(target, place)), None)
        targets.append(same or Target(place.root, place.name, place.drive, place.volume))
    return tuple(targets)
