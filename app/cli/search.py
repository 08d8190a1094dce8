"""``satchel search``: apps by name, in all listed remotes."""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack

from app.cli.context import Context
from app.cli.output import say, write_json
from app.errors import InterruptedByUser, SatchelError, UsageError
from app.flatpak.catalogue import Found, load_catalogue
from app.flatpak.refs import arch_problem
from app.flatpak.remotes import Remote
from app.flatpak.upstream import open_upstream

_MAX_DIGITS = 9


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", nargs="+", help="words of the name or description")
    parser.add_argument("--remote", metavar="R", help="search only this remote")
    parser.add_argument("--arch", metavar="A", help="architecture (default: this computer's)")
    parser.add_argument("--limit", metavar="N", type=_count, default=20, help="at most N (20)")


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and (number := int(text[:_MAX_DIGITS])) > 0:
        return number
    raise argparse.ArgumentTypeError("give a number from 1 on")


def run(arguments: argparse.Namespace, context: Context) -> int:
    arch = context.arch if arguments.arch is None else arguments.arch
    problem = arch_problem(arch)
    if problem:
        raise UsageError(f"{arch!r} is not an architecture: {problem}")
    remotes = _remotes(arguments, context)
    found: list[tuple[Remote, Found]] = []
    failures: list[SatchelError] = []
    for remote in remotes:
        try:
            hits = _search(remote, " ".join(arguments.text), arch, arguments.limit, context)
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
    from app.cli.choosing import find_remote

    known = context.known_remotes.remotes
    if arguments.remote is not None:
        return [find_remote(arguments.remote, known)]
    return [remote for remote in known if remote.listed]


def _search(remote: Remote, text: str, arch: str, limit: int, context: Context) -> list[Found]:
    with ExitStack() as stack:
        upstream = open_upstream(
            remote, context.cache, context.network, context.cancel, allow_unsigned=False
        )
        stack.callback(upstream.close)
        catalogue = stack.enter_context(load_catalogue(upstream, arch, context.cache))
        return catalogue.search(text, context.languages, limit)


def _hit_json(remote: Remote, hit: Found, context: Context) -> dict[str, object]:
    component = hit.component
    return {
        "remote": remote.name,
        "id": component.id,
        "ref": component.ref,
        "name": component.name(context.languages),
        "summary": component.summary(context.languages),
        "version": component.version,
        "license": component.license,
        "developer": component.developer,
    }


def _print(found: list[tuple[Remote, Found]], context: Context) -> None:
    if not found:
        say("Nothing was found.")
    for remote, hit in found:
        component = hit.component
        name = component.name(context.languages)
        say(f"{name}  {component.id}  ({remote.name})")
        summary = component.summary(context.languages)
        if summary:
            say(f"    {summary}")
