"""``satchel profiles``."""

from __future__ import annotations

from app.cli.syntax.model import Argument, Command, Count, Option, ValueKind
from app.cli.syntax.shared import ARCHITECTURES, REF_HELP

_NAME = Argument(name="name", metavar="NAME", help="its name", values=(ValueKind.PROFILE,))
_NEW_NAME = Argument(
    name="name",
    metavar="NAME",
    help="what to call it; one of that name is replaced",
    values=(ValueKind.PROFILE,),
)

COMMAND = Command(
    name="profiles",
    summary="saved choices",
    about="Without action it lists them. plan and make take them with --profile.",
    run="profiles:run",
    actions=(
        Command(
            name="show",
            summary="print the file that --profile takes",
            run="profiles:run_show",
            arguments=(_NAME,),
        ),
        Command(
            name="check",
            summary="ask the remotes whether they have all of it",
            about="The exit status is 1 if they have not.",
            run="profiles:run_check",
            arguments=(_NAME,),
        ),
        Command(
            name="save",
            summary="save a choice under a name",
            run="profiles:run_save",
            arguments=(
                _NEW_NAME,
                Argument(
                    name="refs",
                    metavar="REF",
                    help=REF_HELP.removesuffix(", or a .flatpakref"),
                    count=Count.SOME,
                    values=(ValueKind.APP,),
                ),
            ),
            options=(
                Option(
                    name="--arch",
                    metavar="A",
                    help="for computers of this architecture",
                    suggestions=ARCHITECTURES,
                ),
                Option(
                    name="--gpu", metavar="G", help="a graphics driver, as for make", repeated=True
                ),
                Option(name="--language", metavar="L", help="a language to bring", repeated=True),
            ),
        ),
        Command(
            name="import",
            summary="save what a file names",
            about="Reads a list of apps (the output of flatpak list, a script that installs them, "
            "a table, a Brewfile, JSON), a .preinstall file, or what satchel profiles show prints.",
            run="profiles:run_import",
            arguments=(
                _NEW_NAME,
                Argument(
                    name="file",
                    metavar="FILE",
                    help="the file; - is standard input",
                    values=(ValueKind.FILE,),
                ),
            ),
        ),
        Command(
            name="remove",
            summary="remove one",
            run="profiles:run_remove",
            arguments=(_NAME,),
        ),
    ),
)
