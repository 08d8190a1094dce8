"""How much a plan fetches and writes, and whether it fits. Why: decision D47."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import partial
from typing import ClassVar

from app.drive.filesystem_advice import SMALL_CLUSTER, Claim
from app.drive.space import Space
from app.errors import Cause, DriveError
from app.flatpak.extra_data import payloads_of
from app.flatpak.refs import is_system
from app.fs.files import DriveFullError
from app.message import Message, Size
from app.ostree.object_files import PREFIXES
from app.ostree.objects import FILE_KEY, Commit, ObjectKind, ObjectName
from app.replacing import replace
from app.stick.planning import guess
from app.stick.planning.guess import Guess, Rest
from app.stick.planning.plan import Action, Item
from app.stick.planning.present_objects import PresentObjects, Reach
from app.stick.planning.sizes import Estimate, Part, TooLarge

_REPOSITORY_CLUSTERS = 24
"""Directories and small files that every stick has."""
_KIT = 64 * 1024
_COLLECTION_CLUSTERS = 16
"""Directories of refs and copies, the collection's ostree-metadata and .flatpakrepo."""
_REF_CLUSTERS = 4
"""The ref, its directories, the signatures of its commit."""
_REF_TEXT = 3 * 1024
"""What the record, the summary, ostree-metadata and the kit say about a ref."""

_SUM_TEXT = 140
"""What the kit's checksums say about an object."""

_NO_OBJECTS = PresentObjects(frozenset(), 0)


class DoesNotFitError(DriveFullError):
    """The plan needs more room than there is."""


class FileTooLargeError(DriveError):
    """An object is larger than the file system can hold."""

    cause: ClassVar[Cause] = Cause.FULL

    @classmethod
    def of(cls, ref: str, what: Message, space: Space) -> FileTooLargeError:
        """``what`` completes "REF contains …"; ``space`` has a limit."""
        assert space.max_file is not None
        return cls(
            Message(
                "{ref} contains {what}, but the drive's file system ({file_system}) holds none "
                "over {limit}.",
                ref=ref,
                what=what,
                file_system=space.name,
                limit=Size(space.max_file),
            ),
            Message("Format the drive as exFAT or ext4, or leave this app out."),
        )


def estimate(
    items: Sequence[Item],
    commits: Mapping[str, bytes],
    stick: PresentObjects | None,
    files: Iterable[int],
    space: Space,
    local: Container[str] = (),
    known: PresentObjects | None = None,
) -> Estimate:
    """What fetching ``commits`` (bytes by checksum) for ``items`` takes on ``space``.

    ``stick`` is what is there already; ``files`` are the sizes of the upstream copies; ``local``
    are the collections, and the commits, that come from this computer. Items whose commits are not
    among ``commits`` are taken for as large as upstream claims. ``known``: what is known of objects
    where there is no stick. Raises OSError for what is there and cannot be read.
    """
    count = _Count(stick or known or _NO_OBJECTS, space, local)
    for item in items:
        if item.action is not Action.KEEP:
            data = commits.get(item.commit)
            count.add(item, data)
    commit_sizes = [len(data) for data in commits.values()]
    beside = [*commit_sizes, *files]
    # That which describes a collection is no item's.
    rest = {sum_: len(data) for sum_, data in commits.items() if count.is_new(sum_)}
    loose = {_commit_key(sum_): size for sum_, size in rest.items() if sum_ not in local}
    objects = count.objects + len(rest)

    def around(other: Space) -> int:
        sums = count.listed * _SUM_TEXT + len(commits) * other.cluster
        around = _around(items, stick, objects + len(commits), other)
        return sum(map(other.allocated, beside)) + around + sums

    parts = count.parts
    fetch = sum(part.fetch for part in parts) + sum(rest.values())
    write = sum(part.write for part in parts) + around(space)
    return Estimate(
        objects=objects,
        fetch=fetch,
        write=write,
        least=count.least + around(space),
        on_ext4=count.on_ext4 + around(replace(space, cluster=SMALL_CLUSTER)),
        exact=not count.claims,
        space=space,
        claims=tuple(count.claims),
        there=sum(part.there for part in parts),
        held=sum(part.held for part in parts),
        local=fetch - sum(part.download for part in parts) - sum(loose.values()),
        parts=tuple(parts),
        loose=loose,
        too_large=tuple(count.too_large),
        unsized=tuple(count.unsized),
        spared=count.spared,
        signatures=len(commits),
    )


class _Count:
    """Adds up items; an object that several need is counted for the first of them.

    Attributes:
        objects: to fetch.
        listed: what the commits need, once for each commit that needs it.
        least, on_ext4: as in `Estimate`, of objects alone.
        parts: of the items, in their order.
        claims: about the items of which not everything is known.
        too_large: what the file system cannot hold for sure.
        unsized, spared: as in `Estimate`.
    """

    def __init__(self, stick: PresentObjects, space: Space, local: Container[str]) -> None:
        self._stick = stick
        self._space = space
        self._local = local
        self._fine = replace(space, cluster=SMALL_CLUSTER)
        self._told: dict[bytes, int] = {}
        self._counted: set[bytes] = set()
        self._held: set[bytes] = set()
        self._commit = 0
        """Bytes of the commit of the item that is added."""
        self.objects = 0
        self.listed = 0
        self.least = 0
        self.on_ext4 = 0
        self.parts: list[Part] = []
        self.claims: list[Claim] = []
        self.too_large: list[TooLarge] = []
        self.unsized: list[str] = []
        self.spared = 0

    def add(self, item: Item, data: bytes | None) -> None:
        """``data``: the item's commit, where it is known."""
        commit = Commit.parse(data) if data is not None else None
        payloads = item.payloads if commit is None else payloads_of(commit)
        if payloads:
            item = guess.without_payloads(item, payloads)
        self._commit = 0
        if data is not None and self.is_new(item.commit):
            self._counted.add(_commit_key(item.commit))
            self.objects += 1
            self._commit = len(data)
        if item.languages is not None:
            self._add_in_part(item, commit)
        elif commit is None:
            self._add_unknown(item)
        else:
            self._add_known(item, commit)

    def is_new(self, checksum: str) -> bool:
        """Whether a commit is to come that is not counted yet."""
        key = _commit_key(checksum)
        return key not in self._stick.keys and key not in self._counted

    def _add_in_part(self, item: Item, commit: Commit | None) -> None:
        """An item of which some languages come."""
        part = guess.in_part(item)
        comes = part.download_size
        if commit is None:
            self._add_unknown(part)
        elif told := self._stick.told(commit):
            self._add_told(item, told)
            # Upstream claims what files take.
            comes = sum(size for key, size in told.items() if key[0] == FILE_KEY)
        else:
            self._add_reached(part, commit)
        self.spared += max(0, item.download_size - comes)

    def _add_known(self, item: Item, commit: Commit) -> None:
        told = {name.key: archived for name, archived, _ in commit.sizes()}
        told = told or self._stick.told(commit)
        if told:
            self._add_told(item, told)
        else:
            self._add_reached(item, commit)

    def _add_reached(self, item: Item, commit: Commit) -> None:
        """An item whose commit does not tell."""
        reach = self._stick.reach(commit)
        if reach.present or not reach.hidden:
            rest = self._rest(item, reach)
            self._guess(item, partial(guess.of_rest, rest, item), reach, exact=not rest.hidden)
        else:
            self._add_unknown(item)

    def _add_unknown(self, item: Item) -> None:
        """An item of which nothing is there, as far as is known."""
        if is_system(item.ref) and not item.download_size:
            # No list of flatpak's tells of it.
            self.unsized.append(item.ref)
        self._guess(item, partial(guess.of_nothing, item))

    def _add_told(self, item: Item, told: Mapping[bytes, int]) -> None:
        """An item whose commit names all its objects with their sizes."""
        limit = self._space.max_file
        largest = max(told.values())
        if limit is not None and largest > limit:
            self.too_large.append(TooLarge(item.ref, largest))
        stick = self._stick
        new = told.keys() - stick.keys
        fetch = {key: told[key] for key in new - self._counted}
        self._counted.update(fetch)
        self._told.update(told)
        parts = {key: stick.parts[key] for key in fetch if key in stick.parts}
        there = dict(told)
        for key in new:
            del there[key]
        there |= parts
        # What is there of an object has its room already.
        write = self._allocated(fetch, parts, self._space)
        self.objects += len(fetch)
        self.listed += len(told)
        self.least += write
        self.on_ext4 += self._allocated(fetch, parts, self._fine)
        for key, size in parts.items():
            fetch[key] -= size
        self._add_part(item, sum(fetch.values()), write, there, fetch)

    @staticmethod
    def _allocated(fetch: Mapping[bytes, int], parts: Mapping[bytes, int], space: Space) -> int:
        return sum(map(space.allocated, fetch.values())) - sum(map(space.allocated, parts.values()))

    def _rest(self, item: Item, reach: Reach) -> Rest:
        """What is missing of an item of which something is there."""
        files = {key: ways for key, ways in reach.missing.items() if key[0] == FILE_KEY}
        unknown = {key for key in files if key not in self._told}
        new = {key for key in reach.missing if key not in self._counted}
        self._counted.update(new)
        there = reach.files + sum(self._stick.parts.get(key, 0) for key in unknown)
        there += sum(ways * self._told[key] for key, ways in files.items() if key in self._told)
        size = guess.missing_bytes(item, there, len(unknown), hidden=reach.hidden)
        counted = len(unknown & new)
        return Rest(
            files=counted,
            trees=sum(key[0] != FILE_KEY for key in new),
            bytes=size,
            hidden=reach.hidden,
            shared=counted < len(unknown),
        )

    def _guess(
        self,
        item: Item,
        made: Callable[[Space], Guess],
        reach: Reach | None = None,
        *,
        exact: bool = False,
    ) -> None:
        """An item whose commit does not tell; ``reach``: what is known of it."""
        here, fine = made(self._space), made(self._fine)
        there: dict[bytes, int] = {}
        if reach is not None:
            parts = self._stick.parts
            there = {key: parts[key] for key in reach.missing if key in parts}
            there |= reach.present
        self.objects += here.objects
        self.listed += here.objects + (len(reach.present) if reach is not None else 0)
        self.least += here.least
        self.on_ext4 += fine.allocated
        if not exact:
            self.claims.append(Claim(item.ref, item.installed_size, item.download_size))
        self._add_part(item, here.bytes, here.allocated, there)

    def _add_part(
        self,
        item: Item,
        fetch: int,
        write: int,
        there: Mapping[bytes, int],
        named: Mapping[bytes, int] | None = None,
    ) -> None:
        """``there``: bytes of what is on the drive already; ``named``: of what ``fetch`` is of, if
        that is known."""
        fresh = there.keys() - self._held if self._held else there.keys()
        sizes = [there[key] for key in fresh]
        self._held |= fresh
        held = self._space.allocated_by_all(sizes)
        coming, unnamed = dict(named or {}), fetch if named is None else 0
        if self._commit:
            coming[_commit_key(item.commit)] = self._commit
        if item.collection in self._local:
            coming, unnamed = {}, 0
        fetch += self._commit
        self.parts.append(
            Part(item.collection, item.ref, fetch, sum(sizes), write, held, coming, unnamed)
        )


def _commit_key(checksum: str) -> bytes:
    return ObjectName(checksum, ObjectKind.COMMIT).key


def _around(
    items: Sequence[Item],
    stick: PresentObjects | None,
    objects: int,
    space: Space,
) -> int:
    """Bytes for everything that is neither an object nor a copy."""
    refs = [item for item in items if item.action is Action.ADD]
    clusters = _REF_CLUSTERS * len(refs)
    size = _REF_TEXT * len(refs)
    if stick is None:
        clusters += _REPOSITORY_CLUSTERS + _COLLECTION_CLUSTERS * len(
            {item.collection for item in items}
        )
        size += _KIT
    prefixes = stick.prefixes if stick is not None else 0
    # Checksums are random: how many of the directories that are not there yet will be needed.
    clusters += round((PREFIXES - prefixes) * (1 - (1 - 1 / PREFIXES) ** objects))
    return clusters * space.cluster + size


def check_room(room: Estimate) -> None:
    """Raise `FileTooLargeError` or `DoesNotFitError` if the plan cannot fit."""
    space = room.space
    for large in room.too_large:
        what = Message("a file of {size}", size=Size(large.bytes))
        raise FileTooLargeError.of(large.ref, what, space)
    if room.least > room.room:
        about = "" if room.exact else "about "
        hint = Message("Choose fewer apps, free some space, or take a larger drive.")
        if room.on_ext4 < space.free:
            hint = Message(
                "Formatted as ext4, the same drive needs only {on_ext4} for it. Or choose "
                "fewer apps, or take a larger drive.",
                on_ext4=Size(room.on_ext4),
            )
        if room.left >= 0 and room.freed.bytes:
            hint = Message(
                "What gets newer makes room only once the rest is there, so that everything stays "
                "installable. Take an app off, and put it back afterwards; or take a larger drive."
            )
        raise DoesNotFitError(
            Message(
                "This needs {about}{write}, but only {free} of {total} are free.",
                about=about,
                write=Size(room.write),
                free=Size(space.free),
                total=Size(space.total),
            ),
            hint,
        )
    if room.too_many and space.free_files is not None:
        raise DoesNotFitError(
            Message(
                "This needs {objects} files, but the file system has room for only {free_files} "
                "more.",
                objects=f"{room.files:,}",
                free_files=f"{space.free_files:,}",
            ),
            Message("Format the drive with more inodes, or choose fewer apps."),
        )
