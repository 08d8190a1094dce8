"""Names of apps and runtimes, as flatpak writes and accepts them.

Rules: flatpak's ``common/flatpak-ref-utils.c``. Which other refs and which collection IDs there can
be: `app.ostree.names`.
"""

from __future__ import annotations

import os
import re
import struct
import sys
from typing import Literal, Self, cast

from msgspec import Struct

from app.errors import UsageError
from app.message import NOTHING, Message
from app.ostree.names import METADATA_REF, is_ref_name
from app.remedy import Remedy
from app.text import Policy, clean

Kind = Literal["app", "runtime"]

COMMON_ARCHES = ("x86_64", "aarch64", "i386", "arm", "riscv64")
"""Those that flatpak's remotes are made for; others are possible."""

MAX_NAME = 255
"""Longest name of an app and longest file name; a ref's parts become file names."""

_NAME = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+\.[A-Za-z_-][\w-]*", re.ASCII)
_ARCH = re.compile(r"\w{1,255}", re.ASCII)
_BRANCH = re.compile(r"[\w-][\w.-]{0,254}", re.ASCII)
_FULL = re.compile(
    rf"(app|runtime)/({_NAME.pattern})/({_ARCH.pattern})/({_BRANCH.pattern})", re.ASCII
)
_IMAGE = re.compile(r"(oci|oci-archive|docker|docker-archive|dir|containers-storage):/")
"""As skopeo names them (``containers-transports(5)``)."""
_PATH = re.compile(r"[/~]|\.\.?/")
_REMOTE = re.compile(r"\w[\w.-]*", re.ASCII)

_FLATPAKS = frozenset({"app", "appstream", "appstream2", "deploy", "runtime", "screenshots"})
"""What the refs begin with that flatpak makes."""

LOCALE = ".Locale"
"""Ends the ID of what has the translations of an app or runtime."""


class RefError(UsageError):
    """The name of an app or runtime is not one."""


class Ref(Struct, frozen=True, order=True):
    """One app or runtime for one architecture: ``app/org.gnome.Maps/x86_64/stable``."""

    kind: Kind
    id: str
    arch: str
    branch: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.id}/{self.arch}/{self.branch}"

    @classmethod
    def parse(cls, text: str) -> Self:
        parts = text.split("/")
        if parts[0] not in ("app", "runtime"):
            raise RefError(
                Message("{given} is not the name of an app or runtime.", given=_quoted(text)),
                Message("A full name looks like app/org.gnome.Maps/x86_64/stable."),
            )
        if len(parts) != 4:
            raise RefError(
                Message(
                    "{given} has {parts} parts where a full name has four.",
                    given=_quoted(text),
                    parts=len(parts),
                ),
                Message("A full name looks like app/org.gnome.Maps/x86_64/stable."),
            )
        kind, name, arch, branch = parts
        for problem in (name_problem(name), arch_problem(arch), branch_problem(branch)):
            if problem:
                raise RefError(
                    Message(
                        "{given} is not a valid name: {problem}.",
                        given=_quoted(text),
                        problem=problem,
                    )
                )
        return cls(cast(Kind, kind), name, arch, branch)

    @classmethod
    def parse_or_none(cls, text: str) -> Self | None:
        """For the refs of a summary, most of which are apps and runtimes and some are not."""
        match = _FULL.fullmatch(text)
        if match is None or len(match[2]) > MAX_NAME:
            return None
        return cls(cast(Kind, match[1]), match[2], match[3], match[4])

    @classmethod
    def runtime(cls, text: str) -> Self:
        """The ref of ``runtime=`` or ``sdk=`` in metadata: ``org.gnome.Platform/x86_64/45``."""
        return cls.parse(f"runtime/{text}")


class PartialRef(Struct, frozen=True):
    """What people type: parts they leave out are `None` and match anything.

    ``arch`` left out is the computer's own: see `matches`. ``remote`` is what stood before ``:``.
    """

    id: str
    kind: Kind | None = None
    arch: str | None = None
    branch: str | None = None
    remote: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """``[REMOTE:][app/|runtime/]ID[/[ARCH][/[BRANCH]]]``."""
        _refuse_place(text)
        remote: str | None = None
        rest = text
        if ":" in text:
            remote, _, rest = text.partition(":")
            if not is_valid_remote_name(remote):
                raise RefError(
                    Message(
                        "{given}: {remote} is not the name of a remote.",
                        given=_quoted(text),
                        remote=_quoted(remote),
                    ),
                    Remedy.SEE_REMOTES,
                )
        kind: Kind | None = None
        head, slash, tail = rest.partition("/")
        if slash and head in ("app", "runtime"):
            kind, rest = cast(Kind, head), tail
        parts = rest.split("/")
        if len(parts) > 3:
            raise RefError(
                Message("{given} has too many parts.", given=_quoted(text)),
                Message("Name an app like org.gnome.Maps or org.gnome.Maps//stable."),
            )
        name, arch, branch = (*parts, "", "")[:3]
        for problem in (
            name_problem(name),
            arch and arch_problem(arch),
            branch and branch_problem(branch),
        ):
            if problem:
                raise RefError(
                    Message(
                        "{given} is not the name of an app: {problem}.",
                        given=_quoted(text),
                        problem=problem,
                    ),
                    Remedy.NAME_APP,
                )
        return cls(name, kind, arch or None, branch or None, remote)

    def __str__(self) -> str:
        text = f"{self.kind}/{self.id}" if self.kind else self.id
        if self.arch or self.branch:
            text += f"/{self.arch or ''}"
        if self.branch:
            text += f"/{self.branch}"
        return f"{self.remote}:{text}" if self.remote else text

    def matches(self, ref: Ref, default_arch: str) -> bool:
        """Whether ``ref`` is meant; the caller has looked at ``remote`` already."""
        return (
            ref.id == self.id
            and ref.arch == (self.arch or default_arch)
            and self.kind in (None, ref.kind)
            and self.branch in (None, ref.branch)
        )


def _refuse_place(text: str) -> None:
    """Raise RefError for a path and for a container image where that is, of which no part could be
    a name."""
    if _IMAGE.match(text):
        raise RefError(
            Message("{given} is a container image, not the name of an app.", given=_quoted(text)),
            Message(
                "Satchel takes them from registries: add the one that has it, and name the app."
            ),
        )
    if "://" in text:
        raise RefError(
            Message("{given} is an address, not the name of an app.", given=_quoted(text)),
            Remedy.NAME_APP,
        )
    if _PATH.match(text):
        raise RefError(
            Message("{given} is a path, not the name of an app.", given=_quoted(text)),
            Remedy.NAME_APP,
        )


class SystemRef(Struct, frozen=True):
    """What people type for a whole operating system: its ref, and the remote that has it.

    ``remote``: what stood before ``:``, else None.
    """

    name: str
    remote: str | None = None

    @classmethod
    def parse_or_none(cls, text: str) -> Self | None:
        """``[REMOTE:]REF``; None for whatever may mean an app or runtime, or is no ref."""
        remote, _, name = text.rpartition(":")
        may_be_app = not name_problem(name.partition("/")[0])
        if may_be_app or "/" not in name or not is_system(name):
            return None
        if not remote and ":" not in text:
            return cls(name)
        return cls(name, remote) if is_valid_remote_name(remote) else None

    def __str__(self) -> str:
        return f"{self.remote}:{self.name}" if self.remote else self.name


def parse_wanted(text: str) -> PartialRef | SystemRef:
    """What people type, whatever it names. Raises `RefError`."""
    return SystemRef.parse_or_none(text) or PartialRef.parse(text)


def is_system(name: str) -> bool:
    """Whether a ref is that of an operating system or the like, as ``os/eos/amd64/eos6``.

    That is each that is neither flatpak's nor ostree's own: no flatpak ever asks for one.
    """
    own = name == METADATA_REF or name.partition("/")[0] in _FLATPAKS
    return not own and is_ref_name(name)


def name_problem(name: str) -> Message:
    """Why ``name`` cannot name an app or runtime; empty when it can."""
    if not name:
        return Message("the name is empty")
    if len(name) > MAX_NAME:
        return Message("the name is longer than {most} characters", most=MAX_NAME)
    if _NAME.fullmatch(name):
        return NOTHING
    strange = _strange(name, r"[\w.-]")
    if strange:
        return Message("the name contains {strange}", strange=strange)
    elements = name.split(".")
    if "" in elements:
        return Message("the name has a period at its start, its end or next to another")
    if len(elements) < 3:
        return Message("the name has fewer than three parts with periods between them")
    if any("-" in element for element in elements[:-1]):
        return Message("only the last part of the name may contain a hyphen")
    return Message("a part of the name starts with a digit")


def arch_problem(arch: str) -> Message:
    """Why ``arch`` cannot be an architecture; empty when it can."""
    if not arch:
        return Message("the architecture is empty")
    if len(arch) > MAX_NAME:
        return Message("the architecture is longer than {most} characters", most=MAX_NAME)
    strange = _strange(arch, r"\w")
    return Message("the architecture contains {strange}", strange=strange) if strange else NOTHING


def branch_problem(branch: str) -> Message:
    """Why ``branch`` cannot be a branch; empty when it can."""
    if not branch:
        return Message("the branch is empty")
    if len(branch) > MAX_NAME:
        return Message("the branch is longer than {most} characters", most=MAX_NAME)
    if _BRANCH.fullmatch(branch):
        return NOTHING
    strange = _strange(branch, r"[\w.-]")
    return (
        Message("the branch contains {strange}", strange=strange)
        if strange
        else Message("the branch starts with a period")
    )


def is_locale(name: str) -> bool:
    """Whether a ref is the Locale extension of something."""
    ref = Ref.parse_or_none(name)
    return ref is not None and ref.id.endswith(LOCALE)


def arch_of(name: str) -> str:
    """The architecture of any ref: of an app or runtime, or the end of ``appstream2/ARCH`` and of a
    subset's ``appstream2/SUBSET-ARCH``."""
    ref = Ref.parse_or_none(name)
    return ref.arch if ref is not None else name.rpartition("/")[2].rpartition("-")[2]


def is_valid_remote_name(name: str) -> bool:
    return _REMOTE.fullmatch(name) is not None


def flatpak_arch(machine: str, *, bits: int = 64, little_endian: bool = True) -> str:
    """flatpak's name for a machine as ``uname -m`` names it, with programs of ``bits`` bits.

    The programs' width counts, not the kernel's: a 32-bit system often runs a 64-bit kernel.
    """
    if bits == 32:
        machine = {"x86_64": "i686", "aarch64": "armv7l"}.get(machine, machine)
    if re.fullmatch(r"i.86", machine):
        return "i386"
    if machine.startswith("arm"):
        return "armeb" if machine.endswith("b") else "arm"
    if machine in ("mips", "mips64") and little_endian:
        return f"{machine}el"
    return machine


def host_arch() -> str:
    """The architecture of this computer."""
    return flatpak_arch(
        os.uname().machine,
        bits=8 * struct.calcsize("P"),
        little_endian=sys.byteorder == "little",
    )


def _quoted(text: str) -> str:
    """For messages: short, and with nothing in it that a terminal would act upon."""
    return f"“{clean(text, Policy.QUOTED)}”"


def _strange(text: str, allowed: str) -> str:
    return next((_quoted(char) for char in text if not re.fullmatch(allowed, char, re.ASCII)), "")
