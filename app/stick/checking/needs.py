"""Does everything on the stick find what it needs there?"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from app.flatpak.eol_rebase import ReplacementError
from app.flatpak.extra_data import payloads_of
from app.flatpak.refs import Ref
from app.flatpak.related import RelatedPolicy, related
from app.flatpak.required_flatpak import lacking, required_text, unreadable
from app.formats.gvariant import FormatError
from app.message import Message
from app.remedy import Remedy
from app.stick.findings import Code, Finding, finding
from app.stick.store.bundles import read_bundles
from app.stick.store.contents import (
    CarriedRef,
    RefSet,
    is_replaced,
    ref_sets,
    replaced_by,
    runtime_place,
)
from app.stick.store.payloads import missing, stored_payloads
from app.stick.store.record import LeftOut, StickRecord
from app.stick.store.stick_state import StickState
from app.stick.store.upstream_copy import UpstreamCopy


def check_needs(
    stick: StickState,
    carried: Mapping[tuple[str, str], CarriedRef],
    *,
    without_runtimes: bool = False,
) -> Iterator[Finding]:
    """``without_runtimes``: the person who asks has just left them out on purpose."""
    refs, record = stick.refs, stick.record
    left_out = {(entry.collection, entry.ref) for entry in record.left_out} if record else set()
    sets = ref_sets(refs)
    policy = RelatedPolicy(record.gpus if record is not None else ())
    stored = stored_payloads(stick.location)
    bundles = read_bundles(stick.location, stick.record)
    files = {str(each.bundle.ref) for each in bundles if each.bundle is not None}
    for subject in carried.values():
        yield from _check_end_of_life(subject)
        yield from _check_replacement(subject, carried)
        if is_replaced(subject, carried):
            # Nothing of what it needs itself is ever installed for it.
            continue
        if not _runs_on_file(subject, refs, files):
            yield from _check_runtime(subject, stick, carried, left_out, accepted=without_runtimes)
        yield from _check_flatpak(subject)
        yield from _check_extra_data(subject, stored, record)
        yield from _check_related(
            subject, sets[subject.collection], stick.copies[subject.collection], policy, left_out
        )
    for entry in record.left_out if record is not None else ():
        if entry.ref not in refs.get(entry.collection, {}):
            yield from _left_out(entry)


def _left_out(entry: LeftOut) -> Iterator[Finding]:
    message = Message("{ref} was left out: {reason}", ref=entry.ref, reason=entry.reason)
    if entry.code in {Code.RELATED_MISSING, Code.REPLACEMENT_MISSING}:
        hint = Remedy.MAKE_WHEN_THERE
        yield finding(Code.RELATED_MISSING, entry.ref, message, hint=hint)
    elif entry.code != Code.RUNTIME_MISSING:
        # A missing runtime is told where an app needs it.
        yield finding(Code.EXTRA_DATA_MISSING, entry.ref, message)


def _runs_on_file(
    app: CarriedRef, refs: Mapping[str, Mapping[str, str]], files: Collection[str]
) -> bool:
    """Whether its runtime is there as one of these, and from no source."""
    if app.metadata is None or runtime_place(app, refs) is not None:
        return False
    return str(app.metadata.runtime) in files


def _check_runtime(
    app: CarriedRef,
    stick: StickState,
    carried: Mapping[tuple[str, str], CarriedRef],
    left_out: set[tuple[str, str]],
    *,
    accepted: bool,
) -> Iterator[Finding]:
    if app.ref.kind != "app" or app.metadata is None or app.metadata.runtime is None:
        return
    runtime = app.metadata.runtime
    place = runtime_place(app, stick.refs)
    if place is None and (app.collection, str(runtime)) in left_out:
        yield finding(
            Code.RUNTIME_MISSING,
            str(app.ref),
            Message(
                "{ref} needs the runtime {runtime}, which was left out on purpose: only "
                "computers that have it already can install it.",
                ref=app.ref.id,
                runtime=runtime,
            ),
            accepted=accepted,
        )
    elif place is None:
        yield finding(
            Code.RUNTIME_MISSING,
            str(app.ref),
            Message(
                "{ref} needs the runtime {runtime}, which is not on the drive.",
                ref=app.ref.id,
                runtime=runtime,
            ),
        )
    elif place in carried and is_replaced(carried[place], carried):
        yield _renamed_runtime(app, carried[place], stick.copies[place[0]], accepted=accepted)


def _renamed_runtime(
    app: CarriedRef, runtime: CarriedRef, copy: UpstreamCopy, *, accepted: bool
) -> Finding:
    """The app looks for the old name. flatpak installs the new one, and asks the list on the drive
    whether there is an old one at all: only with that is the app installed."""
    if not copy.exists or copy.lookup(str(runtime.ref), runtime.ref.arch) is not None:
        return runs_on_renamed(app.ref, runtime)
    message = Message(
        "{ref} needs the runtime {runtime}, which its source has no more, and in whose place "
        "flatpak installs {replaced_by}: only computers that have the old one already can "
        "install it.",
        ref=app.ref.id,
        runtime=runtime.ref,
        replaced_by=runtime.replaced_by,
    )
    hint = Message("Tell its publisher that its runtime was renamed, and take it off meanwhile.")
    return finding(Code.RUNTIME_MISSING, str(app.ref), message, hint=hint, accepted=accepted)


def runs_on_renamed(app: Ref, runtime: CarriedRef) -> Finding:
    """``runtime``: that the app looks for, in whose place flatpak installs another."""
    message = Message(
        "{ref} runs on {runtime}, in whose place flatpak installs {replaced_by}: it will not start "
        "where the old one is not installed already.",
        ref=app.id,
        runtime=runtime.ref,
        replaced_by=runtime.replaced_by,
    )
    hint = Message("Tell its publisher that its runtime was renamed.")
    return finding(Code.END_OF_LIFE, str(app), message, hint=hint)


def _check_replacement(
    subject: CarriedRef, carried: Mapping[tuple[str, str], CarriedRef]
) -> Iterator[Finding]:
    try:
        replaced_by(subject, carried)
    except ReplacementError as error:
        message = Message(
            "{ref} was renamed, and flatpak installs neither name: {error}",
            ref=subject.ref,
            error=error,
        )
        yield finding(Code.REPLACEMENT_MISSING, str(subject.ref), message)


def _check_flatpak(subject: CarriedRef) -> Iterator[Finding]:
    required = subject.metadata.required_flatpak if subject.metadata is not None else ()
    no_version = unreadable(required)
    if no_version is not None:
        yield finding(
            Code.METADATA_MISMATCH,
            str(subject.ref),
            Message(
                "{ref} says that it needs flatpak {no_version}, which is no version: "
                "flatpak refuses to install it.",
                ref=subject.ref,
                no_version=repr(no_version[:100]),
            ),
            hint=Message("Tell its publisher, and leave it out meanwhile."),
        )
    elif lacking(required) is not None:
        message = Message(
            "{ref} needs flatpak {required} or newer.",
            ref=subject.ref,
            required=required_text(required),
        )
        yield finding(Code.NEEDS_NEWER_FLATPAK, str(subject.ref), message)


def _check_end_of_life(subject: CarriedRef) -> Iterator[Finding]:
    reason = subject.commit.metadata.get("ostree.endoflife", "s")
    rebase = subject.commit.metadata.get("ostree.endoflife-rebase", "s")
    if rebase:
        message = Message(
            "{ref} is at its end of life; it is replaced by {rebase}.",
            ref=subject.ref,
            rebase=rebase,
        )
        yield finding(Code.END_OF_LIFE, str(subject.ref), message)
    elif reason is not None:
        message = Message("{ref} is at its end of life: {reason}", ref=subject.ref, reason=reason)
        yield finding(Code.END_OF_LIFE, str(subject.ref), message)


def _check_extra_data(
    subject: CarriedRef, stored: Mapping[str, int], record: StickRecord | None
) -> Iterator[Finding]:
    payloads = payloads_of(subject.commit)
    lacking = missing(payloads, stored)
    entry = record.ref(subject.collection, str(subject.ref)) if record is not None else None
    if lacking and entry is not None and entry.extra_data:
        yield finding(
            Code.EXTRA_DATA_MISSING,
            str(subject.ref),
            Message(
                "{ref} was put on the drive with a part of its maker's, {name}, which is not there "
                "any more: it cannot be installed without internet.",
                ref=subject.ref,
                name=lacking[0].name,
            ),
            hint=Remedy.FETCH_AGAIN,
            worse=True,
        )
    elif lacking:
        yield finding(
            Code.EXTRA_DATA_MISSING,
            str(subject.ref),
            Message(
                "{ref} downloads a part of itself when it is installed, which needs internet.",
                ref=subject.ref,
            ),
        )


def _check_related(
    parent: CarriedRef,
    there: RefSet,
    copy: UpstreamCopy,
    policy: RelatedPolicy,
    left_out: set[tuple[str, str]],
) -> Iterator[Finding]:
    table = copy.table(parent.ref.arch)
    if table is None or parent.metadata is None or parent.metadata.extension_of is not None:
        return
    try:
        extensions = list(related(parent.ref, parent.metadata, table, policy))
    except FormatError:
        # A damaged copy is found by its signature.
        return
    for extension in extensions:
        name = str(extension.ref)
        if extension.wanted and name not in there and (parent.collection, name) not in left_out:
            yield finding(
                Code.RELATED_MISSING,
                name,
                Message(
                    "{extension} for {ref} exists upstream but is not on the drive.",
                    extension=extension.ref,
                    ref=parent.ref.id,
                ),
            )
