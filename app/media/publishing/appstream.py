"""The catalogues of a repository: ``appstream/ARCH`` and ``appstream2/ARCH``, and of subsets.

As ``flatpak build-update-repo`` makes them (``_flatpak_repo_generate_appstream`` in flatpak's
``flatpak-repo-utils.c``): of what each commit says about itself. What a commit does not say comes
from the catalogue of its upstream.
"""

from __future__ import annotations

import gzip
import stat
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from xml.etree.ElementTree import Element

from msgspec import Struct, field

from app.flatpak.catalogue.appstream import read_catalogue
from app.flatpak.refs import Ref
from app.formats.gvariant import FormatError, serialise
from app.media.publishing.commits import checksum_of
from app.media.publishing.component_elements import (
    bound,
    catalogue,
    components_of,
    element,
    id_of,
)
from app.media.publishing.summaries import RefFacts
from app.media.publishing.trees import Trees
from app.message import Message
from app.ostree.content import pack_content
from app.ostree.objects import (
    DIRTREE_TYPE,
    Commit,
    ObjectKind,
    ObjectName,
    serialise_dirmeta,
)
from app.ostree.repository import Repository

_INFO = "files/share/app-info"
_SIZES = ("64x64", "128x128")
_FILES = ("appstream.xml.gz", "appstream.xml")
_MAX_INFO = 16 * 1024 * 1024
_MAX_CATALOGUE = 256 * 1024 * 1024
_GZIP = 31
_DIRECTORY = 0o40755
_FILE = stat.S_IFREG | 0o644
_LINK = stat.S_IFLNK | 0o777

Files = dict[str, str]
"""Name → checksum."""


class Catalogue(Struct):
    """What a catalogue is made of.

    Attributes:
        components: in the order of their refs.
        icons: size → file name → checksum of a file object.
        silent: apps that nobody describes.
    """

    components: list[Element] = field(default_factory=list)
    icons: dict[str, Files] = field(default_factory=lambda: {size: {} for size in _SIZES})
    silent: list[str] = field(default_factory=list)


class Entry(Struct, frozen=True):
    """An app or a runtime.

    Attributes:
        upstream: the commit of the catalogue of where it comes from; None if there is none.
    """

    facts: RefFacts
    upstream: str | None = None

    @property
    def ends(self) -> bool:
        """Whether it gets no updates any more: then nobody is to come across it."""
        return bool({"eol", "eolr"} & self.facts.sparse.keys())


class Describing:
    """Collects what is said about apps, of the objects of one repository."""

    def __init__(self, repository: Repository, upstream: Repository, trees: Trees) -> None:
        """``upstream``: the repository that has the catalogues of upstreams."""
        self._repository = repository
        self._trees = trees
        self._upstream = upstream
        self._upstream_trees = Trees(upstream)
        self._known: dict[str, dict[str, bytes]] = {}

    def collect(self, entries: Mapping[str, Entry], arch: str, subset: str) -> Catalogue:
        """Of the refs of an architecture, in a subset or ("") in all. Raises OSError."""
        made = Catalogue()
        for name, entry in sorted(entries.items()):
            ref = Ref.parse_or_none(name)
            if ref is None or ref.arch != arch or entry.ends:
                continue
            if subset and subset not in entry.facts.subsets:
                continue
            if not self._add(made, ref, entry) and ref.kind == "app":
                made.silent.append(name)
        return made

    def _add(self, made: Catalogue, ref: Ref, entry: Entry) -> bool:
        name = ObjectName(entry.facts.commit, ObjectKind.COMMIT)
        commit = Commit.parse(self._repository.read_object(name))
        said = list(self._own(commit, ref, entry.facts.metadata))
        if said:
            icons = f"{_INFO}/icons/flatpak"
            self._add_icons(made, said, ref, commit, icons, self._trees)
        elif entry.upstream is not None:
            said = self._of_upstream(entry.upstream, ref, entry.facts.metadata)
            if said:
                commit = self._upstream.read_commit(entry.upstream)
                self._add_icons(made, said, ref, commit, "icons", self._upstream_trees)
        made.components += said
        return bool(said)

    def _own(self, commit: Commit, ref: Ref, metadata: str) -> Iterator[Element]:
        with suppress(FormatError):
            path = f"{_INFO}/xmls/{ref.id}.xml.gz"
            packed = self._trees.file(commit, path, _MAX_INFO)
            if packed is not None:
                yield from components_of(_inflated(packed, _MAX_INFO), ref, metadata)

    def _of_upstream(self, checksum: str, ref: Ref, metadata: str) -> list[Element]:
        if checksum not in self._known:
            self._known[checksum] = self._read_catalogue(checksum)
        data = self._known[checksum].get(str(ref))
        with suppress(FormatError):
            return [bound(element(data), ref, metadata)] if data else []
        return []

    def _read_catalogue(self, checksum: str) -> dict[str, bytes]:
        commit = self._upstream.read_commit(checksum)
        for name in _FILES:
            with suppress(FormatError):
                data = self._upstream_trees.file(commit, name, _MAX_CATALOGUE)
                if data is not None:
                    return {
                        str(component.ref): source for component, source in read_catalogue(data)
                    }
        return {}

    def _add_icons(
        self,
        made: Catalogue,
        said: list[Element],
        ref: Ref,
        commit: Commit,
        directory: str,
        trees: Trees,
    ) -> None:
        for size in _SIZES:
            tree = trees.directory(commit, f"{directory}/{size}")
            files = dict(tree.files) if tree is not None else {}
            for component in said:
                name = f"{id_of(component, ref.id)}.png"
                if name in files:
                    made.icons[size][name] = files[name]


def _inflated(data: bytes, limit: int) -> bytes:
    """At most so many bytes. Raises FormatError."""
    stream = zlib.decompressobj(_GZIP)
    try:
        plain = stream.decompress(data, limit)
    except zlib.error as error:
        raise FormatError(Message("the catalogue is damaged")) from error
    return plain


class CatalogueTree(Struct, frozen=True):
    """The root of a catalogue's commit, and the objects that it needs beside icons."""

    tree: str
    tree_meta: str
    objects: Mapping[ObjectName, bytes]


def catalogue_trees(made: Catalogue) -> tuple[CatalogueTree, CatalogueTree]:
    """That of ``appstream``, with a compressed file, and that of ``appstream2``."""
    data = catalogue(made.components)
    # No time in it: the same apps give the same bytes.
    packed = gzip.compress(data, mtime=0)
    return _tree(made, _FILES[0], packed), _tree(made, _FILES[1], data)


def _tree(made: Catalogue, name: str, data: bytes) -> CatalogueTree:
    objects: dict[ObjectName, bytes] = {}
    meta = serialise_dirmeta(_DIRECTORY)
    meta_sum = _noted(objects, ObjectKind.DIRMETA, meta)

    def directory(files: Files, directories: Mapping[str, str]) -> str:
        value = (
            [(file, bytes.fromhex(checksum)) for file, checksum in sorted(files.items())],
            [
                (below, bytes.fromhex(checksum), bytes.fromhex(meta_sum))
                for below, checksum in sorted(directories.items())
            ],
        )
        return _noted(objects, ObjectKind.DIRTREE, serialise(DIRTREE_TYPE, value))

    def file(content: bytes, mode: int, target: str = "") -> str:
        checksum, stored = pack_content(content, mode, target)
        objects[ObjectName(checksum, ObjectKind.FILE)] = stored
        return checksum

    # Where appstream's own library looks, by the origin "flatpak".
    links = {size: file(b"", _LINK, f"../{size}") for size in _SIZES}
    icons = {size: directory(made.icons[size], {}) for size in _SIZES}
    icons["flatpak"] = directory(links, {})
    root = directory({name: file(data, _FILE)}, {"icons": directory({}, icons)})
    return CatalogueTree(root, meta_sum, objects)


def _noted(objects: dict[ObjectName, bytes], kind: ObjectKind, data: bytes) -> str:
    checksum = checksum_of(data)
    objects[ObjectName(checksum, kind)] = data
    return checksum
