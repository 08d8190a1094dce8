"""A repository as it will be once all has come that others than upstream have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.repository import Repository
from app.progress import Cancel
from app.stick.mending.plan import Supply, Way
from app.stick.mending.sources import ObjectSource, Offered
from app.stick.planning.present_objects import PresentObjects


@dataclass(slots=True)
class Near:
    """What comes from all but upstream; a repository as it will be then (`Stored`).

    Attributes:
        left: what nobody near has.
        supplies: of every source, in the order in which they are asked.
        signed: refs whose commits get their signatures.
    """

    repository: Repository
    offered: dict[ObjectName, Offered] = field(default_factory=dict)
    left: set[ObjectName] = field(default_factory=set)
    supplies: dict[tuple[Way, str], Supply] = field(default_factory=dict)
    signed: set[str] = field(default_factory=set)

    def take(
        self, damaged: Iterable[ObjectName], sources: Sequence[ObjectSource], cancel: Cancel
    ) -> None:
        """As `heal_objects`."""
        todo = list(dict.fromkeys(damaged))
        seen = set(todo)
        while todo:
            cancel.check()
            name = todo.pop()
            for source in sources:
                offer = source.offer(name)
                if offer is not None:
                    break
            else:
                self.left.add(name)
                continue
            self.offered[name] = offer
            self.count(source, objects=1, size=offer.size)
            fresh = [
                child
                for child in offer.children
                if child not in seen and not self.repository.has(child)
            ]
            seen.update(fresh)
            todo += fresh

    def count(
        self, source: ObjectSource, *, objects: int = 0, size: int = 0, signatures: int = 0
    ) -> None:
        label = "" if source.way is Way.CACHE else source.label
        before = self.supplies.get((source.way, label), Supply(source.way, label))
        self.supplies[source.way, label] = replace(
            before,
            objects=before.objects + objects,
            bytes=before.bytes + size,
            signatures=before.signatures + signatures,
        )

    @property
    def present(self) -> PresentObjects:
        paths = self.repository.object_paths() - {name.path for name in self.left}
        paths |= {name.path for name in self.offered}
        return PresentObjects(paths, len({path[:2] for path in paths}), None, self)

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

    def object_sizes(self, paths: Iterable[str]) -> Mapping[str, int]:
        named = list(paths)
        offered = {name.path: offer.size for name, offer in self.offered.items()}
        near = {path: offered[path] for path in named if path in offered}
        others = [path for path in named if path not in near]
        return {**self.repository.object_sizes(others), **near}
