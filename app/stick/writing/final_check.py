"""How a job checks what it has written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.flatpak.remotes.remote import Remote
from app.ostree.names import METADATA_REF
from app.ostree.repository import Repository
from app.ostree.stored_sums import SumsTaken
from app.progress import Cancel, Reporter
from app.replacing import replace
from app.severity import Severity
from app.stick.checking.check import CheckOptions, check_stick
from app.stick.checking.keys import Trust
from app.stick.checking.report import CheckReport
from app.stick.findings import Code
from app.stick.planning.plan import Plan
from app.stick.planning.updating import is_without_runtimes
from app.stick.store.location import Location
from app.stick.store.stick_state import StickState
from app.stick.writing.publish import MakerKey, as_on_drive


def check_written(
    location: Location,
    repository: Repository,
    plan: Plan,
    before: StickState,
    judges: Iterable[Remote],
    trust: Trust,
    taken: SumsTaken,
    report: Reporter,
    cancel: Cancel,
) -> CheckReport:
    """``before``: the stick as the job found it; ``judges``: the remotes that this computer knows;
    ``trust``: whom else; ``taken``: what is known to be right as it is stored. Raises as
    `check_stick`."""
    options = CheckOptions(
        from_medium=True,
        accept_unsigned=plan.options.allow_unsigned,
        # Nor fails what is about something else for what was left out before: decision D25.
        without_runtimes=not plan.options.runtimes or is_without_runtimes(before.record),
        during_job=True,
        files_named=True,
        taken=taken,
        trust=trust,
    )
    # The keys that the person chose for this job come before what the computer knows.
    remotes = (*_chosen_remotes(plan), *judges)
    checked = check_stick(location, repository, remotes, options, report, cancel)
    lacked = {(code, origin) for code, origin in _lacking(before) if origin in trust.accepted}
    findings = (
        replace(each, severity=Severity.WARNING) if (each.code, each.subject) in lacked else each
        for each in checked.findings
    )
    return replace(checked, findings=tuple(findings)) if lacked else checked


def _lacking(stick: StickState) -> Iterator[tuple[Code, str]]:
    """What ``flatpak create-usb`` leaves out: whoever takes something off such a stick has not
    asked for it, and computers install the rest all the same."""
    for origin, names in stick.refs.items():
        copy = stick.copies.get(origin)
        if copy is None or not copy.exists:
            yield Code.UPSTREAM_MISSING, origin
        if METADATA_REF not in names:
            yield Code.METADATA_MISSING, origin


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
