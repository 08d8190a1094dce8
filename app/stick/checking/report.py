"""What a check comes to."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.ostree.blame import NO_PATHS, Paths
from app.ostree.fsck import Damage
from app.ostree.stored_sums import StoredSums
from app.severity import Severity
from app.stick.checking.keys import UsedKey
from app.stick.findings import Code, Finding
from app.stick.store.drive_lists import Taken
from app.stick.trust.validity import first_end


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The outcome of a check.

    Attributes:
        refs: how many refs the stick has.
        objects, bytes: what they need and is there.
        seconds: how long the check took.
        unread: of the objects, how many files whose content was not looked at.
        damage: the objects behind the findings about objects.
        paths: what leads to them; of one repository only.
        keys: those that signed what is on the stick.
        damaged_apps: refs of those that errors are about, or that need what these are about.
        finished: when, seconds since 1970.
        stamp: `StickState.stamp` of what was judged; empty if it was several.
        sums: of what was read, as it is stored, where a job checks or they are wanted.
        repositories: where those are that were judged, if the drive has more than one.
        unsigned_apps: refs of the apps, and of whatever else was chosen, that nobody vouches for,
            since they or their runtime are not signed, or by a key that nobody has; whether or not
            that was accepted.
        none_vouched: of the apps there is none that anybody vouches for.
        taken: of what more than one of a drive's repositories has, what computers take.
    """

    findings: tuple[Finding, ...]
    refs: int
    objects: int
    bytes: int
    seconds: float
    unread: int = 0
    damage: tuple[Damage, ...] = ()
    paths: Paths = NO_PATHS
    keys: tuple[UsedKey, ...] = ()
    repositories: tuple[str, ...] = ()
    damaged_apps: tuple[str, ...] = ()
    finished: int = 0
    stamp: str = ""
    taken: tuple[Taken, ...] = ()
    unsigned_apps: tuple[str, ...] = ()
    none_vouched: bool = False
    sums: StoredSums | None = field(default=None, compare=False, repr=False)

    @property
    def until(self) -> int | None:
        """When the first key, subkey or signature ends, seconds since 1970; None if none does."""
        return first_end(key.until for key in self.keys)

    @property
    def only_unvouched(self) -> bool:
        """Nothing is wrong but that nobody vouches for it."""
        errors = [result.code for result in self.findings if result.severity is Severity.ERROR]
        return bool(errors) and set(errors) == {Code.UNVOUCHED}

    @property
    def not_vouched(self) -> bool:
        """The same, or it was accepted that nobody vouches for some of it."""
        return self.only_unvouched or (self.ok and bool(self.unsigned_apps))

    @property
    def ok(self) -> bool:
        return not any(result.severity is Severity.ERROR for result in self.findings)
