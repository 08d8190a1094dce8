"""Sticks that are served: judged first, then held where they are.

A descriptor of the drive and one of the repository are handed to the web server. So what it reads
is of this very drive: not of another that comes to the same place later, and was not checked.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from msgspec import Struct

from app.closing import Closing
from app.errors import StickDamagedError
from app.flatpak.refs import Ref
from app.flatpak.remotes.remote import Remote
from app.fs.files import drive_errors
from app.message import Message
from app.ostree.config_file import RepositoryInvalidError
from app.ostree.names import origin_remote
from app.ostree.objects import ObjectKind, ObjectName
from app.progress import Cancel, heeding, silent
from app.serve.values import NotServed
from app.severity import Severity
from app.stick.checking.check import CheckOptions, check_stick
from app.stick.checking.keys import Trust
from app.stick.checking.without_list import needs_no_copy
from app.stick.findings import Code, Finding, finding
from app.stick.kit.contents import KitContents, refused_refs
from app.stick.kit.gathering import kit_contents, stick_components
from app.stick.store.bundles import FOLDER, bundle_path, is_right
from app.stick.store.location import KIT_FOLDER, Location, client_places, open_repository
from app.stick.store.payloads import EXTRA_DATA, payload_folder, stored_payloads
from app.stick.store.payloads import is_right as is_right_payload
from app.stick.store.stick_state import StickState, read_stick
from app.stick.store.view import View, view_of

_WRITTEN = ("summary", "extensions/satchel/stick.json")
"""Whoever changes what is on a stick writes these last."""

_NO_LISTS = Message(
    "It has no copy of upstream's signed lists, without which no computer takes anything over the "
    "network; satchel update adds it."
)
_LOCKED = Message(
    "A lock file decided what is there, and upstream's signed lists did not come along, without "
    "which no computer takes anything over the network. Serve with --upstream, which fetches them; "
    "or make the drive anew with a file of satchel lock --with-lists. satchel update would bring "
    "other versions."
)
_UNLISTED = Message(
    "There was no signed list of upstream's where it was made, and without one no computer takes "
    "anything over the network. Serve with --upstream, which fetches it; or let satchel update "
    "bring the newest, and its list."
)
_FETCHED = Message(
    "A lock file decided what is there, and upstream's signed lists did not come along: it is "
    "served as soon as they are fetched from upstream."
)
_UNLISTED_YET = Message(
    "There was no signed list of upstream's where it was made: it is served as soon as one is "
    "fetched from upstream."
)
_COMING = (_FETCHED, _UNLISTED_YET)
_OF_FILES = frozenset({Code.KIT_ALTERED, Code.KIT_MISSING, Code.KIT_UNKNOWN})
_OF_OTHERS = frozenset(
    {
        Code.UNVOUCHED,
        Code.EXTRA_DATA_CORRUPT,
        Code.NOT_READABLE,
        Code.RUNTIME_MISSING,
        Code.REPLACEMENT_MISSING,
    }
)


class StickChangedError(StickDamagedError):
    """Somebody wrote to it while it was looked at."""


class HandedFile(Struct, frozen=True):
    """A file that people may download.

    Attributes:
        address: without a slash at its start.
        path: where it lies from the top of the drive.
        unsigned: an app for which nobody vouches.
        is_app: an app or a runtime, which flatpak installs.
        needs: origin and ref of what such a one needs to be there before.
    """

    address: str
    path: str
    name: str
    size: int
    unsigned: bool = False
    is_app: bool = False
    needs: tuple[tuple[str, str], ...] = ()


@dataclass
class ServedStick(Closing):
    """One repository of a drive, as it was when it was judged.

    Attributes:
        root: what was asked for.
        drive, repository: descriptors of directories, for the web server.
        views: origin → its lists; only of origins that are served.
        refused: collection and ref of what computers refuse as its signature is missing, itself or
            that of its runtime.
        unlisted: origins that are sound, and served if their lists come from elsewhere.
        left: what of it is not served.
        written: tells the state from a later one.
        files: those for people that were read and are right.
        read: objects that were read, or are about to be, since it is served.
        doubted: those that were read once more, because somebody asked for them again.
        found: those that are damaged.
        spoilt: those that are not handed out any more, with what tells their files from later ones.
        looked_over: all were read, or so many are damaged that no more are looked for.
    """

    root: Path
    location: Location
    state: StickState
    contents: KitContents
    refused: frozenset[tuple[str, str]]
    drive: int
    repository: int
    written: tuple[object, ...]
    views: Mapping[str, View] = field(default_factory=dict)
    unlisted: frozenset[str] = frozenset()
    left: tuple[NotServed, ...] = ()
    files: tuple[HandedFile, ...] = ()
    read: set[str] = field(default_factory=set)
    doubted: set[str] = field(default_factory=set)
    found: set[str] = field(default_factory=set)
    spoilt: dict[str, object] = field(default_factory=dict)
    looked_over: bool = False

    def close(self) -> None:
        os.close(self.drive)
        os.close(self.repository)

    @property
    def descriptors(self) -> tuple[int, int]:
        return self.drive, self.repository

    @property
    def is_there(self) -> bool:
        """Whether the drive that was judged is still at its place."""
        try:
            return _identity(self.location.drive.status()) == _identity(os.fstat(self.drive))
        except OSError:
            return False

    @property
    def is_as_it_was(self) -> bool:
        """Whether nobody has written to it. Only asked while it `is_there`."""
        return _written(self.location) == self.written and all(
            self.state_of(path) == state for path, state in tuple(self.spoilt.items())
        )

    def state_of(self, path: str) -> object:
        """Tells the file of an object, below ``objects/``, from a later one."""
        try:
            status = self.location.repository.status(f"objects/{path}")
        except OSError:
            return None
        return status.st_size, status.st_mtime_ns, status.st_ctime_ns

    @property
    def example(self) -> str:
        """The path of a file that is there, relative to the repository: of an object, where there
        are any."""
        commits = (commit for names in self.state.refs.values() for commit in names.values())
        commit = next(commits, None)
        if commit is None:
            return "config"
        return f"objects/{ObjectName(commit, ObjectKind.COMMIT).path}"


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


def _written(location: Location) -> tuple[object, ...]:
    states: list[object] = []
    for name in _WRITTEN:
        with contextlib.suppress(OSError):
            status = location.repository.status(name)
            # Not by their inodes: those of FAT and FUSE change without anybody writing.
            states.append((name, status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    return tuple(states)


class Judging(Struct, frozen=True):
    """How sticks are judged.

    Attributes:
        remotes: whose keys count.
        drive_keys, allow_unsigned, upstream: as in `ServeRequest`.
    """

    remotes: Sequence[Remote]
    drive_keys: bool = False
    allow_unsigned: bool = False
    upstream: bool = False

    @property
    def options(self) -> CheckOptions:
        """What is in the objects every client checks itself: over HTTP it always does."""
        return CheckOptions(
            contents=False,
            trust=Trust(alone=False, drive_keys=self.drive_keys),
            accept_unsigned=self.allow_unsigned,
            images=False,
        )


def open_sticks(root: Path, judging: Judging, cancel: Cancel) -> Iterator[ServedStick | NotServed]:
    """What is on a drive, judged: signatures, lists, and whether every object is there.

    Raises DriveError, RepositoryInUseError, StickChangedError, RepositoryInvalidError where there
    is no repository at all, and what ``cancel`` raises.
    """
    with drive_errors(Message("looking for the repository")):
        places = client_places(root)
    if not places:
        raise RepositoryInvalidError(
            Message("There is no Flatpak repository on {root}.", root=root)
        )
    for place in places:
        yield _open(root, place, judging, cancel)


def _open(
    root: Path, location: Location, judging: Judging, cancel: Cancel
) -> ServedStick | NotServed:
    try:
        repository = open_repository(location)
    except StickDamagedError as error:
        invalid = finding(Code.REPO_INVALID, str(location.shown), error.message, hint=error.hint)
        return NotServed(root, None, error.message, (invalid,))
    with contextlib.ExitStack() as opened, drive_errors(Message("reading the repository")):
        drive = location.drive.open_directory()
        opened.callback(os.close, drive)
        held = location.repository.open_directory()
        opened.callback(os.close, held)
        written = _written(location)
        with repository.locked(exclusive=False):
            report = check_stick(
                location, repository, judging.remotes, judging.options, silent, cancel
            )
            state = read_stick(location, repository)
            contents = kit_contents(state, stick_components(state))
        if _written(location) != written:
            raise StickChangedError(
                Message("Somebody writes to {root}.", root=root),
                Message("Wait until it is done, then try again."),
            )
        errors = [each for each in report.findings if each.severity is Severity.ERROR]
        wrong = tuple(each for each in errors if _matters(each, state))
        if wrong:
            return NotServed(root, None, _why(wrong), wrong)
        unvouched = {each.subject: each for each in errors if each.code == Code.UNVOUCHED}
        views, left = _views(root, state, unvouched, judging)
        unlisted = frozenset(
            each.origin for each in left if each.origin is not None and each.reason in _COMING
        )
        refused = frozenset(refused_refs(contents, sideloads=False))
        stick = ServedStick(
            root, location, state, contents, refused, drive, held, written, views, unlisted, left
        )
        with heeding(cancel):
            handed = [*_bundles(stick, report.findings, cancel), *_payloads(stick)]
        stick.files = tuple(each for each in handed if isinstance(each, HandedFile))
        kept_back = (each for each in handed if isinstance(each, NotServed))
        stick.left = (*stick.left, *kept_back, *_images(stick), *_unsigned(stick))
        opened.pop_all()
        return stick


def _matters(error: Finding, state: StickState) -> bool:
    """Whether it keeps all of the stick from being served.

    Files for people are not served, but for the keys in them; what an app needs may come from
    another stick; and whoever can read it hands it to all.
    """
    if error.code in _OF_FILES:
        return error.subject in state.refs
    return error.code not in _OF_OTHERS


def _why(wrong: Sequence[Finding]) -> Message:
    if any(each.code == Code.UPSTREAM_MISSING for each in wrong):
        return _NO_LISTS
    return Message("It is not sound; satchel verify tells all.")


def _without_list(origin: str, state: StickState, judging: Judging) -> Message:
    """Why nothing of it is served now."""
    entry = state.record.collections[origin] if state.record is not None else None
    if entry is not None and entry.locked:
        return _FETCHED if judging.upstream else _LOCKED
    return _UNLISTED_YET if judging.upstream else _UNLISTED


def _views(
    root: Path, state: StickState, unvouched: Mapping[str, Finding], judging: Judging
) -> tuple[dict[str, View], tuple[NotServed, ...]]:
    views: dict[str, View] = {}
    left = []
    for origin in sorted(state.refs):
        view = view_of(origin, state.copies[origin], unsigned=judging.allow_unsigned)
        if origin in unvouched:
            blame = unvouched[origin]
            left.append(NotServed(root, origin, blame.message, (blame,)))
        elif view is None and needs_no_copy(origin, state.record):
            left.append(NotServed(root, origin, _without_list(origin, state, judging)))
        elif view is None:
            left.append(NotServed(root, origin, _NO_LISTS))
        else:
            views[origin] = view
    return views, tuple(left)


def _bundles(
    stick: ServedStick, findings: Sequence[Finding], cancel: Cancel
) -> Iterator[HandedFile | NotServed]:
    """Nobody but the check tells who vouches for one: the record is the drive's own."""
    record = stick.state.record
    unvouched = {each.subject: each for each in findings if each.code == Code.UNVOUCHED}
    needs = {each.file: each.about.needs for each in stick.contents.bundles}
    for entry in record.bundles if record is not None else ():
        blame = unvouched.get(entry.ref)
        if blame is not None and blame.severity is Severity.ERROR:
            yield NotServed(stick.root, entry.ref, blame.message, (blame,))
        elif is_right(stick.location, entry, cancel):
            address = f"{FOLDER}/{entry.file}"
            path = bundle_path(entry.file)
            yield HandedFile(
                address,
                path,
                entry.file,
                entry.size,
                unsigned=blame is not None,
                is_app=True,
                needs=needs.get(entry.file, ()),
            )
        else:
            yield _damaged(stick, entry.ref, entry.file)


def _payloads(stick: ServedStick) -> Iterator[HandedFile | NotServed]:
    """Where flatpak looks for extra data on a computer, people may put it by hand."""
    folder = payload_folder(stick.location)
    for path, size in sorted(stored_payloads(stick.location).items()):
        address = f"{EXTRA_DATA}/{path}"
        if is_right_payload(folder, path):
            name = path.rpartition("/")[2]
            yield HandedFile(address, f"{KIT_FOLDER}/{address}", name, size)
        else:
            yield _damaged(stick, address, path)


def _damaged(stick: ServedStick, what: str, file: str) -> NotServed:
    message = Message("{file} is damaged; satchel verify tells all.", file=file)
    return NotServed(stick.root, what, message)


def _unsigned(stick: ServedStick) -> Iterator[NotServed]:
    """Apps that computers would refuse."""
    for _, ref in sorted(stick.refused):
        if ref.startswith("app/"):
            reason = Message(
                "Its signature, or that of its runtime, is missing on the drive: from a network "
                "flatpak takes nothing without. Run satchel repair: it fetches that again."
            )
            yield NotServed(stick.root, ref, reason)


def _images(stick: ServedStick) -> Iterator[NotServed]:
    """Of each container registry."""
    record = stick.state.record
    apps: dict[str, list[str]] = {}
    for image in record.images if record is not None else ():
        ref = Ref.parse_or_none(image.ref)
        if ref is not None and ref.kind == "app":
            apps.setdefault(image.origin, []).append(ref.id)
    for origin, ids in sorted(apps.items()):
        reason = Message(
            "What comes from container registries is not handed out over the network; install.sh "
            "on the drive, and satchel receive, install it: {apps}.",
            apps=", ".join(sorted(set(ids))),
        )
        yield NotServed(stick.root, origin_remote(origin) or origin, reason)
