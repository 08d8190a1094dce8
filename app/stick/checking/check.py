"""Every rule about a stick. Finds everything there is to find; never stops at the first.

Each ``_check_*`` yields findings about one thing and knows nothing of the others.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from msgspec import Struct, field

from app.drive.medium import is_removable
from app.flatpak.catalogue.carried import is_catalogue
from app.flatpak.extra_data import payloads_of
from app.flatpak.refs import is_system
from app.flatpak.remotes.remote import Remote
from app.message import Message
from app.ostree.fsck import StoreReport, check_store
from app.ostree.names import origin_remote
from app.ostree.repository import Repository
from app.ostree.stored_sums import SumsTaken
from app.progress import Cancel, Meter, Phase, Reporter
from app.replacing import replace
from app.stand_ins import name_of
from app.stick.checking.bundles import BundleOptions, check_bundles, unvouched_bundles
from app.stick.checking.collection import CollectionCheck
from app.stick.checking.config import check_config
from app.stick.checking.extra_data import check_extra_data
from app.stick.checking.foreign import check_foreign
from app.stick.checking.images import ImageOptions, ImagesReport, check_images
from app.stick.checking.installable import check_installable
from app.stick.checking.keys import Trust, UsedKey
from app.stick.checking.kit import are_certain, check_kit
from app.stick.checking.kit_list import Circumstances
from app.stick.checking.modes import check_modes
from app.stick.checking.needs import check_needs
from app.stick.checking.nodes import (
    check_directories,
    check_failures,
    check_nodes,
    check_places,
    check_record,
)
from app.stick.checking.objects import check_objects, check_refs
from app.stick.checking.report import CheckReport
from app.stick.checking.soundness import all_apps, damaged_apps, unvouched_apps
from app.stick.checking.summary import check_summary
from app.stick.checking.systems import check_systems
from app.stick.checking.unnamed import check_unnamed
from app.stick.findings import Code, Finding, finding, worst_first
from app.stick.store.bundles import read_bundles
from app.stick.store.contents import CarriedRef, carried_refs
from app.stick.store.interrupted import as_clients_see
from app.stick.store.location import (
    Location,
    client_places,
)
from app.stick.store.partial_languages import narrowed_trees
from app.stick.store.payloads import stored_payloads
from app.stick.store.stick_state import Refs, StickState, read_stick


class CheckOptions(Struct, frozen=True):
    """How to check.

    Attributes:
        contents: read every object; else only look for files.
        from_medium: read from the medium, not from the page cache; None: where the medium can be
            carried away.
        accept_unsigned: missing signatures were accepted by the person who asks.
        without_runtimes: so was that runtimes are missing.
        during_job: the journal belongs to the job that asks.
        trust: what the person who asks says about keys.
        taken: what was checked when it was written, by whoever asks.
        sums: `CheckReport.sums` is wanted, for the next check.
        images: of container registries, which are in no repository, are judged as well.
        files_named: apps in files are there as the person who asks has named these, or left them.
    """

    contents: bool = True
    from_medium: bool | None = None
    accept_unsigned: bool = False
    without_runtimes: bool = False
    during_job: bool = False
    trust: Trust = field(default_factory=Trust)
    taken: SumsTaken | None = None
    sums: bool = False
    images: bool = True
    files_named: bool = False


def check_stick(
    location: Location,
    repository: Repository,
    remotes: Sequence[Remote],
    options: CheckOptions,
    report: Reporter,
    cancel: Cancel,
    stick: StickState | None = None,
) -> CheckReport:
    """Check an opened stick; the caller holds the lock. ``stick``: as it is to be judged, if not as
    it is."""
    started = time.monotonic()
    failures: dict[str, str] = {}
    location = replace(location, drive=replace(location.drive, aside=None, failures=failures))
    repository = Repository(location.repository, repository.config)
    subject = _read(location, repository, options, report, cancel, stick)
    stick = subject.stick
    keys: list[UsedKey] = []
    unsigned: set[str] = set()
    findings = [
        *_check_lists(subject),
        *_check_collections(subject, remotes, options, keys, unsigned),
    ]
    carried = carried_refs(stick)
    findings += _check_apps(subject, carried, without_runtimes=options.without_runtimes)
    findings += check_extra_data(
        location, carried, contents=options.contents, from_medium=_from_medium(location, options)
    )
    asked = _bundle_options(subject, options)
    bundles = tuple(check_bundles(stick, carried, remotes, asked, cancel))
    findings += bundles
    circumstances = _circumstances(subject, remotes, options, findings)
    findings += check_kit(stick, subject.store, circumstances)
    findings += _check_files(location, subject.store, cancel)
    findings += check_record(location, stick.record)
    images = _check_images(subject, options, report, cancel)
    findings += images.findings
    findings += check_failures(failures)
    unsigned.update(each.subject for each in findings if each.code is Code.UNVOUCHED)
    unvouched = {
        *unvouched_apps(stick, carried, unsigned, findings),
        *unvouched_bundles(stick, bundles),
        *images.unsigned,
    }
    beside = tuple(_sizes_beside(stick, carried))
    return CheckReport(
        findings=worst_first(findings),
        refs=sum(map(len, stick.refs.values())) + images.images + _bundle_count(stick),
        objects=subject.store.objects + images.blobs + len(beside),
        bytes=subject.store.bytes + images.bytes + sum(beside),
        seconds=time.monotonic() - started,
        unread=subject.store.unread + (0 if options.contents else _bundle_count(stick)),
        damage=subject.store.damage,
        paths=subject.store.paths,
        keys=tuple(keys),
        damaged_apps=(
            *damaged_apps(stick, carried, subject.store, findings),
            *images.damaged,
        ),
        finished=int(time.time()),
        stamp=subject.stamp,
        unsigned_apps=tuple(sorted(unvouched)),
        none_vouched=unvouched.issuperset(all_apps(stick, carried)),
        sums=subject.store.sums if options.during_job or options.sums else None,
    )


def _bundle_count(stick: StickState) -> int:
    return len(stick.record.bundles) if stick.record is not None else 0


def _sizes_beside(
    stick: StickState, carried: Mapping[tuple[str, str], CarriedRef]
) -> Iterator[int]:
    """Bytes of each file with an app in it, and of what makers hand out of ``carried``."""
    for each in read_bundles(stick.location, stick.record):
        if each.bundle is not None:
            yield each.bundle.size
    payloads = (payload for each in carried.values() for payload in payloads_of(each.commit))
    needed = {payload.path for payload in payloads}
    with suppress(OSError):
        there = stored_payloads(stick.location) if needed else {}
        yield from (size for path, size in there.items() if path in needed)


def _circumstances(
    subject: _Subject,
    remotes: Sequence[Remote],
    options: CheckOptions,
    findings: Sequence[Finding],
) -> Circumstances:
    """``findings``: about all but the kit."""
    base = subject.stick.location.drive.base
    return Circumstances(
        certain=are_certain(findings),
        interrupted=subject.interrupted,
        places=frozenset(place.repository_path for place in client_places(base)),
        during_job=options.during_job,
        catalogues=_catalogues_before(subject, remotes, options) if subject.interrupted else {},
    )


def _catalogues_before(
    subject: _Subject, remotes: Sequence[Remote], options: CheckOptions
) -> dict[str, dict[str, str]]:
    """Those that refs still name, by collection and ref, if they are signed as clients' are; else
    what clients see."""
    stick = subject.stick
    named = stick.repository.collection_refs()
    now, before = _catalogues(stick.refs), _catalogues(named)
    others = {
        origin: {name: commit for name, commit in names.items() if now[origin].get(name) != commit}
        for origin, names in before.items()
        if origin in now
    }
    for origin, names in others.items():
        if not names:
            continue
        view = stick.with_refs({origin: names})
        accepted = options.accept_unsigned
        about = view, origin, remotes, options.trust
        with CollectionCheck(*about, accept_unsigned=accepted) as check:
            for name in names.keys() - check.vouched():
                before[origin][name] = now[origin].get(name, names[name])
    return before


def _catalogues(refs: Refs) -> dict[str, dict[str, str]]:
    return {
        origin: {name: commit for name, commit in names.items() if is_catalogue(name)}
        for origin, names in refs.items()
    }


def _bundle_options(subject: _Subject, options: CheckOptions) -> BundleOptions:
    return BundleOptions(
        contents=options.contents,
        from_medium=_from_medium(subject.stick.location, options),
        accepted=options.accept_unsigned or options.files_named,
        without_runtimes=options.without_runtimes,
    )


def _check_images(
    subject: _Subject, options: CheckOptions, report: Reporter, cancel: Cancel
) -> ImagesReport:
    stick = subject.stick
    record = stick.record
    if not options.images:
        return ImagesReport()
    return check_images(
        stick.location,
        # While a job exchanges the list, it may be the one of before.
        record.images if record is not None and not subject.interrupted else (),
        stick.refs,
        ImageOptions(
            contents=options.contents,
            from_medium=_from_medium(stick.location, options),
            accept_unsigned=options.accept_unsigned,
            trust=options.trust,
            without_runtimes=options.without_runtimes,
        ),
        report,
        cancel,
    )


def _from_medium(location: Location, options: CheckOptions) -> bool:
    if options.from_medium is None:
        return is_removable(location.root)
    return options.from_medium


class _Subject(Struct, frozen=True):
    """What was read for a check.

    Attributes:
        stick: its refs are those that clients find.
        store: what became of their objects.
        interrupted: a journal says that a job was.
        stamp: of all that is there, whatever clients find of it.
    """

    stick: StickState
    store: StoreReport
    interrupted: bool
    stamp: str


def _read(
    location: Location,
    repository: Repository,
    options: CheckOptions,
    report: Reporter,
    cancel: Cancel,
    stick: StickState | None,
) -> _Subject:
    """All that refs name, and the summary where it is ahead of them."""
    if stick is None:
        stick = read_stick(location, repository)
    stamp = stick.stamp
    interrupted = not options.during_job and stick.journal is not None
    if interrupted:
        stick = as_clients_see(stick)
    named = {
        (entry.name, entry.checksum)
        for entry in stick.repository.refs()
        if entry.checksum is not None
    }
    named.update(pair for names in stick.refs.values() for pair in names.items())
    commits = {commit for _, commit in named}
    store = check_store(
        repository.root.below("objects"),
        sorted(commits),
        Meter(report, Phase.VERIFY),
        cancel,
        contents=options.contents,
        from_medium=_from_medium(location, options),
        partial=stick.partial,
        systems=commits - {commit for name, commit in named if not is_system(name)},
        taken=options.taken,
        narrowed=narrowed_trees(stick),
    )
    return _Subject(stick, store, interrupted, stamp)


def _check_lists(subject: _Subject) -> Iterator[Finding]:
    stick = subject.stick
    yield from check_config(stick.repository, stick.refs)
    if subject.interrupted:
        yield finding(
            Code.JOURNAL_LEFT,
            str(name_of(stick.location.root)),
            Message("An earlier job was interrupted. What is told here is what clients find now."),
        )
    yield from check_refs(stick.repository.refs(), subject.store)
    yield from check_objects(stick, subject.store)
    yield from check_unnamed(stick)
    yield from check_summary(stick.repository, stick.refs)


def _check_collections(
    subject: _Subject,
    remotes: Sequence[Remote],
    options: CheckOptions,
    keys: list[UsedKey],
    unsigned: set[str],
) -> Iterator[Finding]:
    """``keys`` takes those that signed them, ``unsigned`` collections that nobody has."""
    if not subject.interrupted:
        yield from _check_gone(subject.stick)
    for collection in sorted(subject.stick.refs):
        with CollectionCheck(
            subject.stick,
            collection,
            remotes,
            options.trust,
            accept_unsigned=options.accept_unsigned,
        ) as check:
            yield from check.findings(interrupted=subject.interrupted)
            keys += check.used
            if check.is_unsigned:
                unsigned.add(collection)


def _check_gone(stick: StickState) -> Iterator[Finding]:
    """Remotes without a collection ID are the drive's by the copies of their lists."""
    record = stick.record
    for origin, names in (record.refs if record is not None else {}).items():
        if origin_remote(origin) is not None and origin not in stick.refs and names:
            message = Message(
                "There is no copy of the upstream summary of {collection}.",
                collection=stick.told(origin),
            )
            yield finding(Code.UPSTREAM_MISSING, origin, message)


def _check_apps(
    subject: _Subject, carried: Mapping[tuple[str, str], CarriedRef], *, without_runtimes: bool
) -> Iterator[Finding]:
    stick, store = subject.stick, subject.store
    damaged = {damage.name for damage in store.damage}
    yield from check_installable(stick.repository, stick.refs, carried, damaged)
    yield from check_systems(stick)
    yield from check_foreign(stick, store)
    yield from check_needs(stick, carried, without_runtimes=without_runtimes)


def _check_files(location: Location, store: StoreReport, cancel: Cancel) -> Iterator[Finding]:
    """What files and directories are, and who can read them."""
    yield from check_modes(location, store, cancel)
    yield from dict.fromkeys(check_places(location.drive))
    yield from check_directories(location)
    yield from check_nodes(location, cancel)
