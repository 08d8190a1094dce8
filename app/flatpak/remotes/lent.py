"""The own address of a remote that leads to a drive for as long as somebody installs from that.

``install.sh`` and ``satchel receive`` leave it in the configuration between marks, which also stand
there when they were killed: see `app.client.receiving.remote_config`.
"""

from __future__ import annotations

from app.formats.keyfile import Keyfile

OWN_MARK = "xa.satchel-url"
"""The own address."""
LENT_MARK = "xa.satchel-lent"
"""The one that it has for a time."""


def own_address(keyfile: Keyfile, group: str) -> str:
    """Of the remote in ``group``, or nothing. Raises KeyfileError."""
    address = keyfile.string(group, "url") or ""
    own = keyfile.string(group, OWN_MARK)
    # Another than was lent is one that somebody has given it since.
    return own if own and keyfile.string(group, LENT_MARK) == address else address
