"""Apps that sticks have as files: what becomes of them, and their installation.

What is handed to flatpak is a copy on this computer's disk that was held against the checksum: a
drive can answer otherwise the second time. What they need is installed before, from the sticks.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from app.client.receiving.beside import Tried
from app.client.receiving.file_remotes import FileRemotes
from app.client.receiving.installation import Place
from app.client.receiving.plan import BundleItem, State
from app.client.receiving.refusal import Refusal, RefusalKind, old_flatpak
from app.flatpak.bundles.bundle import Bundle
from app.flatpak.program import FlatpakProgram
from app.flatpak.remotes.installed import InstalledRef
from app.flatpak.remotes.remote import Remote
from app.flatpak.required_flatpak import Version
from app.fs.sums import copy_and_sum
from app.message import Message
from app.progress import Cancel, Meter, Phase, Reporter, counting
from app.stick.kit.contents import bundle_source
from app.stick.store.bundles import StoredBundle, read_bundles
from app.stick.store.stick_state import StickState
from app.stick.trust.bundles import install_problem, judge_bundle, own_key_problem
from app.text import Policy, clean
from app.trust.verdict import Verdict


class OnStick(Struct, frozen=True):
    """A bundle on one of the sticks."""

    stick: StickState
    stored: StoredBundle
    bundle: Bundle


def bundles_of(sticks: Sequence[StickState], arch: str) -> tuple[OnStick, ...]:
    """Those that can be read, for this architecture; of several of one app the newest."""
    found: dict[str, OnStick] = {}
    for stick in sticks:
        for stored in read_bundles(stick.location, stick.record):
            bundle = stored.bundle
            if bundle is None or bundle.ref.arch != arch:
                continue
            if (str(bundle.ref), bundle.commit) != (stored.record.ref, stored.record.commit):
                continue
            other = found.get(stored.record.ref)
            if other is None or other.bundle.timestamp < bundle.timestamp:
                found[stored.record.ref] = OnStick(stick, stored, bundle)
    # Apps may run on what is there as a file as well.
    return tuple(found[ref] for ref in sorted(found, key=lambda ref: (ref[0] == "a", ref)))


def bundle_item(
    on_stick: OnStick,
    needs: tuple[tuple[str, str], ...],
    there: InstalledRef | None,
    made: Callable[[str], int | None],
    own: Sequence[Remote],
    refusal: Refusal | None,
) -> BundleItem:
    """What becomes of one. ``there``: what is installed; ``made``: when a commit was made that is;
    ``own``: the installation's remotes."""
    record, bundle = on_stick.stored.record, on_stick.bundle
    state = _state(bundle, there, made, own)
    changes = state in (State.INSTALL, State.UPDATE)
    return BundleItem(
        source=bundle_source(record.file),
        ref=bundle.ref,
        name=clean(bundle.name, Policy.NAME),
        drive=on_stick.stick.location.drive,
        path=on_stick.stored.path,
        sha256=record.sha256,
        commit=bundle.commit,
        state=State.REFUSED if changes and refusal is not None else state,
        installed=there.commit if there is not None else None,
        needs=needs,
        size=bundle.size,
        refusal=refusal if changes else None,
    )


def _state(
    bundle: Bundle,
    there: InstalledRef | None,
    made: Callable[[str], int | None],
    own: Sequence[Remote],
) -> State:
    if there is None:
        return State.INSTALL
    if there.commit == bundle.commit:
        return State.THERE
    origin = next((remote for remote in own if remote.name == there.origin), None)
    if origin is not None and origin.listed:
        return State.ELSEWHERE
    before = made(there.commit)
    return State.THERE if before is not None and before >= bundle.timestamp else State.UPDATE


def bundle_refusal(
    on_stick: OnStick,
    known: Sequence[Remote],
    have: Version | None,
    *,
    runtime: Refusal | None,
    allow_unsigned: bool,
) -> Refusal | None:
    """Why one is not installed. ``runtime``: why its runtime is not, if it is not there."""
    bundle = on_stick.bundle
    trust = judge_bundle(bundle, known)
    if trust.judgement.verdict is Verdict.BAD:
        return Refusal(RefusalKind.TRUST, trust.describe())
    if not trust.vouched and not allow_unsigned:
        return Refusal(RefusalKind.UNSIGNED, trust.describe())
    if own_key_problem(bundle) is not None:
        return Refusal(RefusalKind.TRUST, Message("The key that it brings has not signed it."))
    if (problem := install_problem(bundle)) is not None:
        reason = Message("flatpak does not install it: {problem}.", problem=problem)
        return Refusal(RefusalKind.FLATPAK, reason)
    if (old := old_flatpak(bundle.metadata, have)) is not None:
        return old
    return runtime if bundle.ref.kind == "app" else None


def install_bundles(
    items: Sequence[BundleItem],
    place: Place,
    program: FlatpakProgram,
    directory: Path,
    report: Reporter,
    cancel: Cancel,
) -> Tried:
    """Raises what ``cancel`` raises."""
    remotes = FileRemotes(place, program, directory)
    for item in items:
        # Should the one that installed it have been stopped.
        if item.state is State.THERE and item.installed == item.commit:
            remotes.check_updates(item)
    wanted = [item for item in items if item.wanted]
    if not wanted:
        return Tried()
    meter = Meter(report, Phase.COPY, total=sum(item.size for item in wanted))
    failed = {}
    for item in wanted:
        copy = directory / Path(item.path).name
        try:
            refusal = _copy(item, copy, meter, cancel) or _install(item, copy, remotes, cancel)
        finally:
            with contextlib.suppress(OSError):
                copy.unlink()
        if refusal is not None:
            failed[str(item.ref)] = refusal
    meter.finish()
    return Tried(failed, meter.bytes)


def _copy(item: BundleItem, copy: Path, meter: Meter, cancel: Cancel) -> Refusal | None:
    try:
        with os.fdopen(item.drive.open_regular(item.path), "rb") as file, copy.open("wb") as target:
            digest = copy_and_sum(file, target, item.size, counting(meter, cancel))
    except OSError as error:
        reason = error.strerror or str(error)
        return Refusal(
            RefusalKind.DAMAGED, Message("It cannot be copied: {reason}.", reason=reason)
        )
    if digest != item.sha256:
        return Refusal(RefusalKind.DAMAGED, Message("What the drive has of it is damaged."))
    return None


def _install(item: BundleItem, copy: Path, remotes: FileRemotes, cancel: Cancel) -> Refusal | None:
    # What it needs is there: asked for that, flatpak would look for it on the internet.
    options = ("-y", "--noninteractive", "--no-deps", "--no-related", "--bundle")
    command = ("install", remotes.place.option, *options, copy)
    said = remotes.program.run(command, cancel)
    if said.status and remotes.give_way(item):
        helped = False
        try:
            said = remotes.program.run(command, cancel)
            helped = not said.status
        finally:
            # Whoever stops it has not agreed to more.
            if not helped:
                remotes.take_back(item)
    if not said.status:
        remotes.check_updates(item)
        return None
    reason = said.reason
    message = Message("flatpak: {reason}", reason=reason)
    return Refusal(RefusalKind.FLATPAK, message if reason else Message("flatpak did not say why."))
