"""Is everything on a stick a file or directory of its own, and can it be read?

A client follows a link wherever it leads, and opens whatever it finds; Satchel does neither, so
what it cannot look at is told here. What the other rules say of files that are of the wrong kind or
cannot be read is that they are not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from app.fs.nodes import DirectoryEntry, LeadsOutsideError, Node
from app.fs.readable_root import MAX_DEPTH
from app.fs.root import Root
from app.message import Message
from app.progress import Cancel
from app.remedy import Remedy
from app.stick.findings import Code, Finding, finding
from app.stick.store.location import KIT_FOLDER, LINKS, MOST_PLACES, Location
from app.stick.store.record import RECORD, StickRecord

_MOST = 100
"""Findings about nodes; who made more of them will not read them."""

_OFTEN = 1000
"""Entries between two looks at the cancel token."""

_OBJECT = re.compile(r"objects/[0-9a-f]{2}/[0-9a-f]{62}\.(?!commitmeta)")
"""Objects that the check of all objects reads, and names."""

_PREFIX = re.compile("objects/[0-9a-f]{2}")
_DIRECTORIES = frozenset(
    {
        "objects",
        "refs",
        "refs/heads",
        "refs/mirrors",
        "refs/remotes",
        "state",
        "tmp",
        "extensions",
        "extensions/satchel",
        "extensions/satchel/upstream",
    }
)
"""What has to be a directory, if it is there; relative to the repository."""

_SCRATCH = "tmp"
_NEEDED = (_SCRATCH, "refs/heads", "refs/remotes")
"""What has to be there as well. A copy may lack it, since nothing is in it. libostree makes the
first where it may, and else does not open the repository; without the others ``ostree fsck`` ends.
"""

_FILES = frozenset({"extensions/satchel/stick.json", "extensions/satchel/journal.json"})
"""What has to be a file, if it is there, and no other rule asks for."""


def check_places(drive: Root) -> Iterator[Finding]:
    """The ways by which clients find repositories on a drive. Raises OSError."""
    for ways in (("ostree", "ostree/repo"), (".ostree", ".ostree/repo"), (".ostree", LINKS)):
        # Below one that leads elsewhere everything does.
        for path in ways:
            findings = [*_check_way(drive, path)]
            yield from findings
            if findings:
                break
    try:
        paths = sorted(entry.path for entry in islice(drive.entries(LINKS), MOST_PLACES + 1))
    except (FileNotFoundError, NotADirectoryError, LeadsOutsideError):
        return
    for path in paths[:MOST_PLACES]:
        yield from _check_way(drive, path)
    if len(paths) > MOST_PLACES:
        yield finding(
            Code.REPO_INVALID,
            LINKS,
            Message(
                "{links} names more than {most_places} places where a client looks for "
                "repositories: not all were judged.",
                links=LINKS,
                most_places=MOST_PLACES,
            ),
            hint=Remedy.DO_NOT_TRUST,
        )


def _check_way(drive: Root, path: str) -> Iterator[Finding]:
    """A link that stays on the drive is as good as a directory."""
    try:
        drive.resolve(path)
    except LeadsOutsideError:
        yield _outside(path)
    except (FileNotFoundError, NotADirectoryError):
        return


def check_nodes(location: Location, cancel: Cancel) -> Iterator[Finding]:
    """Everything in the repository and the kit, but objects. Raises OSError."""
    strange = _strange(location, cancel)
    yield from islice(strange, _MOST)
    more = sum(1 for _ in strange)
    if more:
        message = Message(
            "There are {more} more links, pipes and other things of the wrong kind.",
            more=f"{more:,}",
        )
        yield finding(Code.FOREIGN_CONTENT, location.repository_path, message)


def check_directories(location: Location) -> Iterator[Finding]:
    """Those without which clients or libostree's own programs do not open the repository."""
    missing = tuple(path for path in _NEEDED if location.repository.node(path) is None)
    if not missing:
        return
    message = Message(
        "The repository lacks {directories}: ostree's own programs refuse it.", directories=missing
    )
    if _SCRATCH in missing:
        message = Message(
            "The repository lacks {directories}: who may not write to the drive installs nothing "
            "from it.",
            directories=missing,
        )
    yield finding(Code.REPO_INVALID, location.repository_path, message, hint=Remedy.REPAIR)


def _strange(location: Location, cancel: Cancel) -> Iterator[Finding]:
    for root in (location.repository, location.kit):
        if root.node(".") is Node.LINK:
            yield _outside(root.prefix)
            continue
        for number, entry in enumerate(_walk(root)):
            if not number % _OFTEN:
                cancel.check()
            yield from _check_node(root, entry)


def _walk(root: Root) -> Iterator[DirectoryEntry]:
    """As `Root.walk`, but not below the directories of objects, which are read elsewhere."""
    todo = ["."]
    while todo:
        directory = todo.pop()
        try:
            for entry in root.entries(directory):
                yield entry
                deep = entry.path.count("/") >= MAX_DEPTH or directory == "objects"
                if entry.node is Node.DIRECTORY and not deep:
                    todo.append(entry.path)
        except LeadsOutsideError:
            # A directory, so it is one of another file system.
            yield DirectoryEntry(directory, directory, Node.LINK)
        except (FileNotFoundError, NotADirectoryError):
            continue


def _check_node(root: Root, entry: DirectoryEntry) -> Iterator[Finding]:
    path = f"{root.prefix}/{entry.path}" if root.prefix != "." else entry.path
    wanted = _wanted(root, entry.path)
    if entry.node is Node.LINK:
        yield _outside(path)
    elif entry.node is Node.OTHER:
        message = Message(
            "{path} is a pipe, socket or device, which does not belong on a drive.", path=path
        )
        yield finding(Code.FOREIGN_CONTENT, path, message)
    elif wanted not in (None, entry.node):
        message = Message(
            "{path} is a directory where a file should be, or the other way round.", path=path
        )
        yield finding(Code.NOT_READABLE, path, message)
    elif entry.node is Node.DIRECTORY and entry.path.count("/") >= MAX_DEPTH:
        message = Message(
            "{path} is deeper in directories than anything Satchel puts on a drive.", path=path
        )
        yield finding(Code.FOREIGN_CONTENT, path, message)


def _wanted(root: Root, path: str) -> Node | None:
    if root.prefix == KIT_FOLDER:
        return None
    if path in _DIRECTORIES or _PREFIX.fullmatch(path):
        return Node.DIRECTORY
    return Node.FILE if path in _FILES else None


def _outside(path: str) -> Finding:
    return finding(
        Code.LINK_OUTSIDE,
        path,
        Message(
            "{path} is a link, or on another file system: what is there was not looked "
            "at, but a client may use it.",
            path=path,
        ),
    )


def check_record(location: Location, record: StickRecord | None) -> Iterator[Finding]:
    """A record that is there, can be read, and says nothing."""
    path = f"{location.extension.prefix}/{RECORD}"
    unreadable = path in (location.drive.failures or ())
    if record is None and not unreadable and location.extension.node(RECORD) is Node.FILE:
        message = Message(
            "{path} does not hold what Satchel writes there: nothing in it was believed.", path=path
        )
        yield finding(Code.FOREIGN_CONTENT, path, message, hint=Remedy.REPAIR)


def check_failures(failures: Mapping[str, str]) -> Iterable[Finding]:
    """What was there and could not be read, as a `Root` noted it."""
    others = [(path, why) for path, why in sorted(failures.items()) if not _OBJECT.search(path)]
    for path, reason in islice(others, _MOST):
        yield finding(
            Code.NOT_READABLE,
            path,
            Message("{path} cannot be read: {reason}.", path=path, reason=reason),
        )
