"""How a job checks what it has written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.flatpak.remotes.remote import Remote
from app.ostree.stored_sums import SumsTaken
from app.stick.checking.check import CheckOptions
from app.stick.checking.keys import Trust
from app.stick.planning.plan import Plan
from app.stick.writing.publish import MakerKey, as_on_drive


def check_options(
    plan: Plan,
    collections: Iterable[str],
    maker: MakerKey | None,
    taken: SumsTaken,
    fetched: frozenset[str],
) -> CheckOptions:
    """``collections``: those on the drive, of which what the plan is not about was accepted
    before; ``taken``: what is known to be right as it is stored; ``fetched``: as in `Trust`."""
    touched = {collection.id for collection in plan.collections}
    touched.update(image.item.collection for image in plan.images)
    return CheckOptions(
        from_medium=True,
        accept_unsigned=plan.options.allow_unsigned,
        without_runtimes=not plan.options.runtimes,
        during_job=True,
        taken=taken,
        trust=Trust(
            maker_keys=frozenset({maker.fingerprint} if maker else ()),
            accepted=frozenset(collections) - touched,
            fetched=fetched,
        ),
    )


def chosen_remotes(plan: Plan) -> tuple[Remote, ...]:
    """Those of the plan, as the drive has them."""
    return tuple(
        replace(as_on_drive(collection), keys=collection.remote.keys)
        if collection.is_remote
        else replace(collection.remote, collection_id=collection.id)
        for collection in plan.collections
    )
