"""Installs from sticks as an offline computer would, with the real flatpak, and tells what came of
it. Leaves nothing behind and touches nothing of the person's own.

What a stranger's drive holds is not run just like that: of the kit only the very bytes that some
Satchel writes, of the apps only those of a drive that was checked and is sound.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from app.client.rehearsing.attempts import Attempt, InstallerAttempt, SideloadAttempt
from app.client.rehearsing.computer import Computer
from app.client.rehearsing.network import Enclosure, Isolation, find_enclosure
from app.client.rehearsing.offer import (
    Offer,
    OfferedApp,
    check_wanted,
    each_once,
    installed_once,
    offer_of,
)
from app.client.rehearsing.outcome import TriedApp, judge
from app.client.rehearsing.throwaway import NoFlatpakError, Throwaway, scratch
from app.client.rehearsing.trial import AppTrial, Lack, Rehearsal, Way, WayTrial
from app.drive.space import measure
from app.errors import DriveError, StickDamagedError
from app.flatpak.refs import PartialRef, Ref, host_arch
from app.flatpak.remotes.known import Known
from app.flatpak.required_flatpak import parse_version
from app.fs.files import drive_errors
from app.languages import normal_language
from app.message import Message, Size
from app.ostree.names import is_collection_id
from app.progress import Advanced, AppPlace, AppTried, Cancel, Phase, PhaseStarted, Reporter
from app.remedy import Remedy
from app.stick.checking.check import CheckOptions
from app.stick.checking.check_place import check_path
from app.stick.checking.keys import Trust
from app.stick.checking.report import CheckReport
from app.stick.environment import Environment
from app.stick.findings import Code, Finding, finding
from app.stick.kit.contents import is_bundle_source
from app.stick.store.agreeing import agreeing
from app.stick.store.location import find_stick
from app.stick.store.stick_state import StickState, load_stick

_FOLDER = "rehearsals"
_SPARE = 64 * 1024 * 1024
"""Bytes that flatpak's own files take beside the apps."""

# It is asked what parents have allowed.
_SYSTEM_BUS = Path("/run/dbus/system_bus_socket")

_HINTS = {Lack.NEWER_FLATPAK: Remedy.UPDATE_FLATPAK, Lack.RUNTIME: Remedy.ADD_RUNTIME}


class RehearsalRequest(Struct, frozen=True):
    """What is to be tried.

    Attributes:
        roots: of the sticks.
        wanted: apps; empty for all.
        computer: that it is tried as.
        checks: of the sticks, where somebody has just made them; else they are checked.
        own_program: start the apps' own programs, which end by themselves, and hear what they say.
        every_way: else only in the first that can be tried.
    """

    roots: tuple[Path, ...]
    wanted: tuple[PartialRef, ...]
    computer: Computer
    checks: tuple[CheckReport, ...] = ()
    own_program: bool = False
    every_way: bool = True


def rehearse(
    request: RehearsalRequest,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
) -> Rehearsal:
    """Try it.

    Raises NoFlatpakError, UsageError for what is not there, DriveError for a drive that cannot be
    read or no room to try it in, StickDamagedError, InterruptedByUser.
    """
    started = time.monotonic()
    variables = environment.variables
    check_flatpak(variables)
    computer = request.computer
    sticks = agreeing([_load(root) for root in request.roots])
    offers = tuple(offer_of(stick, computer.arch, request.wanted) for stick in sticks)
    check_wanted(request.wanted, offers, computer.arch)
    trust = Trust(fetched=environment.fetched_images.all())
    checks = request.checks or tuple(
        check_path(root, environment.judges(known), CheckOptions(trust=trust), report, cancel)
        for root in request.roots
    )
    _refuse_what_is_gone(sticks, offers, checks)
    stage = _Stage(
        request=request,
        sticks=sticks,
        offers=offers,
        sound=all(check.ok for check in checks),
        enclosure=find_enclosure(variables),
        variables=variables,
        scratch=environment.cache / _FOLDER,
        cancel=cancel,
    )
    _check_room(stage)
    have = _flatpak_version(stage)
    report(PhaseStarted(Phase.REHEARSE))
    attempts: tuple[Attempt, ...] = (
        InstallerAttempt(sticks, offers, computer),
        SideloadAttempt(sticks, offers, known),
    )
    ways: list[WayTrial] = []
    for number, attempt in enumerate(attempts):
        if not request.every_way and any(way.tried for way in ways):
            break
        ways.append(_try(attempt, stage, have, report, number))
    return Rehearsal(
        computer=computer,
        flatpak=have,
        isolation=stage.enclosure.isolation,
        ways=tuple(ways),
        notices=(
            *_differences(computer, have, stage.enclosure),
            *_unvouched(offers, ways),
            *_several(offers),
        ),
        findings=(*_findings(ways), *_unreadable(sticks, request)),
        seconds=time.monotonic() - started,
    )


def _refuse_what_is_gone(
    sticks: Sequence[StickState], offers: Sequence[Offer], checks: Sequence[CheckReport]
) -> None:
    """Raises StickDamagedError where damage has left no app to be tried."""
    damaged = [check for check in checks if not check.ok and not check.only_unvouched]
    if damaged and not any(offer.apps for offer in offers):
        root = sticks[0].location.root
        raise StickDamagedError(
            Message("{root} is damaged: no app on it can be read, so none installs.", root=root),
            Remedy.REPAIR_FIRST.advice(drive=root),
        )


def _unreadable(sticks: Sequence[StickState], request: RehearsalRequest) -> Iterator[Finding]:
    """The apps whose commits cannot be read, of which nothing else is known."""
    names = {
        name
        for stick in sticks
        for refs in stick.refs.values()
        for name, commit in refs.items()
        if stick.commit(commit) is None
    }
    for name in sorted(names):
        ref = Ref.parse_or_none(name)
        if ref is None or ref.kind != "app" or ref.arch != request.computer.arch:
            continue
        if not request.wanted or any(word.matches(ref, ref.arch) for word in request.wanted):
            yield finding(
                Code.NOT_INSTALLABLE,
                name,
                Message("{name} does not install from this drive: it is damaged.", name=ref.id),
            )


def check_flatpak(variables: Mapping[str, str]) -> None:
    """Raises NoFlatpakError without it, or where it cannot install anything."""
    if shutil.which("flatpak", path=variables.get("PATH")) is None:
        raise NoFlatpakError(
            Message("This computer has no flatpak, so nothing can be tried."),
            Message("Install flatpak first."),
        )
    if os.geteuid() != 0 and not _SYSTEM_BUS.exists():
        raise NoFlatpakError(
            Message(
                "There is no system bus here, and without one flatpak installs nothing for an "
                "ordinary user, so nothing can be tried."
            ),
            Message("Try it on a computer with a desktop, or as root."),
        )


class _Stage(Struct, frozen=True):
    """What all attempts are made with. ``sound``: what is there may be started."""

    request: RehearsalRequest
    sticks: tuple[StickState, ...]
    offers: tuple[Offer, ...]
    sound: bool
    enclosure: Enclosure
    variables: Mapping[str, str]
    scratch: Path
    cancel: Cancel


def _load(root: Path) -> StickState:
    with drive_errors(Message("looking for the repository")):
        return load_stick(find_stick(root, absent=Remedy.LOOK_FOR_DRIVE))


def _try(attempt: Attempt, stage: _Stage, have: str, report: Reporter, number: int) -> WayTrial:
    """``number``: of the way, from 0."""
    reason = attempt.refusal()
    if reason:
        return WayTrial(attempt.way, reason=reason)
    computer = stage.request.computer
    apps = tuple(
        app
        for app in (each_once if attempt.sideloads else installed_once)(stage.offers)
        if not attempt.sideloads or all(map(is_collection_id, app.sources))
    )
    if not apps and any(offer.apps for offer in stage.offers):
        reason = Message("No source on it has a collection ID, so flatpak finds nothing there.")
        offered = [app for offer in stage.offers for app in offer.apps]
        if any(is_bundle_source(app.base) for app in offered):
            reason = Message("What its apps run on is a file, where flatpak alone finds nothing.")
        elif any(is_collection_id(app.collection) for app in offered):
            reason = Message(
                "What its apps run on is of a source without a collection ID, where flatpak alone "
                "finds nothing."
            )
        return WayTrial(attempt.way, reason=reason)
    trials: list[AppTrial] = []
    with scratch(stage.scratch) as directory:
        client = Throwaway(directory, stage.variables, stage.enclosure, stage.cancel)
        _prepare(client, computer)
        attempt.prepare(client)
        for place, app in enumerate(apps):
            at = AppPlace(app.ref, place + 1, len(apps))
            done = number * len(apps) + place
            report(Advanced(Phase.REHEARSE, done, len(Way) * len(apps), 0, 0, app=at))
            run = attempt.install(client, app)
            trial = judge(
                TriedApp(app, run, computer, _commits(stage.offers, app)),
                client,
                have=have,
                may_start=stage.sound and computer.arch == host_arch(),
                own_program=stage.request.own_program,
            )
            report(AppTried(app.ref, trial.installed, trial.reason))
            trials.append(trial)
    return WayTrial(attempt.way, tuple(trials))


def _prepare(client: Throwaway, computer: Computer) -> None:
    """Its languages and its graphics, as flatpak is told of them."""
    codes = [normal_language(language) or "en" for language in computer.languages]
    languages = dict.fromkeys(code.partition("_")[0].partition("@")[0] for code in codes)
    if languages:
        client.run("flatpak", "config", "--user", "--set", "languages", ";".join(languages))
    if computer.gl_drivers:
        client.with_variables(FLATPAK_GL_DRIVERS=":".join(computer.gl_drivers))


def _commits(offers: Sequence[Offer], app: OfferedApp) -> frozenset[str]:
    """Those that sticks have of what is installed for an app."""
    place = app.collection, app.final
    return frozenset(offer.commits[place] for offer in offers if place in offer.commits)


def _check_room(stage: _Stage) -> None:
    """Raises DriveError if this computer's disk cannot hold what would be installed."""
    stage.scratch.mkdir(parents=True, exist_ok=True)
    need = sum(offer.size for offer in stage.offers) + _SPARE
    free = measure(stage.scratch).free
    if need > free:
        raise DriveError(
            Message(
                "Trying it takes {need} on this computer's disk for a while; {free} are free.",
                need=Size(need),
                free=Size(free),
            ),
            Message("Name fewer apps, or set another cache directory."),
        )


def _flatpak_version(stage: _Stage) -> str:
    with scratch(stage.scratch) as directory:
        client = Throwaway(directory, stage.variables, stage.enclosure, stage.cancel)
        return client.run("flatpak", "--version").reason.rpartition(" ")[2]


def _differences(computer: Computer, have: str, enclosure: Enclosure) -> Iterator[Message]:
    theirs, ours = parse_version(computer.flatpak), parse_version(have)
    if theirs is not None and ours is not None and theirs < ours:
        yield Message(
            "That computer has flatpak {theirs}; it was tried with {ours}, which can do more.",
            theirs=computer.flatpak,
            ours=have,
        )
    if computer.arch != host_arch():
        yield Message(
            "That computer is of another kind ({arch}): nothing was started.", arch=computer.arch
        )
    if enclosure.isolation is Isolation.DEAD_PROXY:
        yield Message("The network could not be shut out; it was only led astray.")


def _unvouched(offers: Sequence[Offer], ways: Sequence[WayTrial]) -> Iterator[Message]:
    unsigned = {source.id for offer in offers for source in offer.collections if source.unsigned}
    unsigned.update(source for offer in offers for source in offer.unvouched)
    lost = {place for offer in offers for place in offer.lost}
    names = [
        app.name
        for app in each_once(offers)
        if app.sources & unsigned or (app.collection, app.ref) in lost
    ]
    if not names:
        return
    if any(way.way is Way.INSTALLER and way.tried for way in ways):
        yield Message(
            "Nobody vouches for {names}: computers get them only with install.sh "
            "--allow-unsigned, and so they were tried.",
            names=", ".join(names),
        )
    else:
        yield Message(
            "Nobody vouches for {names}: computers get them only with install.sh --allow-unsigned.",
            names=", ".join(names),
        )


def _several(offers: Sequence[Offer]) -> Iterator[Message]:
    tried = {app.ref for app in each_once(offers)}
    for each in dict.fromkeys(each for offer in offers for each in offer.several):
        if each.ref in tried:
            yield each.words


def _findings(ways: Sequence[WayTrial]) -> Iterator[Finding]:
    """Each app that does not install in some way, once."""
    told = set()
    for way in ways:
        for app in way.apps:
            if not app.installed and app.ref not in told:
                told.add(app.ref)
                lacks = {missing.kind for missing in app.missing}
                yield finding(
                    Code.NOT_INSTALLABLE,
                    app.ref,
                    Message(
                        "{name} does not install from this drive: {reason}",
                        name=app.name,
                        reason=app.reason,
                    ),
                    hint=next((hint for lack, hint in _HINTS.items() if lack in lacks), None),
                )
