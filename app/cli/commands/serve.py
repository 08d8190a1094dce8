"""``satchel serve``: the classroom network."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct, field

from app.cli.invocation import Invocation
from app.cli.output import event_json, say, write_json, write_notice
from app.cli.signals import hangups
from app.cli.target_argument import open_target
from app.errors import UsageError
from app.flatpak.refs import Ref
from app.flatpak.remotes.known import Known
from app.message import Message
from app.plain import plain
from app.progress import Notice
from app.remedy import Remedy
from app.serve.announcing.events import Announcing, NotAnnounced
from app.serve.listening import parse_listen
from app.serve.serving import serve
from app.serve.supplying import SuppliedOrigin
from app.serve.upstream.events import (
    ListsChanged,
    Seeded,
    Seeding,
    UpstreamAway,
    UpstreamBack,
    UpstreamEvent,
    describe,
)
from app.serve.upstream.supplier import UpstreamSupplier, open_supplier
from app.serve.values import (
    Computers,
    DriveBack,
    DriveGone,
    Listen,
    NotServed,
    ServeOutcome,
    ServeRequest,
    Serving,
    Tls,
    Took,
    Wanted,
    WebServerDied,
)
from app.stick.environment import Environment
from app.stick.findings import NO_SIGNATURE
from app.units import duration_text, size_text

_INTERRUPTED = 130
_MOST = 5
"""Findings that are printed; JSON has them all."""

_NAMES: dict[type[object], str] = {
    Serving: "serving",
    Computers: "computers",
    Took: "took",
    Wanted: "wanted",
    NotServed: "not-served",
    DriveGone: "drive-gone",
    DriveBack: "drive-back",
    WebServerDied: "web-server-died",
    ListsChanged: "lists-changed",
    UpstreamAway: "upstream-away",
    UpstreamBack: "upstream-back",
    Seeding: "seeding",
    Seeded: "seeded",
}


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    request = ServeRequest(
        targets=tuple(
            open_target(name, invocation, write_notice, images=True).root
            for name in arguments.targets
        ),
        listen=parse_listen(arguments.listen) if arguments.listen is not None else Listen(),
        tls=_tls(arguments),
        upstream=_upstream(arguments),
        seeds=tuple(arguments.seed),
        cache_limit=arguments.cache_size,
        announce=arguments.announce,
        drive_keys=arguments.trust_drive_keys,
        allow_unsigned=arguments.allow_unsigned,
    )
    environment = invocation.environment
    known = environment.known_remotes()
    tell = _Teller(as_json=arguments.json)
    supplying = _Supplying()
    with hangups(supplying.refresh, invocation.cancel):
        outcome = serve(
            request, environment, known, tell, invocation.cancel, open_supplier=supplying
        )
    # It may have outlived whoever read what it tells, and was stopped all the same.
    with contextlib.suppress(BrokenPipeError):
        if arguments.json:
            write_json({"event": "finished", "ok": True, **plain(outcome)})
        else:
            say(_ended(outcome))
    return _INTERRUPTED


def _upstream(arguments: argparse.Namespace) -> bool:
    """Raises UsageError for what goes with ``--upstream`` only."""
    upstream: bool = arguments.upstream
    if not upstream and (arguments.seed or arguments.cache_size is not None):
        raise UsageError(
            Message("--seed and --cache-size go with --upstream."),
            Remedy.COMMAND_HELP.advice(command="satchel serve"),
        )
    if arguments.seed and arguments.cache_size == 0:
        raise UsageError(
            Message("With --cache-size 0 nothing is kept of what --seed fetches."),
            Remedy.COMMAND_HELP.advice(command="satchel serve"),
        )
    if not arguments.targets and not arguments.seed:
        raise UsageError(
            Message("What to serve? Name a drive, or with --upstream what to fetch by --seed."),
            Remedy.COMMAND_HELP.advice(command="satchel serve"),
        )
    return upstream


def _tls(arguments: argparse.Namespace) -> Tls | None:
    """Raises UsageError for one without the other."""
    certificate, key = arguments.tls_certificate, arguments.tls_key
    if (certificate is None) != (key is None):
        raise UsageError(
            Message("--tls-certificate and --tls-key go together."),
            Remedy.COMMAND_HELP.advice(command="satchel serve"),
        )
    return Tls(certificate.absolute(), key.absolute()) if certificate is not None else None


class _Supplying:
    """Opens the supplier, and knows it."""

    def __init__(self) -> None:
        self._supplier: UpstreamSupplier | None = None

    def __call__(
        self,
        request: ServeRequest,
        environment: Environment,
        known: Known,
        origins: Sequence[SuppliedOrigin],
        report: Callable[[object], None],
    ) -> UpstreamSupplier:
        self._supplier = open_supplier(request, environment, known, origins, report)
        return self._supplier

    def refresh(self) -> None:
        """Look at what upstreams list now."""
        if self._supplier is not None:
            self._supplier.refresh()


_ALL_THE_SAME = "  To hand it out all the same: --allow-unsigned"


class _Teller(Struct, frozen=True):
    """Prints what happens; whoever serves goes on when nobody reads it any more. Any thread may
    tell."""

    as_json: bool
    alone: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, event: object) -> None:
        with self.alone, contextlib.suppress(OSError):
            if self.as_json:
                write_json(_event_json(event))
                return
            if isinstance(event, Announcing | NotAnnounced):
                event = event.notice
            if isinstance(event, Notice):
                write_notice(event)
                return
            for line in _event_lines(event):
                say(line)
            sys.stdout.flush()


def _event_json(event: object) -> dict[str, Any]:
    match event:
        case Serving(addresses, remotes, files):
            return {
                "event": "serving",
                "addresses": plain(addresses),
                "remotes": [
                    {
                        **plain(remote),
                        "address": remote.address(addresses[0].url),
                        "command": remote.command(addresses[0].url),
                        "command_new": remote.command_new(addresses[0].url),
                        "command_back": remote.command_back(),
                    }
                    for remote in remotes
                ],
                "files": [
                    {**plain(file), "address": f"{addresses[0].url}{file.path}"} for file in files
                ],
            }
        case Announcing(names, left):
            return {"event": "announcing", "names": dict(names), "left": left}
        case NotAnnounced(reason, hint):
            return {"event": "not-announced", "reason": reason, "hint": hint}
        case Notice():
            return event_json(event)
        case _:
            return {"event": _NAMES[type(event)], **plain(event)}


def _event_lines(event: object) -> list[str]:
    match event:
        case Serving():
            return _serving_lines(event)
        case Took(computer, _, ref, size, seconds):
            return [f"{_now()}  {computer}  took {_name(ref)}: {size_text(size)} in "
                    f"{duration_text(seconds)}"]  # fmt: skip
        case Wanted(computer, _, ref):
            return [f"{_now()}  {computer}  wanted {_name(ref)}, which nobody here has"]
        case NotServed():
            return _not_served_lines(event)
        case DriveGone(root):
            return [f"{_now()}  {root} was pulled out; computers are asked to try again later"]
        case DriveBack(root):
            return [f"{_now()}  {root} is back, and was checked"]
        case WebServerDied(said):
            return [f"{_now()}  The web server had ended, and was started again. {said}".rstrip()]
        case _ if isinstance(event, UpstreamEvent):
            return [f"{_now()}  {describe(event)}"]
        case _:
            return []


def _not_served_lines(event: NotServed) -> list[str]:
    origin, findings = event.origin, event.findings
    what = f"{origin} on {event.root}" if origin is not None else str(event.root)
    lines = [f"Not served: {what}: {event.reason}"]
    if origin is None:
        lines += [f"  {each.message}" for each in findings[:_MOST]]
        if len(findings) > _MOST:
            lines.append(f"  {len(findings) - _MOST:,} more: satchel verify tells all")
    elif Ref.parse_or_none(origin) is None:
        lines += [f"  {each.hint}" for each in findings if each.hint]
        if any(each.hint == NO_SIGNATURE for each in findings):
            lines.append(_ALL_THE_SAME)
    elif findings:
        # What is there as a file: no key of the drive could vouch for it.
        lines.append(_ALL_THE_SAME)
    return lines


def _serving_lines(event: Serving) -> list[str]:
    base = event.addresses[0].url
    lines = [f"Serving at {', '.join(each.url for each in event.addresses)}"]
    if not event.remotes:
        lines.append("Nothing but files; the page there says how to install them.")
    for remote in event.remotes:
        apps = "1 app" if len(remote.apps) == 1 else f"{len(remote.apps):,} apps"
        lines += [
            f"{remote.title} ({remote.name}): {apps}",
            *(["  NOT SIGNED: nobody vouches for anything of this."] if remote.unsigned else []),
            *(f"  {each}" for each in remote.shortcomings),
            "  on a computer that has this remote:",
            f"    {remote.command(base)}",
            "  on one that does not have it:",
            f"    {remote.command_new(base)}",
            "  and afterwards back to upstream:",
            f"    {remote.command_back()}",
        ]
    for file in event.files:
        lines.append(f"{file.name}, an app as a file: {base}{file.path}")
        if file.unsigned:
            lines.append("  NOT SIGNED: nobody vouches for it.")
    return [*lines, "Press Ctrl-C to stop."]


def _name(ref: str) -> str:
    kind, _, rest = ref.partition("/")
    return rest.partition("/")[0] if kind in ("app", "runtime") else ref


def _now() -> str:
    return f"{datetime.now():%H:%M:%S}"


def _ended(outcome: ServeOutcome) -> str:
    computers = "1 computer" if outcome.computers == 1 else f"{outcome.computers:,} computers"
    return f"Stopped. {computers} took {size_text(outcome.bytes)}."
