"""``satchel inspect``: what is on a drive."""

from __future__ import annotations

import argparse

from app.cli.bundle_output import print_inspected_bundles
from app.cli.image_output import print_inspected_images
from app.cli.invocation import Invocation
from app.cli.output import TextReporter, reporter, say, wrapped, write_json
from app.cli.target_argument import open_stick
from app.flatpak.remotes.installed_versions import installed_versions
from app.fs.files import drive_errors
from app.message import Message
from app.progress import Meter, Phase, silent
from app.stand_ins import name_of
from app.stick.inspecting.facts import SIGNATURES
from app.stick.inspecting.inspect import inspect_stick
from app.stick.inspecting.inspection import InspectedCollection, InspectedRef, Inspection
from app.stick.inspecting.overview import count_updates
from app.stick.inspecting.report_json import inspection_json
from app.stick.inspecting.sizes import NOTHING, Sizes, measure_sizes
from app.stick.store.location import find_stick
from app.stick.store.stick_state import load_stick
from app.stick.store.upstream_copy import RefState
from app.units import date_text, size_text

_STATES = {
    RefState.UPSTREAM_NEWER: "a newer one exists",
    RefState.UPSTREAM_OLDER: "newer than the copied summary",
    RefState.NOT_IN_UPSTREAM: "no longer upstream",
    RefState.UNKNOWN: "",
    RefState.CURRENT: "",
    RefState.PARTIAL: "INCOMPLETE",
    RefState.MISSING: "MISSING",
}


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    root, others = open_stick(arguments, invocation, images=True)
    stick = load_stick(find_stick(root, arguments.destination_repo))
    environment = invocation.environment
    known = environment.known_remotes()
    inspection = inspect_stick(
        stick,
        environment.judges(known),
        environment.languages,
        invocation.cancel,
        installed=installed_versions(environment.flatpak),
    )
    environment.trim_cache()
    with drive_errors(Message("reading the repository")):
        updates = count_updates(stick, environment, known, invocation.cancel)
    sizes = None
    if arguments.sizes:
        report = silent if arguments.json else reporter(as_json=False)
        meter = Meter(report, Phase.SIZES)
        sizes = measure_sizes(stick, inspection.space, meter, invocation.cancel)
        if isinstance(report, TextReporter):
            report.finish()
    if arguments.json:
        about = inspection_json(inspection, sizes)
        newer = [{"collection": id, "ref": ref.ref} for id, ref in inspection.newer_here]
        further = {"updates": updates, "newer_here": newer, "other_repositories": others}
        write_json({**about, **further})
    else:
        _print(inspection, sizes, updates)
    return 0


def _print(inspection: Inspection, sizes: Sizes | None, updates: int | None) -> None:
    made = (
        f", last written {date_text(inspection.made)} by {inspection.tool}"
        if inspection.made
        else ""
    )
    say(f"{name_of(inspection.location.root)} ({inspection.location.repository_path}){made}")
    if inspection.interrupted:
        say("An earlier job was interrupted; run the same satchel make again.")
    if inspection.languages:
        say(f"Of translations only those into {', '.join(inspection.languages)}.")
    if updates:
        say(f"Newer versions are known of {updates}, from when upstream was last asked.")
    if inspection.newer_apps_here:
        say(f"Newer than on this computer: {inspection.newer_apps_here} of the apps.")
    for collection in inspection.collections:
        _print_collection(collection, sizes)
    print_inspected_bundles(inspection.bundles)
    print_inspected_images(inspection.images)
    if inspection.unlisted_images:
        print()
        say("Put there, and no longer on the list of images (satchel repair lists them again):")
    for ref in inspection.unlisted_images:
        say(f"    {ref}")
    if inspection.several:
        print()
    for each in inspection.several:
        print(wrapped(str(each.words), ""))
    if sizes is not None:
        print()
        say("Before each ref: what only it takes + what it shares with others.")
        say(
            f"All together: {size_text(sizes.total)}; of that {size_text(sizes.overhead)} for "
            f"directories, lists and keys, {size_text(sizes.files)} for apps as files and images, "
            f"and {size_text(sizes.unused)} that nothing needs."
        )
    space = inspection.space
    if space.read_only and not space.free:
        say(f"{size_text(space.total)}, {space.file_system}, read only")
        return
    say(
        f"{size_text(space.free)} of {size_text(space.total)} free "
        f"({space.file_system or 'unknown file system'}, clusters of {space.cluster:,} bytes)"
    )


def _print_collection(collection: InspectedCollection, sizes: Sizes | None) -> None:
    label = collection.title or collection.remote
    print()
    if collection.collection_id is None:
        say(f"{collection.label} ({collection.url}), a remote without a collection ID")
    else:
        say(f"{collection.id}" + (f" ({label}, {collection.url})" if label else ""))
    if collection.unsigned:
        say("  NOT SIGNED: nobody vouches for anything of this.")
    if collection.installable_until is not None:
        ends = date_text(collection.installable_until)
        say(f"  installable until {ends}, when a key or a signature ends")
    metadata, copy = collection.metadata, collection.upstream
    if metadata is None and collection.collection_id is not None:
        say("  ostree-metadata: none")
    elif metadata is not None:
        signed = "signed" if metadata.signed else "not signed (flatpak before 1.8 needs that)"
        sync = "in sync" if metadata.in_sync else "OUT OF SYNC"
        say(f"  ostree-metadata: from {metadata.source}, {signed}, {sync}")
    if copy is None:
        why = ", since a lock file decided what is there" if collection.locked else ""
        why = why or (", since its maker had none" if collection.unlisted else "")
        say(f"  upstream summary: no copy{why}")
    else:
        say(f"  upstream summary: copy as of {date_text(copy.made)}, {len(copy.files)} files")
    for ref in collection.refs:
        _print_ref(collection, ref, sizes)


def _print_ref(collection: InspectedCollection, ref: InspectedRef, sizes: Sizes | None) -> None:
    name = f" {ref.name}" if ref.name else ""
    state = f"  [{_STATES[ref.state]}]" if _STATES[ref.state] else ""
    mark = "*" if ref.chosen else " "
    size = ""
    if sizes is not None:
        size_of_ref = sizes.refs.get((collection.id, ref.ref), NOTHING)
        size = f"  {size_text(size_of_ref.own):>9} + {size_text(size_of_ref.shared):>9}"
    version = f" {ref.version}" if ref.version else ""
    signed = f"Signed by {ref.signer}." if ref.signer else f"{SIGNATURES[ref.signature]}."
    say(f" {mark} {date_text(ref.timestamp)}{size}  {ref.ref}{name}{version}{state}")
    languages = f"Languages: {', '.join(ref.languages)}." if ref.languages else ""
    say(f"     {' '.join(str(part) for part in (ref.reason, signed, languages) if part)}")
    if ref.extra_data:
        lacking = "; it is not on the drive" if ref.extra_data_missing else ""
        say(f"     Its maker hands out {size_text(ref.extra_data)} of it{lacking}.")
    if ref.instead is not None:
        day = date_text(ref.instead.version.timestamp if ref.instead.version else None)
        say(f"     Computers take the one of {day} in {ref.instead.repository}.")
    metadata = collection.metadata
    if ref.ignored is not None and metadata is not None and metadata.in_sync is False:
        say(f"     Not every computer takes it: {ref.ignored}.")
