"""A choice from what people have: lists of apps of many kinds, or a ``.preinstall`` file.

Lists: `app.stick.choices.app_lists`. ``.preinstall``: ``flatpak-preinstall(1)``.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from app.flatpak.refs import PartialRef, RefError
from app.flatpak.remotes.remote import Registry, Remote
from app.formats.keyfile import Keyfile, KeyfileError
from app.message import Message
from app.progress import Notice
from app.severity import Severity
from app.stick.choices.app_lists import from_elsewhere, read_list
from app.stick.choices.profile import MAX_REFS, SET_SUFFIX, SUFFIX, Profile, ProfileError

_PREINSTALL = "Flatpak Preinstall "
_DEFAULT_BRANCH = "master"
_HINT = Message("Give it the output of: flatpak list --app --columns=ref,origin.")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What text may hold below the space; flatpak's own colours begin with an escape.
_PLAIN = frozenset("\t\n\r\f\v\x1b")
_SAMPLE = 4096


class Imported(Struct, frozen=True):
    """``notices``: each line that was passed over, and why."""

    profile: Profile
    notices: tuple[Notice, ...]


def read_choice(
    data: bytes, source: str, remotes: Sequence[Remote], registries: Sequence[Registry] = ()
) -> Imported:
    """As `import_choice`; a choice that Satchel wrote, or a set, is taken as it is."""
    if b"refs" in data and Path(source).suffix in (SUFFIX, SET_SUFFIX):
        return Imported(Profile.parse(data, source), ())
    return import_choice(data, source, remotes, registries)


def import_choice(
    data: bytes, source: str, remotes: Sequence[Remote], registries: Sequence[Registry] = ()
) -> Imported:
    """The apps that a file names; ``source`` is what errors call it.

    ``remotes`` are those known here: by their names and collections it is told where an app came
    from; what came from one of the ``registries`` is passed over, as it is another publisher's.
    Raises `ProfileError` if there is nothing in it.
    """
    text = _text(data, source)
    preinstall = any(line.strip().startswith(f"[{_PREINSTALL}") for line in text.splitlines())
    if preinstall:
        refs, notices = _preinstalled(text.encode(), source, remotes)
    else:
        listed = read_list(text, remotes, registries)
        refs, notices = listed.refs, list(listed.notices())
    unique = list(dict.fromkeys(refs))
    if not unique or len(unique) > MAX_REFS:
        raise ProfileError(
            Message("{source} names no apps.", source=source)
            if not unique
            else Message("{source} names more than {most}.", source=source, most=f"{MAX_REFS:,}"),
            _HINT,
        )
    arches = {ref.arch for ref in unique}
    architecture = ""
    if len(arches) == 1 and (only := arches.pop()) is not None:
        architecture = only
        unique = [PartialRef(ref.id, ref.kind, None, ref.branch, ref.remote) for ref in unique]
    return Imported(Profile(tuple(map(str, unique)), architecture), tuple(notices))


def _text(data: bytes, source: str) -> str:
    """What a file says, however it is encoded. Raises `ProfileError` for what is no text."""
    marked = (mark for mark in _MARKS if data.startswith(mark[0]))
    mark, encoding = next(marked, None) or (b"", _guess(data))
    text = data[len(mark) :].decode(encoding, "replace")
    strange = sum(char < " " and char not in _PLAIN for char in text)
    lost = text.count("\N{REPLACEMENT CHARACTER}")
    # Old encodings of Latin letters are read with a few gaps.
    if strange or lost > len(text) // 4:
        raise ProfileError(
            Message("{source} names no apps: it is not a text.", source=source), _HINT
        )
    return text


def _guess(data: bytes) -> str:
    """UTF-16 without a mark has zeros in every other byte of names."""
    sample = data[:_SAMPLE]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > len(sample) // 4 and not even:
        return "utf-16-le"
    return "utf-16-be" if even > len(sample) // 4 and not odd else "utf-8"


# .preinstall


def _preinstalled(
    data: bytes, source: str, remotes: Sequence[Remote]
) -> tuple[list[PartialRef], list[Notice]]:
    try:
        keyfile = Keyfile.parse(data)
    except KeyfileError as error:
        raise ProfileError(
            Message("{source} cannot be read: {error}.", source=source, error=error),
            Message("It should be a .preinstall file of flatpak."),
        ) from error
    refs: list[PartialRef] = []
    notices: list[Notice] = []
    for group in keyfile.groups:
        if not group.startswith(_PREINSTALL):
            continue
        id = group.removeprefix(_PREINSTALL)
        try:
            branch = keyfile.string(group, "Branch") or _DEFAULT_BRANCH
            collection = keyfile.string(group, "CollectionID")
            runtime = keyfile.boolean(group, "IsRuntime")
            wanted = keyfile.boolean(group, "Install", True)
            ref = PartialRef.parse(f"{'runtime' if runtime else 'app'}/{id}//{branch}")
        except (KeyfileError, RefError) as error:
            notices.append(
                Notice(
                    Severity.WARNING,
                    Message("[{group}] was passed over: {reason}", group=group[:200], reason=error),
                )
            )
            continue
        if not wanted:
            continue
        remote = next(
            (remote.name for remote in remotes if remote.collection_id == collection), None
        )
        if collection and remote is None:
            notices.append(from_elsewhere(id, collection))
        refs.append(PartialRef(ref.id, ref.kind, None, ref.branch, remote if collection else None))
    return refs, notices
