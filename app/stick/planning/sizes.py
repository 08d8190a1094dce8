"""What a plan takes on the drive and over the network. Values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field

from app.discreet import Discreet
from app.drive.filesystem_advice import Claim
from app.drive.space import Space
from app.ostree.objects import ObjectKind, ObjectName
from app.replacing import replace
from app.stick.planning.freeing import NOTHING_FREED, Freed


def file_key(sha256: str) -> bytes:
    """What names a file that is no object; ``sha256``: in hexadecimal."""
    return bytes.fromhex(sha256)


class Part(Discreet, Struct, frozen=True):
    """What one item is of an `Estimate`. What several need counts for the first of them.

    Attributes:
        fetch, write: bytes still to come, as stored, with its commit; and as allocated, without.
        there, held: bytes that are on the drive already, likewise.
        coming: bytes of what of ``fetch`` comes over the network, by what names it on every drive:
            `ObjectName.key`, and of what is no object `file_key`.
        unnamed: the rest of it, of which it is not known what it is.
    """

    UNSHOWN = UNCOMPARED = frozenset({"coming"})

    collection: str
    ref: str
    fetch: int
    there: int
    write: int
    held: int
    coming: Mapping[bytes, int] = field(default_factory=dict)
    unnamed: int = 0

    @property
    def download(self) -> int:
        """Bytes over the network."""
        return sum(self.coming.values()) + self.unnamed

    @property
    def takes(self) -> int:
        """Bytes that it has on the drive in the end."""
        return self.write + self.held


class TooLarge(Struct, frozen=True):
    """A ref with a file of so many bytes, which the file system cannot hold."""

    ref: str
    bytes: int


class Estimate(Discreet, Struct, frozen=True):
    """What the plan takes: of what it adds and updates, what is there and what is missing.

    What is “to download” is ``fetch`` in ``objects``, whether it came when this was planned or
    comes when it is done (where a plan is all that is wanted, only the latter): files, trees and
    commits, extra data, apps as files, images. A job tells the same of what it has written
    (`Outcome.bytes`, `Outcome.objects`). Neither has what is asked for anew each time and is small:
    lists, and the signatures of commits.

    Attributes:
        objects: to fetch; exact where commits or the trees on the drive tell, else a guess.
        fetch: bytes still to come, as stored.
        write: bytes still to come, on this file system with its real cluster size.
        least: of these, what is needed for sure; less than ``write`` only where it is a guess.
        on_ext4: what ``write`` would be with clusters as small as ext4's.
        exact: of every item it is known which objects are missing.
        space: the file system.
        claims: about the refs that are a guess.
        there: bytes that are on the drive already, as stored.
        held: the same with its real cluster size.
        local: bytes of ``fetch`` that come from this computer.
        beside: of these, what comes from which repository beside; what the cache has is not here.
        parts: of each item that is not kept.
        loose: as ``coming`` of a part, of commits that are in none: they describe collections.
        too_large: what the file system cannot hold.
        unsized: refs of which nobody tells beforehand how large they are: ``fetch`` and ``write``
            are without them.
        freed: what becomes free at the end.
        first: bytes of that which become free before anything is written; 0 where there is room for
            both.
        spared: bytes, as stored, of the files of languages that are left out; about so many.
        signatures: files that come beside ``objects``, one for each commit.
    """

    UNSHOWN = UNCOMPARED = frozenset({"loose"})

    objects: int
    fetch: int
    write: int
    least: int
    on_ext4: int
    exact: bool
    space: Space
    claims: tuple[Claim, ...]
    there: int = 0
    held: int = 0
    local: int = 0
    beside: tuple[tuple[str, int], ...] = ()
    parts: tuple[Part, ...] = ()
    loose: Mapping[bytes, int] = field(default_factory=dict)
    too_large: tuple[TooLarge, ...] = ()
    unsized: tuple[str, ...] = ()
    freed: Freed = NOTHING_FREED
    first: int = 0
    spared: int = 0
    signatures: int = 0

    def with_coming(self, parts: Iterable[Part], loose: Mapping[bytes, int]) -> Estimate:
        """With these in place of its own, of which less comes over the network."""
        changed = replace(self, parts=tuple(parts), loose=loose)
        return replace(changed, local=self.local + _network(self) - _network(changed))

    def with_commits_here(self, checksums: Iterable[str]) -> Estimate:
        """Where these came before, so that nobody is asked for them any more."""
        here = {ObjectName(checksum, ObjectKind.COMMIT).key for checksum in checksums}
        parts = (
            part
            if here.isdisjoint(part.coming)
            else replace(
                part, coming={key: size for key, size in part.coming.items() if key not in here}
            )
            for part in self.parts
        )
        loose = {key: size for key, size in self.loose.items() if key not in here}
        return self.with_coming(parts, loose)

    def plus(
        self,
        files: int,
        fetch: int,
        write: int,
        on_ext4: int,
        too_large: Iterable[TooLarge] = (),
        *,
        local: int = 0,
    ) -> Estimate:
        """With files more that are known exactly; the numbers are as those of the attributes."""
        return replace(
            self,
            objects=self.objects + files,
            fetch=self.fetch + fetch,
            local=self.local + local,
            write=self.write + write,
            least=self.least + write,
            on_ext4=self.on_ext4 + on_ext4,
            too_large=(*self.too_large, *too_large),
        )

    @property
    def left(self) -> int:
        """Bytes that would be free afterwards; less than 0 if it does not fit."""
        return self.space.free - self.write + self.freed.bytes

    @property
    def total(self) -> int:
        """Bytes that will be on the drive, as stored: what a job's bar counts up to."""
        return self.there + self.fetch

    @property
    def takes(self) -> int:
        """Bytes that will be on the drive, with its real cluster size."""
        return self.held + self.write

    @property
    def download(self) -> int:
        """Bytes over the network."""
        return self.fetch - self.local

    @property
    def here(self) -> int:
        """Bytes that need no download: on the drive or on this computer."""
        return self.there + self.local

    @property
    def fits(self) -> bool:
        """Whether a job would begin: less than the least that is needed is refused."""
        return self.has_room and not self.too_large

    @property
    def has_room(self) -> bool:
        """The same, whatever the sizes of single files are."""
        return self.least <= self.room and not self.too_many

    @property
    def room(self) -> int:
        """Bytes that are free when it is written."""
        return self.space.free + self.first

    @property
    def files(self) -> int:
        """How many files come, whatever they are."""
        return self.objects + self.signatures

    @property
    def too_many(self) -> bool:
        """The file system has no room for so many files, however small."""
        files = self.space.free_files
        return files is not None and self.exact and self.files > files


def _network(estimate: Estimate) -> int:
    """Bytes of all whose parts are known."""
    return sum(part.download for part in estimate.parts) + sum(estimate.loose.values())
