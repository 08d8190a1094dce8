"""How a job checks what it has written."""

from __future__ import annotations

from collections.abc import Iterable

from app.flatpak.remotes.remote import Remote
from app.ostree.repository import Repository
from app.ostree.stored_sums import SumsTaken
from app.progress import Cancel, Reporter
from app.replacing import replace
from app.stick.checking.check import CheckOptions, check_stick
from app.stick.checking.keys import Trust
from app.stick.checking.report import CheckReport
from app.stick.planning.plan import Plan
from app.stick.store.location import Location
from app.stick.writing.publish import MakerKey, as_on_drive


def check_written(
    location: Location,
    repository: Repository,
    plan: Plan,
    judges: Iterable[Remote],
    trust: Trust,
    taken: SumsTaken,
    report: Reporter,
    cancel: Cancel,
) -> CheckReport:
    """``judges``: the remotes that this computer knows; ``trust``: whom else; ``taken``: what is
    known to be right as it is stored. Raises as `check_stick`."""
    options = CheckOptions(
        from_medium=True,
        accept_unsigned=plan.options.allow_unsigned,
        without_runtimes=not plan.options.runtimes,
        during_job=True,
        taken=taken,
        trust=trust,
    )
    # The keys that the person chose for this job come before what the computer knows.
    remotes = (*_chosen_remotes(plan), *judges)
    return check_stick(location, repository, remotes, options, report, cancel)


def job_trust(
    plan: Plan, collections: Iterable[str], maker: MakerKey | None, fetched: frozenset[str]
) -> Trust:
    """``collections``: those on the drive, of which what the plan is not about was accepted
    before; ``fetched``: as in `Trust`."""
    touched = {collection.id for collection in plan.collections}
    touched.update(image.item.collection for image in plan.images)
    return Trust(
        maker_keys=frozenset({maker.fingerprint} if maker else ()),
        accepted=frozenset(collections) - touched,
        fetched=fetched,
    )


def _chosen_remotes(plan: Plan) -> tuple[Remote, ...]:
    """Those of the plan, as the drive has them."""
    return tuple(
        replace(as_on_drive(collection), keys=collection.remote.keys)
        if collection.is_remote
        else replace(collection.remote, collection_id=collection.id)
        for collection in plan.collections
    )
