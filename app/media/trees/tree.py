"""What install media are made as."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from app.stick.planning.plan import Plan
from app.stick.writing.outcome import Outcome


class Layout(StrEnum):
    """How it is laid out.

    Attributes:
        STICK: as a drive.
        ISO_ROOT: as a drive, with what an operating system installs from it at its first start.
        INSTALLED: as a flatpak installation for everyone, in the tree of an operating system.
    """

    STICK = "stick"
    ISO_ROOT = "iso-root"
    INSTALLED = "installed"


class MadeTree(Struct, frozen=True):
    """
    Attributes:
        directory: where it is.
        ok: all that was asked for is in it, and the check found no errors.
    """

    directory: Path
    layout: Layout
    plan: Plan
    outcome: Outcome
    ok: bool
