"""Brings back what is damaged or missing of commits, object by object, from whoever has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from app.flatpak.remotes.remote import Remote
from app.fs.files import drive_errors
from app.message import Message
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.object_cache import CachePlace
from app.ostree.pull.object_writer import ObjectStore
from app.ostree.repository import Repository
from app.progress import Cancel, Meter
from app.replacing import replace
from app.stick.mending.sources import ObjectSource
from app.stick.planning.target_state import reader
from app.stick.store.stick_state import StickState
from app.stick.store.upstream_copy import copy_keys
from app.stick.trust.commits import SignedCommit, judge_commits, open_keyring
from app.stick.trust.vouching import vouching
from app.trust.keyring import Keyring


class Healed(Struct, frozen=True):
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


def added(every: Iterable[Healed]) -> Healed:
    """What came back to several repositories."""
    total = Healed()
    for each in every:
        taken = Counter(total.sources) + Counter(each.sources)
        total = Healed(
            total.objects + each.objects,
            total.bytes + each.bytes,
            total.signatures + each.signatures,
            dict(taken),
            total.left | each.left,
        )
    return total


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
            meter.came(arrived.size)
            fresh = [
                child
                for child in map(ObjectName.from_key, arrived.children)
                if child not in seen and not repository.has(child)
            ]
            seen.update(fresh)
            todo += fresh
    meter.finish()
    return Healed(taken.total(), size, 0, dict(taken), frozenset(left))


def heal_signatures(
    repository: Repository,
    stick: StickState,
    remotes: Sequence[Remote],
    sources: Sequence[ObjectSource],
) -> dict[str, int]:
    """Where a commit's signatures are not good, those that are; how many from where.

    Raises OSError.
    """
    taken: Counter[str] = Counter()
    for better in better_signatures(stick, remotes, sources, reader(repository)):
        name = ObjectName(better.commit, ObjectKind.COMMITMETA)
        repository.write_object(name, better.detached)
        taken[better.source.label] += 1
    return dict(taken)


class BetterSignatures(Struct, frozen=True):
    """A commit's, that are good, and who has them."""

    source: ObjectSource
    ref: str
    commit: str
    detached: bytes


def better_signatures(
    stick: StickState,
    remotes: Sequence[Remote],
    sources: Sequence[ObjectSource],
    read: Callable[[ObjectName], bytes | None],
) -> Iterator[BetterSignatures]:
    """Of commits whose own are not good by the keys of ``remotes``, those that any source has.

    ``read``: as `reader` gives one.
    """
    for collection, names in stick.refs.items():
        copy = stick.copies[collection]
        # Where nobody else's are known, the drive's own: what they are worth is for the check.
        keys = vouching(collection, remotes, copy).keys or copy_keys(copy)
        opened = open_keyring(keys)
        if opened is None:
            continue
        with opened as keyring:
            for ref, checksum in names.items():
                data = read(ObjectName(checksum, ObjectKind.COMMIT))
                if data is None:
                    continue
                commit = SignedCommit(collection, ref, checksum, data, None)
                there = read(ObjectName(checksum, ObjectKind.COMMITMETA))
                if _is_good(keyring, commit, there):
                    continue
                for source in sources:
                    detached = source.signatures(checksum)
                    if detached is not None and _is_good(keyring, commit, detached):
                        yield BetterSignatures(source, ref, checksum, detached)
                        break


def _is_good(keyring: Keyring, commit: SignedCommit, detached: bytes | None) -> bool:
    if detached is None:
        return False
    signed = replace(commit, detached=detached)
    return all(each.good for each in judge_commits(keyring, [signed]))
