"""The refs that describe others: catalogues of each architecture and subset, ostree-metadata."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from app.formats.gvariant import Variant, parse
from app.media.publishing.appstream import (
    CatalogueTree,
    Describing,
    Entry,
    catalogue_trees,
)
from app.media.publishing.bound_commits import Binder
from app.media.publishing.commits import commit_bytes
from app.media.publishing.facts import ref_facts
from app.media.publishing.source import Source
from app.media.publishing.summaries import RefFacts, arch_of_ref
from app.media.publishing.trees import Trees
from app.ostree.names import METADATA_REF
from app.ostree.objects import Commit, ObjectKind, ObjectName
from app.ostree.repository import Repository
from app.stick.store.ostree_metadata import Described, MetadataCommit, write_metadata

_SUBJECT = "Update"


class Descriptions(Struct, frozen=True):
    """What the refs that describe others came to.

    Attributes:
        facts: what lists say about each.
        silent: apps that nobody describes.
    """

    facts: Mapping[str, RefFacts]
    silent: tuple[str, ...]


class DescriptionWriter:
    """Writes commits of descriptions, unless they say what those before say."""

    def __init__(
        self,
        binder: Binder,
        repository: Repository,
        collection: str,
        visible: Mapping[str, str],
        now: int,
    ) -> None:
        """``visible``: the refs so far."""
        self.repository = repository
        self._binder = binder
        self._collection = collection
        self._visible = visible
        self._now = now

    def catalogue(self, ref: str, tree: CatalogueTree) -> str:
        """The commit of a catalogue. Raises SigningError, OSError."""
        parent = self._visible.get(ref)
        before = self._commit(parent)
        # Something of it may have been damaged, and be gone.
        self._write(tree.objects)
        if parent is not None and before is not None and self._says(before, tree):
            self._binder.sign_again(parent)
            return parent
        metadata = [
            ("ostree.collection-binding", Variant("s", self._collection)),
            ("ostree.ref-binding", Variant("as", [ref])),
        ]
        facts = Commit(
            metadata=parse("a{sv}", b""),
            parent=parent,
            subject=_SUBJECT,
            body="",
            timestamp=self._now,
            tree=tree.tree,
            tree_meta=tree.tree_meta,
        )
        return self._binder.add(commit_bytes(metadata, facts, parent))

    def _says(self, before: Commit, tree: CatalogueTree) -> bool:
        return before.tree == tree.tree and before.collection_binding == self._collection

    def metadata(self, refs: Mapping[str, Described]) -> str:
        """The commit of ostree-metadata. Raises SigningError, OSError."""
        parent = self._visible.get(METADATA_REF)
        before = self._commit(parent)
        made: MetadataCommit = write_metadata(self._collection, refs, self._now)
        self._write(
            {name: data for name, data in made.objects.items() if name.kind != ObjectKind.COMMIT}
        )
        if parent is not None and before is not None:
            again = write_metadata(self._collection, refs, before.timestamp)
            if again.checksum == parent:
                self._binder.sign_again(parent)
                return parent
        return self._binder.add(made.data)

    def _commit(self, checksum: str | None) -> Commit | None:
        if checksum is None or not self.repository.has(ObjectName(checksum, ObjectKind.COMMIT)):
            return None
        return self.repository.read_commit(checksum)

    def _write(self, objects: Mapping[ObjectName, bytes]) -> None:
        for name, data in objects.items():
            if not self.repository.has(name):
                self.repository.write_object(name, data)


def described_by(
    writer: DescriptionWriter,
    source: Source,
    facts: Mapping[str, RefFacts],
    bring: Callable[[set[bytes]], None],
) -> Descriptions:
    """Descriptions of ``facts``; ``bring``: brings objects of the source by their keys. Raises
    SigningError, OSError, FormatError."""
    repository = writer.repository
    describing = Describing(repository, source.repository, Trees(repository))
    refs: dict[str, str] = {}
    silent: set[str] = set()
    arches = sorted({arch for ref in facts if (arch := arch_of_ref(ref))})
    subsets = sorted({subset for each in facts.values() for subset in each.subsets})
    for arch in arches:
        entries = {
            ref: Entry(each, source.catalogue(source.refs[ref].origin, arch))
            for ref, each in facts.items()
        }
        for subset in ("", *subsets):
            made = describing.collect(entries, arch, subset)
            silent.update(made.silent)
            icons = (icon for files in made.icons.values() for icon in files.values())
            names = {ObjectName(icon, ObjectKind.FILE) for icon in icons}
            bring({name.key for name in names if not repository.has(name)})
            old, new = catalogue_trees(made)
            if subset:
                refs[f"appstream2/{subset}-{arch}"] = writer.catalogue(
                    f"appstream2/{subset}-{arch}", new
                )
            else:
                refs[f"appstream/{arch}"] = writer.catalogue(f"appstream/{arch}", old)
                refs[f"appstream2/{arch}"] = writer.catalogue(f"appstream2/{arch}", new)
    trees = Trees(repository)
    told = {ref: ref_facts(repository, ref, commit, trees) for ref, commit in refs.items()}
    described = {
        ref: Described(each.commit, each.timestamp, each.metadata, each.installed, each.download)
        for ref, each in {**facts, **told}.items()
    }
    refs[METADATA_REF] = writer.metadata(described)
    told[METADATA_REF] = ref_facts(repository, METADATA_REF, refs[METADATA_REF], trees)
    return Descriptions(told, tuple(sorted(silent)))
