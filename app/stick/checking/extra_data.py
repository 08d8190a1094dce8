"""Are the payloads of extra data what their names say?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from app.flatpak.extra_data import payloads_of
from app.message import Message
from app.remedy import Remedy
from app.stick.findings import Code, Finding, finding
from app.stick.store.contents import CarriedRef
from app.stick.store.location import KIT_FOLDER, Location
from app.stick.store.payloads import EXTRA_DATA, MOST_STORED, is_right, payload_folder


def check_extra_data(
    location: Location,
    carried: Mapping[tuple[str, str], CarriedRef],
    *,
    contents: bool,
    from_medium: bool,
) -> Iterator[Finding]:
    """Also those that nothing on the stick asks for: somebody may hand them on.

    ``contents``, ``from_medium`` as in `CheckOptions`.
    """
    folder = payload_folder(location)
    paths = (entry.path for entry in folder.walk() if entry.path.count("/") == 1)
    needed = {
        payload.path: payload for each in carried.values() for payload in payloads_of(each.commit)
    }
    for path in sorted(islice(paths, MOST_STORED)):
        payload = needed.get(path)
        try:
            right = payload is None or folder.status(path).st_size == payload.size
        except OSError:
            right = False
        if right and (contents or payload is None):
            right = is_right(folder, path, from_medium=from_medium)
        if not right:
            yield finding(
                Code.EXTRA_DATA_CORRUPT,
                f"{KIT_FOLDER}/{EXTRA_DATA}/{path}",
                Message("The file {path} is not what it should be.", path=path.rpartition("/")[2]),
                hint=Remedy.FETCH_AGAIN if payload is not None else None,
            )
