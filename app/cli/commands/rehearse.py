"""``satchel rehearse``: would an offline computer get everything from this drive?"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from app.cli.invocation import Invocation
from app.cli.output import TextReporter, reporter, say, write_json, write_notice
from app.cli.target_argument import open_target
from app.cli.target_words import sorted_out
from app.client.rehearsing.computer import Computer, computer_of
from app.client.rehearsing.network import Isolation
from app.client.rehearsing.rehearsal import RehearsalRequest, rehearse
from app.client.rehearsing.trial import AppTrial, Lack, Missing, Rehearsal, Started, Way, WayTrial
from app.flatpak.refs import host_arch
from app.flatpak.remotes.known import Known
from app.plain import plain
from app.progress import Reporter, silent
from app.replacing import replace
from app.stick.checking.report import CheckReport
from app.stick.environment import Environment
from app.stick.store.needs import read_needs
from app.units import duration_text, size_text

_WAYS = {Way.INSTALLER: "install.sh", Way.SIDELOAD: "flatpak install --sideload-repo"}
_ISOLATION = {
    Isolation.SANDBOX: "without a network (bubblewrap)",
    Isolation.NAMESPACE: "without a network (a network namespace)",
    Isolation.DEAD_PROXY: "with a network that leads nowhere",
}
_LACKS = {
    Lack.RUNTIME: "runtime",
    Lack.DRIVER: "graphics driver",
    Lack.LANGUAGE: "language",
    Lack.EXTENSION: "extension",
    Lack.NEWER_FLATPAK: "flatpak",
}


def run(arguments: argparse.Namespace, invocation: Invocation) -> int:
    report = reporter(as_json=False)
    targets, wanted = sorted_out(arguments.words)
    roots = tuple(
        open_target(target, invocation, write_notice, images=True).root for target in targets
    )
    environment = invocation.environment
    request = RehearsalRequest(roots, wanted, _computer(arguments, environment))
    rehearsal = rehearse(
        request,
        environment,
        environment.known_remotes(),
        silent if arguments.json else report,
        invocation.cancel,
    )
    if isinstance(report, TextReporter):
        report.finish()
    if arguments.json:
        write_json(rehearsal_json(rehearsal))
    else:
        print_rehearsal(rehearsal)
    return 0 if rehearsal.ok else 1


def _computer(arguments: argparse.Namespace, environment: Environment) -> Computer:
    """As which it is tried: what is said in so many words counts before the file."""
    if arguments.needs is not None:
        computer = computer_of(read_needs(arguments.needs))
    else:
        computer = Computer(host_arch(), environment.classroom_languages)
    return replace(
        computer,
        arch=arguments.arch or computer.arch,
        languages=tuple(arguments.language) or computer.languages,
    )


def rehearse_made(
    root: Path,
    check: CheckReport | None,
    environment: Environment,
    known: Known,
    invocation: Invocation,
    report: Reporter,
    *,
    own_program: bool = False,
) -> Rehearsal:
    """What a job has just made. ``check``: of it, if there was one."""
    request = RehearsalRequest(
        (root,),
        (),
        Computer(host_arch(), environment.classroom_languages),
        checks=(check,) if check is not None else (),
        own_program=own_program,
    )
    return rehearse(request, environment, known, report, invocation.cancel)


def rehearsal_json(rehearsal: Rehearsal) -> dict[str, Any]:
    """``{"ok", "computer", "flatpak", "isolation", "ways": [{"way", "tried", "reason", "apps"}],
    "notices", "findings", "seconds"}``."""
    return {
        "ok": rehearsal.ok,
        **plain(rehearsal),
        "ways": [
            {"way": way.way, "tried": way.tried, "installed": way.installed, **plain(way)}
            for way in rehearsal.ways
        ],
    }


def print_rehearsal(rehearsal: Rehearsal) -> None:
    say(
        f"Tried as {_who(rehearsal.computer)}, with flatpak {rehearsal.flatpak}, "
        f"{_ISOLATION[rehearsal.isolation]}."
    )
    for notice in rehearsal.notices:
        say(f"Note: {notice}")
    for way in rehearsal.ways:
        _print_way(way)
    if rehearsal.ok and not any(way.apps for way in rehearsal.ways):
        print("There are no apps on it, so there was nothing to try.")
    elif rehearsal.ok:
        print(f"Everything installs (tried in {duration_text(rehearsal.seconds)}).")
    else:
        count = len(rehearsal.findings)
        print(f"NOT everything installs: {count} of the apps." if count else "Nothing was tried.")


def _who(computer: Computer) -> str:
    languages = f", reading {', '.join(computer.languages)}" if computer.languages else ""
    return f"{computer.name or 'a computer'} ({computer.arch}{languages})"


def _print_way(way: WayTrial) -> None:
    if not way.tried:
        say(f"{_WAYS[way.way]}: not tried. {way.reason}")
        return
    say(f"{_WAYS[way.way]}: {way.installed} of {len(way.apps)} apps install.")
    for app in way.apps:
        say(f"  {_app_line(app)}")


def _app_line(app: AppTrial) -> str:
    if not app.installed:
        return f"NOT {app.name}: {app.reason}"
    started = {
        Started.YES: ", starts",
        Started.NO: f", but does NOT start: {app.reason}",
        Started.NOT_TRIED: f", not started: {app.reason}" if app.reason else ", not started",
    }[app.started]
    lacks = f"; without {', '.join(map(_lack_text, app.missing))}" if app.missing else ""
    return f"{app.name}: {size_text(app.bytes)} in {duration_text(app.seconds)}{started}{lacks}"


def _lack_text(missing: Missing) -> str:
    return f"{_LACKS[missing.kind]} {missing.name}"
