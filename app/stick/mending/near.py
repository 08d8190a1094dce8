"""A repository as it will be once all has come that others than upstream have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from msgspec import Struct, field

from app.closing import Closing
from app.fs.nodes import Node
from app.ostree.object_files import ObjectFiles
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.repository import Repository
from app.progress import Cancel
from app.replacing import replace
from app.stick.mending.plan import Supply, Way
from app.stick.mending.sources import ObjectSource, Offered
from app.stick.planning.present_objects import PresentObjects


class Near(Struct):
    """What comes from all but upstream; a repository as it will be then.

    Attributes:
        left: what nobody near has.
        unfinished: the same, and what is damaged and comes, but not all below it.
        supplies: of every source, in the order in which they are asked.
        signed: refs whose commits get their signatures.
        files: refs of apps that come as files.
    """

    repository: Repository
    offered: dict[ObjectName, Offered] = field(default_factory=dict)
    left: set[ObjectName] = field(default_factory=set)
    unfinished: set[ObjectName] = field(default_factory=set)
    supplies: dict[tuple[Way, str], Supply] = field(default_factory=dict)
    signed: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    def take(
        self, damaged: Iterable[ObjectName], sources: Sequence[ObjectSource], cancel: Cancel
    ) -> None:
        """As `heal_objects`."""
        todo = list(dict.fromkeys(damaged))
        above = {name: name for name in todo}
        while todo:
            cancel.check()
            name = todo.pop()
            for source in sources:
                offer = source.offer(name)
                if offer is not None:
                    break
            else:
                self.left.add(name)
                self.unfinished |= {name, above[name]}
                continue
            self.offered[name] = offer
            self.count(source, objects=1, size=offer.size)
            fresh = [
                child
                for child in map(ObjectName.from_key, offer.children)
                if child not in above and not self.repository.has(child)
            ]
            above.update(dict.fromkeys(fresh, above[name]))
            todo += fresh

    def count(
        self, source: ObjectSource, *, objects: int = 0, size: int = 0, signatures: int = 0
    ) -> None:
        label = "" if source.way is Way.CACHE else source.label
        self._add(Supply(source.way, label, objects, size, signatures))

    def count_file(self, ref: str, root: Path, size: int) -> None:
        """An app as a file, from a drive or directory."""
        self.files.add(ref)
        self._add(Supply(Way.DRIVE, str(root), 1, size))

    def _add(self, supply: Supply) -> None:
        key = supply.way, supply.label
        before = self.supplies.get(key, Supply(*key))
        self.supplies[key] = replace(
            before,
            objects=before.objects + supply.objects,
            bytes=before.bytes + supply.bytes,
            signatures=before.signatures + supply.signatures,
        )

    @property
    def present(self) -> PresentObjects:
        there = PresentObjects.of(self.repository)
        keys = set(there.keys)
        keys -= {name.key for name in self.left}
        keys |= {name.key for name in self.offered}
        return PresentObjects(keys, len({key[1] for key in keys}), None, partial(_NearFiles, self))

    def read(self, name: ObjectName) -> bytes | None:
        """None for what is not there, or will not be."""
        try:
            return self.read_object(name)
        except OSError:
            return None

    def read_object(self, name: ObjectName) -> bytes:
        offer = self.offered.get(name)
        if offer is not None and offer.data is not None:
            return offer.data
        if name in self.left:
            raise FileNotFoundError(name.path)
        if name.kind is ObjectKind.COMMITMETA:
            return self.repository.read_detached(name.checksum) or b""
        return self.repository.read_object(name)


class _NearFiles(Closing):
    """Of the objects that will be there."""

    def __init__(self, near: Near) -> None:
        self._near = near
        objects = near.repository.root.below("objects")
        there = objects.node(".") is Node.DIRECTORY
        self._files = ObjectFiles(objects) if there else None
        self._offered = {name.key: offer.size for name, offer in near.offered.items()}

    def close(self) -> None:
        if self._files is not None:
            self._files.close()

    def read(self, key: bytes) -> bytes:
        return self._near.read_object(ObjectName.from_key(key))

    def read_many(self, keys: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
        for key in keys:
            with suppress(OSError):
                yield key, self.read(key)

    def sizes(self, keys: Iterable[bytes]) -> Mapping[bytes, int]:
        named = set(keys)
        near = {key: self._offered[key] for key in named & self._offered.keys()}
        if self._files is None:
            return near
        return {**self._files.sizes(named - near.keys()), **near}
