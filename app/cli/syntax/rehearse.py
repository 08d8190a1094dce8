"""``satchel rehearse``."""

from __future__ import annotations

from pathlib import Path

from app.cli.syntax.model import Argument, Command, Count, Option, ValueKind
from app.cli.syntax.shared import ARCH

COMMAND = Command(
    name="rehearse",
    summary="try a drive as a computer without internet would",
    about="Installs from it with the real flatpak, in a place of its own without a network, by the "
    "drive's install.sh and by flatpak alone, starts what was installed, and leaves nothing "
    "behind. A drive that is not sound is tried, but nothing on it is started.",
    run="rehearse:run",
    arguments=(
        Argument(
            name="words",
            metavar="TARGET... [REF...]",
            help="the drives, and the apps on them; all apps if none is named",
            count=Count.SOME,
            values=(ValueKind.TARGET, ValueKind.APP),
        ),
    ),
    options=(
        Option(
            name="--needs",
            metavar="FILE",
            help="as the computer that wrote this, by satchel needs or needs.sh",
            convert=Path,
            values=(ValueKind.FILE,),
        ),
        ARCH,
        Option(
            name="--language",
            metavar="L",
            help="as a computer whose people read this language, e.g. de (default: your own)",
            repeated=True,
        ),
    ),
)
