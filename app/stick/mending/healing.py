"""Brings back what is damaged or missing of commits, object by object, from whoever has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.fs.files import drive_errors
from app.message import Message
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.object_cache import CachePlace
from app.ostree.pull.object_writer import ObjectStore
from app.ostree.repository import Repository
from app.progress import Cancel, Meter
from app.stick.mending.sources import ObjectSource
from app.stick.store.stick_state import StickState
from app.stick.trust.commits import SignedCommit, judge_commits, open_keyring
from app.trust.keyring import Keyring


@dataclass(frozen=True, slots=True)
class Healed:
    """What came back.

    Attributes:
        sources: how many objects and signatures from where.
        left: objects that nobody had.
    """

    objects: int = 0
    bytes: int = 0
    signatures: int = 0
    sources: Mapping[str, int] = field(default_factory=dict)
    left: frozenset[ObjectName] = frozenset()


def heal_objects(
    repository: Repository,
    damaged: Iterable[ObjectName],
    sources: Sequence[ObjectSource],
    cache: CachePlace | None,
    max_file: int | None,
    meter: Meter,
    cancel: Cancel,
) -> Healed:
    """Take each object from the first source that has it, and what is missing below it.

    What a damaged one is replaced by is there before that goes. Raises DriveError and what
    ``cancel`` raises.
    """
    todo = list(dict.fromkeys(damaged))
    seen = set(todo)
    left: set[ObjectName] = set()
    taken: Counter[str] = Counter()
    size = 0
    with (
        drive_errors(Message("writing the repository")),
        ObjectStore(repository.root, max_file, cache) as store,
    ):
        while todo:
            cancel.check()
            name = todo.pop()
            repository.root.clear(f"objects/{name.path}")
            for source in sources:
                arrived = source.take(name, store)
                if arrived is not None:
                    break
            else:
                left.add(name)
                continue
            taken[source.label] += 1
            size += arrived.size
            meter.objects += 1
            meter.bytes += arrived.size
            meter.tick()
            fresh = [
                child
                for child in arrived.children
                if child not in seen and not repository.has(child)
            ]
            seen.update(fresh)
            todo += fresh
    meter.finish()
    return Healed(taken.total(), size, 0, dict(taken), frozenset(left))


def heal_signatures(
    repository: Repository,
    stick: StickState,
    keys: Mapping[str, Sequence[bytes]],
    sources: Sequence[ObjectSource],
) -> dict[str, int]:
    """Where a commit's signatures are not good by ``keys`` (by collection), those that are; how
    many from where. Raises OSError."""
    taken: Counter[str] = Counter()
    for collection, names in stick.refs.items():
        opened = open_keyring(keys.get(collection, ()))
        if opened is None:
            continue
        with opened as keyring:
            for ref, checksum in names.items():
                for source in _better(repository, keyring, collection, ref, checksum, sources):
                    taken[source] += 1
    return dict(taken)


def _better(
    repository: Repository,
    keyring: Keyring,
    collection: str,
    ref: str,
    checksum: str,
    sources: Sequence[ObjectSource],
) -> Iterable[str]:
    try:
        data = repository.read_object(ObjectName(checksum, ObjectKind.COMMIT))
    except OSError:
        return
    try:
        there = repository.read_detached(checksum)
    except OSError:
        there = None

    def good(detached: bytes | None) -> bool:
        signed = SignedCommit(collection, ref, checksum, data, detached)
        return detached is not None and all(each.good for each in judge_commits(keyring, [signed]))

    if good(there):
        return
    for source in sources:
        detached = source.signatures(checksum)
        if good(detached):
            assert detached is not None
            repository.write_object(ObjectName(checksum, ObjectKind.COMMITMETA), detached)
            yield source.label
            return
