"""Whether what computers and people go by is on a drive as a job leaves it.

An update that brings nothing looks at it: where some of that is lost the job runs all the same, and
writes it again. No more than that: what is in it only a check judges (`app.stick.checking`).
"""

from __future__ import annotations

from collections.abc import Mapping

from app.flatpak.upstream.client import INDEX, SUMMARY, SUMMARY_SIGNATURE
from app.fs.nodes import Node
from app.fs.root import Root
from app.ostree.config_file import has_config
from app.ostree.names import is_collection_id
from app.stick.checking.kit_list import read_table
from app.stick.kit.contents import CONTENTS, FORM
from app.stick.kit.files import FoundKit, read_kit
from app.stick.kit.releases import FIXED
from app.stick.store.location import Location
from app.stick.store.stick_state import StickState
from app.stick.store.told_refs import listed


def is_whole(stick: StickState, files: Mapping[str, Mapping[str, bytes]]) -> bool:
    """``files``: by origin, of upstream's lists whose copies a job would write, by upstream's
    paths. Raises OSError for a drive that has gone."""
    return (
        has_config(stick.repository.root)
        and _has_kit(stick.location)
        and _is_listed(stick)
        and all(_has_copy(stick, origin, wanted) for origin, wanted in files.items())
        and _has_index(stick, files)
    )


def _has_kit(location: Location) -> bool:
    """Also where it is that of another repository of the drive, or nobody would look for one."""
    kit = read_kit(location)
    if kit.elsewhere or location.repository_path == ".":
        return True
    rows = read_table(kit.files.get(CONTENTS, b""))
    place = next((row[1] for row in reversed(rows) if row[0] == "repo" and len(row) > 1), None)
    if place is not None and place != location.repository_path:
        return True
    sources = [row[3] for row in rows if row[0] in ("collection", "remote") and len(row) > 3]
    return ("satchel-contents", FORM) in rows and all(
        _has_file(location.kit, name, kit) for name in (*FIXED, *sources)
    )


def _has_file(folder: Root, name: str, kit: FoundKit) -> bool:
    """Not one of nothing but zeros, as a power cut leaves it; one that cannot be read, as it is too
    large, counts. ``name``: whatever the list on the drive says."""
    if name in kit.files:
        return bool(kit.files[name].strip(b"\0"))
    return name in kit.unreadable and folder.node(name) is Node.FILE


def _is_listed(stick: StickState) -> bool:
    """Whether the summary names all whose commits are there, and nothing else."""
    told = {(collection, each.name, each.commit) for collection, each in listed(stick.repository)}
    return {each for each in told if is_collection_id(each[0])} == {
        (origin, name, commit)
        for origin, names in stick.refs.items()
        for name, commit in names.items()
        if is_collection_id(origin) and stick.commit(commit) is not None
    }


def _has_copy(stick: StickState, origin: str, wanted: Mapping[str, bytes]) -> bool:
    copy = stick.copies.get(origin)
    return copy is not None and copy.repo_file is not None and _are_there(copy.directory, wanted)


def _has_index(stick: StickState, files: Mapping[str, Mapping[str, bytes]]) -> bool:
    """Beside the summary, where a drive has one collection (FORMAT.md)."""
    (origin, *others) = stick.refs or ("",)
    wanted = files.get(origin, {})
    if others or not is_collection_id(origin) or INDEX not in wanted:
        return True
    plain = {SUMMARY, SUMMARY_SIGNATURE}
    return _are_there(
        stick.repository.root, {path: data for path, data in wanted.items() if path not in plain}
    )


def _are_there(directory: Root, files: Mapping[str, bytes]) -> bool:
    """What is longer or cannot be read is another."""
    try:
        return all(directory.read(path, len(data)) == data for path, data in files.items())
    except OSError:
        return False
