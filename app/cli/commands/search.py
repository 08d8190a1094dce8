"""``satchel search``: what can be chosen, in all listed remotes, as the window lists it."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from app.cli.invocation import Invocation
from app.cli.output import say, write_json, write_notice
from app.cli.plan_arguments import (
    architecture,
    chosen_remotes,
    not_for_drives,
)
from app.errors import UsageError
from app.flatpak.catalogue.browse import Sort, Wanted
from app.flatpak.catalogue.catalogues import Row, Shop, open_shop
from app.progress import Notice, silent
from app.units import moment_text


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    arch = architecture(arguments, invocation)
    wanted = Wanted(
        text=" ".join(arguments.text),
        category=arguments.category or "",
        free=arguments.free,
        verified=arguments.verified,
        supported=arguments.supported,
    )
    if wanted == Wanted():
        raise UsageError("What to search for?", "Give a word, or --category, --free, --verified.")
    chosen = chosen_remotes(arguments, invocation)
    remotes = chosen.known.remotes
    if chosen.main is not None:
        remotes = (replace(chosen.main, listed=True),)
    environment = invocation.environment
    opener = environment.upstreams(
        invocation.cancel, allow_unsigned=arguments.allow_unsigned, for_drives=False
    )
    shop = open_shop(remotes, opener, arch, environment.languages, environment.clock(), silent)
    try:
        if shop.failures and not shop.shelves:
            raise shop.failures[0][1]
        rows, more = _found(shop, wanted, arguments.limit)
    finally:
        shop.close()
    if arguments.json:
        write_json([_json(row, environment.languages) for row in rows])
    else:
        _print(rows, more, environment.languages)
    for notice in _missed(shop):
        write_notice(notice)
    return 0


def _found(shop: Shop, wanted: Wanted, limit: int) -> tuple[list[Row], int]:
    """The best ``limit``, and how many more there are.

    With nothing but words runtimes and extensions are looked for, too. They come last; those that
    no catalogue describes, the many languages and debug symbols, only where there is nothing else.
    """
    selections = [shop.select(wanted)]
    if wanted == Wanted(text=wanted.text):
        others = replace(wanted, sort=Sort.OTHERS)
        selections.append(shop.select(others, undescribed=False))
        if not any(map(len, selections)):
            selections.append(shop.select(others))
    rows: list[Row] = []
    for selection in selections:
        rows += selection.rows(0, limit - len(rows))
    return rows, sum(map(len, selections)) - len(rows)


def _missed(shop: Shop) -> list[Notice]:
    """What was not searched, or not as it is now."""
    notices = []
    for shelf in shop.shelves:
        name = shelf.remote.label
        if shelf.stale is not None:
            when = moment_text(shelf.made)
            text = f"{name} was searched as it was on {when}: {shelf.stale.message}"
            notices.append(Notice("warning", text, shelf.stale.hint))
        if not shelf.carried:
            notices.append(not_for_drives(name))
        if shelf.undescribed is not None:
            text = f"Of {name} only names were searched: {shelf.undescribed.message}"
            notices.append(Notice("warning", text))
    for remote, error in shop.failures:
        text = f"{remote.label} was not searched: {error.message}"
        notices.append(Notice("warning", text, error.hint))
    return notices


def _json(row: Row, languages: Sequence[str]) -> dict[str, object]:
    component = row.component
    return {
        "remote": row.remote.name,
        "url": row.remote.address,
        "id": component.id,
        "ref": component.ref,
        "name": component.name(languages),
        "summary": component.summary(languages),
        "version": component.version,
        "license": component.license,
        "developer": component.developer,
        "categories": list(component.categories),
        "free": component.is_free,
        "verified": component.verified,
    }


def _print(rows: list[Row], more: int, languages: Sequence[str]) -> None:
    if not rows:
        say("Nothing was found.")
    branches = Counter((row.remote.name, row.component.id) for row in rows)
    for row in rows:
        component = row.component
        name = component.name(languages)
        alone = branches[row.remote.name, component.id] == 1
        handle = component.id if alone else component.ref
        called = component.ref if name == component.id else f"{name}  {handle}"
        say(f"{called}  ({row.remote.told_name})")
        summary = component.summary(languages)
        if summary:
            say(f"    {summary}")
    if more:
        say(f"{more} more were found: see --limit.")
