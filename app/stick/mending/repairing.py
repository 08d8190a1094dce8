"""Repairs a stick: what a check finds and can be healed is healed, and the rest is told.

What is not ours and in the way is moved aside; objects and signatures come from the cache, other
sticks and what is installed here; lists, names and the kit are written anew by a job, which brings
what is still missing from upstream, if that can be asked.
"""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.drive.safety.guard import DriveGuard, Watch, read_file_system
from app.drive.space import measure
from app.errors import InterruptedByUser, SatchelError, TrustError, UpstreamError, UsageError
from app.flatpak.refs import Ref
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.fs.files import drive_errors, readable_by_everybody
from app.fs.nodes import Aside, Node
from app.fs.root import Root
from app.message import Message
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.repository import Repository
from app.progress import Cancel, Meter, Notice, Phase, Reporter
from app.severity import Severity
from app.stick.checking.check import CheckOptions, CheckReport, check_path, check_stick
from app.stick.cloning.files import copy_file, files_below
from app.stick.comparing.gathering import candidates, read_upstream
from app.stick.environment import Environment
from app.stick.findings import Code, Finding
from app.stick.mending.healing import Healed, heal_objects, heal_signatures
from app.stick.mending.sources import (
    KeptObjects,
    ObjectSource,
    installed_sources,
    sources_at,
)
from app.stick.planning.changes import NO_CHANGES, Changes
from app.stick.planning.plan import Options
from app.stick.planning.session import PlanRequest, make_plan
from app.stick.store.location import (
    STAGED,
    UPSTREAM,
    Location,
    choose_stick,
    find_sticks,
)
from app.stick.store.stick_state import StickState, load_stick, read_stick
from app.stick.store.upstream_copy import copy_keys
from app.stick.trust.vouching import vouching
from app.stick.writing.job import run_job
from app.stick.writing.moving_aside import MOVED_ASIDE, moved_text
from app.stick.writing.outcome import Outcome

_STRANGE = frozenset(
    {
        Code.LINK_OUTSIDE,
        Code.NOT_READABLE,
        Code.FOREIGN_CONTENT,
        Code.KIT_UNKNOWN,
        Code.EXTRA_DATA_CORRUPT,
    }
)
"""Findings whose subject is what lies somewhere and should not."""

_COPIES = frozenset(
    {
        Code.UPSTREAM_MISSING,
        Code.UPSTREAM_BAD_SIGNATURE,
        Code.UPSTREAM_WRONG_COLLECTION,
        Code.UPSTREAM_DIGEST_MISMATCH,
    }
)


@dataclass(frozen=True, slots=True)
class RepairRequest:
    """What a person asks for.

    Attributes:
        root: the drive or directory.
        sources: other drives and repositories that may have what is missing.
        main: the remote to take upstream's part from, where one was named.
        check: how to judge.
    """

    root: Path
    sources: tuple[Path, ...] = ()
    main: Remote | None = None
    check: CheckOptions = field(default_factory=CheckOptions)
    allow_older: bool = False


@dataclass(frozen=True, slots=True)
class RepairOutcome:
    """What a repair did.

    Attributes:
        before, after: what the check found.
        healed: what came from elsewhere than upstream.
        moved: what was moved aside, and where to.
        job: what was written anew, and came from upstream; None where nothing had to be.
        unasked: why upstream could not be asked; None if it was.
    """

    before: CheckReport
    after: CheckReport
    healed: Healed = field(default_factory=Healed)
    moved: tuple[tuple[str, str], ...] = ()
    job: Outcome | None = None
    unasked: SatchelError | None = None


def repair_stick(
    request: RepairRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
) -> RepairOutcome:
    """Repair the stick on a drive. Raises DriveError, StickDamagedError for a repository that is
    of another kind, and what ``cancel`` raises; then nothing is worse than it was."""
    remotes = environment.judges(known)
    before = check_path(request.root, remotes, request.check, report, cancel)
    if before.ok and not before.findings:
        return RepairOutcome(before, before)
    healed, moved = _heal(request, before, environment, remotes, report, cancel)
    job, unasked = _write_anew(request, environment, known, report, cancel, NO_CHANGES)
    if job is not None and job.check is not None and not job.check.ok and unasked is None:
        # What is there cannot be had any more: the newest can.
        changes = Changes(update=True, prune=False)
        again, unasked = _write_anew(request, environment, known, report, cancel, changes)
        job = again or job
    last = job.check if job is not None and not before.repositories else None
    # The job has read every object a moment ago, but by keys that this person may not count.
    read = last is not None and not last.damage
    options = replace(request.check, contents=not read)
    after = check_path(request.root, remotes, options, report, cancel)
    if last is not None and read:
        after = replace(after, unread=last.unread)
    return RepairOutcome(before, after, healed, moved, job, unasked)


def _heal(
    request: RepairRequest,
    before: CheckReport,
    environment: Environment,
    remotes: Sequence[Remote],
    report: Reporter,
    cancel: Cancel,
) -> tuple[Healed, tuple[tuple[str, str], ...]]:
    """From all but upstream; what was moved aside."""
    location = choose_stick(request.root, None)
    aside = Aside(MOVED_ASIDE)
    with (
        readable_by_everybody(),
        DriveGuard(request.root, read_file_system(request.root)) as guard,
        drive_errors(Message("writing the repository")),
    ):
        watch = Watch(cancel, guard, lambda: Message("Nothing on it is worse than before."))
        held = replace(location, drive=guard.held(aside))
        try:
            _put_aside(held, before.findings)
            repository = Repository.create(held.repository)
            with repository.locked(exclusive=True):
                check = before
                if before.objects == 0 or len(before.findings) == 1:
                    check = check_stick(held, repository, remotes, request.check, report, watch)
                _put_refs_aside(repository, check.findings)
                if any(each.code is Code.NOT_READABLE for each in check.findings):
                    _open_to_all(held)
                healed = _heal_repository(
                    request, held, repository, check, environment, remotes, report, watch
                )
                guard.flush()
        finally:
            for moved in aside.moved:
                report(Notice(Severity.WARNING, moved_text(*moved)))
    return healed, tuple(aside.moved)


def _put_aside(location: Location, findings: Collection[Finding]) -> None:
    """What the check told of that is no file or directory of the stick's."""
    drive = location.drive
    for each in findings:
        path = each.subject
        if each.code in _STRANGE and path.count("/") and _lies_in(location, path):
            # What lies below something that was moved is there no more.
            if drive.node(path) is not None:
                drive.put_aside(path)
        elif each.code is Code.LINK_OUTSIDE and drive.node(path) is not None:
            drive.put_aside(path)


def _put_refs_aside(repository: Repository, findings: Collection[Finding]) -> None:
    """Names that lead astray."""
    paths = [each.subject for each in findings if each.code is Code.REF_UNSAFE]
    paths += [entry.path for entry in repository.misnamed_refs()]
    for path in dict.fromkeys(paths):
        if path.startswith("refs/") and repository.root.node(path) is not None:
            repository.root.put_aside(path)


def _open_to_all(location: Location) -> None:
    """Everybody may read a stick."""
    for place in (location.repository, location.kit):
        for entry in place.walk():
            needed = {Node.FILE: 0o444, Node.DIRECTORY: 0o555}.get(entry.node, 0)
            with contextlib.suppress(OSError):
                mode = stat.S_IMODE(place.status(entry.path).st_mode)
                if mode & needed != needed:
                    place.allow(entry.path, mode | needed)


def _lies_in(location: Location, path: str) -> bool:
    places = (location.repository_path, location.kit.prefix, ".ostree", "ostree")
    return any(path.startswith(f"{place}/") for place in places)


def _heal_repository(
    request: RepairRequest,
    location: Location,
    repository: Repository,
    check: CheckReport,
    environment: Environment,
    remotes: Sequence[Remote],
    report: Reporter,
    cancel: Cancel,
) -> Healed:
    stick = read_stick(location, repository)
    sources: list[ObjectSource] = [KeptObjects()]
    for root in request.sources:
        sources += sources_at(root)
    sources += installed_sources(environment.flatpak)
    _heal_copies(request, location, check.findings)
    damaged = [damage.name for damage in check.damage]
    absent = {ObjectName(commit, ObjectKind.COMMIT) for _, commit in _named(stick)}
    damaged += [name for name in sorted(absent) if not repository.has(name)]
    healed = heal_objects(
        repository,
        damaged,
        sources,
        environment.object_cache,
        measure(request.root).max_file,
        Meter(report, Phase.COPY),
        cancel,
    )
    stick = read_stick(location, repository)
    keys = {
        # Where nobody else's are known, the drive's own: what they are worth is for the check.
        collection: vouching(collection, remotes, copy).keys or copy_keys(copy)
        for collection, copy in stick.copies.items()
    }
    signatures = heal_signatures(repository, stick, keys, sources)
    repository.root.sync()
    if healed.left.issubset(damaged):
        for commit in stick.partial.intersection(commit for _, commit in _named(stick)):
            _unmark(repository, commit, check)
    counted = dict(healed.sources)
    for label, count in signatures.items():
        counted[label] = counted.get(label, 0) + count
    return replace(healed, signatures=sum(signatures.values()), sources=counted)


def _unmark(repository: Repository, commit: str, check: CheckReport) -> None:
    """All of it is there now; not so where languages were left out, which are missing still."""
    missing = check.paths.below([commit])
    if all(repository.has(name) for name in missing):
        repository.unmark_partial(commit)


def _named(stick: StickState) -> Iterator[tuple[str, str]]:
    for names in stick.refs.values():
        yield from names.items()


def _heal_copies(request: RepairRequest, location: Location, findings: Collection[Finding]) -> None:
    """Upstream's lists that are damaged or missing, from a stick that has them; the check at the
    end judges them as any."""
    wanted = {each.subject for each in findings if each.code in _COPIES}
    upstream = location.extension.below(UPSTREAM)
    for collection in sorted(wanted):
        for root in request.sources:
            original = _copy_at(root, collection)
            if original is None:
                continue
            fresh = f"{collection}{STAGED}"
            upstream.make_directory()
            upstream.remove_tree(fresh)
            upstream.make_directory(fresh)
            for path in files_below(original):
                copy_file(original, path, upstream.below(fresh))
            if upstream.node(collection) is not None:
                upstream.put_aside(collection)
            upstream.rename(fresh, collection)
            break


def _copy_at(root: Path, collection: str) -> Root | None:
    for place in find_sticks(root):
        copy = place.upstream(collection)
        if any(True for _ in files_below(copy)):
            return copy
    return None


# Lists, names and the kit, and what is upstream's


def _write_anew(
    request: RepairRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
    changes: Changes,
) -> tuple[Outcome | None, SatchelError | None]:
    """A job that changes no version, unless ``changes`` say so; without upstream if that cannot be
    asked."""
    unasked: SatchelError | None = None
    texts: tuple[str, ...] = ()
    try:
        texts = _wanted(request, environment, known, cancel)
        return _job(request, texts, environment, known, report, cancel, changes), None
    except InterruptedByUser:
        raise
    except (UpstreamError, TrustError, UsageError) as error:
        unasked = error
    try:
        return _job(request, (), environment, known, report, cancel, NO_CHANGES), unasked
    except (UpstreamError, TrustError, UsageError) as error:
        return None, error


def _job(
    request: RepairRequest,
    texts: tuple[str, ...],
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
    changes: Changes,
) -> Outcome:
    options = Options(
        arch=environment.arch,
        keep_versions=not changes.update,
        allow_unsigned=request.check.accept_unsigned,
        allow_older=request.allow_older,
    )
    refs = () if changes.update else texts
    asked = PlanRequest(request.root, refs, request.main, None, options, changes=changes)
    plan = make_plan(asked, environment, known, report, cancel)
    return run_job(plan, environment, known, report, cancel)


def _wanted(
    request: RepairRequest, environment: Environment, known: Known, cancel: Cancel
) -> tuple[str, ...]:
    """What was chosen and upstream still has, as a plan wants it. Raises UpstreamError for a
    source that does not answer."""
    stick = load_stick(choose_stick(request.root, None))
    record = stick.record
    refs: dict[str, dict[str, str]] = {name: dict(refs) for name, refs in stick.refs.items()}
    for collection, entries in (record.refs if record is not None else {}).items():
        for name, entry in entries.items():
            refs.setdefault(collection, {}).setdefault(name, entry.commit)
    stick = stick.with_refs(refs)
    remotes = (request.main,) if request.main is not None else known.remotes
    side = read_upstream(
        stick, remotes, environment, "", cancel, allow_unsigned=request.check.accept_unsigned
    )
    texts = []
    for collection in sorted(refs):
        there = [
            name
            for name in sorted(refs[collection])
            if (collection, name) in side.refs and Ref.parse_or_none(name) is not None
        ]
        chosen = [name for name in there if _is_chosen(stick, collection, name)] or there
        remote = next(iter(candidates(stick, collection, remotes)), request.main)
        texts += [f"{remote.name}:{name}" for name in chosen if remote is not None]
    return tuple(texts)


def _is_chosen(stick: StickState, collection: str, name: str) -> bool:
    entry = stick.record.ref(collection, name) if stick.record is not None else None
    return entry.chosen if entry is not None else name.startswith("app/")
