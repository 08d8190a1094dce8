"""What the catalogues in the cache know of apps, whether it is still right or not.

For suggestions only: nothing is verified, and so nothing may be done because an ID is among them.
"""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from app.flatpak.upstream.cache import RemoteCache, cached_files

_QUERY = """\
SELECT DISTINCT id FROM component
WHERE id COLLATE NOCASE >= ? AND id COLLATE NOCASE < ? AND ref LIKE 'app/%' LIMIT ?
"""
_COUNT = "SELECT COUNT(DISTINCT id) FROM component WHERE ref LIKE 'app/%'"
_LAST = "\U0010ffff"


class CachedList(Struct, frozen=True):
    """A remote's list of apps as it is in the cache.

    Attributes:
        apps: how many.
        written: seconds since 1970.
    """

    apps: int
    written: float


def cached_list(cache: Path, url: str) -> CachedList | None:
    """Of the remote at ``url``, the newest; None if there is none. Reads files."""
    lists = []
    for path in RemoteCache(cache, url).files("catalogue/*.sqlite"):
        with contextlib.suppress(sqlite3.Error, OSError), closing(_opened(path)) as connection:
            ((apps,),) = connection.execute(_COUNT)
            lists.append(CachedList(int(apps), path.stat().st_mtime))
    return max(lists, key=lambda each: each.written, default=None)


def cached_ids(cache: Path, beginning: str, most: int) -> list[str]:
    """At most ``most`` that begin so, by alphabet. Reads files; those it cannot read it leaves out.

    ``cache``: the directory of `app.flatpak.upstream.cache.RemoteCache`.
    """
    ids: set[str] = set()
    for path in cached_files(cache, "catalogue/*.sqlite"):
        with contextlib.suppress(sqlite3.Error), closing(_opened(path)) as connection:
            rows = connection.execute(_QUERY, (beginning, f"{beginning}{_LAST}", most))
            ids.update(id for (id,) in rows if isinstance(id, str))
    return sorted(ids)[:most]


def _opened(path: Path) -> sqlite3.Connection:
    """Not deserialized, as the catalogue is: that would read all of it. Raises sqlite3.Error."""
    address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True)
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection
