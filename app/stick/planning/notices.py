"""What a person should know about a plan before they say yes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app.flatpak.refs import Ref, is_system
from app.flatpak.required_flatpak import lacking, readable, required_text
from app.flatpak.upstream.offer import Offer
from app.flatpak.upstream.ref_table import UpstreamRef
from app.message import Day, Language, Message, Moment, Size
from app.ostree.names import origin_remote
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity
from app.stick.planning.closure import Closure
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, AppOnDrive, Item, Removal
from app.stick.planning.sizes import Estimate
from app.stick.planning.target_state import TargetState
from app.stick.planning.wanted import Wanted
from app.stick.store.location import find_lost
from app.stick.store.record import StickRecord

WITH_YOUR_SIGNATURE = Message("With your signature you do: computers install it without asking.")
COMPUTERS_ASK = Message("Each computer asks whether it is to be installed all the same.")
"""Of what nobody vouches for."""


def may_not_fit(room: Estimate) -> Iterator[Notice]:
    if room.fits and room.write > room.room:
        yield Notice(
            Severity.WARNING,
            Message(
                "It may not fit: this needs up to {write}, but only {free} are free.",
                write=Size(room.write),
                free=Size(room.room),
            ),
            Message("If there is too little room, what is there stays as it is."),
        )


def lost_stick(drive: TargetState) -> Iterator[Notice]:
    """That what is there is not found. Raises DriveError."""
    lost = find_lost(drive.location.root) if drive.present is None else None
    if lost is not None:
        yield Notice(
            Severity.WARNING,
            Message(
                "{path} is a Flatpak repository that has lost its name {name}, as when a file "
                "system is repaired: what is in it comes and takes room once more.",
                path=lost.path,
                name=lost.called,
            ),
            Remedy.NAME_AGAIN.advice(),
        )


def stays_as_it_is(ref: str, upstream: Offer) -> Notice:
    return Notice(
        Severity.WARNING,
        Message(
            "{ref} is there but no longer in {remote}; it stays as it is.",
            ref=ref,
            remote=upstream.remote.label,
        ),
    )


def stays_by_its_name(runtime: str, new: str, upstream: Offer) -> Notice:
    """``new``: what its source calls it now."""
    return Notice(
        Severity.WARNING,
        Message(
            "{runtime} stays as it is: {remote} has renamed it to {new}, and apps that are there "
            "look for its old name.",
            runtime=runtime,
            remote=upstream.remote.label,
            new=new,
        ),
        Message("Tell their publisher that their runtime was renamed."),
    )


def sizes_unknown(room: Estimate) -> Iterator[Notice]:
    for ref in room.unsized:
        yield Notice(
            Severity.WARNING,
            Message(
                "How large {ref} is shows only while it comes: its publisher does not tell.",
                ref=ref,
            ),
            Message("If there is too little room, what is there stays as it is."),
        )


def metadata_of_systems(items: Sequence[Item]) -> Iterator[Notice]:
    """``items`` of a collection whose ostree-metadata its publisher has not signed."""
    for item in items:
        if is_system(item.ref):
            yield Notice(
                Severity.WARNING,
                Message(
                    "{ref} comes without its publisher's ostree-metadata, of which none fits.",
                    ref=item.ref,
                ),
                Message("Computers whose updater asks for that do not take it from the drive."),
            )


def ends_of_life(closure: Closure) -> Iterator[Notice]:
    """One for each that is at its end of life; not for translations and other extensions too,
    which share the end of what they extend.
    """
    ended = [each for each in closure.wanted.values() if each.entry.eol or each.replaced_by]
    names = {wanted.entry.name for wanted in ended}
    for wanted in ended:
        extension = wanted.metadata is not None and wanted.metadata.extension_of is not None
        told = extension and not names.isdisjoint(wanted.needed_by)
        if not told or wanted.named or wanted.replaced_by:
            yield _end_of_life(wanted)


def _end_of_life(wanted: Wanted) -> Notice:
    """``wanted`` is at its end of life."""
    name, new = wanted.entry.name, wanted.replaced_by
    hint = Message("It gets no more updates.")
    if new:
        text = Message("{ref} is at its end of life; it is replaced by {new}.", ref=name, new=new)
        hint = Message("flatpak installs that in its place, so it comes along.")
    else:
        text = Message(
            "{ref} is at its end of life: {reason}.",
            ref=name,
            reason=wanted.entry.eol or "",
        )
    return Notice(Severity.WARNING, text, hint)


def needs_of_clients(closure: Closure) -> Iterator[Notice]:
    """What some of it asks of computers that this program cannot give them."""
    tokens = sorted(key[1] for key, wanted in closure.wanted.items() if wanted.token_type)
    if tokens:
        yield Notice(
            Severity.WARNING,
            Message(
                "The publisher asks for a token, as from those who bought it: {tokens}.",
                tokens=tuple(tokens),
            ),
            Message("Check that you may hand it on; without the token it may not come at all."),
        )
    newer: dict[str, list[str]] = {}
    for key, wanted in closure.wanted.items():
        required = wanted.metadata.required_flatpak if wanted.metadata is not None else ()
        if lacking(required) and readable(required):
            newer.setdefault(required_text(required), []).append(key[1])
    for version, names in sorted(newer.items()):
        yield Notice(
            Severity.WARNING,
            Message(
                "flatpak {version} or newer is needed by: {names}.",
                version=version,
                names=tuple(sorted(names)),
            ),
            Message("Older ones refuse to install it."),
        )
    for wanted in closure.wanted.values():
        yield from _renamed_runtimes(closure, wanted)


def _renamed_runtimes(closure: Closure, wanted: Wanted) -> Iterator[Notice]:
    """flatpak installs another runtime than the one that the app then looks for."""
    for key in wanted.requires:
        runtime = closure.wanted.get(key)
        app = wanted.metadata is not None and wanted.metadata.kind == "app"
        if app and runtime is not None and runtime.replaced_by and not wanted.replaced_by:
            yield runs_on_renamed(wanted.entry.name, runtime)


def runs_on_renamed(app: str, runtime: Wanted) -> Notice:
    """``runtime``: that an app looks for, in whose place flatpak installs another."""
    return Notice(
        Severity.WARNING,
        Message(
            "{ref} runs on {runtime}, in whose place flatpak installs {replaced_by}: it will not "
            "start where the old one is not installed already.",
            ref=app,
            runtime=runtime.entry.name,
            replaced_by=runtime.replaced_by or "",
        ),
        Message("Tell its publisher that its runtime was renamed."),
    )


def as_they_are_here(items: Sequence[Item], entries: Mapping[str, UpstreamRef]) -> Iterator[Notice]:
    """``entries``: by commit, of what upstream has."""
    here = [
        (item.ref, entry)
        for item in items
        if (entry := entries.get(item.commit)) is not None
        if item.action is not Action.KEEP and entry.instead_of
    ]
    if here:
        yield Notice(
            Severity.INFO,
            Message(
                "This comes as it is here, since its source has listed other versions, which are "
                "not here: {refs}.",
                refs=tuple(f"{ref} ({Day(entry.timestamp)})" for ref, entry in here),
            ),
            Message("With the internet it would come as its source has it."),
        )


def updates(upstream: Offer, items: Sequence[Item]) -> Iterator[Notice]:
    """``items``: those from there."""
    moved = [item for item in items if item.action is Action.UPDATE]
    collection = upstream.snapshot.collection
    if moved and origin_remote(collection) is not None:
        yield Notice(
            Severity.INFO,
            Message(
                "{moved} of what is there from {remote} will be updated, since computers take "
                "only the versions that {remote} lists now.",
                moved=len(moved),
                remote=upstream.remote.label,
            ),
        )
    elif moved:
        yield Notice(
            Severity.INFO,
            Message(
                "{moved} of what is there from {collection} will be updated, so that everything "
                "comes from one snapshot.",
                moved=len(moved),
                collection=collection,
            ),
            Remedy.KEEP_VERSIONS.advice(),
        )


def unsigned(
    upstream: Offer, items: Sequence[Item], *, vouched_for: bool = False
) -> Iterator[Notice]:
    """What it means that nobody vouches for what comes from there, unless its publisher does; or
    not for its list."""
    if upstream.snapshot.signature.good:
        return
    if upstream.remote.keys:
        yield Notice(
            Severity.WARNING,
            Message(
                "Somebody on the way could hide apps or offer older versions: the list of {remote} "
                "is not signed.",
                remote=upstream.remote.label,
            ),
            Message(
                "Each version has a signature of its own, which is checked. What comes without is "
                "named by the check of the drive, and computers ask before they install it."
            ),
        )
        return
    refs = (Ref.parse_or_none(item.ref) for item in items)
    # Of several architectures or branches it is the same app.
    apps = dict.fromkeys(ref.id for ref in refs if ref is not None and ref.kind == "app")
    what = tuple(apps) or (upstream.remote.label,)
    yield Notice(
        Severity.WARNING,
        # Perhaps it signs all of it.
        Message(
            "Nobody vouches for {apps}: there is no key of {remote}, so nobody can tell whether it "
            "is what its makers made.",
            apps=what,
            remote=upstream.remote.label,
        ),
        WITH_YOUR_SIGNATURE if vouched_for else COMPUTERS_ASK,
    )
    if upstream.remote.collection_id and not upstream.remote.keys and not vouched_for:
        yield Notice(
            Severity.INFO,
            Message(
                "{remote} has a collection ID and no key, which flatpak refuses to add. From the "
                "drive computers get it as a source without a collection ID, which they find "
                "by install.sh or satchel receive only.",
                remote=upstream.remote.label,
            ),
        )


def several_sources(
    items: Sequence[Item],
    there: Sequence[AppOnDrive],
    removed: Sequence[Removal],
    options: Options,
) -> Iterator[Notice]:
    """Of apps that will be on the drive twice. Of a repository for others nothing is told."""
    if options.online:
        return
    refs = {(item.ref, item.collection) for item in items}
    # A file goes where a source has the app.
    refs |= {(app.ref, app.collection) for app in there if app.collection}
    origins: dict[str, set[str]] = {}
    for ref, origin in refs - {(each.ref, each.collection) for each in removed}:
        if ref.startswith("app/"):
            origins.setdefault(ref, set()).add(origin)
    for ref, several in sorted(origins.items()):
        if len(several) > 1:
            yield Notice(
                Severity.WARNING,
                Message(
                    "{ref} will be on the drive from several sources ({sources}), and a computer "
                    "has it once: install.sh takes the first that is signed.",
                    ref=ref,
                    sources=tuple(origin_remote(each) or each for each in sorted(several)),
                ),
                Remedy.TAKE_OFF_ONE.advice(),
            )


def unknown_gpus(gpus: Sequence[str], closure: Closure) -> Iterator[Notice]:
    for gpu in gpus:
        if gpu not in closure.gpus_found:
            yield Notice(
                Severity.WARNING,
                Message("There is no graphics driver called {gpu} for what was chosen.", gpu=gpu),
                Message("Name it as flatpak does, for example nvidia-550-54-14."),
            )


def languages_lacking(untranslated: Mapping[str, Sequence[str]]) -> Iterator[Notice]:
    """``untranslated``: language → IDs, as the function of that name tells."""
    for code, ids in untranslated.items():
        yield Notice(
            Severity.WARNING,
            Message("No translation into {code}: {ids}.", code=Language(code), ids=tuple(ids)),
            Message("Most apps are in English where they are not translated."),
        )


def no_longer_locked(record: StickRecord | None, *, update: bool) -> Iterator[Notice]:
    """What a lock file decided is not what sources have now."""
    if record is None or not record.lock:
        return
    if update:
        text = Message("A lock file decided what is on the drive; this update goes beyond it.")
    else:
        text = Message(
            "A lock file decided what is on the drive; with this it is not that any more."
        )
    yield Notice(Severity.INFO, text)


def of_before(upstream: Offer) -> Notice:
    """How old what is used is."""
    made = upstream.snapshot.made
    if not upstream.snapshot.listed:
        return Notice(
            Severity.WARNING,
            Message(
                "No list of the apps of {remote} is kept here, so all of it comes as it is here, "
                "and nothing on the drive tells whether there is anything newer.",
                remote=upstream.remote.label,
            ),
            Message("satchel update brings the newest, and its list."),
        )
    return Notice(
        Severity.INFO,
        Message(
            "Nobody was asked what {remote} has now: its list of apps is from {made}.",
            remote=upstream.remote.label,
            made=Moment(made),
        )
        if made is not None
        else Message(
            "Nobody was asked what {remote} has now: its list of apps is the last one that was "
            "fetched.",
            remote=upstream.remote.label,
        ),
    )
