"""IDs of apps that the catalogues in the cache know, whether they are still right or not.

For suggestions only: nothing is verified, and so nothing may be done because an ID is among them.
"""

from __future__ import annotations

import contextlib
import sqlite3
from contextlib import closing
from pathlib import Path

from app.flatpak.upstream.cache import cached_files

_QUERY = """\
SELECT DISTINCT id FROM component
WHERE id COLLATE NOCASE >= ? AND id COLLATE NOCASE < ? AND ref LIKE 'app/%' LIMIT ?
"""
_LAST = "\U0010ffff"


def cached_ids(cache: Path, beginning: str, most: int) -> list[str]:
    """At most ``most`` that begin so, by alphabet. Reads files; those it cannot read it leaves out.

    ``cache``: the directory of `app.flatpak.upstream.cache.RemoteCache`.
    """
    ids: set[str] = set()
    for path in cached_files(cache, "catalogue/*.sqlite"):
        # Not deserialized, as the catalogue is: that would read all of it.
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        with (
            contextlib.suppress(sqlite3.Error),
            closing(sqlite3.connect(address, uri=True)) as connection,
        ):
            connection.execute("PRAGMA trusted_schema = OFF")
            rows = connection.execute(_QUERY, (beginning, f"{beginning}{_LAST}", most))
            ids.update(id for (id,) in rows if isinstance(id, str))
    return sorted(ids)[:most]
