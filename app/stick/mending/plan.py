"""What a repair will do: a plan as a value, for the window and ``repair --dry-run``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from app.errors import SatchelError
from app.message import NOTHING, Message
from app.replacing import replace
from app.stick.checking.report import CheckReport
from app.stick.findings import Finding, repairable
from app.stick.planning.duration import Expected


class Way(StrEnum):
    """Where something comes from, in the order in which they are asked.

    Attributes:
        MAKER: extra data, of whoever made what needs it; objects are its files.
    """

    CACHE = "cache"
    DRIVE = "drive"
    INSTALLED = "installed"
    UPSTREAM = "upstream"
    MAKER = "maker"


class Supply(Struct, frozen=True):
    """What comes from one place.

    Attributes:
        label: the path of a repository, the name of a remote, or a host; empty for the cache.
        objects, bytes: as they are stored there.
        signatures: of commits.
        download: whether the bytes come over the network.
    """

    way: Way
    label: str
    objects: int = 0
    bytes: int = 0
    signatures: int = 0
    download: bool = False


class Unhealed(Struct, frozen=True):
    """A finding that stays, what that means for people, and what would help in place of a repair as
    this one; the hint of the finding is that of whoever has not tried yet."""

    finding: Finding
    means: Message
    helps: Message = NOTHING


class RepairPlan(Struct, frozen=True):
    """What a repair will do, as far as it can be known before.

    Attributes:
        check: what is damaged.
        supplies: where what is damaged or missing comes from, in the order in which they are
            asked. Lists, names and the kit are written anew beside that.
        moved: what will be moved aside; paths relative to the drive.
        unhealed: what stays.
        updates: refs that get their newest version, as the one they have cannot be had any more.
        newer: refs that get a newer version, since the list of their source gets newer: where that
            has no collection ID, computers take nothing else.
        lost: refs that nobody has any more, and that are taken off.
        exact: whether `fetch` is known and not guessed.
        expected: how long it takes; None where drive or network were never measured.
        unasked: why upstream could not be asked; None if it was.
        put_back: what has lost its name, and which it gets again.
    """

    root: Path
    check: CheckReport
    supplies: tuple[Supply, ...] = ()
    moved: tuple[str, ...] = ()
    unhealed: tuple[Unhealed, ...] = ()
    updates: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    exact: bool = True
    expected: Expected | None = None
    unasked: SatchelError | None = None
    put_back: tuple[tuple[str, str], ...] = ()

    @property
    def nothing_to_do(self) -> bool:
        """Nothing was found that a repair would look at."""
        return not repairable(self.check.findings) and not self.put_back

    @property
    def told(self) -> CheckReport:
        """What is damaged, with what helps against that which this repair leaves."""
        helps = {each.finding: each.helps for each in self.unhealed}
        findings = tuple(
            replace(each, hint=helps.get(each, each.hint)) for each in self.check.findings
        )
        return replace(self.check, findings=findings)

    @property
    def fetch(self) -> int:
        """Bytes over the network."""
        return sum(supply.bytes for supply in self.supplies if supply.download)

    @property
    def healed(self) -> int:
        """Objects and signatures that come from somewhere."""
        return sum(supply.objects + supply.signatures for supply in self.supplies)
