"""``satchel needs``."""

from __future__ import annotations

from pathlib import Path

from app.cli.syntax.model import Argument, Command, Count, Option, ValueKind

COMMAND = Command(
    name="needs",
    summary="what this computer needs, for whoever makes the next drive",
    about="Tells what flatpak has here and can run: to people, as JSON, or in a file that satchel "
    "make --needs takes. The file has the computer's name and the date, and nothing about people. "
    "A computer without Satchel writes one with needs.sh, which lies on every drive.",
    run="needs:run",
    arguments=(
        Argument(
            name="target",
            metavar="TARGET",
            help="the drive, or a directory, to write the file to, into satchel/needs",
            count=Count.OPTIONAL,
            values=(ValueKind.TARGET, ValueKind.DIRECTORY),
        ),
    ),
    options=(
        Option(
            name="-o",
            metavar="FILE",
            help="write it to this file instead",
            convert=Path,
            values=(ValueKind.FILE,),
        ),
    ),
)
