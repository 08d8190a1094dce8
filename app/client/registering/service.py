"""The service that watches, where systemd runs services: whether it is on, and turning it on.

What ``systemctl`` prints: systemctl(1). Whether systemd runs: sd_booted(3).
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from app.client.registering.place import Scope
from app.errors import SatchelError
from app.fs.files import AccessDeniedError
from app.message import Message, verbatim

UNIT = "satchel-watch.service"
FLATPAKS_UNIT = "flatpak-sideload-usb-repo.path"
"""flatpak's own, for users, where a distribution has it: it links every drive, unchecked."""

_BOOTED = Path("/run/systemd/system")
_SECONDS = 60
_NAMES_OF_ON = frozenset({"enabled", "enabled-runtime"})


class NoServicesError(SatchelError):
    """This computer does not run services with systemd, or not this one."""


class ServiceRefusedError(AccessDeniedError):
    """systemd did not do it."""


class ServiceState(Struct, frozen=True):
    """What systemd says of the service.

    Attributes:
        installed: it knows the unit.
        enabled: it starts by itself.
        active: it runs now.
        flatpaks: flatpak's own service is on.
    """

    installed: bool
    enabled: bool
    active: bool
    flatpaks: bool


def service_state(scope: Scope, booted: Path = _BOOTED) -> ServiceState | None:
    """None where systemd does not run services."""
    if not booted.is_dir():
        return None
    return ServiceState(
        installed=_ask(scope, "cat", UNIT)[0],
        enabled=_ask(scope, "is-enabled", UNIT)[1] in _NAMES_OF_ON,
        active=_ask(scope, "is-active", UNIT)[1] == "active",
        flatpaks=_ask(Scope.USER, "is-enabled", FLATPAKS_UNIT)[1] in _NAMES_OF_ON,
    )


def enable(scope: Scope, booted: Path = _BOOTED) -> None:
    """Turn it on, now and at each start. Raises NoServicesError, ServiceRefusedError."""
    _change(scope, (("enable",), ("start",)), booted)


def disable(scope: Scope, booted: Path = _BOOTED) -> None:
    """Turn it off. Raises as `enable`."""
    _change(scope, (("disable", "--now"),), booted)


def _change(scope: Scope, verbs: Sequence[Sequence[str]], booted: Path) -> None:
    """``verbs``: with their options; each has its own error."""
    if not booted.is_dir():
        raise NoServicesError(
            Message("This computer does not run services with systemd, or not in this sandbox."),
            Message("Have “satchel watch --system” started by root when the computer starts.")
            if scope is Scope.SYSTEM
            else Message(
                "Have “satchel watch” started when you log in: most desktops have a list of such "
                "programs."
            ),
        )
    if not _ask(scope, "cat", UNIT)[0]:
        raise NoServicesError(
            Message("systemd does not know {unit} here.", unit=UNIT),
            Message(
                "It comes with Satchel's package for Debian. Elsewhere copy it from "
                "packaging/units in the sources, or have “satchel watch” started when you log in."
            ),
        )
    for verb in verbs:
        done, said = _ask(scope, *verb, UNIT)
        if not done:
            raise ServiceRefusedError(
                Message("systemd did not do it: {said}.", said=verbatim(said.rstrip("."))),
                Message("Run it as root, or for yourself with --user.")
                if scope is Scope.SYSTEM
                else Message("Log in at the computer itself, then try again."),
            )


def _ask(scope: Scope, *words: str) -> tuple[bool, str]:
    """Whether it went well, and what it said: of an error the reason."""
    whose = ["--user"] if scope is Scope.USER else []
    try:
        done = subprocess.run(
            ["systemctl", "--no-pager", "--no-ask-password", *whose, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, str(error)
    said = done.stdout if done.returncode == 0 or not done.stderr else done.stderr
    return done.returncode == 0, said.strip()
