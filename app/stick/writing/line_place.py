"""One drive of a line, from when it comes until it is done: a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextvars import copy_context
from pathlib import Path

from msgspec import Struct

from app.drive.drive import Drive
from app.drive.recognition import LastingIdentity
from app.drive.target import find_target
from app.drive.udisks.ejecting import Removal
from app.drive.udisks.mounting import unmount_drive
from app.drive.udisks_objects import GoneError
from app.errors import DriveError, InterruptedByUser, SatchelError, told
from app.flatpak.remotes.known import Known
from app.progress import Cancel, Event
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.estimate import check_room
from app.stick.planning.plan import Plan
from app.stick.planning.request import make_plan
from app.stick.store.location import has_stick
from app.stick.writing.admission import Admission, Decision, Judgement, judge
from app.stick.writing.as_planned import check_as_planned
from app.stick.writing.ejection import eject_made
from app.stick.writing.line_values import (
    Asked,
    Began,
    Came,
    Choice,
    Ended,
    LineEvent,
    Passed,
    Reason,
    Spot,
    Working,
)
from app.stick.writing.many import DriveResult, Shared, make_one

_TRIES = 10
_PAUSE = 0.5
"""Seconds between them."""


class Orders(Struct, frozen=True):
    """What holds for every drive of a line.

    Attributes:
        choose: what is wanted now, by the drive that it is for; may raise SatchelError.
        ask: those that do not start by themselves are asked about.
        tell: may be called by several threads.
        share: what the job of a plan has in common with those under way.
    """

    choose: Callable[[Spot], Choice]
    environment: Environment
    ask: bool
    verify: bool
    eject: bool
    tell: Callable[[LineEvent], None]
    share: Callable[[Plan], Shared]


class Standing(Struct, frozen=True):
    """Whether a drive is meant.

    Attributes:
        confirmed: somebody has said so.
        unfinished: it was, and what was begun on a drive of this identity did not come to its end.
    """

    admission: Admission
    confirmed: bool = False
    unfinished: bool = False


class Place:
    """Attributes:
    spot: the drive; with its root as soon as that is known.
    plan: what is being written; None before and after.
    end: what became of it; None until then.
    """

    def __init__(
        self,
        spot: Spot,
        standing: Standing,
        orders: Orders,
        cancel: Cancel,
        ended: Callable[[Place], None],
    ) -> None:
        """``ended`` is called by the place's thread, at its end."""
        self.spot = spot
        self.plan: Plan | None = None
        self.end: Passed | Ended | None = None
        self._over = False
        self._mounted_here = False
        self._standing = standing
        self._orders = orders
        self._cancel = cancel
        self._ended = ended
        self._answered = threading.Event()
        self._reason: Reason | None = None
        self._thread = threading.Thread(
            target=copy_context().run, args=(self._work,), name="satchel-drive", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    @property
    def running(self) -> bool:
        return not self._over

    @property
    def identity(self) -> LastingIdentity | None:
        """What the drive is recognised by when it comes back."""
        drive, root = self.spot.drive, self.spot.root
        for volume in drive.volumes if drive is not None else ():
            if drive is not None and (root in volume.mount_points or len(drive.volumes) == 1):
                return LastingIdentity.of(drive, volume)
        return None

    def answer(self, *, use: bool) -> None:
        """For whoever was asked; only the first word counts."""
        self._decide(None if use else Reason.DECLINED)

    def withdraw(self, reason: Reason) -> None:
        """Nothing is to be begun any more. What is being written is not stopped by that."""
        self._decide(reason)

    def _decide(self, reason: Reason | None) -> None:
        if not self._answered.is_set():
            self._reason = reason
            self._answered.set()

    # In its thread

    def _work(self) -> None:
        try:
            end = self._attend()
            if isinstance(end, Passed):
                end = self._let_go(end)
        except Exception as error:  # a bug on one drive does not hold up the others
            end = self._failed(told(error))
        self.plan = None
        self.end = end
        self._ended(self)
        self._over = True

    def _attend(self) -> Passed | Ended:
        if not self._may_be_meant:
            return Passed(self.spot, Reason.NOT_MEANT)
        self._orders.tell(Came(self.spot))
        try:
            root = self._mounted()
        except SatchelError as error:
            return self._unusable(error)
        try:
            choice = self._orders.choose(self.spot)
            plan = self._planned(root, choice)
            reason = self._refused(plan)
        except InterruptedByUser:
            return Passed(self.spot, Reason.ENDED)
        except DriveError as error:
            return self._unusable(error)
        except SatchelError as error:
            return self._failed(error)
        if reason is not None:
            return Passed(self.spot, reason)
        return self._make(plan, choice.known)

    @property
    def _meant(self) -> bool:
        return self._standing.confirmed or self._standing.admission.matches(self._labels)

    @property
    def _may_be_meant(self) -> bool:
        standing = self._standing
        return self._meant or self._orders.ask or standing.admission.empty or standing.unfinished

    @property
    def _labels(self) -> tuple[str, ...]:
        drive = self.spot.drive
        return tuple(volume.label for volume in drive.volumes) if drive is not None else ()

    def _mounted(self) -> Path:
        if self.spot.root is not None:
            return self.spot.root
        drive = self.spot.drive
        assert drive is not None
        for _ in range(_TRIES):
            try:
                target = find_target(drive.device, lambda: (drive,), has_stick)
                break
            except GoneError as error:
                # UDisks2 may learn of a drive a moment after udev has told it here.
                if self._answered.wait(_PAUSE):
                    raise
                gone = error
        else:
            raise gone
        self._mounted_here = bool(target.notices)
        self.spot = replace(self.spot, root=target.root, drive=_mounted_at(drive, target.root))
        return target.root

    def _planned(self, root: Path, choice: Choice) -> Plan:
        plan = make_plan(
            replace(choice.request, root=root),
            self._orders.environment,
            choice.known,
            self._tell,
            self._cancel,
        )
        check_room(plan.estimate)
        return plan

    def _refused(self, plan: Plan) -> Reason | None:
        """Why nothing is to be written; asks about what is not meant for sure."""
        standing = self._standing
        judgement = judge(
            plan,
            standing.admission,
            labels=self._labels,
            confirmed=standing.confirmed or (standing.unfinished and plan.unfinished),
        )
        match judgement.decision:
            case Decision.ALREADY:
                return Reason.ALREADY
            case Decision.START:
                # Whoever ended the line or pulled the drive out meanwhile.
                return self._reason if self._answered.is_set() else None
            case Decision.ASK:
                return self._asked(plan, judgement) if self._orders.ask else Reason.NOT_MEANT

    def _asked(self, plan: Plan, judgement: Judgement) -> Reason | None:
        if not self._answered.is_set():
            self._orders.tell(Asked(self.spot, plan, judgement.entries, judgement.has_apps))
            self._answered.wait()
        if self._reason is None:
            self._standing = replace(self._standing, confirmed=True)
        return self._reason

    def _make(self, plan: Plan, known: Known) -> Ended:
        orders = self._orders
        shared = orders.share(plan)
        self.plan = plan
        orders.tell(Began(self.spot, plan))
        result = make_one(plan, shared, known, self._tell, self._cancel, verify=orders.verify)
        if result.outcome is not None:
            try:
                check_as_planned(plan, {each.ref for each in result.outcome.left_out})
            except SatchelError as error:
                result = DriveResult(result.target, result.outcome, error)
        removal: Removal | None = None
        not_ejected: SatchelError | None = None
        if orders.eject and result.done and self.spot.drive is not None:
            try:
                removal = eject_made(self.spot.drive)
            except SatchelError as error:
                not_ejected = error
        return Ended(self.spot, plan, result, removal, not_ejected)

    def _let_go(self, passed: Passed) -> Passed:
        """What nothing is written to is as it was before; or ejected, as those that are made."""
        drive = self.spot.drive
        if drive is None or passed.reason is Reason.GONE:
            return passed
        try:
            if self._orders.eject and passed.reason is Reason.ALREADY:
                return replace(passed, removal=eject_made(drive))
            if self._mounted_here:
                unmount_drive(drive)
        except SatchelError:
            # Nothing was written: it may be pulled out as it is.
            pass
        return passed

    def _tell(self, event: Event) -> None:
        self._orders.tell(Working(self.spot, event))

    def _unusable(self, error: SatchelError) -> Passed | Ended:
        if self._reason is Reason.GONE:
            return Passed(self.spot, Reason.GONE)
        if self._meant:
            return self._failed(error)
        return Passed(self.spot, Reason.UNUSABLE, error)

    def _failed(self, error: SatchelError) -> Ended:
        target = self.spot.root or Path(self.spot.name)
        return Ended(self.spot, self.plan, DriveResult(target, None, error), None, None)


def _mounted_at(drive: Drive, root: Path) -> Drive:
    """As it is now that one of its volumes was mounted."""
    if any(root in volume.mount_points for volume in drive.volumes) or len(drive.volumes) != 1:
        return drive
    return replace(drive, volumes=(replace(drive.volumes[0], mount_points=(root,)),))
