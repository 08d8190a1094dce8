"""What remotes are called that come without a name of their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from itertools import count
from pathlib import Path
from urllib.parse import unquote

from app.credentials import public_address
from app.flatpak.addresses import split_address

_FALLBACK = "remote"
# What files are called that say nothing about what is in them.
_EMPTY = frozenset(
    {"app", "apps", "default", "download", "flatpak", "flatpakrepo", "index", "main", "remote",
     "repo", "repository"}
)  # fmt: skip


def own_name(file: str, url: str) -> str:
    """The name of the remote at ``url`` whose `.flatpakrepo` is called ``file``.

    Where that says nothing, as in ``index.flatpakrepo``, the host does.
    """
    stem = file.rpartition(".")[0]
    name = _plain(stem)
    return name if name and name.lower() not in _EMPTY else name_from(url)


def name_from(url: str) -> str:
    """The name of the remote at an address: its host; of a path on this computer, the last part."""
    parts = split_address(public_address(url))
    if parts is None:
        return _FALLBACK
    return _plain(parts.hostname or Path(unquote(parts.path)).name) or _FALLBACK


def origin_name(id: str, taken: Container[str]) -> str:
    """The name that flatpak gives to the remote of one app (``create_origin_remote_config``)."""
    prefix = id.rpartition(".")[2].lower()
    numbered = (f"{prefix}{number or ''}-origin" for number in count())
    return next(found for found in numbered if found not in taken)


def free_name(name: str, taken: Container[str]) -> str:
    """``name``, with a number if it is taken, as flatpak numbers them."""
    numbered = (f"{name}-{number}" if number else name for number in count())
    return next(found for found in numbered if found not in taken)


def _plain(text: str) -> str:
    """Only what names of remotes consist of: letters lose their accents, the rest is a hyphen."""
    decomposed = unicodedata.normalize("NFKD", unquote(text))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", bare).lstrip("-.")
