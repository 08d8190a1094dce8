"""What ``--needs`` names, and what follows from it for a plan."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from msgspec import Struct

from app.flatpak.refs import PartialRef, RefError
from app.flatpak.remotes.given import is_ref_file
from app.message import Message
from app.replacing import replace
from app.stick.store.needs import SUFFIX, Needs, NeedsError, read_needs

_MOST_FILES = 1_000


class NeedsArguments(Struct, frozen=True):
    """``refs``: what else was typed."""

    needs: tuple[Needs, ...]
    refs: tuple[str, ...]


def read_arguments(files: Sequence[str], refs: Sequence[str]) -> NeedsArguments:
    """The files that ``--needs`` names, and those among ``refs``, which the shell makes of ``*``.

    Raises NeedsError.
    """
    others = [text for text in refs if files and _names_file(text)]
    paths = list(dict.fromkeys(path for name in (*files, *others) for path in _paths(Path(name))))
    if len(paths) > _MOST_FILES:
        raise NeedsError(
            Message("These are more than {most} computers.", most=f"{_MOST_FILES:,}"),
            Message("Make drives for some of them at a time."),
        )
    return NeedsArguments(
        tuple(map(read_needs, paths)), tuple(text for text in refs if text not in others)
    )


def _names_file(text: str) -> bool:
    return text.endswith(SUFFIX) and os.path.isfile(text)


def _paths(path: Path) -> Iterator[Path]:
    if not os.path.isdir(path):
        yield path
        return
    inside = sorted(islice(path.glob(f"*{SUFFIX}"), _MOST_FILES + 1))
    if not inside:
        raise NeedsError(
            Message("No computer has written into {path} what it needs.", path=path),
            Message("Run needs.sh, which lies on every drive, on each of them."),
        )
    yield from inside


def for_each_architecture(texts: Sequence[str], arches: Sequence[str]) -> tuple[str, ...]:
    """What was typed, for all kinds of computers where it names none."""
    if len(arches) < 2:
        return tuple(texts)
    return tuple(text for typed in texts for text in _for_each(typed, arches))


def _for_each(typed: str, arches: Sequence[str]) -> Iterator[str]:
    try:
        partial = None if is_ref_file(typed) else PartialRef.parse(typed)
    except RefError:
        # Told where it is looked for.
        partial = None
    if partial is None or partial.arch is not None:
        yield typed
        return
    for arch in arches:
        yield str(replace(partial, arch=arch))
