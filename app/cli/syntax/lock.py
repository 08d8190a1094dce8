"""``satchel lock``."""

from __future__ import annotations

from app.cli.syntax.model import Command, Option, ValueKind
from app.cli.syntax.shared import PLAN, REFS
from app.replacing import replace

_NOT_HERE = frozenset(
    {"--destination-repo", "--keep-versions", "--needs", "--sign-key", "--strict", "--locked"}
)
"""They are about a drive, or do not last."""

COMMAND = Command(
    name="lock",
    summary="write down exactly what a choice comes to now, to make it again later",
    about="The file names every commit of every app and of all that comes along. satchel make "
    "TARGET --locked FILE takes exactly that, today or in half a year, and makes the same bytes on "
    "every computer.",
    run="lock:run",
    arguments=(
        replace(
            REFS,
            metavar="PROFILE|REF",
            help=f"a saved choice, as for --profile; or an app {REFS.help}",
            values=(ValueKind.PROFILE, *REFS.values),
        ),
    ),
    options=(
        Option(
            name="--output",
            short="-o",
            metavar="FILE",
            help="where to write it; else it goes to standard output",
            values=(ValueKind.FILE,),
        ),
        Option(
            name="--update",
            metavar="FILE",
            help="look what there is now for what this lock file was made for, show what changes, "
            "and write it anew; REF is added",
            values=(ValueKind.FILE,),
        ),
        Option(name="--dry-run", help="with --update: only show what would change"),
        Option(
            name="--with-lists",
            help="put in upstream's signed lists as well, so that flatpak checks what it installs "
            "and drives can be served; the file becomes megabytes large",
        ),
        *(option for option in PLAN if option.name not in _NOT_HERE),
    ),
)
