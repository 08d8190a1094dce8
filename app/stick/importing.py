"""A choice from what flatpak writes: the output of ``flatpak list``, or a ``.preinstall`` file.

``flatpak list`` prints other columns in other versions, in the person's language, aligned with
spaces on a terminal and with tabs elsewhere. So nothing is made of headings and positions: a line
is about the first thing in it that can name an app. ``.preinstall``: ``flatpak-preinstall(1)``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.flatpak.refs import PartialRef, Ref, RefError, name_problem
from app.flatpak.remotes import Remote
from app.keyfile import Keyfile, KeyfileError
from app.progress import Notice
from app.stick.profile import MAX_REFS, SUFFIX, Profile, ProfileError

_PREINSTALL = "Flatpak Preinstall "
_DEFAULT_BRANCH = "master"
_CUT = "…"
# Branches that cannot be taken for an app's version.
_BRANCHES = frozenset({"stable", "beta", "master", "devel", "nightly", "test"})
# What an app brings along by itself; plain IDs do not tell runtimes from apps.
_COMPANION = re.compile(
    r".*\.(?:Locale|Debug|Sources|(?:Base)?Platform|Sdk)|.*\.(?:Platform|Sdk)\..*"
    r"|org\.(?:gtk\.Gtk3theme|kde\.KStyle|kde\.PlatformTheme|kde\.WaylandDecoration)\..*",
    re.ASCII,
)
_MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Imported:
    """``notices``: what was passed over, and why."""

    profile: Profile
    notices: tuple[Notice, ...]


def read_choice(data: bytes, source: str, remotes: Sequence[Remote]) -> Imported:
    """As `import_choice`; a choice that Satchel wrote is taken as it is."""
    if b"refs" in data and Path(source).suffix == SUFFIX:
        return Imported(Profile.parse(data, source), ())
    return import_choice(data, source, remotes)


def import_choice(data: bytes, source: str, remotes: Sequence[Remote]) -> Imported:
    """The apps that a file names; ``source`` is what errors call it.

    ``remotes`` are those known here: by their names and collections it is told where an app came
    from. Raises `ProfileError` if there is nothing in it.
    """
    text = data.decode("utf-8", "replace").removeprefix("\ufeff")
    preinstall = any(line.strip().startswith(f"[{_PREINSTALL}") for line in text.splitlines())
    if preinstall:
        refs, notices = _preinstalled(data, source, remotes)
    else:
        refs, notices = _listed(text, remotes)
    found = list(dict.fromkeys(refs))
    if not found or len(found) > MAX_REFS:
        raise ProfileError(
            f"{source} names no apps." if not found else f"{source} names more than {MAX_REFS:,}.",
            "Give it the output of: flatpak list --app --columns=ref,origin.",
        )
    arches = {ref.arch for ref in found}
    architecture = ""
    if len(arches) == 1 and (only := arches.pop()) is not None:
        architecture = only
        found = [PartialRef(one.id, one.kind, None, one.branch, one.remote) for one in found]
    return Imported(Profile(tuple(map(str, found)), architecture), tuple(notices))


# flatpak list


def _listed(text: str, remotes: Sequence[Remote]) -> tuple[list[PartialRef], list[Notice]]:
    names = {remote.name for remote in remotes}
    refs: list[PartialRef] = []
    companions: list[str] = []
    cut: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in re.split(r"\t|\s{2,}", line.strip())]
        # Copied from somewhere, columns may be one space apart.
        words = cells if any(map(_as_ref, cells)) else line.split()
        candidates = [ref for word in words if (ref := _as_ref(word)) is not None]
        if not candidates:
            if any(_CUT in word and name_problem(f"{word.strip(_CUT)}x") == "" for word in words):
                cut.append(number)
            continue
        apps = [ref for ref in candidates if not _is_companion(ref)]
        if not apps or any("runtime" in word.split(",") for word in words):
            companions.append(candidates[0].id)
            continue
        # With a column for the ID and one for the ref, the ref says more.
        best = max(apps, key=lambda ref: (ref.id == apps[0].id, ref.branch is not None))
        branch = best.branch or next((word for word in words if word in _BRANCHES), None)
        remote = next((word for word in words if word in names), None)
        refs.append(PartialRef(best.id, best.kind, best.arch, branch, remote))
    return refs, [*_passed_over(companions), *_cut_off(cut)]


def _as_ref(word: str) -> PartialRef | None:
    """What ``word`` names if it can be nothing else: an ID, ``ID/ARCH/BRANCH`` or a full ref."""
    if word.count("/") == 3:
        full = Ref.parse_or_none(word)
        return None if full is None else PartialRef(full.id, full.kind, full.arch, full.branch)
    if word.count("/") not in {0, 2}:
        return None
    try:
        found = PartialRef.parse(word)
    except RefError:
        return None
    # 23.08.1 is no name; but an app may be called org.x.Y-1.2 by its publisher.
    return found if found.remote is None else None


def _is_companion(ref: PartialRef) -> bool:
    return ref.kind == "runtime" or _COMPANION.fullmatch(ref.id) is not None


def _passed_over(companions: Sequence[str]) -> Iterator[Notice]:
    if companions:
        shown = ", ".join(companions[:_MOST_SHOWN]) + (", …" if companions[_MOST_SHOWN:] else "")
        yield Notice(
            "info",
            f"{len(companions)} runtimes and extensions were passed over: {shown}.",
            "What apps need comes along by itself.",
        )


def _cut_off(lines: Sequence[int]) -> Iterator[Notice]:
    if lines:
        shown = ", ".join(map(str, lines[:_MOST_SHOWN])) + (", …" if lines[_MOST_SHOWN:] else "")
        yield Notice(
            "warning",
            f"Names are cut off in line {shown}; these apps were passed over.",
            "Make the list with flatpak list --app --columns=ref,origin > FILE.",
        )


# .preinstall


def _preinstalled(
    data: bytes, source: str, remotes: Sequence[Remote]
) -> tuple[list[PartialRef], list[Notice]]:
    try:
        keyfile = Keyfile.parse(data)
    except KeyfileError as error:
        raise ProfileError(
            f"{source} cannot be read: {error}.", "It should be a .preinstall file of flatpak."
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
            reason = error.message if isinstance(error, RefError) else str(error)
            notices.append(Notice("warning", f"[{group[:200]}] was passed over: {reason}"))
            continue
        if not wanted:
            continue
        remote = next((one.name for one in remotes if one.collection_id == collection), None)
        if collection and remote is None:
            notices.append(
                Notice(
                    "warning",
                    f"{id} is to come from {collection[:200]}, which no known remote has.",
                    "Add that remote, or it is looked for in all of them.",
                )
            )
        refs.append(PartialRef(ref.id, ref.kind, None, ref.branch, remote if collection else None))
    return refs, notices
