"""``satchel resolve``: which version this computer would take, and from where."""

from __future__ import annotations

import argparse

from app.cli.invocation import Invocation
from app.cli.output import say, wrapped, write_json, write_notice
from app.cli.plan_arguments import architecture, chosen_remotes
from app.cli.target_argument import open_target
from app.client.resolving.resolving import (
    InInstallation,
    Manner,
    Resolved,
    ResolveRequest,
    resolve_refs,
)
from app.errors import UsageError
from app.flatpak.bundles.given import is_bundle_file
from app.flatpak.sideloading.decision import InHand, Outcome
from app.flatpak.sideloading.situation import ListKind, UpstreamList, Version
from app.message import Message
from app.ostree.names import origin_remote
from app.plain import plain
from app.stick.planning.plan import LEFT_OUT
from app.units import date_text

_SHORT = 12
"""Characters of a commit that tell it from others."""


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    if arguments.online and arguments.offline:
        raise UsageError(Message("--online and --offline contradict each other."))
    for text in arguments.refs:
        if is_bundle_file(text):
            raise UsageError(
                Message(
                    "{file} is an app as a file, of which there is nothing to resolve.",
                    file=text,
                ),
                Message("satchel resolve takes names of apps, as flatpak looks for them."),
            )
    chosen = chosen_remotes(arguments, invocation)
    sticks = tuple(
        open_target(name, invocation, write_notice, images=True).root for name in arguments.stick
    )
    request = ResolveRequest(
        refs=tuple(arguments.refs),
        sticks=sticks,
        main=chosen.main,
        online=True if arguments.online else False if arguments.offline else None,
        manner=_manner(vars(arguments)["as"]),
        arch=architecture(arguments, invocation),
        allow_unsigned=arguments.allow_unsigned,
    )
    environment = invocation.environment
    resolved = resolve_refs(request, environment, chosen.known, write_notice, invocation.cancel)
    environment.trim_cache()
    if arguments.json:
        write_json({"as": request.manner.value, "refs": plain(resolved)})
    else:
        for each in resolved:
            _print(each)
    outcomes = {each.decision.outcome for each in resolved}
    return LEFT_OUT if Outcome.UNAVAILABLE in outcomes else 0


def _manner(text: str) -> Manner:
    try:
        return Manner(text)
    except ValueError:
        raise UsageError(
            Message("--as {manner}: there is no such manner.", manner=text),
            Message("It is published or flatpak."),
        ) from None


def _print(resolved: Resolved) -> None:
    decision = resolved.decision
    source = f" from {resolved.remote}" if resolved.remote else ""
    name = origin_remote(resolved.collection)
    if name is not None:
        say(f"{resolved.ref} (from {resolved.remote or name})")
    else:
        say(f"{resolved.ref} ({resolved.collection}{source})")
    say(f"  Upstream names: {_named(decision.named)}")
    could = _version(decision.deliverable) if decision.deliverable is not None else "nothing"
    say(f"  It could deliver now: {could}")
    if not decision.in_hand:
        say("  In hand: nothing")
    for each in decision.in_hand:
        say(f"  In hand: {_in_hand(each)}")
    here = _version(resolved.installed) if resolved.installed is not None else "nothing"
    say(f"  Installed: {here}")
    say(f"  Result: {_result(resolved)}")
    for other in resolved.others:
        say(f"  In {other.name}: {_version(other.installed)}; {_elsewhere(other)}")
    print(wrapped(" ".join(map(str, decision.reasons)), "    "))


def _elsewhere(other: InInstallation) -> str:
    if other.outcome is Outcome.UPDATE and other.version is not None:
        return f"update to {_version(other.version)}"
    return "stays"


def _named(named: UpstreamList | None) -> str:
    if named is None:
        return "unknown"
    where = {
        ListKind.LIVE: "asked now",
        ListKind.CACHED: f"list of {date_text(named.made)}, kept here",
        ListKind.CARRIED: f"list of {date_text(named.made)}, on {named.stick}",
    }[named.kind]
    return f"{_version(named.names) if named.names is not None else 'nothing'} ({where})"


def _in_hand(each: InHand) -> str:
    not_used = "" if each.ignored is None else f", not used: {each.ignored}"
    signed = ", nobody vouches for it" if each.unsigned else ""
    return f"{_version(each.version)} on {each.stick}{signed}{not_used}"


def _result(resolved: Resolved) -> str:
    decision = resolved.decision
    version = _version(decision.version) if decision.version is not None else ""
    place = decision.stick or "upstream"
    return {
        Outcome.INSTALL: f"install {version} from {place}",
        Outcome.UPDATE: f"update to {version} from {place}",
        Outcome.KEEP: f"{version} stays" if version else "",
        Outcome.UNAVAILABLE: "cannot be installed",
    }[decision.outcome]


def _version(version: Version) -> str:
    return f"{version.commit[:_SHORT]} of {date_text(version.timestamp)}"
