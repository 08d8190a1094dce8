"""What is on a stick, for looking at it. What it comes to is for the check to say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from app.credentials import public_address
from app.drive.space import Quota, measure
from app.errors import SatchelError
from app.flatpak.catalogue.carried import components_from_repository
from app.flatpak.catalogue.component import Component
from app.flatpak.extra_data import payloads_of
from app.flatpak.refs import LOCALE, Ref, arch_of, is_system
from app.flatpak.remotes.installed_versions import InstalledVersion
from app.flatpak.remotes.remote import Remote
from app.formats.gvariant import FormatError
from app.fs.files import drive_errors
from app.fs.nodes import Node
from app.message import NOTHING, Message
from app.ostree.names import METADATA_REF, origin_remote
from app.ostree.objects import Commit, detached_signatures
from app.ostree.repository import Repository
from app.progress import Cancel
from app.stick.inspecting.bundles import InspectedBundle, inspect_bundles
from app.stick.inspecting.clients import Clients
from app.stick.inspecting.images import InspectedImage, inspect_images, unlisted_images
from app.stick.inspecting.inspection import (
    InspectedCollection,
    InspectedCopy,
    InspectedMetadata,
    InspectedRef,
    Inspection,
    RefKind,
)
from app.stick.kit.contents import Several, several_sources
from app.stick.store.drive_lists import DriveLists
from app.stick.store.ostree_metadata import describe_refs, sync_problem
from app.stick.store.partial_languages import carried_languages
from app.stick.store.payloads import missing, stored_payloads
from app.stick.store.record import MetadataSource
from app.stick.store.stick_state import StickState
from app.stick.store.upstream_copy import RefState, UpstreamCopy
from app.stick.trust.signers import judge_refs
from app.stick.trust.validity import ends, first_end
from app.stick.trust.vouching import vouching
from app.text import Policy, clean
from app.trust.verdict import Judgement, Verdict


def inspect_stick(
    stick: StickState,
    remotes: Sequence[Remote],
    languages: Sequence[str],
    cancel: Cancel,
    quota: Quota | None = None,
    installed: Sequence[InstalledVersion] | None = None,
) -> Inspection:
    """Look at a stick; ``remotes`` have keys, names are in the first of ``languages`` there is;
    ``quota`` as for `measure`; ``installed`` is what this computer has, if that is to be told.

    Raises DriveError and what ``cancel`` raises.
    """
    with drive_errors(Message("reading the repository")):
        collections = []
        others = DriveLists.of(stick.location.drive.base).without(stick.location)
        for collection in sorted(stick.refs):
            cancel.check()
            clients = Clients(stick, collection, others, installed)
            look = _Look(stick, collection, remotes, languages, clients)
            collections.append(look.collection())
        bundles = inspect_bundles(stick, remotes)
        images = inspect_images(stick.location, stick.record)
        return Inspection(
            location=stick.location,
            tool=stick.record.tool if stick.record is not None else "",
            made=stick.record.made if stick.record is not None else None,
            interrupted=stick.journal is not None,
            collections=tuple(collections),
            space=measure(stick.location.root, quota),
            stamp=stick.stamp,
            bundles=bundles,
            images=images,
            # A job that is under way exchanges one after the other.
            unlisted_images=unlisted_images(stick.record, images) if stick.journal is None else (),
            languages=stick.record.languages if stick.record is not None else (),
            several=_several(stick, bundles, images),
        )


def _several(
    stick: StickState, bundles: Sequence[InspectedBundle], images: Sequence[InspectedImage]
) -> tuple[Several, ...]:
    apps = Counter(name for refs in stick.refs.values() for name in refs if name.startswith("app/"))
    apps.update(each.ref for each in bundles)
    apps.update(each.ref for each in images)
    if all(count == 1 for count in apps.values()):
        return ()
    # It renders pages, which few need.
    from app.stick.kit.gathering import kit_contents, stick_components

    try:
        return several_sources(kit_contents(stick, stick_components(stick)))
    except SatchelError:
        # What no kit can be made for verify tells.
        return ()


class _Look:
    """At one collection."""

    def __init__(
        self,
        stick: StickState,
        collection: str,
        remotes: Sequence[Remote],
        languages: Sequence[str],
        clients: Clients,
    ) -> None:
        repository, names = stick.repository, stick.refs[collection]
        self._stick = stick
        self._payloads = stored_payloads(stick.location)
        self._repository = repository
        self._record = stick.record
        self._id = collection
        self._names = names
        self._languages = languages
        self._clients = clients
        self._copy = stick.copies[collection]
        keys = vouching(collection, remotes, self._copy).keys
        self._verdicts, self._lists = judge_refs(
            repository, collection, names, keys, self._copy.signed()
        )
        self._components: dict[str, Component] = {}
        for arch in {ref.arch for ref in map(Ref.parse_or_none, names) if ref is not None}:
            self._components |= components_from_repository(repository, collection, arch)

    def collection(self) -> InspectedCollection:
        entry = self._record.collections.get(self._id) if self._record is not None else None
        repo_file = self._copy.repo_file
        metadata = _metadata(
            self._stick,
            self._names,
            entry.metadata if entry is not None else MetadataSource.UNKNOWN,
        )
        upstream = _copy(self._copy)
        unsigned = entry.unsigned if entry is not None else False
        refs = tuple(
            self._ref(name, commit)
            for name, commit in sorted(self._names.items())
            if name != METADATA_REF
        )
        return InspectedCollection(
            id=self._id,
            remote=entry.remote if entry is not None else "",
            title=entry.title if entry is not None else repo_file.title if repo_file else "",
            url=entry.url
            if entry is not None
            else public_address(repo_file.url)
            if repo_file
            else "",
            unsigned=unsigned,
            metadata=metadata,
            upstream=upstream,
            refs=refs,
            disagreements=tuple(
                _disagreements(
                    metadata,
                    upstream,
                    refs,
                    unsigned=unsigned,
                    of_remote=origin_remote(self._id) is not None,
                    without_list=entry is not None and entry.without_list,
                )
            ),
            installable_until=first_end(map(ends, (*self._verdicts.values(), *self._lists))),
            locked=entry is not None and entry.locked,
            unlisted=entry is not None and entry.unlisted,
        )

    def _ref(self, name: str, checksum: str) -> InspectedRef:
        commit = self._stick.commit(checksum)
        entry = self._record.ref(self._id, name) if self._record is not None else None
        upstream = self._copy.lookup(name, arch_of(name))
        component = self._components.get(_owner(name))
        own = component is not None and component.ref == name
        version = commit.metadata.get("version", "s") if commit is not None else None
        # What it was called when it was written may be in another person's language.
        title = entry.name if entry is not None and not own else ""
        if component is not None:
            title = title or component.name(self._languages)
            version = version or (component.version if own else "")
        verdict = self._verdicts.get(name, Judgement(Verdict.UNSIGNED))
        clients = self._clients.look(name, checksum, commit)
        payloads = payloads_of(commit) if commit is not None else ()
        return InspectedRef(
            ref=name,
            kind=kind_of(name, commit),
            commit=checksum,
            timestamp=commit.timestamp if commit is not None else None,
            name=title,
            version=clean(version or "", Policy.NAME),
            chosen=entry.chosen if entry is not None else False,
            reason=entry.reason if entry is not None else NOTHING,
            needed_by=entry.needed_by if entry is not None else (),
            state=_state(self._copy, name, checksum, commit, self._stick.partial),
            signed=_signed(self._repository, checksum),
            signature=verdict.verdict,
            signer="" if verdict.verdict in _NOT_PROVEN else verdict.user_id,
            languages=carried_languages(self._repository, name, self._names),
            installed_size=upstream.installed_size if upstream is not None else 0,
            download_size=upstream.download_size if upstream is not None else 0,
            summary=component.summary(self._languages) if component is not None and own else "",
            ended=upstream is not None and (upstream.eol or upstream.eol_rebase) is not None,
            icons=component.icons if component is not None and own else (),
            here=clients.here,
            ignored=clients.ignored,
            instead=clients.instead,
            extra_data=sum(payload.size for payload in payloads),
            extra_data_missing=sum(each.size for each in missing(payloads, self._payloads)),
        )


_NOT_PROVEN = frozenset({Verdict.BAD, Verdict.UNKNOWN_KEY, Verdict.UNSIGNED})


def kind_of(name: str, commit: Commit | None) -> RefKind:
    ref = Ref.parse_or_none(name)
    if ref is None:
        return RefKind.SYSTEM if is_system(name) else RefKind.LIST
    if ref.kind == "app":
        return RefKind.APP
    if ref.id.endswith(LOCALE):
        return RefKind.LANGUAGE
    extends = commit is not None and "[ExtensionOf]" in (commit.app_metadata or "")
    return RefKind.EXTENSION if extends else RefKind.RUNTIME


def _owner(name: str) -> str:
    """The app or runtime that the catalogue has instead of a Locale extension."""
    ref = Ref.parse_or_none(name)
    if ref is None or not ref.id.endswith(LOCALE):
        return name
    return f"app/{ref.id.removesuffix(LOCALE)}/{ref.arch}/{ref.branch}"


def _disagreements(
    metadata: InspectedMetadata | None,
    upstream: InspectedCopy | None,
    refs: Sequence[InspectedRef],
    *,
    unsigned: bool,
    of_remote: bool,
    without_list: bool,
) -> Iterator[Message]:
    if metadata is None and not of_remote:
        yield Message("The list of apps for old computers (ostree-metadata) is missing.")
    elif metadata is not None and not metadata.in_sync:
        yield Message("The list of apps for old computers (ostree-metadata) is out of date.")
    if upstream is None and (of_remote or not without_list):
        yield Message("The publisher's signed list of apps was not copied along.")
    elif upstream is not None and not upstream.signed and not unsigned:
        yield Message("The copy of the publisher's list of apps has lost its signature.")
    states = {ref.state for ref in refs}
    if RefState.MISSING in states:
        yield Message("Something on the drive cannot be read at all.")
    if RefState.NOT_IN_UPSTREAM in states:
        yield Message("The publisher's list of apps does not name everything on the drive.")
    if any(ref.instead is not None for ref in refs):
        yield Message("Computers take some of it from another repository on the drive.")
    if any(ref.signature in _BROKEN for ref in refs) and not unsigned:
        yield Message("Not everything on the drive has a good signature.")


_BROKEN = frozenset({Verdict.UNSIGNED, Verdict.BAD, Verdict.REVOKED, Verdict.EXPIRED_SIGNATURE})


def _metadata(
    stick: StickState, names: Mapping[str, str], source: MetadataSource
) -> InspectedMetadata | None:
    checksum = names.get(METADATA_REF)
    if checksum is None:
        return None
    commit = stick.commit(checksum)
    if commit is None:
        return InspectedMetadata(checksum, None, source, signed=False, in_sync=False)
    described = describe_refs(stick.commit, names)
    return InspectedMetadata(
        commit=checksum,
        timestamp=commit.timestamp,
        source=source,
        signed=_signed(stick.repository, checksum),
        in_sync=sync_problem(commit, described) is None,
    )


def _copy(copy: UpstreamCopy) -> InspectedCopy | None:
    if not copy.exists:
        return None
    files = (entry.path for entry in copy.directory.walk() if entry.node is Node.FILE)
    return InspectedCopy(
        made=copy.made,
        files=tuple(sorted(files)),
        signed=all(file.signature for file in copy.signed()),
    )


def _state(
    copy: UpstreamCopy,
    name: str,
    checksum: str,
    commit: Commit | None,
    partial: frozenset[str],
) -> RefState:
    if commit is None:
        return RefState.MISSING
    if checksum in partial:
        return RefState.PARTIAL
    return copy.state(name, checksum, commit.timestamp)


def _signed(repository: Repository, checksum: str) -> bool:
    try:
        return bool(detached_signatures(repository.read_detached(checksum)))
    except (OSError, FormatError):
        return False
