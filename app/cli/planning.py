"""Plans of commands, and what helps where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.cli.invocation import Invocation
from app.flatpak.remotes.known import Known
from app.message import Message, sentences
from app.ostree.pull.answers import OfflineError
from app.ostree.reading_ahead import ReadingAhead
from app.progress import Reporter
from app.stick.planning.plan import Plan
from app.stick.planning.request import PlanRequest, make_plan


def plan_of(
    request: PlanRequest,
    invocation: Invocation,
    known: Known,
    report: Reporter,
    ahead: ReadingAhead | None = None,
    *,
    meanwhile: Sequence[Callable[[], object]] = (),
) -> Plan:
    """As `make_plan`; where there is no network, what would do without one is named."""
    environment, cancel = invocation.environment, invocation.cancel
    try:
        return make_plan(request, environment, known, report, cancel, ahead, meanwhile=meanwhile)
    except OfflineError as error:
        if not (request.options.from_installed or request.options.from_paths):
            raise
        hint = Message("With --offline it is made of what is here.")
        raise OfflineError(error.message, sentences(error.hint, hint)) from error
