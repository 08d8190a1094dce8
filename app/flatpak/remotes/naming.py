"""What remotes are called: those without a name of their own, and those with somebody else's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import cache
from itertools import count
from pathlib import Path
from urllib.parse import unquote

from app.credentials import public_address
from app.flatpak.remotes.addresses import split_address
from app.flatpak.remotes.flatpakrepo import RepoFile
from app.resources import resource

_FALLBACK = "remote"
MAX_NAME = 100
"""The longest name that is given here; what a person wants may be longer."""

# What files are called that say nothing about what is in them.
_EMPTY = frozenset(
    {"", "app", "apps", "default", "download", "flatpak", "flatpakrepo", "index", "main", "remote",
     "repo", "repository"}
)  # fmt: skip

# What is read as a Latin letter: of other alphabets, digits, and a capital I as a small L.
_ALIKE = (
    "\u0430a \u0435e \u043eo \u0440p \u0441c \u0443y \u0445x \u0442t \u0456l \u04bbh \u04cfl "
    "\u0501d \u0455s \u03b1a \u03b9l \u03bfo \u03c1p \u03c4t \u03c5u \u03c7x \u0131l \u0251a "
    "il 1l |l !l 0o"
)
_READ_AS = {ord(pair[0]): pair[1] for pair in _ALIKE.split()}


def own_name(file: str, repo: RepoFile) -> str:
    """The name of the remote whose `.flatpakrepo` is called ``file``.

    Where that says nothing, as in ``index.flatpakrepo``, its title does, else its host.
    """
    title = "" if poses("", repo.title, repo.url) else repo.title.lower()
    names = (_plain(file.rpartition(".")[0]), _plain(title))
    return next((name for name in names if name.lower() not in _EMPTY), name_from(repo.url))


def name_from(url: str) -> str:
    """The name of the remote at an address: its host; of a path on this computer, the last part."""
    parts = split_address(public_address(url))
    if parts is None:
        return _FALLBACK
    return _plain(parts.hostname or Path(unquote(parts.path)).name) or _FALLBACK


def origin_name(id: str, taken: Container[str]) -> str:
    """The name that flatpak gives to the remote of one app (``create_origin_remote_config``)."""
    prefix = id.rpartition(".")[2].lower()[:MAX_NAME]
    numbered = (f"{prefix}{number or ''}-origin" for number in count())
    return next(name for name in numbered if name not in taken)


def free_name(name: str, taken: Container[str]) -> str:
    """``name``, with a number if it is taken, as flatpak numbers them."""
    numbered = (f"{name}-{number}" if number else name for number in count())
    return next(candidate for candidate in numbered if candidate not in taken)


def _plain(text: str) -> str:
    """Only what names of remotes consist of: letters lose their accents, the rest is a hyphen."""
    decomposed = unicodedata.normalize("NFKD", unquote(text))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", bare).lstrip("-.")[:MAX_NAME]


# Whose name it is


def poses(name: str, title: str, url: str) -> bool:
    """Whether a remote is called as one that comes with Satchel and is none of its makers'."""
    for file, own in _own():
        called = {_as_read(file), _as_read(own.title)}
        if not any(reading in _as_read(text) for reading in called for text in (name, title)):
            continue
        theirs, here = split_address(own.url), split_address(url)
        assert theirs is not None
        domain = ".".join((theirs.hostname or "").split(".")[-2:])
        host = (here.hostname or "") if here is not None and here.scheme == "https" else ""
        if host != domain and not host.endswith(f".{domain}"):
            return True
    return False


def told(text: str, name: str, title: str, url: str) -> str:
    """``text``, the name or title of a remote, with its address where it poses as another."""
    return f"{text} ({url})" if poses(name, title, url) else text


@cache
def _own() -> tuple[tuple[str, RepoFile], ...]:
    paths = sorted(resource("remotes").glob("*.flatpakrepo"))
    return tuple((path.stem, RepoFile.read(path)) for path in paths)


def _as_read(text: str) -> str:
    """The letters of a text as a person may read them."""
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_READ_AS)
    return "".join(char for char in folded if char.isalnum())
