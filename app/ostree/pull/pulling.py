"""Everything that some commits need, from a source into a repository.

Order: every commit is marked partial before its tree is followed; trees before files, files as
trees make them known. What the repository already has is not fetched again. The marks stay until
the caller has flushed the file system and says so.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import nullcontext
from itertools import chain

from app.fs.files import drive_errors
from app.message import Message
from app.ostree.kept_once import Once, as_it_came
from app.ostree.object_files import PREFIXES, Listing, in_order, prefixes
from app.ostree.objects import (
    FILE_KEY,
    Commit,
    ObjectKind,
    ObjectName,
    child_keys,
    key_path,
)
from app.ostree.pull.answers import TOLD_FROM, busy_text
from app.ostree.pull.cache_keeping import CacheKeeper
from app.ostree.pull.delivery import Busy, ObjectNotDeliveredError, PullResult
from app.ostree.pull.downloads import Downloads
from app.ostree.pull.fetch import HttpSource, KeptSource, LocalSource
from app.ostree.pull.flusher import Flusher
from app.ostree.pull.near_objects import NearPlace
from app.ostree.pull.object_cache import CachePlace
from app.ostree.pull.object_writer import ObjectStore
from app.ostree.pull.transfer import Transfer
from app.ostree.pull.usable import Usable
from app.ostree.repository import Repository
from app.ostree.stored_sums import SumsTaken
from app.ostree.tree_keys import WHOLE, Keys, KnownTrees, Narrowed
from app.progress import Cancel, Meter, Notice
from app.severity import Severity


class _Portion:
    """A part of the work that comes before others: what is to be fetched of it.

    Attributes:
        missing: objects that are neither there nor checked yet, also those under way.
    """

    def __init__(self) -> None:
        self.metadata: deque[bytes] = deque()
        self.files: deque[bytes] = deque()
        self.missing = 0

    def __len__(self) -> int:
        return len(self.metadata) + len(self.files)

    def add(self, key: bytes) -> None:
        (self.files if key[0] == FILE_KEY else self.metadata).append(key)

    def take(self, some: Container[bytes]) -> list[bytes]:
        taken = [key for key in self.metadata if key in some]
        if taken:
            self.metadata = deque(key for key in self.metadata if key not in some)
        return taken

    def next(self) -> bytes | None:
        if self.metadata:
            return self.metadata.popleft()
        return self.files.popleft() if self.files else None


class _Walk:
    """The objects still to come; grows while trees arrive.

    Portion by portion, and of each its trees first; the next one is begun as soon as there is
    nothing more to ask for of the one before.

    Trees that are already there are always read, unless the plan has: a damaged one would hide what
    is missing below it. With ``distrust`` all of them are, and files too: an interrupted run may
    have left names whose content never reached the medium.
    """

    def __init__(
        self,
        repository: Repository,
        meter: Meter,
        flusher: Flusher,
        sums: SumsTaken | None,
        known: KnownTrees,
        narrowed: Narrowed,
        listing: Listing,
        once: Once,
        *,
        distrust: bool,
    ) -> None:
        self._repository = repository
        self._meter = meter
        self._flusher = flusher
        self._sums = sums
        self._narrowed = narrowed
        self._trees = KnownTrees() if distrust else known
        self._known = self._trees.below
        self._whole: set[int] = set()
        """Portions of which all is known that they need."""
        self._later: dict[int, set[bytes]] = {}
        """Of these, what `look` looks for."""
        self._compared: set[int] = set()
        """Of these, those of which was noted what was missing when the drive was looked at."""
        self._distrust = distrust
        self._present_metadata: deque[bytes] = deque()
        self._present_files: deque[bytes] = deque()
        self._portions: dict[int, _Portion] = {}
        self._seen: dict[bytes, int] = {}
        """The portion of each object: the first that wants it."""
        self._present = listing
        self._usable = Usable(repository, self._trees, once)
        self.fetched = 0
        self.stored = 0
        self.kept = 0
        self.kept_bytes = 0

    def begin(self, commits: Mapping[str, bytes], portions: Mapping[str, int]) -> None:
        """Note what ``commits`` need, those of low portions first."""
        first: dict[int, list[Keys]] = {}
        for checksum, data in commits.items():
            children = child_keys(Commit.parse(data))
            first.setdefault(portions.get(checksum, 0), []).append(children)
        self._portions = {number: _Portion() for number in sorted(first)}
        for number in self._portions:
            whole = self._all_of(first[number])
            if whole is None:
                self._add(number, chain.from_iterable(first[number]))
            else:
                self._later[number] = whole
                self._begin_with(number, whole)

    def look(self) -> None:
        """Note what is not there of what `begin` took for being there, once something comes."""
        for number, whole in self._later.items():
            self._add_all(number, whole)
        self._later.clear()
        for number in tuple(self._portions):
            self._end(number)

    def _all_of(self, tops: Sequence[Keys]) -> set[bytes] | None:
        """What is below all of these, if that is known and of interest to nobody but us."""
        if self._narrowed:
            return None
        known = [below for top in tops if (below := self._trees.whole(top)) is not None]
        return set().union(*known) if len(known) == len(tops) else None

    def _begin_with(self, number: int, keys: set[bytes]) -> None:
        """Note what was missing when the drive was looked at; to list all takes about as long as
        to fetch the first of it.
        """
        self._whole.add(number)
        there = self._trees.there
        # What came since is in the listing only.
        if there is not None and not self._present:
            self._compared.add(number)
            # Through a link it would be written elsewhere; `look` clears that away.
            blocked = self._usable.blocked
            missing = keys - there - self._seen.keys()
            if blocked:
                missing = {key for key in missing if key[1] not in blocked}
            self._note(number, missing)

    def _add_all(self, number: int, keys: set[bytes]) -> None:
        """Note what else is missing of all that a portion needs."""
        for prefix in prefixes(keys) - self._present.keys():
            self._present[prefix] = self._usable.inside(prefix)
        if number in self._compared and not self._meter.wants_sizes:
            # Where nothing has changed since, there is nothing else.
            same = self._usable.same
            keys = {key for key in keys if key[1] not in same} if len(same) < PREFIXES else set()
        new = keys - self._seen.keys()
        missing = new.difference(*self._present.values())
        if self._meter.wants_sizes and (there := new - missing):
            self._seen.update(dict.fromkeys(there, number))
            self._meet(there)
        self._note(number, missing)

    def _note(self, number: int, missing: set[bytes]) -> None:
        portion = self._portions[number]
        files = {key for key in missing if key[0] == FILE_KEY}
        portion.files += sorted(files)  # Of one kind, these are in the order of their places.
        portion.metadata += in_order(missing - files)
        self._seen.update(dict.fromkeys(missing, number))
        portion.missing += len(missing)
        self._meter.objects_total += len(missing)

    def _add(self, number: int, keys: Iterable[bytes]) -> None:
        """Note objects that a portion needs, by their keys."""
        there = []
        portion = self._portions[number]
        known, seen, present = self._known, self._seen, self._present
        todo = list(keys)
        for key in todo:
            if key in seen:
                continue
            seen[key] = number
            # The second byte of a key is the name of the directory.
            if key[1] not in present:
                present[key[1]] = self._usable.inside(key[1])
            if key not in present[key[1]]:
                portion.add(key)
            else:
                there.append(key)
                if key in known:
                    todo += self._narrowed.get(key, known[key])
                    continue
                if key[0] != FILE_KEY:
                    self._present_metadata.append(key)
                elif self._distrust:
                    self._present_files.append(key)
                else:
                    continue
            portion.missing += 1
            self._meter.objects_total += 1
        if self._meter.wants_sizes and there:
            self._meet(there)

    def _meet(self, keys: Iterable[bytes]) -> None:
        """Tell how large these are, which are there."""
        self._meter.meet(sum(self._repository.object_sizes(map(key_path, keys)).values()))

    def _settle(self, key: bytes, children: Sequence[bytes]) -> None:
        """An object is there and right."""
        number = self._seen[key]
        self._meter.objects += 1
        if children and number not in self._whole:
            self._add(number, children)
        self._portions[number].missing -= 1
        self._end(number)

    def _end(self, number: int) -> None:
        """Note that nothing more is to come of a portion, if that is so."""
        if not self._portions[number].missing:
            self._meter.ended(number)

    # Work, for the transfer

    @property
    def left(self) -> int:
        check = len(self._present_metadata) + len(self._present_files)
        return check + sum(map(len, self._portions.values()))

    def to_check(self) -> bytes | None:
        waiting = self._present_metadata or self._present_files
        return waiting.popleft() if waiting else None

    def checked(self, key: bytes, children: Sequence[bytes] | None) -> None:
        if children is None:
            self._portions[self._seen[key]].add(key)
            return
        children = self._narrowed.get(key, children)
        if self._sums is not None:
            self._sums.add(key, children)
        self._settle(key, children)
        self._meter.tick()

    def to_fetch(self) -> bytes | None:
        for portion in self._portions.values():
            if portion.missing and (key := portion.next()) is not None:
                return key
        return None

    def take(self, coming: Container[bytes]) -> list[bytes]:
        return [key for portion in self._portions.values() for key in portion.take(coming)]

    def received(self, count: int) -> None:
        self._meter.came(count)

    def busy(self, busy: Busy) -> None:
        if busy.pause >= TOLD_FROM:
            text = busy_text(busy.host, busy.status, busy.pause)
            self._meter.tell(Notice(Severity.INFO, text))

    def result(self, beside: int) -> PullResult:
        """``beside``: bytes that other repositories had."""
        return PullResult(self.fetched, self.stored, self.kept, self.kept_bytes, beside)

    def from_cache(self, objects: int, size: int) -> None:
        self.kept += objects
        self.kept_bytes += size
        self._meter.kept += size

    def arrived(self, key: bytes, size: int, children: Sequence[bytes], stored: bytes) -> None:
        children = self._narrowed.get(key, children or self._known.get(key, ()))
        if self._sums is not None:
            self._sums.add(key, children, stored)
        self._present[key[1]].add(key)
        self.fetched += 1
        self.stored += size
        self._flusher.written(size)
        self._meter.stored(self._seen[key], size)
        self._settle(key, children)


def pull(
    repository: Repository,
    source: HttpSource | LocalSource | KeptSource,
    commits: Iterable[tuple[str, bytes]],
    meter: Meter,
    cancel: Cancel,
    *,
    distrust: bool,
    max_file: int | None = None,
    portions: Mapping[str, int] | None = None,
    cache: CachePlace | None = None,
    downloads: Downloads | None = None,
    sums: SumsTaken | None = None,
    known: KnownTrees | None = None,
    narrowed: Narrowed = WHOLE,
    near: Sequence[NearPlace] = (),
    listing: Listing | None = None,
    flusher: Flusher | None = None,
) -> PullResult:
    """Bring the trees of ``commits`` — (checksum, checked bytes) — into the repository.

    ``portions``: by checksum, in which order; what several need comes with the first of them.
    ``cache``: what this computer has kept is not asked for, and what a web server sends is kept;
    with ``downloads`` others may have brought it there at the same time. ``sums`` takes those of
    what comes; those of ``downloads`` take it anyway. ``known``: trees that were read before, and
    objects that came already. Of ``narrowed`` trees only what counts is brought. ``near``:
    repositories that are asked after the cache, before the source. ``listing``: what the caller
    knows to be there since it holds the lock; it grows. ``flusher``: what it has begun may end
    later.

    Every commit is marked partial before its object is written, so that it is never there before
    its tree unmarked; the caller removes the marks. ``max_file`` is the largest file that the file
    system can hold, or None. Raises `UpstreamError`, `DriveError` (`ObjectTooLargeError` for what
    is larger), and what ``cancel`` raises.
    """
    wanted = dict(commits)
    if not wanted:
        return PullResult(0, 0)
    together, keeping = (downloads, cache) if isinstance(source, HttpSource) else (None, None)
    with drive_errors(Message("writing the repository")):
        # Made when the repository was: without it, this is another drive.
        os.close(repository.root.open_directory("objects"))
    with (
        drive_errors(Message("writing the repository")),
        Flusher(repository.root) if flusher is None else nullcontext(flusher) as flushes,
        Transfer(
            source,
            repository,
            max_file,
            cache,
            together,
            near=near,
            sums=sums is not None,
            known=known.below if known is not None and not distrust else (),
            came=known,
        ) as transfer,
    ):
        known = known or KnownTrees()
        own = None if together is not None and sums is together.sums else sums
        there = listing if listing is not None else {}
        once = sums.once if sums is not None else as_it_came
        about = repository, meter, flushes, own, known, narrowed, there, once
        walk = _Walk(*about, distrust=distrust)
        for checksum, data in wanted.items():
            repository.mark_partial(checksum)
            repository.write_object(ObjectName(checksum, ObjectKind.COMMIT), data)
        walk.begin(wanted, portions or {})
        transfer.begin(walk, cancel)
        walk.look()
        try:
            transfer.run(walk, cancel)
        except ObjectNotDeliveredError as error:
            error.came = walk.result(transfer.beside)
            raise
    _tidy(repository, keeping, wanted)
    meter.finish()
    return walk.result(transfer.beside)


def _tidy(repository: Repository, keeping: CachePlace | None, commits: Mapping[str, bytes]) -> None:
    """Parts of what never came go; what is kept of ``commits`` is these very ones."""
    with (
        drive_errors(Message("writing the repository")),
        ObjectStore(repository.root, cache=keeping) as store,
    ):
        store.drop_parts()
        if keeping is None or store.cache is None:
            return
        for checksum, data in commits.items():
            name = ObjectName(checksum, ObjectKind.COMMIT)
            if store.cache.read(name) != data:
                store.cache.drop(name)
                store.cache.add(name, data)
        with CacheKeeper(keeping) as keeper:
            keeper.added(store.cache.kept)
