"""A flatpak installation in the tree of an operating system, made by the real flatpak.

It installs from a stick that was just made and checked, by the stick's own installer. flatpak takes
the installation for a person's own, which makes the very same files as one for everyone and needs
no rights, no bus and no helper; what this computer has installed, and how it is set up, it does not
see. All files belong to whoever runs it, and have to belong to root in the finished system.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from app.errors import DriveError, SatchelError
from app.flatpak.program import FlatpakProgram, Said, run_told
from app.flatpak.refs import Ref
from app.flatpak.required_flatpak import OLDEST, lacking, version_text
from app.fs.files import drive_errors, readable_by_everybody
from app.media.trees.place import INSTALLATION, Place
from app.message import Message
from app.progress import Cancel, Notice, Phase, PhaseStarted, Reporter
from app.severity import Severity
from app.stick.environment import Environment
from app.stick.kit.contents import INSTALLER
from app.stick.planning.plan import Plan
from app.stick.store.images import NEEDED_FLATPAK
from app.stick.store.location import KIT_FOLDER

_EVERY_LANGUAGE = "*all*"
_LANGUAGES = "languages"
_UNSET = "*unset*"
_DATABASE = "exports/share/applications"
_CACHE = "mimeinfo.cache"
_MOST_TOLD = 8
_NOT_PASSED_ON = ("FLATPAK_", "XDG_", "DBUS_", "LANG", "LC_", "LANGUAGE", "HOME", "TMPDIR")
"""Beginnings of variables that say whose computer this is."""
_SANDBOX = "FLATPAK_BWRAP"
"""Says which program makes sandboxes."""
_NAMESPACE = ("unshare", "--user", "--map-root-user")
_OWN_BUS = (
    *("dbus-run-session", "--", "sh", "-c"),
    *('DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS exec "$@"', "sh"),
)


class FlatpakTooOldError(DriveError):
    """The flatpak here installs no images."""


class NotInstalledError(SatchelError):
    """flatpak did not install everything."""


def check_flatpak(environment: Environment, plan: Plan) -> None:
    """Raises FlatpakMissingError, FlatpakTooOldError."""
    have = FlatpakProgram.of(environment.variables, environment.flatpak).version()
    needed = lacking((f"{NEEDED_FLATPAK}.0",), have) if plan.images and have else None
    if needed is not None:
        raise FlatpakTooOldError(
            Message(
                "To install {ref}, which comes from a container registry, flatpak {needed} is "
                "needed; here is {version}.",
                ref=plan.images[0].item.ref,
                needed=NEEDED_FLATPAK,
                version=version_text(have or OLDEST),
            ),
            Message("Leave it out, or choose --layout stick or iso-root."),
        )


def install_into(
    place: Place, plan: Plan, environment: Environment, report: Reporter, cancel: Cancel
) -> None:
    """Install what is on the stick in ``place.tree`` below ``place.out``.

    Raises NotInstalledError, DriveError, and what ``cancel`` raises.
    """
    report(PhaseStarted(Phase.INSTALL))
    there = place.out / INSTALLATION
    with readable_by_everybody(), drive_errors(Message("making the installation")):
        new = not there.exists() or not os.listdir(there)
        made = place.scratch / "flatpak" if new else there
        program = _program(made, place.scratch, environment)
        with _in_languages(program, plan.options.carry):
            for arch in _architectures(plan):
                _install(place, program, arch, plan, cancel)
        _check(made, plan)
        _look_at_databases(made, report)
        if plan.made is not None:
            _date(made, plan.made)
        if new:
            there.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError):
                there.rmdir()
            made.rename(there)
        place.clear_up()
        if plan.made is not None:
            for above in PurePosixPath(INSTALLATION).parents:
                _date_one(place.out / above, plan.made)


def _program(installation: Path, scratch: Path, environment: Environment) -> FlatpakProgram:
    """The real one, which sees this installation and nothing else."""
    places = {
        "HOME": "home",
        "XDG_CACHE_HOME": "home/.cache",
        "XDG_CONFIG_HOME": "home/.config",
        "XDG_DATA_HOME": "home/.local/share",
        "XDG_RUNTIME_DIR": "runtime",
        "FLATPAK_SYSTEM_DIR": "none",
        "FLATPAK_CONFIG_DIR": "config",
        "FLATPAK_DATA_DIR": "data",
        "FLATPAK_RUN_DIR": "run",
        "TMPDIR": "tmp",
    }
    for name in places.values():
        (scratch / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    variables: Mapping[str, str] = {
        name: value
        for name, value in environment.variables.items()
        if name == _SANDBOX or not name.startswith(_NOT_PASSED_ON)
    }
    own = {name: str(scratch / place) for name, place in places.items()}
    own |= {"FLATPAK_USER_DIR": str(installation), "LC_ALL": "C.UTF-8"}
    return FlatpakProgram({**variables, **own})


@contextmanager
def _in_languages(program: FlatpakProgram, carried: Sequence[str] | None) -> Iterator[None]:
    """Translations into those of the stick come, whoever reads which here. Afterwards flatpak goes
    by the system's own again, and keeps what is there."""
    wanted = ";".join(dict.fromkeys(each.partition("_")[0] for each in carried or ()))
    before = program.ask("config", "--user", "--get", _LANGUAGES).strip()
    program.ask("config", "--user", "--set", _LANGUAGES, wanted or _EVERY_LANGUAGE)
    try:
        yield
    finally:
        if before and not before.startswith(_UNSET):
            program.ask("config", "--user", "--set", _LANGUAGES, before)
        else:
            program.ask("config", "--user", "--unset", _LANGUAGES)


def _architectures(plan: Plan) -> list[str]:
    refs = (Ref.parse_or_none(item.ref) for item in plan.items if item.named)
    return sorted({ref.arch for ref in refs if ref is not None})


def _install(place: Place, program: FlatpakProgram, arch: str, plan: Plan, cancel: Cancel) -> None:
    script = place.tree / KIT_FOLDER / INSTALLER
    options = ["--user", f"--arch={arch}"]
    if plan.options.allow_unsigned:
        options.append("--allow-unsigned")
    command = [*_as_root(program.variables), "sh", str(script), *options]
    said = run_told(command, program.variables, cancel)
    if said.status:
        raise _failed(said)


def _as_root(variables: Mapping[str, str]) -> tuple[str, ...]:
    """What has a program believe that it is root's, or that nothing is forbidden here: of anybody
    else flatpak asks this computer's bus what they may install."""
    if os.geteuid() == 0:
        return ()
    for command in (_NAMESPACE, _OWN_BUS):
        with contextlib.suppress(OSError):
            tried = subprocess.run(
                [*command, "true"],
                env=variables,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
            if tried.returncode == 0:
                return command
    return ()


def _failed(said: Said) -> NotInstalledError:
    lines = [line for line in said.lines if line.strip()]
    return NotInstalledError(
        Message("flatpak has not installed everything."),
        Message("It said: {said}", said=" / ".join(lines[-_MOST_TOLD:])),
    )


def _check(installation: Path, plan: Plan) -> None:
    """That all apps that were asked for are there, as they were planned."""
    for item in plan.items:
        ref = Ref.parse_or_none(item.ref)
        if not item.named or ref is None or ref.id.endswith(".Locale"):
            continue
        active = installation / item.ref / "active"
        if not active.is_symlink():
            raise NotInstalledError(Message("{ref} was not installed.", ref=item.ref))


def _date(installation: Path, when: int) -> None:
    """Give what is newer the time ``when``; most of it has none at all, by flatpak."""
    for directory, directories, files in os.walk(installation, topdown=False):
        # Links to directories count as directories, and are not gone into.
        names = (*files, *directories)
        for path in (*(os.path.join(directory, name) for name in names), directory):
            _date_one(path, when)


def _date_one(path: str | Path, when: int) -> None:
    if os.lstat(path).st_mtime > when:
        os.utime(path, (when, when), follow_symlinks=False)


def _look_at_databases(installation: Path, report: Reporter) -> None:
    """flatpak makes them in a sandbox, which containers may not have."""
    applications = installation / _DATABASE
    if not applications.is_dir() or (applications / _CACHE).exists():
        return
    report(
        Notice(
            Severity.WARNING,
            Message(
                "The lists by which desktops find icons and file types could not be made here, as "
                "in containers where nothing can be sandboxed."
            ),
            Message(
                "flatpak makes them with the next app that is installed or updated. To have them "
                "at once, run in the finished system, as root: {command}",
                command="for each in /usr/share/flatpak/triggers/*.trigger; do $each "
                f"/{INSTALLATION}; done",
            ),
        )
    )
