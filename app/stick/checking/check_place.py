"""Every repository that clients find at one place is checked, and how they go together."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.drive.safety.guard import DriveGuard
from app.errors import StickDamagedError
from app.flatpak.remotes.remote import Remote
from app.fs.files import drive_errors
from app.fs.root import Root
from app.message import Message
from app.ostree.blame import NO_PATHS
from app.progress import Cancel, Reporter
from app.remedy import Remedy
from app.replacing import replace
from app.stand_ins import name_of
from app.stick.checking.check import CheckOptions, check_stick
from app.stick.checking.clients import check_clients
from app.stick.checking.nodes import check_nodes, check_places
from app.stick.checking.report import CheckReport
from app.stick.findings import Code, Finding, finding, worst_first
from app.stick.store.drive_lists import DriveLists, Taken
from app.stick.store.location import (
    KIT_FOLDER,
    Location,
    client_places,
    find_stick,
    open_repository,
)


def check_path(
    root: Path,
    remotes: Sequence[Remote],
    options: CheckOptions,
    report: Reporter,
    cancel: Cancel,
    destination: str | None = None,
) -> CheckReport:
    """Check every repository that clients find on a drive or in a directory.

    One that cannot be opened is a finding, as is one that is left out because ``destination`` names
    another. Raises DriveError for a drive that cannot be read at all, and what ``cancel`` raises.
    """
    started = time.monotonic()
    with drive_errors(Message("looking for the repository")):
        places = client_places(root)
        findings = dict.fromkeys(check_places(Root(root)))
    try:
        chosen = places
        if destination is not None or not places:
            chosen = (find_stick(root, destination),)
    except StickDamagedError as error:
        return CheckReport((*findings, _invalid(root, error)), 0, 0, 0, time.monotonic() - started)
    several = len({place.repository_path for place in (*places, *chosen)}) > 1
    findings.update(dict.fromkeys(_check_unjudged(places, chosen)))
    options = replace(options, trust=replace(options.trust, alone=not several))
    reports = []
    with drive_errors(Message("reading the repository")), DriveGuard(root) as guard:
        for location in chosen:
            judged = _check_one(location, remotes, options, guard, report, cancel)
            path = location.repository_path if several else ""
            # What is about the drive is the same for all of them.
            for each in judged.findings:
                common = each in findings or each.subject.partition("/")[0] == KIT_FOLDER
                findings[each if common else replace(each, repository=path)] = None
            reports.append(judged)
        taken = _taken(root) if several else ()
        for each in check_clients(taken, chosen):
            findings[each] = None
    return CheckReport(
        findings=worst_first(findings),
        refs=sum(each.refs for each in reports),
        objects=sum(each.objects for each in reports),
        bytes=sum(each.bytes for each in reports),
        seconds=time.monotonic() - started,
        unread=sum(each.unread for each in reports),
        damage=tuple(damage for each in reports for damage in each.damage),
        paths=reports[0].paths if len(reports) == 1 else NO_PATHS,
        keys=tuple(dict.fromkeys(key for each in reports for key in each.keys)),
        repositories=tuple(location.repository_path for location in chosen) if several else (),
        damaged_apps=tuple(
            sorted({*_not_had(taken), *(app for each in reports for app in each.damaged_apps)})
        ),
        finished=int(time.time()),
        stamp=reports[0].stamp if not several else "",
        taken=taken,
        unsigned_apps=tuple(sorted({app for each in reports for app in each.unsigned_apps})),
        none_vouched=all(each.none_vouched for each in reports),
        sums=reports[0].sums if len(reports) == 1 else None,
    )


def _taken(root: Path) -> tuple[Taken, ...]:
    lists = DriveLists.of(root)
    return tuple(lists.taken(collection, ref) for collection, ref in lists.in_several())


def _not_had(taken: Sequence[Taken]) -> Iterator[str]:
    """The apps that no repository delivers since the newest one fails."""
    for each in taken:
        if each.failure is not None and each.ref.startswith("app/"):
            yield each.ref


def _check_one(
    location: Location,
    remotes: Sequence[Remote],
    options: CheckOptions,
    guard: DriveGuard,
    report: Reporter,
    cancel: Cancel,
) -> CheckReport:
    try:
        repository = open_repository(location)
    except StickDamagedError as error:
        # What keeps it from being opened.
        nodes = check_nodes(location, cancel)
        return CheckReport((*nodes, _invalid(location.root, error)), 0, 0, 0, 0)
    with repository.locked(exclusive=False):
        try:
            judged = check_stick(location, repository, remotes, options, report, cancel)
        except OSError:
            guard.probe(repository.root)
            raise
        if not judged.ok:
            # What cannot be read on a drive that is not there is no damage.
            guard.probe(repository.root)
        return judged


def _invalid(root: Path, error: StickDamagedError) -> Finding:
    return finding(Code.REPO_INVALID, str(name_of(root)), error.message, hint=error.hint)


def _check_unjudged(places: Sequence[Location], chosen: Sequence[Location]) -> Iterator[Finding]:
    """A client given the drive looks at all of them, and takes the newest commit of any."""
    judged = {location.repository_path for location in chosen}
    for location in places:
        path = location.repository_path
        if path not in judged:
            unjudged = finding(
                Code.REPO_INVALID,
                path,
                Message(
                    "The repository {path} was not judged, though clients that are given the "
                    "drive look there as well.",
                    path=path,
                ),
                hint=Remedy.CHECK_ALL_REPOSITORIES,
            )
            yield replace(unjudged, repository=path)
