"""``satchel watch``: flatpak finds the apps on drives that are plugged in."""

from __future__ import annotations

import argparse
import contextlib
import os
import select
import sys
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from app.cli.invocation import Invocation
from app.cli.output import say, write_json, write_notice
from app.cli.recovery import put_back
from app.cli.signals import signals
from app.client.receiving.installation import Place as Installation
from app.client.receiving.installation import Scope as InstallationScope
from app.client.registering.announcing import announcement
from app.client.registering.judging import Judged, Obstacle
from app.client.registering.links import links_of_ours
from app.client.registering.mounted import Mounted
from app.client.registering.place import Place, Scope, place_for
from app.client.registering.registrar import (
    Checking,
    Event,
    Finished,
    Refused,
    Registered,
    Registrar,
    Unregistered,
    Waiting,
)
from app.client.registering.service import disable, enable, service_state
from app.drive.monitor import DriveMonitor
from app.drive.udev import missing_parts
from app.errors import DriveError, UsageError
from app.message import Message
from app.notifications import notify
from app.plain import plain
from app.progress import Notice
from app.remedy import Remedy
from app.severity import Severity

_INTERRUPTED = 130
_MOST = 5
"""Findings that are printed; JSON has them all."""

_REASONS = {
    Obstacle.UNKNOWN_SIGNER: "nobody this computer knows has signed it",
    Obstacle.NOT_SIDELOADED: "flatpak by itself gets nothing of it; install.sh and satchel receive "
    "install it",
    Obstacle.NOT_SOUND: "it is not sound",
    Obstacle.UNREADABLE: "it cannot be read",
}
_FLATPAKS_OWN = Notice(
    Severity.WARNING,
    Message("flatpak's own service for drives is on as well, and registers all, unchecked."),
    Message("Turn it off: systemctl --user disable --now flatpak-sideload-usb-repo.path."),
)


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    scope = _scope(arguments)
    given = [name for name in ("once", "enable", "disable", "status") if getattr(arguments, name)]
    if len(given) > 1:
        raise UsageError(
            Message("--{one} does not go with --{other}.", one=given[0], other=given[1]),
            Remedy.COMMAND_HELP.advice(command="satchel watch"),
        )
    environment = invocation.environment
    place = place_for(scope, environment.flatpak, environment.runtime)
    if arguments.status:
        return _show_status(place, as_json=arguments.json)
    if arguments.enable or arguments.disable:
        return _switch(scope, on=arguments.enable, as_json=arguments.json)
    for notice in missing_parts():
        write_notice(notice)
    _put_back(scope, invocation)
    tell = _Teller(place, invocation, arguments.json)
    status = _watch(place, invocation, tell, once=arguments.once)
    if arguments.json and not status:
        write_json({"event": "finished", "ok": True})
    return status


def _scope(arguments: argparse.Namespace) -> Scope:
    if arguments.user and arguments.system:
        raise UsageError(
            Message("--user does not go with --system."),
            Remedy.COMMAND_HELP.advice(command="satchel watch"),
        )
    root = os.geteuid() == 0
    return Scope.SYSTEM if arguments.system or (root and not arguments.user) else Scope.USER


def _put_back(scope: Scope, invocation: Invocation) -> None:
    """Whoever only ever runs install.sh has nothing else of Satchel that begins by itself."""
    environment = invocation.environment
    place = Installation.of(InstallationScope(scope), environment.flatpak)
    # It watches all the same.
    with contextlib.suppress(DriveError):
        notice = put_back([place], environment.cache)
        if notice is not None:
            write_notice(notice)


# Watching


def _watch(
    place: Place, invocation: Invocation, tell: Callable[[Event], None], *, once: bool
) -> int:
    with (
        signals() as signalled,
        DriveMonitor(loops_are_removable=invocation.loops_are_removable) as monitor,
        Registrar(place, tell) as registrar,
    ):
        poll = select.poll()
        for source in (signalled, monitor, registrar):
            poll.register(source, select.POLLIN)
        with contextlib.suppress(OSError, ValueError):
            # Only errors: whoever read the events has gone.
            poll.register(sys.stdout.fileno(), 0)
        known = {monitor.fileno(), registrar.fileno()}
        registrar.see(monitor.drives)
        while not invocation.cancel.requested and not (once and not registrar.busy):
            if not {descriptor for descriptor, _ in poll.poll()} <= known:
                break
            # What has gone first: nothing is linked that is not there any more.
            monitor.read()
            registrar.see(monitor.drives)
            registrar.read()
        if once and not registrar.busy:
            registrar.keep()
            return 0
    return _INTERRUPTED


class _Teller(Struct, frozen=True):
    """Prints events, and has the desktop tell people what they come to."""

    place: Place
    invocation: Invocation
    as_json: bool

    def __call__(self, event: Event) -> None:
        if self.as_json:
            write_json(_event_json(event))
        else:
            for line in _event_lines(event):
                say(line)
            sys.stdout.flush()
        environment = self.invocation.environment
        # A service for everyone has nobody's desktop.
        if (
            isinstance(event, Finished)
            and self.place.scope is Scope.USER
            and environment.settings.notifications
        ):
            told = announcement(event, environment.languages)
            notify(told.title, told.text)


def _event_json(event: Event) -> dict[str, Any]:
    match event:
        case Checking(volume, judged):
            return {"event": "checking", **_drive(volume), **_judged(judged)}
        case Registered(volume, judged, link):
            return {"event": "registered", **_drive(volume), **_judged(judged), "link": link}
        case Refused(volume, judged, reason):
            return {
                "event": "refused",
                **_drive(volume),
                **_judged(judged),
                "reason": judged.obstacle,
                "message": reason,
                "findings": plain(judged.findings),
            }
        case Waiting(volume, repository):
            return {"event": "waiting", **_drive(volume), "repository": repository}
        case Unregistered(volume, repository, link):
            fields = {"repository": repository, "link": link}
            return {"event": "unregistered", **_drive(volume), **fields}
        case Finished(volume, registered, refused):
            return {
                "event": "drive",
                **_drive(volume),
                "registered": len(registered),
                "refused": len(refused),
                "apps": sum(judged.apps for judged in registered),
                "newer": sum(judged.newer for judged in registered),
            }


def _drive(volume: Mounted) -> dict[str, Any]:
    return {"drive": volume.label, "mount_point": volume.point}


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "repository": judged.repository,
        "apps": judged.apps,
        "newer": judged.newer,
        "others": judged.others,
    }


def _event_lines(event: Event) -> list[str]:
    match event:
        case Checking(volume, judged):
            return [f"{volume.label}: checking the {_apps(judged)} at {judged.repository}"]
        case Registered(volume, judged, _):
            lines = [f"{volume.label}: {_apps(judged)}; flatpak finds them from now on"]
            if judged.others:
                lines.append(f"  {judged.others} more only by its install.sh, or satchel receive")
            return lines
        case Refused(volume, judged, reason):
            why = reason if reason else _REASONS[judged.obstacle or Obstacle.NOT_SOUND]
            lines = [f"{volume.label}: not registered: {why} ({judged.repository})"]
            lines += [f"  {finding.message}" for finding in judged.findings[:_MOST]]
            if len(judged.findings) > _MOST:
                lines.append("  satchel verify tells all")
            return lines
        case Waiting(volume, repository):
            return [f"{volume.label}: waiting for whoever writes to {repository}"]
        case Unregistered(volume, _, _):
            return [f"{volume.label}: gone; flatpak does not look there any more"]
        case Finished():
            return []


def _apps(judged: Judged) -> str:
    apps = "1 app" if judged.apps == 1 else f"{judged.apps} apps"
    return f"{apps}, {judged.newer} newer than yours" if judged.newer else apps


# The service


def _switch(scope: Scope, *, on: bool, as_json: bool) -> int:
    (enable if on else disable)(scope)
    state = service_state(scope)
    if on and state is not None and state.flatpaks:
        write_notice(_FLATPAKS_OWN)
    if as_json:
        write_json({"scope": scope, "enabled": on})
    elif on:
        whose = "everyone" if scope is Scope.SYSTEM else "you"
        say(f"Drives are registered for {whose} from now on, once they are known to be sound.")
    else:
        say("Drives are not registered any more.")
    return 0


def _show_status(place: Place, *, as_json: bool) -> int:
    state = service_state(place.scope)
    links = links_of_ours(place)
    if as_json:
        write_json(
            {
                "scope": place.scope,
                "directory": place.links,
                "service": None if state is None else plain(state),
                "registered": [
                    {"repository": link.repository, "link": link.path} for link in links
                ],
            }
        )
        return 0
    if state is None:
        say("The service: there is no systemd here to run it.")
    elif not state.installed:
        say("The service: not installed.")
    else:
        on = "on" if state.enabled else "off; satchel watch --enable turns it on"
        say(f"The service: {on}{', running' if state.active else ''}.")
    if state is not None and state.flatpaks:
        write_notice(_FLATPAKS_OWN)
    say(f"flatpak looks in {place.links}.")
    for link in links:
        say(f"Registered: {link.repository}")
    if not links:
        say("No drive is registered.")
    return 0
