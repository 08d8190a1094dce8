"""How a job checks what it has written."""

from __future__ import annotations

from collections.abc import Iterable

from app.ostree.stored_sums import SumsTaken
from app.stick.checking.check import CheckOptions
from app.stick.checking.keys import Trust
from app.stick.planning.plan import Plan
from app.stick.writing.publish import MakerKey


def check_options(
    plan: Plan, collections: Iterable[str], maker: MakerKey | None, taken: SumsTaken
) -> CheckOptions:
    """``collections``: those on the drive, of which what the plan is not about was accepted
    before; ``taken``: what is known to be right as it is stored."""
    return CheckOptions(
        from_medium=True,
        accept_unsigned=plan.options.allow_unsigned,
        without_runtimes=not plan.options.runtimes,
        during_job=True,
        taken=taken,
        trust=Trust(
            maker_keys=frozenset({maker.fingerprint} if maker else ()),
            accepted=frozenset(collections) - {collection.id for collection in plan.collections},
        ),
    )
