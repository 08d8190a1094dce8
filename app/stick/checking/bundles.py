"""Are the bundles on a stick what its record says, and does flatpak install them?

Where nobody vouches for one it is `unvouched`, whether it is unsigned or signed with a key that
nobody here knows: the file is whatever its maker made it, and the record vouches for nothing.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from app.flatpak.bundles.bundle import Bundle
from app.flatpak.exports import permission_problem
from app.flatpak.related import RelatedPolicy, related
from app.flatpak.remotes.remote import Remote
from app.flatpak.required_flatpak import lacking, required_text
from app.formats.gvariant import FormatError
from app.formats.keyfile import Keyfile
from app.fs.files import drop_cache, is_hollow
from app.fs.sums import file_sum
from app.message import Message
from app.ostree.objects import detached_signatures
from app.progress import Cancel
from app.remedy import Remedy
from app.severity import Severity
from app.stick.checking.needs import runs_on_renamed
from app.stick.findings import Code, Finding, finding
from app.stick.store.bundles import (
    FILE_AGAIN,
    StoredBundle,
    bundle_runtime,
    other_files,
    read_bundles,
    runtime_file,
)
from app.stick.store.contents import CarriedRef, is_replaced
from app.stick.store.location import Location
from app.stick.store.record import BundleRecord
from app.stick.store.stick_state import StickState
from app.stick.trust.bundles import install_problem, judge_bundle
from app.trust.verdict import Verdict


class BundleOptions(Struct, frozen=True):
    """How to check.

    Attributes:
        contents: read all of each.
        from_medium: from the medium, not from the page cache.
        accepted: that nobody vouches was accepted by the person who asks.
        without_runtimes: so was that runtimes are missing.
    """

    contents: bool
    from_medium: bool
    accepted: bool
    without_runtimes: bool


def check_bundles(
    stick: StickState,
    carried: Mapping[tuple[str, str], CarriedRef],
    remotes: Sequence[Remote],
    options: BundleOptions,
    cancel: Cancel,
) -> Iterator[Finding]:
    """``carried``: the refs there. Raises what ``cancel`` raises."""
    bundles = read_bundles(stick.location, stick.record)
    for stored in bundles:
        if stored.bundle is None:
            yield _unusable(stored)
            continue
        problem = _damage(stick.location, stored, options, cancel)
        if problem is not None:
            yield finding(Code.OBJECT_CORRUPT, stored.record.ref, problem, hint=FILE_AGAIN)
            continue
        if not _agrees(stored.record, stored.bundle):
            message = Message("{path} is not the app that the drive says it is.", path=stored.path)
            ref = stored.record.ref
            yield finding(Code.METADATA_MISMATCH, ref, message, hint=FILE_AGAIN)
            continue
        yield from _check_trust(stored, stored.bundle, remotes, accepted=options.accepted)
        yield from _check_app(stick, stored.bundle, bundles, options)
        place = bundle_runtime(stored.bundle, stick.refs)
        if place is not None and place in carried and is_replaced(carried[place], carried):
            yield runs_on_renamed(stored.bundle.ref, carried[place])


def _unusable(stored: StoredBundle) -> Finding:
    problem = stored.problem or Message("{path} cannot be read.", path=stored.path)
    code = Code.OBJECT_MISSING if stored.missing else Code.OBJECT_CORRUPT
    return finding(code, stored.record.ref, problem, hint=FILE_AGAIN)


def _damage(
    location: Location, stored: StoredBundle, options: BundleOptions, cancel: Cancel
) -> Message | None:
    """What is wrong with the file, whatever is in it."""
    record = stored.record
    if stored.bundle is not None and stored.bundle.size != record.size:
        return Message("{path} has another size than it should have.", path=stored.path)
    if not options.contents:
        return None
    try:
        with os.fdopen(location.drive.open_regular(stored.path), "rb") as file:
            if is_hollow(os.fstat(file.fileno())):
                return Message("{path} is not whole.", path=stored.path)
            if options.from_medium:
                drop_cache(file.fileno())
            digest = file_sum(file, record.size, lambda _size: cancel.check())
    except OSError as error:
        reason = error.strerror or str(error)
        return Message("{path} cannot be read: {reason}.", path=stored.path, reason=reason)
    if digest != record.sha256:
        return Message("The content of {path} is not what was written there.", path=stored.path)
    return None


def _agrees(record: BundleRecord, bundle: Bundle) -> bool:
    said = str(bundle.ref), bundle.commit, bundle.origin, bundle.runtime_repo
    return said == (record.ref, record.commit, record.origin, record.runtime_repo)


def _check_trust(
    stored: StoredBundle, bundle: Bundle, remotes: Sequence[Remote], *, accepted: bool
) -> Iterator[Finding]:
    trust = judge_bundle(bundle, remotes)
    ref = stored.record.ref
    if trust.judgement.verdict is Verdict.BAD:
        message = Message("{path}: {verdict}", path=stored.path, verdict=trust.describe())
        yield finding(Code.COMMIT_BAD_SIGNATURE, ref, message)
    elif not trust.vouched:
        message = Message("{ref} is a file. {verdict}", ref=bundle.ref, verdict=trust.describe())
        hint = Message("Install it only if you trust whoever made the file and the drive.")
        yield finding(Code.UNVOUCHED, ref, message, hint=hint, accepted=accepted)
    problem = install_problem(bundle)
    if problem is not None:
        message = Message(
            "{path} cannot be installed: {problem}.", path=stored.path, problem=problem
        )
        yield finding(Code.NOT_INSTALLABLE, ref, message, hint=FILE_AGAIN)


def _check_app(
    stick: StickState, bundle: Bundle, stored: Sequence[StoredBundle], options: BundleOptions
) -> Iterator[Finding]:
    ref = str(bundle.ref)
    runtime = bundle.metadata.runtime
    if (
        bundle.ref.kind == "app"
        and runtime is not None
        and bundle_runtime(bundle, stick.refs) is None
        and runtime_file(bundle, stored) is None
    ):
        message = Message(
            "{ref} needs the runtime {runtime}, which is not on the drive.",
            ref=bundle.ref.id,
            runtime=runtime,
        )
        yield finding(Code.RUNTIME_MISSING, ref, message, accepted=options.without_runtimes)
    problem = permission_problem(Keyfile.parse(bundle.metadata_text.encode()))
    if problem and bundle.ref.kind == "app":
        message = Message("flatpak does not install {ref}: {problem}.", ref=ref, problem=problem)
        yield finding(Code.METADATA_MISMATCH, ref, message)
    required = bundle.metadata.required_flatpak
    if lacking(required) is not None:
        message = Message(
            "{ref} needs flatpak {required} or newer.", ref=ref, required=required_text(required)
        )
        yield finding(Code.NEEDS_NEWER_FLATPAK, ref, message)
    yield from _check_related(stick, bundle)


def _check_related(stick: StickState, bundle: Bundle) -> Iterator[Finding]:
    """What belongs to it and the copied lists name."""
    there = {name for names in stick.refs.values() for name in names}
    record = stick.record
    left_out = {entry.ref for entry in record.left_out} if record is not None else set()
    told: set[str] = set()
    policy = RelatedPolicy(record.gpus if record is not None else ())
    for copy in stick.copies.values():
        table = copy.table(bundle.ref.arch)
        if table is None:
            continue
        try:
            extensions = related(bundle.ref, bundle.metadata, table, policy)
        except FormatError:
            # A damaged copy is found by its signature.
            continue
        for extension in extensions:
            name = str(extension.ref)
            if extension.wanted and name not in there | left_out | told:
                told.add(name)
                message = Message(
                    "{extension} for {ref} exists upstream but is not on the drive.",
                    extension=extension.ref,
                    ref=bundle.ref.id,
                )
                yield finding(Code.RELATED_MISSING, name, message)


def check_other_files(stick: StickState) -> Iterator[Finding]:
    """What else lies in their folder, where that is this stick's."""
    for path in sorted(other_files(stick.location, stick.record)):
        message = Message("{path} is nothing that Satchel put there.", path=path)
        yield finding(Code.KIT_ALTERED, path, message, hint=Remedy.DELETE_IT)


def unvouched_bundles(stick: StickState, findings: Iterable[Finding]) -> Iterator[str]:
    """The refs of those that nobody has signed, or by a key that nobody has, accepted or not.
    ``findings``: of `check_bundles`."""
    told = {each.subject for each in findings if each.code is Code.UNVOUCHED}
    for stored in read_bundles(stick.location, stick.record):
        if stored.bundle is not None and (
            stored.record.ref in told or not detached_signatures(stored.bundle.delta.detached)
        ):
            yield stored.record.ref


def damaged_bundles(
    stick: StickState, findings: Sequence[Finding], damaged_refs: Collection[str]
) -> Iterator[str]:
    """The apps among them that errors are about, or whose runtime is one of ``damaged_refs``."""
    errors = (each for each in findings if each.severity is Severity.ERROR)
    subjects = {each.subject for each in errors if each.code is not Code.UNVOUCHED}
    for stored in read_bundles(stick.location, stick.record):
        runtime = stored.bundle.metadata.runtime if stored.bundle is not None else None
        if stored.record.ref in subjects or str(runtime) in damaged_refs:
            yield stored.record.ref
