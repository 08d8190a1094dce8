"""Sources without a collection ID, of several sticks: which of them are the same.

Each stick has a name of its own for such a source (`app.ostree.names.remote_origin`); what is the
same on all is where the source is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from app.flatpak.remotes.addresses import same_place
from app.ostree.names import origin_remote, remote_origin
from app.replacing import replace
from app.stick.store.record import StickRecord
from app.stick.store.stick_state import StickState

_T = TypeVar("_T")


def agreeing(sticks: Sequence[StickState]) -> tuple[StickState, ...]:
    """The same sticks, in which a source has one name wherever it comes, and no other has it."""
    places: dict[str, str] = {}
    return tuple(_called(stick, _names(stick, places)) for stick in sticks)


def _names(stick: StickState, places: dict[str, str]) -> dict[str, str]:
    """What the origins of a stick are to be called that are called otherwise there.

    ``places``: origin → address of those that came before; gets these as well.
    """
    names = {}
    for origin, copy in stick.copies.items():
        name = origin_remote(origin)
        if name is None or copy.repo_file is None:
            continue
        url = copy.repo_file.url
        common = next((known for known, place in places.items() if same_place(place, url)), None)
        number = 1
        while common is None:
            wanted = remote_origin(name if number == 1 else f"{name}-{number}")
            common = wanted if wanted not in places else None
            number += 1
        places.setdefault(common, url)
        if common != origin:
            names[origin] = common
    return names


def _called(stick: StickState, names: Mapping[str, str]) -> StickState:
    if not names:
        return stick
    record = stick.record
    return replace(
        stick,
        refs=_with_names(stick.refs, names),
        copies=_with_names(stick.copies, names),
        record=_record(record, names) if record is not None else None,
        called=names,
    )


def _record(record: StickRecord, names: Mapping[str, str]) -> StickRecord:
    return replace(
        record,
        collections=_with_names(record.collections, names),
        refs=_with_names(record.refs, names),
    )


def _with_names(values: Mapping[str, _T], names: Mapping[str, str]) -> dict[str, _T]:
    return {names.get(origin, origin): value for origin, value in values.items()}
