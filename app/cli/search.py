"""``satchel search``: apps by name, in all listed remotes."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from datetime import date

from app.cli.choosing import architecture, find_remote
from app.cli.context import Context
from app.cli.output import say, write_json
from app.errors import InterruptedByUser, SatchelError, UsageError
from app.flatpak.appstream import Component
from app.flatpak.browse import Browser, Wanted
from app.flatpak.catalogue_source import load_catalogue
from app.flatpak.remotes import Remote
from app.flatpak.upstream import open_upstream

_MAX_DIGITS = 9


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "text",
        metavar="TEXT",
        nargs="*",
        help="words of the name or description; may be left out with one of the following",
    )
    parser.add_argument("--category", metavar="C", help="only this one, such as Education")
    parser.add_argument("--free", action="store_true", help="only under a free licence")
    parser.add_argument(
        "--verified", action="store_true", help="only what is checked to be its developers' own"
    )
    parser.add_argument("--supported", action="store_true", help="nothing at its end of life")
    parser.add_argument("--remote", metavar="R", help="search only this remote")
    parser.add_argument("--arch", metavar="A", help="architecture (default: this computer's)")
    parser.add_argument("--limit", metavar="N", type=_count, default=20, help="at most N (20)")


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and (number := int(text[:_MAX_DIGITS])) > 0:
        return number
    raise argparse.ArgumentTypeError("give a number from 1 on")


def run(arguments: argparse.Namespace, context: Context) -> int:
    arch = architecture(arguments, context)
    wanted = Wanted(
        text=" ".join(arguments.text),
        category=arguments.category or "",
        free=arguments.free,
        verified=arguments.verified,
        supported=arguments.supported,
    )
    if wanted == Wanted():
        raise UsageError("What to search for?", "Give a word, or --category, --free, --verified.")
    remotes = _remotes(arguments, context)
    found: list[tuple[Remote, Component]] = []
    failures: list[SatchelError] = []
    for remote in remotes:
        try:
            hits = _search(remote, wanted, arch, arguments.limit, context)
        except InterruptedByUser:
            raise
        except SatchelError as error:
            failures.append(error)
            continue
        found += ((remote, hit) for hit in hits)
    if failures and len(failures) == len(remotes):
        raise failures[0]
    if arguments.json:
        write_json([_hit_json(remote, hit, context) for remote, hit in found])
    else:
        _print(found, context)
    for failure in failures:
        print(f"Not searched: {failure.message}", file=sys.stderr)
    return 0


def _remotes(arguments: argparse.Namespace, context: Context) -> list[Remote]:
    known = context.known_remotes.remotes
    if arguments.remote is not None:
        return [find_remote(arguments.remote, known)]
    return [remote for remote in known if remote.listed]


def _search(
    remote: Remote, wanted: Wanted, arch: str, limit: int, context: Context
) -> list[Component]:
    with ExitStack() as stack:
        upstream = open_upstream(
            remote, context.cache, context.network, context.cancel, allow_unsigned=False
        )
        stack.callback(upstream.close)
        catalogue = stack.enter_context(load_catalogue(upstream, arch, context.cache))
        if wanted == Wanted(text=wanted.text):
            # Everything that the words fit, parts of apps among it.
            hits = catalogue.search(wanted.text, context.languages, limit)
            return [hit.component for hit in hits]
        ended: frozenset[str] = frozenset()
        if wanted.supported:
            ended = upstream.table(arch).ended(one.ref for one in catalogue.outlines())
        browser = Browser(catalogue, context.languages, date.today(), ended)
        return browser.rows(browser.select(wanted)[:limit])


def _hit_json(remote: Remote, component: Component, context: Context) -> dict[str, object]:
    return {
        "remote": remote.name,
        "id": component.id,
        "ref": component.ref,
        "name": component.name(context.languages),
        "summary": component.summary(context.languages),
        "version": component.version,
        "license": component.license,
        "developer": component.developer,
        "categories": list(component.categories),
        "free": component.is_free,
        "verified": component.verified,
    }


def _print(found: list[tuple[Remote, Component]], context: Context) -> None:
    if not found:
        say("Nothing was found.")
    for remote, component in found:
        name = component.name(context.languages)
        say(f"{name}  {component.id}  ({remote.name})")
        summary = component.summary(context.languages)
        if summary:
            say(f"    {summary}")
