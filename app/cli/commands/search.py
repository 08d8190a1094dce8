"""``satchel search``: what can be chosen, in all listed remotes, as the window lists it."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence

from app.cli.invocation import Invocation
from app.cli.output import say, write_json, write_notice
from app.cli.plan_arguments import architecture, chosen_remotes
from app.errors import UsageError
from app.flatpak.catalogue.browse import AppFilter, Sort
from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.catalogue.opening import open_catalogues
from app.flatpak.catalogue.remote_catalogue import Row
from app.message import Message
from app.progress import Notice, silent
from app.remedy import Remedy
from app.replacing import replace
from app.severity import Severity
from app.units import moment_text


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    arch = architecture(arguments, invocation)
    wanted = AppFilter(
        text=" ".join(arguments.text),
        category=arguments.category or "",
        free=arguments.free,
        verified=arguments.verified,
        supported=arguments.supported,
    )
    if wanted == AppFilter():
        raise UsageError(Message("What to search for?"), Remedy.GIVE_SEARCH)
    chosen = chosen_remotes(arguments, invocation)
    remotes = chosen.known.remotes
    if chosen.main is not None:
        remotes = (replace(chosen.main, listed=True),)
    registries = chosen.registries
    environment = invocation.environment
    opener = environment.upstreams(
        invocation.cancel,
        allow_unsigned=arguments.allow_unsigned,
        offline=arguments.offline,
    )
    catalogues = open_catalogues(
        remotes if not chosen.registry else (),
        opener,
        arch,
        environment.languages,
        environment.clock(),
        silent,
        registries,
    )
    try:
        if catalogues.failures and not catalogues.opened:
            raise catalogues.failures[0][1]
        rows, more = _found(catalogues, wanted, arguments.limit)
    finally:
        catalogues.close()
    if arguments.json:
        write_json([_json(row, environment.languages) for row in rows])
    else:
        _print(rows, more, environment.languages)
    for notice in _missed(catalogues):
        write_notice(notice)
    return 0


def _found(catalogues: Catalogues, wanted: AppFilter, limit: int) -> tuple[list[Row], int]:
    """The best ``limit``, and how many more there are.

    With nothing but words runtimes and extensions are looked for, too. They come last; those that
    no catalogue describes, the many languages and debug symbols, only where there is nothing else.
    """
    selections = [catalogues.select(wanted)]
    if wanted == AppFilter(text=wanted.text):
        others = replace(wanted, sort=Sort.OTHERS)
        selections.append(catalogues.select(others, undescribed=False))
        if not any(map(len, selections)):
            selections.append(catalogues.select(others))
    rows: list[Row] = []
    for selection in selections:
        rows += selection.rows(0, limit - len(rows))
    return rows, sum(map(len, selections)) - len(rows)


def _missed(catalogues: Catalogues) -> list[Notice]:
    """What was not searched, or not as it is now."""
    notices = []
    for catalogue in catalogues.opened:
        name = catalogue.remote.label
        if catalogue.stale is not None:
            when = moment_text(catalogue.made)
            text = Message(
                "{name} was searched as it was on {when}: {message}",
                name=name,
                when=when,
                message=catalogue.stale.message,
            )
            notices.append(Notice(Severity.WARNING, text, catalogue.stale.hint))
        if catalogue.undescribed is not None:
            text = Message(
                "Of {name} only names were searched: {message}",
                name=name,
                message=catalogue.undescribed.message,
            )
            notices.append(Notice(Severity.WARNING, text))
    for remote, error in catalogues.failures:
        text = Message(
            "{remote} was not searched: {message}", remote=remote.label, message=error.message
        )
        notices.append(Notice(Severity.WARNING, text, error.hint))
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
        "verified": row.verified,
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
