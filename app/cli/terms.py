"""On what terms extra data is carried: told, asked for, accepted."""

from __future__ import annotations

import argparse
from collections.abc import Collection, Sequence
from typing import Any

from app.cli.output import say
from app.cli.questions import agrees, can_ask
from app.credentials import public_address
from app.errors import InterruptedByUser
from app.message import Message
from app.plain import plain
from app.stick.planning.plan import Plan
from app.units import size_text


def terms_json(plan: Plan) -> list[dict[str, Any]]:
    """What is carried with its extra data, and on what terms."""
    return [{**plain(terms), "size": terms.size} for terms in plan.terms]


def print_terms(plan: Plan) -> None:
    """What people accept who say yes."""
    if not plan.terms:
        return
    print("\nWith what their makers hand out themselves:")
    for terms in plan.terms:
        here = "" if terms.fetch else ", there already"
        say(f"  {terms.ref}  {size_text(terms.size)}{here}")
        say(f"    Licence: {terms.licence or 'not told by its publisher'}")
        for address in dict.fromkeys((terms.url, *(each.uri for each in terms.payloads))):
            if address:
                say(f"    {public_address(address)}")
    print()


def accept_terms(plans: Sequence[Plan], arguments: argparse.Namespace) -> None:
    """Ask on a terminal, unless ``--yes`` has answered or all were accepted before.

    Raises InterruptedByUser unless the answer is yes.
    """
    accept({terms.ref for plan in plans for terms in plan.terms if not terms.accepted}, arguments)


def accept(refs: Collection[str], arguments: argparse.Namespace) -> None:
    """The same for what has extra data and is new."""
    if not refs or arguments.yes or arguments.json or not can_ask():
        return
    if not agrees(
        "Do you accept the terms of their makers, for you and whom you give it to? [y/N] "
    ):
        raise InterruptedByUser(
            Message("Nothing was written."),
            Message("Without --with-extra-data the same is made without what needs it."),
        )
