"""The end of a job: all that is on the drive is checked, and what is damaged comes once more."""

from __future__ import annotations

from collections.abc import Callable

from app.flatpak.remotes.known import Known
from app.ostree.repository import Repository
from app.progress import Cancel, Meter, Phase
from app.stick.checking.report import CheckReport
from app.stick.planning.plan import CollectionPlan, Plan
from app.stick.store.location import Location
from app.stick.store.stick_state import StickState
from app.stick.writing.bringing import Ways
from app.stick.writing.final_check import check_written, job_trust
from app.stick.writing.images import ImageWork
from app.stick.writing.outcome import Replaced
from app.stick.writing.publish import MakerKey, write_kit_again
from app.stick.writing.repair import Repair, repair_objects, summed


class Proving:
    """Of what one plan became.

    Attributes:
        replaced: what was damaged before the job, or by the drive under it, and came again.
    """

    def __init__(
        self,
        plan: Plan,
        location: Location,
        repository: Repository,
        images: ImageWork,
        ways: Ways,
        cancel: Cancel,
    ) -> None:
        self.replaced = Replaced()
        self._plan = plan
        self._location = location
        self._repository = repository
        self._images = images
        self._ways = ways
        self._cancel = cancel

    def prove(
        self, before: StickState, known: Known, maker: MakerKey | None, probe: Callable[[], None]
    ) -> CheckReport:
        """``before``: the drive as the job found it; ``probe`` raises if the drive itself is why
        something is not in order. Raises as `check_written` and `repair_objects`.
        """
        check = self._check(before, known, maker, probe)
        if self._repair(check):
            write_kit_again(self._location, self._repository, self._plan.called)
            check = self._check(before, known, maker, probe)
        return check

    def _check(
        self, before: StickState, known: Known, maker: MakerKey | None, probe: Callable[[], None]
    ) -> CheckReport:
        environment = self._ways.environment
        there = (*self._repository.collection_refs(), *self._images.origins(self._location))
        trust = job_trust(self._plan, there, maker, environment.fetched_images.all())
        place = self._location, self._repository
        about = *place, self._plan, before, environment.judges(known), trust, self._ways.sums
        checked = check_written(*about, self._ways.report, self._cancel)
        if not checked.ok:
            probe()
        return checked

    def _repair(self, check: CheckReport) -> bool:
        """Whether something came again."""
        damaged = self._images.damaged(check)
        if not check.damage and not damaged:
            return False
        meter = Meter(self._ways.report, Phase.DOWNLOAD)
        replaced: list[tuple[CollectionPlan, Repair]] = []
        damage = check.damage
        for collection in self._plan.collections if damage else ():
            repair = repair_objects(
                self._repository,
                self._ways.sources[collection.id],
                damage,
                check.paths,
                collection.checksums,
                meter,
                self._cancel,
                self._plan.estimate.space.max_file,
                self._ways.cache,
                self._plan.narrowed,
                self._plan.by_choice,
            )
            if repair is not None:
                replaced.append((collection, repair))
                # What has come of one source is right, and stays.
                damage = tuple(each for each in damage if each.name not in repair.removed)
        means = self._ways.means(self._plan.options, self._cancel)
        images = self._images.mend(self._location, damaged, means, meter)
        self.replaced = summed(replaced, len(check.damaged_apps), images)
        return bool(replaced or images)
