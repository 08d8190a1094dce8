"""Whether a repository on a drive may be registered: by the keys that this computer knows.

flatpak checks neither signatures nor contents of what it finds in ``sideload-repos``. So only what
a whole check finds nothing wrong with is registered, and no key of the drive's own counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from app.errors import StickDamagedError
from app.flatpak.metadata import Metadata
from app.flatpak.refs import Ref, host_arch
from app.flatpak.remotes.installed_versions import InstalledVersion
from app.flatpak.remotes.remote import Remote
from app.flatpak.sideloading.decision import Outcome
from app.formats.keyfile import KeyfileError
from app.fs.files import drive_errors
from app.message import Message
from app.ostree.names import is_collection_id
from app.ostree.objects import Commit
from app.ostree.repository import Repository
from app.progress import Cancel, silent
from app.severity import Severity
from app.stick.checking.check import CheckOptions, check_stick
from app.stick.checking.keys import Trust
from app.stick.checking.report import CheckReport
from app.stick.findings import Code, Finding, finding
from app.stick.inspecting.clients import Clients
from app.stick.store.drive_lists import NO_LISTS
from app.stick.store.location import Location, open_repository
from app.stick.store.stick_state import load_stick


class Obstacle(StrEnum):
    """Why a repository is not registered."""

    UNKNOWN_SIGNER = "unknown-signer"
    """Nothing is wrong with it but that nobody this computer knows has signed it."""

    NOT_SIDELOADED = "not-sideloaded"
    """flatpak would find none of its apps there by itself."""

    NOT_SOUND = "not-sound"
    UNREADABLE = "unreadable"
    """The drive does not let itself be read."""


class Judged(Struct, frozen=True):
    """What is known of a repository.

    Attributes:
        repository: where it is.
        apps: how many apps for this computer flatpak finds in it by itself.
        newer: how many of those are newer than what is installed here.
        others: how many it does not get from there by itself: of sources without a collection ID,
            files, images, and those of which it asks the maker for a part.
        obstacle: why it is not to be registered; None if it may be, as far as was looked.
        findings: the errors.
        stamp: `StickState.stamp` of what was judged.
    """

    repository: Path
    apps: int
    newer: int
    obstacle: Obstacle | None
    findings: tuple[Finding, ...] = ()
    stamp: str = ""
    others: int = 0


def judge_lists(
    location: Location,
    remotes: Sequence[Remote],
    installed: Sequence[InstalledVersion],
    cancel: Cancel,
) -> Judged:
    """Signatures, lists, and whether every object is there, not what is in it.

    Quick, so it holds the repository's lock. Raises RepositoryInUseError, DriveError, and what
    ``cancel`` raises.
    """
    try:
        repository = open_repository(location)
    except StickDamagedError as error:
        return _invalid(location, error)
    with repository.locked(exclusive=False):
        report = _check(location, repository, remotes, cancel, contents=False)
    return _judged(location, report, installed)


def judge_contents(
    location: Location,
    remotes: Sequence[Remote],
    installed: Sequence[InstalledVersion],
    cancel: Cancel,
) -> Judged | None:
    """Everything, read from the drive; None if somebody has written to it meanwhile.

    It may take minutes, so it does not keep others from writing: there is no lock. Raises
    RepositoryInUseError, DriveError, and what ``cancel`` raises.
    """
    try:
        repository = open_repository(location)
    except StickDamagedError as error:
        return _invalid(location, error)
    report = _check(location, repository, remotes, cancel, contents=True)
    try:
        with repository.locked(exclusive=False):
            if load_stick(location).stamp != report.stamp:
                return None
    except StickDamagedError:
        return None
    return _judged(location, report, installed)


def _check(
    location: Location,
    repository: Repository,
    remotes: Sequence[Remote],
    cancel: Cancel,
    *,
    contents: bool,
) -> CheckReport:
    options = CheckOptions(contents=contents, trust=Trust(alone=False), images=False)
    with drive_errors(Message("reading the repository")):
        return check_stick(location, repository, remotes, options, silent, cancel)


def _judged(
    location: Location, report: CheckReport, installed: Sequence[InstalledVersion]
) -> Judged:
    try:
        all_apps = list(_apps(location, installed))
    except StickDamagedError as error:
        return _invalid(location, error)
    apps = [app for app in all_apps if app.whole]
    obstacle = _obstacle(report)
    found = any(app.found for app in all_apps)
    if obstacle is not Obstacle.NOT_SOUND and all_apps and not found:
        obstacle = Obstacle.NOT_SIDELOADED
    return Judged(
        repository=location.shown,
        apps=len({app.ref.id for app in apps}),
        newer=len({app.ref for app in apps if app.here is Outcome.UPDATE}),
        obstacle=obstacle,
        findings=tuple(each for each in report.findings if each.severity is Severity.ERROR),
        stamp=report.stamp,
        others=len({app.ref.id for app in all_apps} - {app.ref.id for app in apps}),
    )


def _obstacle(report: CheckReport) -> Obstacle | None:
    """Who vouches for what flatpak does not find there does not matter."""
    codes = {
        each.code
        for each in report.findings
        if each.severity is Severity.ERROR
        and not (each.code == Code.UNVOUCHED and not is_collection_id(each.subject))
    }
    if not codes:
        return None
    return Obstacle.UNKNOWN_SIGNER if codes == {Code.UNVOUCHED} else Obstacle.NOT_SOUND


def _invalid(location: Location, error: StickDamagedError) -> Judged:
    wrong = finding(Code.REPO_INVALID, str(location.shown), error.message, hint=error.hint)
    return Judged(location.shown, 0, 0, Obstacle.NOT_SOUND, (wrong,))


class _App(Struct, frozen=True):
    """One for this computer.

    Attributes:
        here: what becomes of it on this computer.
        found: flatpak finds it by itself.
        whole: and all of it.
    """

    ref: Ref
    here: Outcome | None
    found: bool
    whole: bool


def _apps(location: Location, installed: Sequence[InstalledVersion]) -> Iterator[_App]:
    """Raises StickDamagedError."""
    stick = load_stick(location)
    arch = host_arch()
    for collection, names in stick.refs.items():
        clients = Clients(stick, collection, NO_LISTS, installed)
        for name, checksum in names.items():
            ref = Ref.parse_or_none(name)
            if ref is None or ref.kind != "app" or ref.arch != arch:
                continue
            commit = stick.commit(checksum)
            if commit is not None:
                here = clients.look(name, checksum, commit).here
                found = is_collection_id(collection)
                yield _App(ref, here, found, found and not _asks_its_maker(commit))
    record = stick.record
    files = [each.ref for each in record.bundles] if record is not None else []
    images = [each.ref for each in record.images] if record is not None else []
    for name in (*files, *images):
        ref = Ref.parse_or_none(name)
        if ref is not None and ref.kind == "app" and ref.arch == arch:
            yield _App(ref, None, found=False, whole=False)


def _asks_its_maker(commit: Commit) -> bool:
    """flatpak looks for that on no drive."""
    try:
        return bool(Metadata.parse((commit.app_metadata or "").encode()).extra_data)
    except KeyfileError:
        return False
