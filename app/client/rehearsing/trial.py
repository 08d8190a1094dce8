"""What trying a stick came to."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from app.client.rehearsing.computer import Computer
from app.client.rehearsing.network import Isolation
from app.message import NOTHING, Message
from app.stick.findings import Finding


class Way(StrEnum):
    """How a client installs from a stick.

    Attributes:
        INSTALLER: by the ``install.sh`` on it.
        SIDELOAD: by ``flatpak install --sideload-repo``.
    """

    INSTALLER = "install.sh"
    SIDELOAD = "sideload-repo"


class Started(StrEnum):
    """Whether an app that was installed can be started."""

    YES = "yes"
    NO = "no"
    NOT_TRIED = "not-tried"


class Lack(StrEnum):
    """What kind of thing an app has to do without."""

    RUNTIME = "runtime"
    DRIVER = "driver"
    LANGUAGE = "language"
    EXTENSION = "extension"
    NEWER_FLATPAK = "newer-flatpak"


class Missing(Struct, frozen=True):
    """``name``: a ref, a language as in ``de``, a version."""

    kind: Lack
    name: str


class AppTrial(Struct, frozen=True):
    """Of one app, in one way.

    Attributes:
        name: what people call it.
        installed: it is, in the version that a stick has.
        started: whether its program is there and its sandbox can be entered.
        reason: why it is not installed, or not started.
        missing: what it has to do without.
        bytes: when installed, with all that came along.
        seconds: what installing it took.
        said: what it wrote when its own program was started to its end.
    """

    collection: str
    ref: str
    name: str
    installed: bool
    commit: str = ""
    started: Started = Started.NOT_TRIED
    reason: Message = NOTHING
    missing: tuple[Missing, ...] = ()
    bytes: int = 0
    seconds: float = 0.0
    said: str = ""


class WayTrial(Struct, frozen=True):
    """``reason``: why this way was not tried, if it was not."""

    way: Way
    apps: tuple[AppTrial, ...] = ()
    reason: Message = NOTHING

    @property
    def tried(self) -> bool:
        return not self.reason

    @property
    def installed(self) -> int:
        """How many apps are."""
        return sum(app.installed for app in self.apps)


class Rehearsal(Struct, frozen=True):
    """Of one stick or several.

    Attributes:
        computer: that it was tried as.
        flatpak: the version that was used.
        isolation: what kept it from the network.
        notices: what differs from that computer.
        findings: of what does not install; errors.
    """

    computer: Computer
    flatpak: str
    isolation: Isolation
    ways: tuple[WayTrial, ...]
    notices: tuple[Message, ...]
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def ok(self) -> bool:
        """Everything installs in every way that was tried."""
        return not self.findings and any(way.tried for way in self.ways)
