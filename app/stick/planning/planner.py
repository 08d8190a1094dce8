"""Makes plans: which refs, from which snapshot, why, and whether there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.drive.filesystem_advice import Advice, advise, warn_of_large_files
from app.drive.space import mounted_device
from app.errors import DriveError
from app.flatpak.catalogue.source import catalogue_refs
from app.flatpak.refs import Ref, arch_of
from app.flatpak.related import Policy
from app.flatpak.required_flatpak import lacking, readable, required_text
from app.flatpak.upstream.ref_table import UpstreamRef
from app.flatpak.upstream.signed_files import signed_files
from app.flatpak.upstream.upstream import Upstream
from app.formats.gvariant import FormatError
from app.message import Language, Message, Size
from app.ostree.names import METADATA_REF
from app.ostree.objects import Commit
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity
from app.stick.memory.accepted_snapshots import AcceptedSnapshots, refuse_older
from app.stick.planning.closure import Closure
from app.stick.planning.estimate import check_room, estimate
from app.stick.planning.name_clashes import refuse_clashes
from app.stick.planning.plan import Action, CollectionPlan, Cost, Estimate, Item, Options, Plan
from app.stick.planning.selection import Remotes, resolve
from app.stick.planning.untranslated import untranslated
from app.stick.planning.wanted import Key, Wanted
from app.stick.store.ostree_metadata import Described, describes_nothing, sync_problem
from app.stick.store.stick_state import StickNow
from app.stick.trust.origin import address_notice, update_address
from app.stick.trust.validity import until_notice, upstream_lasts

CHOSEN = Message("You chose it.")

_THERE_ALREADY = Message("It was on the drive already.")
_APPSTREAM = Message("Names, icons and descriptions, so that software centres show the apps.")


class Planner:
    """One plan for a stick as it is now."""

    def __init__(
        self, stick: StickNow, accepted: AcceptedSnapshots, remotes: Remotes, options: Options
    ) -> None:
        self._stick = stick
        self._location = stick.location
        self._space = stick.space
        self._repository = stick.repository
        self._record = stick.record
        self._existing = stick.existing
        self._accepted = accepted
        self._remotes = remotes
        self._options = options
        self._notices: list[Notice] = []

    def cost(self, texts: Sequence[str]) -> Cost:
        """What a plan for this would come to, without asking upstream for anything.

        Raises SatchelError for what cannot be meant or carried; that it does not fit is no error.
        """
        closure = self._closure(texts, commits=False)
        items: list[Item] = []
        for collection, upstream in sorted(closure.touched().items()):
            items += self._items(closure, collection, upstream)
        self._refuse_clashes(items)
        self._note_gpus(closure)
        return Cost(
            items=tuple(items),
            estimate=estimate(items, {}, self._stick.present, (), self._space),
            left_out=tuple(closure.left_out.values()),
            notices=(*self._remotes.notices, *closure.notices, *self._notices),
        )

    def plan(self, texts: Sequence[str]) -> Plan:
        """The plan for what a person typed. Raises SatchelError where it cannot work."""
        if self._space.read_only:
            raise DriveError(
                Message("{root} is read-only.", root=self._location.root),
                Message("Check the write-protect switch, or mount the drive for writing."),
            )
        closure = self._closure(texts, commits=True)
        collections = tuple(
            self._collection(closure, collection, upstream)
            for collection, upstream in sorted(closure.touched().items())
        )
        self._refuse_clashes([item for collection in collections for item in collection.items])
        self._note_gpus(closure)
        self._note_languages(closure)
        self._note_needs(closure)
        found_estimate = estimate(
            [item for collection in collections for item in collection.items],
            {sum_: data for collection in collections for sum_, data in collection.commits.items()},
            self._stick.present,
            [len(data) for collection in collections for data in collection.files.values()],
            self._space,
        )
        check_room(found_estimate)
        if found_estimate.write > self._space.free:
            self._notices.append(
                Notice(
                    Severity.WARNING,
                    Message(
                        "It may not fit: this needs up to {write}, but only {free} are free.",
                        write=Size(found_estimate.write),
                        free=Size(self._space.free),
                    ),
                    Message("If there is too little room, what is on the drive stays as it is."),
                )
            )
        return Plan(
            location=self._location,
            standing=self._stick.standing,
            options=self._options,
            collections=collections,
            estimate=found_estimate,
            advice=self._coached(found_estimate),
            basis=basis(self._existing),
            left_out=tuple(closure.left_out.values()),
            notices=(*self._remotes.notices, *closure.notices, *self._notices),
        )

    def _coached(self, found: Estimate) -> Advice:
        """What the file system makes of it; also among the notices."""
        device = mounted_device(self._space.mount_point)
        advice = advise(found.write, found.on_ext4, self._space, device)
        large = warn_of_large_files(found.claims, self._space, device)
        self._notices += [notice for notice in (advice.notice, large) if notice is not None]
        return advice

    def _closure(self, texts: Sequence[str], *, commits: bool) -> Closure:
        """What was chosen, what it needs, and what of the stick moves with it.

        ``commits``: look at commits as well, which asks upstream for them.
        """
        found = [resolve(text, self._remotes, self._options.arch) for text in texts]
        closure = Closure(
            self._remotes,
            self._existing,
            Policy(self._options.gpus, frozenset(one.ref for one in found)),
            related=self._options.related,
            runtimes=self._options.runtimes,
            strict=self._options.strict,
            commit_of=self._commit_of if commits else None,
        )
        for one in found:
            entry = one.upstream.lookup(str(one.ref), one.ref.arch)
            assert entry is not None
            closure.want(one.upstream, entry, CHOSEN, chosen=True, named=True)
        closure.close()
        self._move_existing(closure)
        for collection, upstream in closure.touched().items():
            for arch in self._arches(closure, collection):
                self._want_appstream(closure, upstream, arch)
        closure.close()
        return closure

    def _move_existing(self, closure: Closure) -> None:
        """Everything of a touched collection comes from one snapshot; that may touch others."""
        done: set[str] = set()
        while new := {name: one for name, one in closure.touched().items() if name not in done}:
            for collection, upstream in new.items():
                done.add(collection)
                self._want_existing(closure, collection, upstream)
            closure.close()

    def _want_existing(self, closure: Closure, collection: str, upstream: Upstream) -> None:
        """What is already on the stick moves to the snapshot, or stays with --keep-versions."""
        for name in self._existing.get(collection, {}):
            if name == METADATA_REF or (collection, name) in closure.wanted:
                continue
            if self._options.keep_versions:
                continue
            entry = upstream.lookup(name, arch_of(name))
            if entry is None:
                self._notices.append(
                    Notice(
                        Severity.WARNING,
                        Message(
                            "{ref} is on the drive but no longer in {remote}; it stays as it is.",
                            ref=name,
                            remote=upstream.remote.label,
                        ),
                    )
                )
                continue
            record = self._record.ref(collection, name) if self._record is not None else None
            closure.want(
                upstream,
                entry,
                record.reason if record is not None else _THERE_ALREADY,
                chosen=record.chosen if record is not None else False,
            )

    def _refuse_clashes(self, items: Sequence[Item]) -> None:
        """``items``: all that the plan is about; what else is on the stick stays there."""
        there = [(collection, name) for collection, refs in self._existing.items() for name in refs]
        planned = [(item.collection, item.ref) for item in items]
        metadata = [(item.collection, METADATA_REF) for item in items]
        place = self._location.drive, self._location.repository_path
        refuse_clashes(*place, self._space, (*there, *planned, *metadata))

    # One collection

    def _collection(self, closure: Closure, collection: str, upstream: Upstream) -> CollectionPlan:
        if not self._options.allow_older:
            record = self._record.collections.get(collection) if self._record is not None else None
            origin = record.url if record is not None else ""
            copy = self._location.upstream(collection)
            self._notices += refuse_older(upstream, copy, origin, self._accepted)
        arches = self._arches(closure, collection)
        items = self._items(closure, collection, upstream)
        needed = [item.commit for item in items if item.action is not Action.KEEP]
        metadata_commit = self._metadata_commit(collection, upstream, items, arches)
        if metadata_commit is not None:
            needed.append(metadata_commit)
        commits = upstream.commits(needed)
        signatures, fetched = upstream.signatures(commits)
        kept = [item.commit for item in items if item.commit not in commits]
        address = update_address(upstream, self._remotes.known)
        until = upstream_lasts(upstream, commits, signatures, kept, self._repository)
        notices = address_notice(upstream.remote, address), until_notice(upstream.remote, until)
        self._notices += [notice for notice in notices if notice is not None]
        return CollectionPlan(
            id=collection,
            remote=upstream.remote,
            snapshot=upstream.snapshot,
            items=tuple(sorted(items, key=lambda item: item.ref)),
            commits=commits,
            metadata_commit=metadata_commit,
            files=signed_files(upstream, arches),
            arches=tuple(arches),
            detached=fetched,
            address=address,
            until=until,
        )

    def _arches(self, closure: Closure, collection: str) -> list[str]:
        """Architectures that the stick will have anything of the collection for."""
        names = (name for place, name in closure.wanted if place == collection)
        refs = map(Ref.parse_or_none, (*names, *self._existing.get(collection, {})))
        return sorted({ref.arch for ref in refs if ref is not None})

    def _items(self, closure: Closure, collection: str, upstream: Upstream) -> list[Item]:
        """Every ref of the collection that will be on the stick."""
        wanted = [one for one in closure.wanted.values() if one.upstream is upstream]
        items = [
            self._item(collection, one, essential=one.key in closure.essential) for one in wanted
        ]
        items += self._kept(collection, items)
        self._note_updates(collection, items)
        return items

    @staticmethod
    def _want_appstream(closure: Closure, upstream: Upstream, arch: str) -> None:
        for name in catalogue_refs(arch, upstream.remote.subset):
            entry = upstream.lookup(name, arch)
            if entry is not None:
                closure.want(upstream, entry, _APPSTREAM)
                return

    def _item(self, collection: str, wanted: Wanted, *, essential: bool) -> Item:
        entry = wanted.entry
        old = self._existing.get(collection, {}).get(entry.name)
        commit = self._commit_of(wanted.key, entry)[0]
        action = self._action(old, commit)
        if entry.eol or wanted.replaced_by:
            self._note_end_of_life(wanted)
        return Item(
            collection=collection,
            ref=entry.name,
            commit=commit,
            old_commit=old,
            action=action,
            chosen=wanted.chosen,
            reason=wanted.reason,
            needed_by=tuple(wanted.needed_by),
            requires=tuple(wanted.requires),
            named=wanted.named,
            essential=essential,
            timestamp=entry.timestamp if commit == entry.commit else None,
            installed_size=entry.installed_size,
            download_size=entry.download_size,
            metadata=wanted.upstream.metadata_text(entry) if entry.ref is not None else "",
            eol=entry.eol,
            eol_rebase=wanted.replaced_by,
            describes=wanted.upstream.apps(entry) if entry.ref is None else 0,
        )

    def _commit_of(self, key: Key, entry: UpstreamRef) -> tuple[str, Commit | None]:
        """Which commit a ref will have, and the commit itself if it is on the stick."""
        old = self._existing.get(key[0], {}).get(key[1])
        commit = entry.commit
        if old is not None and self._options.keep_versions and old not in self._stick.partial:
            commit = old
        return commit, self._stick.commit(commit) if commit == old else None

    def _action(self, old: str | None, commit: str) -> Action:
        if old is None:
            return Action.ADD
        if old == commit and old not in self._stick.partial and self._stick.commit(old):
            return Action.KEEP
        return Action.UPDATE

    def _kept(self, collection: str, items: Sequence[Item]) -> list[Item]:
        """What is on the stick and stays as it is."""
        planned = {item.ref for item in items}
        kept = []
        for name, commit in self._existing.get(collection, {}).items():
            if name in planned or name == METADATA_REF:
                continue
            record = self._record.ref(collection, name) if self._record is not None else None
            kept.append(
                Item(
                    collection=collection,
                    ref=name,
                    commit=commit,
                    old_commit=commit,
                    action=Action.KEEP,
                    chosen=record.chosen if record is not None else False,
                    reason=record.reason if record is not None else _THERE_ALREADY,
                    needed_by=record.needed_by if record is not None else (),
                )
            )
        return kept

    def _metadata_commit(
        self, collection: str, upstream: Upstream, items: Sequence[Item], arches: Sequence[str]
    ) -> str | None:
        """Upstream's ostree-metadata if it fits what the stick will carry."""
        entry = next(
            (found for arch in arches if (found := upstream.lookup(METADATA_REF, arch))), None
        )
        if entry is None:
            return None
        data = upstream.ask_for_commits([entry.commit])[0].get(entry.commit)
        if data is None:
            return None
        commit = Commit.parse(data)
        if commit.collection_binding != collection or METADATA_REF not in commit.ref_bindings:
            return None
        if self._options.sign_key is not None and describes_nothing(commit):
            # Old clients get more from one that describes the refs and that they can verify.
            return None
        described = {}
        for item in items:
            try:
                timestamp, metadata = self._commit_facts(upstream, item)
            except (OSError, FormatError):
                # Damage of what stays, which the check names.
                continue
            described[item.ref] = Described(item.commit, timestamp, metadata, 0, 0)
        return entry.commit if sync_problem(commit, described) is None else None

    def _commit_facts(self, upstream: Upstream, item: Item) -> tuple[int, str]:
        if item.action is Action.KEEP:
            assert self._repository is not None
            commit = self._repository.read_commit(item.commit)
        else:
            commit = Commit.parse(upstream.commits([item.commit])[item.commit])
        return commit.timestamp, commit.app_metadata or ""

    # What a person should know

    def _note_end_of_life(self, wanted: Wanted) -> None:
        name, new = wanted.entry.name, wanted.replaced_by
        hint = Message("It gets no more updates.")
        if new:
            text = Message(
                "{ref} is at its end of life; it is replaced by {new}.", ref=name, new=new
            )
            hint = Message("flatpak installs that in its place, so it comes along.")
        else:
            text = Message(
                "{ref} is at its end of life: {reason}.",
                ref=name,
                reason=wanted.entry.eol or "",
            )
        self._notices.append(Notice(Severity.WARNING, text, hint))

    def _note_needs(self, closure: Closure) -> None:
        """What some of it asks of computers that this program cannot give them."""
        tokens = sorted(key[1] for key, one in closure.wanted.items() if one.token_type)
        if tokens:
            self._notices.append(
                Notice(
                    Severity.WARNING,
                    Message(
                        "The publisher asks for a token, as from those who bought it: {tokens}.",
                        tokens=tuple(tokens),
                    ),
                    Message(
                        "Check that you may hand it on; without the token it may not come at all."
                    ),
                )
            )
        newer: dict[str, list[str]] = {}
        for key, one in closure.wanted.items():
            required = one.metadata.required_flatpak if one.metadata is not None else ()
            if lacking(required) and readable(required):
                newer.setdefault(required_text(required), []).append(key[1])
        for version, names in sorted(newer.items()):
            self._notices.append(
                Notice(
                    Severity.WARNING,
                    Message(
                        "flatpak {version} or newer is needed by: {names}.",
                        version=version,
                        names=tuple(sorted(names)),
                    ),
                    Message("Older ones refuse to install it."),
                )
            )
        for wanted in closure.wanted.values():
            self._note_renamed_runtime(closure, wanted)

    def _note_renamed_runtime(self, closure: Closure, wanted: Wanted) -> None:
        """flatpak installs another runtime than the one that the app then looks for."""
        for key in wanted.requires:
            runtime = closure.wanted.get(key)
            app = wanted.metadata is not None and wanted.metadata.kind == "app"
            if app and runtime is not None and runtime.replaced_by and not wanted.replaced_by:
                self._notices.append(
                    Notice(
                        Severity.WARNING,
                        Message(
                            "{ref} runs on {runtime}, in whose place flatpak installs "
                            "{replaced_by}: it will not start where the old one is not installed "
                            "already.",
                            ref=wanted.entry.name,
                            runtime=key[1],
                            replaced_by=runtime.replaced_by,
                        ),
                        Message("Tell its publisher that its runtime was renamed."),
                    )
                )

    def _note_updates(self, collection: str, items: Sequence[Item]) -> None:
        moved = [item for item in items if item.action is Action.UPDATE]
        if moved and not self._options.keep_versions:
            self._notices.append(
                Notice(
                    Severity.INFO,
                    Message(
                        "{moved} of what is on the drive from {collection} will be updated, so that"
                        " everything comes from one snapshot.",
                        moved=len(moved),
                        collection=collection,
                    ),
                    Remedy.KEEP_VERSIONS.advice(),
                )
            )

    def _note_gpus(self, closure: Closure) -> None:
        for gpu in self._options.gpus:
            if gpu not in closure.gpus_found:
                self._notices.append(
                    Notice(
                        Severity.WARNING,
                        Message(
                            "There is no graphics driver called {gpu} for what was chosen.", gpu=gpu
                        ),
                        Message("Name it as flatpak does, for example nvidia-550-54-14."),
                    )
                )

    def _note_languages(self, closure: Closure) -> None:
        lacks = untranslated(closure.wanted, closure.installed(), self._options.languages)
        for code, ids in lacks.items():
            self._notices.append(
                Notice(
                    Severity.WARNING,
                    Message(
                        "No translation into {code}: {ids}.", code=Language(code), ids=tuple(ids)
                    ),
                    Message("Most apps are in English where they are not translated."),
                )
            )


def basis(refs: Mapping[str, Mapping[str, str]]) -> frozenset[tuple[str, str, str]]:
    """What a plan assumes to be on the stick."""
    return frozenset(
        (collection, name, commit)
        for collection, found in refs.items()
        for name, commit in found.items()
    )
