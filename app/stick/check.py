"""Every rule about a stick. Finds everything there is to find; never stops at the first.

Each ``_check_*`` yields findings about one thing and knows nothing of the others.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import file_digest
from itertools import islice
from pathlib import Path

from app.drive.guard import DriveGuard
from app.drive.medium import is_removable
from app.errors import StickDamagedError
from app.files import drive_errors
from app.flatpak.remotes import Remote
from app.ostree.blame import MOST, NO_PATHS, Paths
from app.ostree.fsck import Damage, StoreReport, check_store
from app.ostree.names import is_collection_id, is_ref_name
from app.ostree.objects import Kind
from app.ostree.repository import RefEntry, Repository
from app.progress import Cancel, Meter, Reporter
from app.root import Root
from app.stick.check_collection import CollectionCheck
from app.stick.check_config import check_config
from app.stick.check_foreign import check_foreign
from app.stick.check_installable import check_installable
from app.stick.check_keys import Trust, UsedKey
from app.stick.check_kit import UNCERTAIN, Circumstances, check_kit
from app.stick.check_modes import check_modes
from app.stick.check_needs import check_needs
from app.stick.check_nodes import check_failures, check_nodes, check_places, check_record
from app.stick.check_summary import check_summary
from app.stick.contents import carried_refs
from app.stick.findings import Code, Finding, Severity, finding
from app.stick.journal import Journal, Stage, read_journal
from app.stick.kit import FOLDER
from app.stick.languages import is_locale, missing_languages
from app.stick.lasting import first_end
from app.stick.location import Location, client_places, find_stick, open_repository
from app.stick.record import read_record
from app.words import size_text

_MOST_LANGUAGES = 2000
"""Objects that may be damaged of a commit of which languages were left out."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The outcome of a check.

    Attributes:
        refs: how many refs the stick has.
        objects, bytes: what they need and is there.
        seconds: how long the check took.
        unread: of the objects, how many files whose content was not looked at.
        damage: the objects behind the findings about objects.
        paths: what leads to them.
        keys: those that signed what is on the stick.
        repositories: where those are that were judged, if the drive has more than one.
    """

    findings: tuple[Finding, ...]
    refs: int
    objects: int
    bytes: int
    seconds: float
    unread: int = 0
    damage: tuple[Damage, ...] = ()
    paths: Paths = NO_PATHS
    keys: tuple[UsedKey, ...] = ()
    repositories: tuple[str, ...] = ()

    @property
    def until(self) -> int | None:
        """When the first key, subkey or signature ends, seconds since 1970; None if none does."""
        return first_end(key.until for key in self.keys)

    @property
    def only_unvouched(self) -> bool:
        """Nothing is wrong but that nobody here knows whose word it is."""
        errors = [one.code for one in self.findings if one.severity is Severity.ERROR]
        return bool(errors) and set(errors) == {Code.UNVOUCHED}

    @property
    def ok(self) -> bool:
        return not any(found.severity is Severity.ERROR for found in self.findings)


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How to check.

    Attributes:
        contents: read every object; else only look for files.
        from_medium: read from the medium, not from the page cache; None: where the medium can be
            carried away.
        accept_unsigned: missing signatures were accepted by the person who asks.
        without_runtimes: so was that runtimes are missing.
        during_job: the journal belongs to the job that asks.
        trust: what the person who asks says about keys.
    """

    contents: bool = True
    from_medium: bool | None = None
    accept_unsigned: bool = False
    without_runtimes: bool = False
    during_job: bool = False
    trust: Trust = field(default_factory=Trust)


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
    with drive_errors("looking for the repository"):
        places = client_places(root)
        found = dict.fromkeys(check_places(Root(root)))
    try:
        chosen = places
        if destination is not None or not places:
            chosen = (find_stick(root, destination),)
    except StickDamagedError as error:
        return CheckReport((*found, _invalid(root, error)), 0, 0, 0, time.monotonic() - started)
    several = len({one.repository_path for one in (*places, *chosen)}) > 1
    found.update(dict.fromkeys(_check_unjudged(places, chosen)))
    options = replace(options, trust=replace(options.trust, alone=not several))
    reports = []
    with drive_errors("reading the repository"), DriveGuard(root) as guard:
        for location in chosen:
            one = _check_one(location, remotes, options, guard, report, cancel)
            path = location.repository_path if several else ""
            # What is about the drive is the same for all of them.
            for each in one.findings:
                common = each in found or each.subject.partition("/")[0] == FOLDER
                found[each if common else replace(each, repository=path)] = None
            reports.append(one)
    return CheckReport(
        findings=tuple(sorted(found, key=_order)),
        refs=sum(one.refs for one in reports),
        objects=sum(one.objects for one in reports),
        bytes=sum(one.bytes for one in reports),
        seconds=time.monotonic() - started,
        unread=sum(one.unread for one in reports),
        keys=tuple(dict.fromkeys(key for one in reports for key in one.keys)),
        repositories=tuple(one.repository_path for one in chosen) if several else (),
    )


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
            found = check_stick(location, repository, remotes, options, report, cancel)
        except OSError:
            guard.probe(repository.root)
            raise
        if not found.ok:
            # What cannot be read on a drive that is not there is no damage.
            guard.probe(repository.root)
        return found


def _invalid(root: Path, error: StickDamagedError) -> Finding:
    return finding(Code.REPO_INVALID, str(root), error.message, hint=error.hint)


def _check_unjudged(places: Sequence[Location], chosen: Sequence[Location]) -> Iterator[Finding]:
    """A client given the drive looks at all of them, and takes the newest commit of any."""
    judged = {one.repository_path for one in chosen}
    for location in places:
        path = location.repository_path
        if path not in judged:
            one = finding(
                Code.REPO_INVALID,
                path,
                f"The repository {path} was not judged, though clients that are given the drive "
                "look there as well.",
                hint="Check it too: without --destination-repo all are judged.",
            )
            yield replace(one, repository=path)


def check_stick(
    location: Location,
    repository: Repository,
    remotes: Sequence[Remote],
    options: CheckOptions,
    report: Reporter,
    cancel: Cancel,
) -> CheckReport:
    """Check an opened stick; the caller holds the lock."""
    started = time.monotonic()
    meter = Meter(report, "verify")
    failures: dict[str, str] = {}
    location = replace(location, drive=replace(location.drive, aside=None, failures=failures))
    repository = Repository(location.repository, repository.config).as_it_is()
    entries = repository.refs()
    refs = repository.collection_refs()
    commits = {entry.checksum for entry in entries if entry.checksum is not None}
    from_medium = options.from_medium
    if from_medium is None:
        from_medium = is_removable(location.root)
    store = check_store(
        repository.root.below("objects"),
        sorted(commits),
        meter,
        cancel,
        contents=options.contents,
        from_medium=from_medium,
        partial=repository.partial_commits(),
    )
    journal = None if options.during_job else read_journal(location)
    record = read_record(location)
    found = [
        *check_config(repository, refs),
        *_check_journal(location, journal),
        *_check_refs(entries, store),
        *_check_objects(repository, store, refs),
    ]
    interrupted = journal is not None and journal.stage is Stage.PUBLISHING
    if not interrupted:
        # While refs and summary are being exchanged they differ, and clients see the old summary.
        found += check_summary(repository, refs)
    carried = carried_refs(repository, refs)
    keys: list[UsedKey] = []
    for collection, names in sorted(refs.items()):
        with CollectionCheck(
            location,
            repository,
            collection,
            names,
            remotes,
            record,
            options.trust,
            alone=len(refs) == 1,
            accept_unsigned=options.accept_unsigned,
        ) as check:
            found += check.findings(interrupted=interrupted)
            keys += check.used
    damaged = {one.name for one in store.damage}
    found += check_installable(repository, refs, carried, damaged)
    found += check_foreign(location, repository, entries, store, refs)
    found += check_modes(location, store, cancel)
    found += check_needs(location, refs, carried, record, without_runtimes=options.without_runtimes)
    found += _check_extra_data(location)
    circumstances = Circumstances(
        certain=not any(one.code in UNCERTAIN for one in found),
        interrupted=interrupted,
        places=frozenset(one.repository_path for one in client_places(location.drive.base)),
    )
    found += check_kit(location, repository, record, circumstances)
    found += dict.fromkeys(check_places(location.drive))
    found += check_nodes(location, cancel)
    found += check_record(location, record)
    found += check_failures(failures)
    return CheckReport(
        findings=tuple(sorted(found, key=_order)),
        refs=sum(len(names) for names in refs.values()),
        objects=store.objects,
        bytes=store.bytes,
        seconds=time.monotonic() - started,
        unread=store.unread,
        damage=store.damage,
        paths=store.paths,
        keys=tuple(keys),
    )


_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def _order(found: Finding) -> tuple[int, str, str, str]:
    return _ORDER[found.severity], found.code.value, found.subject, found.repository


def _check_journal(location: Location, journal: Journal | None) -> Iterator[Finding]:
    if journal is not None:
        yield finding(
            Code.JOURNAL_LEFT,
            str(location.root),
            "An earlier job was interrupted; clients see the drive as it was before.",
        )


def _check_refs(entries: Iterable[RefEntry], store: StoreReport) -> Iterator[Finding]:
    missing = {
        damage.name.checksum
        for damage in store.damage
        if damage.name.kind is Kind.COMMIT and damage.reason is None
    }
    for entry in entries:
        in_mirrors = entry.path.startswith("refs/mirrors/")
        bad_collection = in_mirrors and not is_collection_id(entry.collection or "")
        if bad_collection or not is_ref_name(entry.name):
            yield finding(
                Code.REF_UNSAFE, entry.path, f"The ref file {entry.path!r} has an unsafe name."
            )
        elif entry.checksum is None:
            yield finding(
                Code.REF_DANGLING, entry.name, f"The ref {entry.name} does not name a commit."
            )
        elif entry.checksum in missing:
            yield finding(
                Code.REF_DANGLING,
                entry.name,
                f"The ref {entry.name} names the commit {entry.checksum}, which is not there.",
            )


def _check_partial(
    repository: Repository, store: StoreReport, names: Mapping[str, list[str]]
) -> Iterator[Finding]:
    """Commits marked as incomplete; ``names`` are the refs of each commit."""
    damaged = {one.name: one for one in store.damage}
    for commit in sorted(repository.partial_commits() & names.keys()):
        below = store.paths.little_below(commit, _MOST_LANGUAGES)
        locales = [name for name in names[commit] if is_locale(name)]
        languages = None
        if locales and below is not None:
            damage = [damaged[one] for one in below]
            languages = missing_languages(repository, commit, damage)
        explained = locales if languages is not None else []
        for name in sorted(set(names[commit]).difference(explained)):
            message = f"{name} is marked as incomplete ({commit})."
            yield finding(Code.COMMIT_PARTIAL, name, message)
        for name in explained if languages else ():
            listed = ", ".join(languages or ())
            yield finding(Code.LANGUAGE_MISSING, name, f"{name} lacks translations: {listed}.")


def _check_objects(
    repository: Repository, store: StoreReport, refs: Mapping[str, Mapping[str, str]]
) -> Iterator[Finding]:
    partial = repository.partial_commits()
    names: dict[str, list[str]] = {}
    for refs_of in refs.values():
        for name, commit in refs_of.items():
            names.setdefault(commit, []).append(name)
    yield from _check_partial(repository, store, names)
    for damage in store.damage:
        absent = damage.reason is None
        # What an incomplete commit lacks is said once, by the mark.
        if absent and damage.name.kind is not Kind.COMMIT and partial.issuperset(damage.commits):
            continue
        yield _damage_finding(damage, _users(damage, names))
    for refused in store.refused:
        message = (
            f"flatpak does not install {_users(refused, names)}: the object {refused.name} is a "
            f"file that it takes from nowhere, {refused.reason}."
        )
        yield finding(Code.METADATA_MISMATCH, str(refused.name), message)
    if store.orphans:
        yield finding(
            Code.ORPHAN_OBJECTS,
            "objects",
            f"{store.orphans:,} objects ({size_text(store.orphan_bytes)}) belong to no ref.",
        )


def _users(damage: Damage, names: Mapping[str, list[str]]) -> str:
    """The refs that need it; of very many only some."""
    every = (name for commit in damage.commits for name in names.get(commit, []))
    users = list(islice(every, MOST + 1))
    more = len(users) > MOST or len(damage.commits) > MOST
    return ", ".join([*sorted(set(users[:MOST])), *(["…"] if more else [])])


def _damage_finding(damage: Damage, users: str) -> Finding:
    """``users``: the refs that need it; empty if none does."""
    subject = str(damage.name)
    if damage.reason is not None:
        said = f"The object {subject} is damaged: {damage.reason}."
        if users:
            said = f"The object {subject}, needed by {users}, is damaged: {damage.reason}."
        return finding(Code.OBJECT_CORRUPT, subject, said)
    if damage.name.kind is Kind.COMMIT:
        checksum = damage.name.checksum
        said = f"The commit {checksum} is missing."
        if users:
            said = f"The commit {checksum}, needed by {users}, is missing."
        return finding(Code.COMMIT_MISSING, checksum, said)
    said = f"The object {subject} is missing."
    if users:
        said = f"The object {subject}, needed by {users}, is missing."
    return finding(Code.OBJECT_MISSING, subject, said)


def _check_extra_data(location: Location) -> Iterator[Finding]:
    """Payloads carried in the kit are named by their SHA-256."""
    payloads = (entry for entry in location.kit.walk("extra-data") if entry.path.count("/") == 2)
    for entry in sorted(payloads, key=lambda entry: entry.path):
        digest = entry.path.split("/")[1]
        try:
            with os.fdopen(location.kit.open_regular(entry.path), "rb") as file:
                intact = file_digest(file, "sha256").hexdigest() == digest
        except OSError:
            intact = False
        if not intact:
            yield finding(
                Code.EXTRA_DATA_CORRUPT,
                f"{FOLDER}/{entry.path}",
                f"The file {entry.name} is not what it should be.",
            )
