"""What several offline computers need together, as a choice, and what each of them gets of it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

from msgspec import Struct

from app.flatpak.remotes.known import Known
from app.progress import Cancel, silent
from app.replacing import replace
from app.stick.choices.availability import Offered, named_apps
from app.stick.environment import Environment
from app.stick.planning.computers import options_for
from app.stick.planning.for_computer import ForComputer
from app.stick.planning.imagined_drive import imagined_drive
from app.stick.planning.options import Options
from app.stick.planning.plan import Item
from app.stick.planning.selection import meant
from app.stick.planning.session import PlanSession
from app.stick.store.needs import Needs


class CheckedNeeds(Struct, frozen=True):
    """Attributes:
    offered: what is to be chosen for them, apps and what does not come along with one by itself.
    computers: what each gets, in the order of the files.
    """

    offered: tuple[Offered, ...]
    computers: tuple[ForComputer, ...]


def check_needs(
    needs: Sequence[Needs],
    options: Options,
    environment: Environment,
    known: Known,
    cancel: Cancel,
) -> CheckedNeeds:
    """Asks the remotes for what they have now.

    Raises SatchelError if none that is meant could be asked, or if nothing is newer than what the
    computers have; InterruptedByUser.
    """
    options = options_for(options, needs)
    with ExitStack() as stack:
        session = stack.enter_context(
            PlanSession(imagined_drive(), environment, known, silent, cancel)
        )
        wished = session.wishes(needs)
        wished.require(())
        cost, computers = session.cost_for(wished, options)
        chosen = [item for item in cost.items if item.chosen and not _comes_along(item)]
        remotes = {text.partition(":")[2]: text for text in wished.refs}
        resolved = [
            meant(remotes[item.ref], session.remotes, options.arch)
            for item in chosen
            if item.ref in remotes
        ]
        offered = tuple(named_apps(resolved, environment, cancel, stack))
    names = {each.ref: each.name for each in offered}
    return CheckedNeeds(offered, tuple(_named(each, names) for each in computers))


def _comes_along(item: Item) -> bool:
    return bool(item.needed_by) and not item.ref.startswith("app/")


def _named(computer: ForComputer, names: dict[str, str]) -> ForComputer:
    gets = tuple(replace(get, name=names.get(get.ref, get.name)) for get in computer.gets)
    return replace(computer, gets=gets)
