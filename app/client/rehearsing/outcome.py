"""Judges what an attempt to install an app came to, by what is there afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from app.client.rehearsing.computer import Computer
from app.client.rehearsing.offer import OfferedApp
from app.client.rehearsing.throwaway import Run, Throwaway
from app.client.rehearsing.trial import AppTrial, Lack, Missing, Started
from app.flatpak.refs import Ref
from app.flatpak.remotes.installed import InstalledRef, installed_refs
from app.flatpak.required_flatpak import lacking, parse_version
from app.languages import normal_language
from app.message import NOTHING, Message
from app.replacing import replace

_LOCALE = ".Locale"
_DRIVERS = (".GL.", ".GL32.")
_NVIDIA = "nvidia-"
_PROGRAM_PATIENCE = 60
_LOOK_FOR_PROGRAM = 'command -v -- "$1" >/dev/null'
_NO_SHELL = "bwrap: execvp sh:"
_NO_SANDBOX = ("bwrap:", "bubblewrap")


class TriedApp(Struct, frozen=True):
    """``commits``: those that sticks have of it."""

    app: OfferedApp
    run: Run
    computer: Computer
    commits: frozenset[str]


def judge(
    tried: TriedApp, client: Throwaway, *, have: str, may_start: bool, own_program: bool
) -> AppTrial:
    """``have``: the version of flatpak; ``may_start``: whoever made the stick is known."""
    app = tried.app
    there = {str(each.ref): each for each in installed_refs(client.installation)}
    mine = there.get(app.final)
    trial = AppTrial(
        collection=app.collection,
        ref=app.ref,
        name=app.name,
        installed=mine is not None and (app.imported or mine.commit in tried.commits),
        commit=mine.commit if mine is not None else "",
        seconds=tried.run.seconds,
    )
    if not trial.installed:
        return replace(
            trial,
            reason=_why_not(tried, mine, have),
            missing=tuple(_missing_before(app, have)),
        )
    trial = replace(
        trial,
        missing=tuple(_missing(tried, there, client)),
        bytes=sum(there[ref].size for ref in (app.final, *app.needs) if ref in there),
    )
    return _start(trial, app, client, own_program=own_program) if may_start else trial


def _why_not(tried: TriedApp, mine: InstalledRef | None, have: str) -> Message:
    for missing in _missing_before(tried.app, have):
        if missing.kind is Lack.RUNTIME:
            return Message("What it runs on is not on the drive: {runtime}.", runtime=missing.name)
        return Message(
            "It needs flatpak {needed} or newer; here is {have}.", needed=missing.name, have=have
        )
    if tried.app.unsigned:
        return Message(
            "The signature of {ref} is missing, and flatpak takes nothing of its source without.",
            ref=tried.app.unsigned,
        )
    if mine is not None:
        return Message("Another version of it was installed than the drive has.")
    if tried.run.status is None:
        return Message("Installing it did not come to its end.")
    return Message("flatpak says: {text}", text=tried.run.reason)


def _missing_before(app: OfferedApp, have: str) -> Iterator[Missing]:
    """What keeps it from being installed, as far as its metadata tells."""
    version = parse_version(have)
    asks = lacking(app.requires, version) if version is not None else None
    if asks is not None:
        yield Missing(Lack.NEWER_FLATPAK, asks)
    if app.lacks:
        yield Missing(Lack.RUNTIME, app.lacks)


def _missing(
    tried: TriedApp, there: Mapping[str, InstalledRef], client: Throwaway
) -> Iterator[Missing]:
    """What an installed app has to do without, though the stick has it or should."""
    for need in tried.app.needs:
        ref = Ref.parse(need)
        if ref.id.endswith(_LOCALE):
            if ref.id == f"{Ref.parse(tried.app.final).id}{_LOCALE}":
                yield from _missing_languages(ref, tried.computer, client)
        elif need not in there:
            driver = any(part in ref.id for part in _DRIVERS)
            wanted = ref.id.rpartition(".")[2] in tried.computer.gl_drivers
            if not driver:
                yield Missing(Lack.EXTENSION, need)
            elif wanted or _NVIDIA not in ref.id:
                yield Missing(Lack.DRIVER, need)


def _missing_languages(ref: Ref, computer: Computer, client: Throwaway) -> Iterator[Missing]:
    """``ref``: of the translations. Those of the computer's that are not there."""
    files = client.installation / ref.kind / ref.id / ref.arch / ref.branch / "active" / "files"
    for language in computer.languages:
        code = (normal_language(language) or "en").partition("_")[0].partition("@")[0]
        if code != "en" and not any((files / name).is_dir() for name in (code, language)):
            yield Missing(Lack.LANGUAGE, code)


def _start(trial: AppTrial, app: OfferedApp, client: Throwaway, *, own_program: bool) -> AppTrial:
    ref = Ref.parse(app.final)
    place = (f"--arch={ref.arch}", f"--branch={ref.branch}")
    if own_program:
        run = client.run("flatpak", "run", "--user", *place, ref.id, patience=_PROGRAM_PATIENCE)
    else:
        look = ("-c", _LOOK_FOR_PROGRAM, "sh", app.command)
        run = client.run("flatpak", "run", "--user", "--command=sh", *place, ref.id, *look)
    if run.ok:
        return replace(trial, started=Started.YES, said=run.output.strip() if own_program else "")
    if not own_program and _NO_SHELL in run.output:
        text = Message("What it runs on has no shell to look for its program with.")
        return replace(trial, reason=text)
    if any(word in run.output for word in _NO_SANDBOX):
        # Here no sandbox can be made: nothing is known of the app.
        return replace(trial, reason=Message("flatpak says: {text}", text=run.reason))
    reason = NOTHING
    if run.reason:
        reason = Message("flatpak says: {text}", text=run.reason)
    elif app.command:
        reason = Message("Its program {command} is not in it.", command=app.command)
    return replace(trial, started=Started.NO, reason=reason)
