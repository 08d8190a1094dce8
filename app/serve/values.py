"""What is asked of the classroom network, and what it tells: values only."""

from __future__ import annotations

import shlex
from pathlib import Path

from msgspec import Struct

from app.message import Message
from app.stick.findings import Finding

DEFAULT_PORT = 8080
HIGHEST_PORT = 65_535
PRESENT_SECONDS = 300.0
"""After its last request a computer counts as here for so long."""


class Listen(Struct, frozen=True):
    """Where to listen.

    Attributes:
        address: of this computer, IPv4 or IPv6; None for all.
        port: 0 for any that is free.
    """

    address: str | None = None
    port: int = DEFAULT_PORT


class Tls(Struct, frozen=True):
    """Files of a certificate, with those that vouch for it, and of its key; PEM."""

    certificate: Path
    key: Path


class ServeRequest(Struct, frozen=True):
    """What is to be served.

    Attributes:
        targets: mount points or directories with sticks.
        upstream: what no stick has is fetched from upstream, and kept.
        seeds: names of saved choices that are fetched beforehand.
        cache_limit: bytes that what is kept may take; None: what is set for the cache.
        announce: other desktops find the sticks by themselves.
        drive_keys: the sticks' own keys count for sources that this computer does not know.
        allow_unsigned: also sources of which nothing is signed.
    """

    targets: tuple[Path, ...]
    listen: Listen = Listen()
    tls: Tls | None = None
    upstream: bool = False
    seeds: tuple[str, ...] = ()
    cache_limit: int | None = None
    announce: bool = False
    drive_keys: bool = False
    allow_unsigned: bool = False


class Address(Struct, frozen=True):
    """Where others reach this computer.

    Attributes:
        interface: the network card; empty if that is not known.
        url: with a slash at its end.
    """

    interface: str
    ip: str
    url: str


class ServedApp(Struct, frozen=True):
    """An app that computers can have.

    Attributes:
        size: bytes when it is installed, 0 if nobody tells.
        from_maker: flatpak asks its maker for a part of it, whatever is served.
    """

    ref: str
    name: str
    size: int
    from_maker: bool = False


class ServedLanguages(Struct, frozen=True):
    """Of the translations of ``apps`` there are only those into ``languages``.

    Attributes:
        apps: what people call them; empty: of all of a remote.
    """

    languages: tuple[str, ...]
    apps: tuple[str, ...] = ()


class ServedRemote(Struct, frozen=True):
    """A remote as it is served, below ``NAME/``.

    Attributes:
        origin: its collection ID, or what stands for one (`app.ostree.names`).
        name: of the remote, and of its address.
        url: upstream's address.
        made: when upstream made its lists, seconds since 1970.
        apps: those that are on the sticks.
        moved: the lists say that upstream is elsewhere from now on; flatpak follows that, unless it
            was told an address.
        unsigned: nobody vouches for anything of it.
        languages: of the translations that are on the sticks in part only; several where sticks
            have others of other apps.
    """

    origin: str
    name: str
    title: str
    url: str
    made: int | None
    apps: tuple[ServedApp, ...]
    moved: bool = False
    unsigned: bool = False
    languages: tuple[ServedLanguages, ...] = ()

    @property
    def shortcomings(self) -> tuple[Message, ...]:
        """What computers do not get from here, in words."""
        told = []
        for each in self.languages:
            languages = ", ".join(each.languages) or "-"
            told.append(
                Message(
                    "Of the translations of {apps} there are only those into: {languages}. A "
                    "computer that is set to another language as well gets none of them.",
                    apps=", ".join(each.apps),
                    languages=languages,
                )
                if each.apps
                else Message(
                    "Of translations from {remote} there are only those into: {languages}. A "
                    "computer that is set to another language as well gets none of them.",
                    remote=self.title,
                    languages=languages,
                )
            )
        partly = [app.name for app in self.apps if app.from_maker]
        if partly:
            told.append(
                Message(
                    "A part of these each computer fetches from their makers, which takes the "
                    "internet: {apps}.",
                    apps=", ".join(partly),
                )
            )
        return tuple(told)

    def address(self, base: str) -> str:
        """Where it is; ``base``: `Address.url`."""
        return f"{base}{self.name}"

    def command(self, base: str) -> str:
        """What points a computer here that has the remote, under this name."""
        return f"flatpak remote-modify --url={shlex.quote(self.address(base))} {self.name}"

    def command_back(self) -> str:
        """What points it back to upstream."""
        return f"flatpak remote-modify --url={shlex.quote(self.url)} {self.name}"

    def command_new(self, base: str) -> str:
        """What adds the remote to a computer that does not have it, with upstream's key."""
        file = shlex.quote(f"{base}{self.name}.flatpakrepo")
        unsigned = " --no-gpg-verify" if self.unsigned else ""
        added = f"flatpak remote-add --if-not-exists{unsigned} {self.name} {file}"
        return f"{added} && {self.command(base)}" if self.moved else added


class ServedFile(Struct, frozen=True):
    """An app or runtime as a file, to be downloaded.

    Attributes:
        path: below the address of the page.
        size: bytes.
        unsigned: nobody vouches for it.
    """

    path: str
    name: str
    size: int
    unsigned: bool


class Serving(Struct, frozen=True):
    """What is served, and where: at the start, and whenever any of it changes."""

    addresses: tuple[Address, ...]
    remotes: tuple[ServedRemote, ...]
    files: tuple[ServedFile, ...] = ()


class Computer(Struct, frozen=True):
    """One that has asked for something.

    Attributes:
        first, last: of its requests, seconds since 1970.
        bytes: that were sent to it.
        refs: what it has taken or is taking.
        wanted: what it asked for and nobody has.
    """

    address: str
    first: float
    last: float
    bytes: int
    refs: tuple[str, ...]
    wanted: tuple[str, ...]


class Computers(Struct, frozen=True):
    """Who is here, at most once a second; ``bytes``: sent to all, in all."""

    computers: tuple[Computer, ...]
    bytes: int


class Took(Struct, frozen=True):
    """A computer has taken an app, or a part of what it needs."""

    computer: str
    origin: str
    ref: str
    bytes: int
    seconds: float


class Wanted(Struct, frozen=True):
    """A computer asked for what nobody here has."""

    computer: str
    origin: str
    ref: str


class NotServed(Struct, frozen=True):
    """A stick, or something of it, is not served.

    Attributes:
        origin: the source, the name of a container registry, the ref of an app as a file, or the
            address of another file; None for all of the stick.
        findings: what a check found wrong.
    """

    root: Path
    origin: str | None
    reason: Message
    findings: tuple[Finding, ...] = ()


class DriveGone(Struct, frozen=True):
    """A stick was pulled out: what only it has is answered by “later”."""

    root: Path


class DriveBack(Struct, frozen=True):
    """It is there again, and was checked again."""

    root: Path


class WebServerDied(Struct, frozen=True):
    """The web server has ended by itself, and was started again; ``said``: its last words."""

    said: str


class ServeOutcome(Struct, frozen=True):
    """How much there was to do: computers, bytes sent, seconds."""

    computers: int
    bytes: int
    seconds: float
