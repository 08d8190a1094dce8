"""Publishes what was checked as a signed repository that others can add.

Order: objects → commits, signed → catalogues, ostree-metadata → lists, signed → what is published
is written down → everything to the medium → the lists are exchanged → refs. Whatever stops it,
clients find what they found before, or all of the new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from app.errors import StickDamagedError, UsageError
from app.flatpak.refs import PartialRef, Ref
from app.fs.files import drive_errors, readable_by_everybody
from app.fs.root import Root
from app.media.publishing.bound_commits import Binder, BoundRefs
from app.media.publishing.carrying import Carrier
from app.media.publishing.commits import Binding
from app.media.publishing.described import Descriptions, DescriptionWriter, described_by
from app.media.publishing.facts import ref_facts
from app.media.publishing.lists import (
    bring_files,
    exchange,
    list_files,
    new_lists,
    read_shown,
    remove_files,
)
from app.media.publishing.maker import Maker
from app.media.publishing.publication import (
    SCRATCH,
    Before,
    Publication,
    read_publication,
    write_publication,
)
from app.media.publishing.repo_files import repo_files, write_repo_files
from app.media.publishing.repository import (
    heads,
    open_published,
    write_heads,
)
from app.media.publishing.source import Source
from app.media.publishing.summaries import About, RefFacts
from app.media.publishing.trees import Trees
from app.message import Message
from app.ostree.object_files import ObjectFiles
from app.ostree.objects import ObjectKind, kind_key
from app.ostree.prune import Needed, prune
from app.ostree.reach import ObjectReach
from app.progress import Cancel, Meter, Phase, Reporter, heeding

_COMMITS = frozenset({kind_key(ObjectKind.COMMIT), kind_key(ObjectKind.COMMITMETA)})
_DOING = Message("publishing")


class Terms(Struct, frozen=True):
    """How it is published.

    Attributes:
        now: seconds since 1970.
        local: the address while there is no other.
    """

    now: int
    local: str


class Published(Struct, frozen=True):
    """What was done.

    Attributes:
        refs: how many apps, runtimes and extensions there are now.
        added, updated, removed: of these.
        as_they_are: those whose commits are upstream's own, with the maker's signature beside.
        objects: files that came.
        silent: apps that nobody describes, so that they are in no catalogue.
        ed25519: the public key beside gpg's, in base64; empty if there is none.
        file: what people add the repository by.
    """

    collection: str
    url: str
    refs: int
    added: tuple[str, ...]
    updated: tuple[str, ...]
    removed: tuple[str, ...]
    as_they_are: tuple[str, ...]
    objects: int
    silent: tuple[str, ...]
    ed25519: str
    file: Path


def publish(
    directory: Root,
    source: Source,
    change: Callable[[Publication | None], Publication],
    maker: Maker,
    terms: Terms,
    report: Reporter,
    cancel: Cancel,
) -> Published:
    """Make ``directory`` show what ``source`` has. ``change``: what is published so far → what is
    to be, but for its refs.

    Raises SigningError, StickDamagedError, DriveError, and what ``cancel`` raises; then clients
    find what they found before.
    """
    with heeding(cancel), readable_by_everybody(), drive_errors(_DOING):
        publication = change(read_publication(directory))
        repository = open_published(directory, publication)
        with repository.locked(exclusive=True):
            publication = change(read_publication(directory))
            work = _Publishing(repository.root, source, publication, maker, terms, report, cancel)
            return work.run()


class _Publishing:
    def __init__(
        self,
        directory: Root,
        source: Source,
        publication: Publication,
        maker: Maker,
        terms: Terms,
        report: Reporter,
        cancel: Cancel,
    ) -> None:
        self._directory = directory
        self._source = source
        self._publication = publication
        self._maker = maker
        self._terms = terms
        self._report = report
        self._cancel = cancel
        self._repository = open_published(directory, publication)
        self._trees = Trees(self._repository)

    def run(self) -> Published:
        self._directory.drop_temporaries(SCRATCH)
        shown = read_shown(self._directory)
        visible = heads(self._repository)
        subsets = self._subsets()
        objects = self._carry()
        binder = Binder(
            self._source.repository,
            self._repository,
            self._maker,
            signed_before=self._publication.signers == self._maker.keys,
        )
        bound = self._bind(binder, visible, subsets)
        facts = self._facts(bound.refs)
        descriptions = self._describe(binder, facts, visible)
        facts |= descriptions.facts
        refs = {ref: each.commit for ref, each in facts.items()}
        lists = new_lists(self._directory, facts, self._about(), shown, self._maker)
        before = Before(visible, shown.files, list_files(self._directory), self._terms.now)
        after = self._publication.replaced_by(refs, frozenset(lists.files), before)
        former = tuple(each.fingerprint for each in self._maker.former)
        after = after.signed_by(self._maker.keys, former)
        self._cancel.check()
        bring_files(self._directory, lists)
        write_publication(self._directory, after)
        exchange(self._directory, lists)
        write_heads(self._repository, refs)
        url = after.words.url or self._terms.local
        files = repo_files(after, url, self._maker)
        write_repo_files(self._directory, files)
        self._directory.sync()
        self._forget(after)
        return Published(
            collection=after.collection,
            url=url,
            refs=len(bound.refs),
            added=tuple(sorted(bound.refs.keys() - visible.keys())),
            updated=tuple(
                sorted(
                    ref
                    for ref, commit in bound.refs.items()
                    if ref in visible and visible[ref] != commit
                )
            ),
            removed=tuple(sorted(visible.keys() - refs.keys())),
            as_they_are=tuple(sorted(bound.as_they_are)),
            objects=objects,
            silent=descriptions.silent,
            ed25519=self._maker.ed25519.public if self._maker.ed25519 is not None else "",
            file=self._directory.shown(f"{after.name}.flatpakrepo"),
        )

    def _subsets(self) -> Mapping[str, tuple[str, ...]]:
        """Ref → the maker's own subsets. Raises UsageError."""
        chosen: dict[str, list[str]] = {}
        for subset, patterns in sorted(self._publication.subsets.items()):
            for text in patterns:
                pattern = PartialRef.parse(text)
                refs = [ref for ref in self._source.refs if _belongs(ref, pattern)]
                if not refs:
                    raise UsageError(
                        Message(
                            "{ref} is not published; it cannot be in the subset {subset}.",
                            ref=text,
                            subset=subset,
                        )
                    )
                for ref in refs:
                    chosen.setdefault(ref, []).append(subset)
        return {ref: tuple(dict.fromkeys(names)) for ref, names in chosen.items()}

    def _carry(self) -> int:
        """Bring what the refs need; how many objects came."""
        source = self._source.repository
        commits = [each.commit for each in self._source.refs.values()]
        with ObjectReach(source.root.below("objects")) as reach:
            reach.read_trees(commits)
            reached = reach.reached(commits)
            needed = {key for key in reached.keys if key[:1] not in _COMMITS}
            if reached.unread or not needed <= reach.present:
                raise StickDamagedError(
                    Message(
                        "Something of what is to be published is missing in {path}.",
                        path=source.path,
                    ),
                    Message("satchel repair {path} brings it back.", path=source.path),
                )
        with ObjectFiles(self._directory.below("objects")) as files:
            new = needed.difference(files.keys())
        self._bring(new)
        return len(new)

    def _bring(self, keys: set[bytes]) -> None:
        if not keys:
            return
        meter = Meter(self._report, Phase.WRITE)
        meter.objects_total = len(keys)
        with Carrier(self._source.repository.root, self._directory) as carrier:
            carrier.carry(keys, meter, self._cancel)
        meter.finish()

    def _bind(
        self, binder: Binder, visible: Mapping[str, str], subsets: Mapping[str, tuple[str, ...]]
    ) -> BoundRefs:
        collection = self._publication.collection
        # Where nobody said anything of subsets, those of upstream stay.
        meter = Meter(self._report, Phase.WRITE)
        bound = binder.bind(
            self._source.refs,
            visible,
            lambda ref: Binding(collection, ref, subsets.get(ref)),
            meter,
            self._cancel,
        )
        meter.finish()
        return bound

    def _facts(self, refs: Mapping[str, str]) -> dict[str, RefFacts]:
        facts = {}
        for ref, commit in refs.items():
            self._cancel.check()
            facts[ref] = ref_facts(self._repository, ref, commit, self._trees)
        return facts

    def _describe(
        self, binder: Binder, facts: Mapping[str, RefFacts], visible: Mapping[str, str]
    ) -> Descriptions:
        collection, now = self._publication.collection, self._terms.now
        writer = DescriptionWriter(binder, self._repository, collection, visible, now)
        return described_by(writer, self._source, facts, self._bring)

    def _about(self) -> About:
        publication = self._publication
        new_key = self._maker.key.public_key() if self._maker.former else b""
        return About(publication.collection, self._terms.now, publication.words, new_key)

    def _forget(self, after: Publication) -> None:
        """Remove what nobody asks for any more."""
        commits, files = after.expired(self._terms.now)
        if not commits and not files:
            return
        after = after.without(commits, files)
        remove_files(self._directory, files)
        if commits:
            needed = Needed(frozenset((*after.refs.values(), *after.left_commits)))
            meter = Meter(self._report, Phase.PRUNE)
            prune(self._repository, needed, lambda size: size, meter, self._cancel)
        write_publication(self._directory, after)


def _belongs(name: str, pattern: PartialRef) -> bool:
    """Whether a ref is meant, or is an extension of what is meant."""
    ref = Ref.parse_or_none(name)
    if ref is None:
        return False
    if pattern.matches(ref, ref.arch):
        return True
    above = Ref(ref.kind, ref.id.rpartition(".")[0], ref.arch, ref.branch)
    return (
        "." in ref.id
        and ref.kind == "runtime"
        and any(
            pattern.matches(Ref(kind, above.id, ref.arch, ref.branch), ref.arch)
            for kind in ("app", "runtime")
        )
    )
