"""Addresses of remotes in the configuration of an installation, changed in the file itself.

flatpak's own command would forget the lists that it has of the remote. What else the file says
stays byte for byte. Format: ``ostree.repo-config(5)``.

An address that is lent stands between marks, keys that flatpak does not know and keeps:
``xa.satchel-url``, the own address; ``xa.satchel-lent``, the one that it has for a time; and
``xa.satchel-url-is-set``, what `_FIXED` was, empty if it was not there. They come before the keys
that they are about. ``install.sh`` of a stick writes the same and goes by them, so that each puts
back what the other left when it was killed.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from app.flatpak.remotes.lent import LENT_MARK, OWN_MARK
from app.formats.keyfile import MAX_SIZE
from app.fs.files import read_bounded, replace_file

_URL = "url"
_FIXED = "url-is-set"
"""With it flatpak does not follow where upstream's lists say that it has moved to."""
_FIXED_MARK = "xa.satchel-url-is-set"
_MARKS = (_FIXED_MARK, LENT_MARK, OWN_MARK)


class Lent(Struct, frozen=True):
    """An address that a remote has for a time.

    Attributes:
        url: the address that it has to have again.
        fixed: what `_FIXED` was; None if it was not there.
    """

    remote: str
    url: str
    fixed: str | None


def lend(config: Path, lent: Lent, address: str) -> None:
    """Give a remote another address; ``lent``: what it is to have again. Nothing is done if there
    is no such remote. Raises OSError.
    """
    text = _read(config)
    if _URL not in _values(text, lent.remote):
        return
    for key in _MARKS:
        text = _with(text, lent.remote, key, None)
    text = _with(_with(text, lent.remote, _URL, address), lent.remote, _FIXED, "true")
    # What is new comes first in its group: the marks before what they are about.
    for key, value in zip(_MARKS, (lent.fixed or "", address, lent.url), strict=True):
        text = _with(text, lent.remote, key, value)
    _write(config, text)


def give_back(config: Path, lent: Lent, is_ours: Callable[[str], bool]) -> None:
    """Put back what was lent, unless somebody has given the remote another address meanwhile.

    ``is_ours``: whether an address is one that was lent. Raises OSError.
    """
    try:
        text = _read(config)
    except FileNotFoundError:
        return
    values = _values(text, lent.remote)
    changed = text
    for key in _MARKS:
        changed = _with(changed, lent.remote, key, None)
    if is_ours(values.get(_URL, "")):
        changed = _with(changed, lent.remote, _URL, lent.url)
        changed = _with(changed, lent.remote, _FIXED, lent.fixed)
    if changed != text:
        _write(config, changed)


def address_of(config: Path, remote: str) -> Lent | None:
    """What is lent when it gets another; None if there is no such remote. Raises OSError."""
    values = _values(_read(config), remote)
    return Lent(remote, values[_URL], values.get(_FIXED)) if _URL in values else None


def has_marks(config: Path) -> bool:
    """Whether anything stands between marks. Raises OSError."""
    try:
        return f"\n{OWN_MARK}=" in _read(config)
    except FileNotFoundError:
        return False


def give_marked_back(config: Path) -> None:
    """Put back what stands between marks. Raises OSError."""
    if not has_marks(config):
        return
    text = _read(config)
    for remote in _remotes(text):
        values = _values(text, remote)
        if OWN_MARK in values:
            lent = values.get(LENT_MARK)
            # Without a mark of its own that key was not touched.
            fixed = values.get(_FIXED_MARK, values.get(_FIXED)) or None
            own = Lent(remote, values[OWN_MARK], fixed)
            give_back(config, own, frozenset({lent} - {None}).__contains__)


def set_value(config: Path, remote: str, key: str, value: str) -> None:
    """Raises OSError."""
    _write(config, _with(_read(config), remote, key, value))


def _read(config: Path) -> str:
    # Whatever bytes there are come out as they went in.
    return read_bounded(config, MAX_SIZE).decode("utf-8", "surrogateescape")


def _write(config: Path, text: str) -> None:
    before = config.stat()
    replace_file(config, text.encode("utf-8", "surrogateescape"), mode=stat.S_IMODE(before.st_mode))
    with contextlib.suppress(PermissionError):
        os.chown(config, before.st_uid, before.st_gid)


def _group(line: str) -> str | None:
    """The group that a line begins; None if it begins none."""
    text = line.strip()
    return text[1:-1] if text.startswith("[") and text.endswith("]") else None


def _remotes(text: str) -> list[str]:
    groups = filter(None, map(_group, text.splitlines()))
    return [group[8:-1] for group in groups if group.startswith('remote "') and group[-1] == '"']


def _key(line: str) -> str:
    return line.partition("=")[0].strip()


def _values(text: str, remote: str) -> dict[str, str]:
    values = {}
    inside = False
    for line in text.splitlines():
        group = _group(line)
        if group is not None:
            inside = group == f'remote "{remote}"'
        elif inside and "=" in line and not line.lstrip().startswith("#"):
            values[_key(line)] = line.partition("=")[2].strip()
    return values


def _with(text: str, remote: str, key: str, value: str | None) -> str:
    """``text`` with another value of one key; None takes it away."""
    lines: list[str] = []
    inside = False
    placed = value is None or key in _values(text, remote)
    for line in text.splitlines(keepends=True):
        group = _group(line)
        if group is None and inside and "=" in line and _key(line) == key:
            if value is not None:
                lines.append(f"{key}={value}\n")
            continue
        lines.append(line)
        if group is not None:
            inside = group == f'remote "{remote}"'
            if inside and not placed and value is not None:
                lines[-1] = line.rstrip("\n") + "\n"
                lines.append(f"{key}={value}\n")
    return "".join(lines)
