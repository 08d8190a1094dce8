"""``satchel resolve``."""

from __future__ import annotations

from app.cli.syntax.model import Argument, Command, Count, Option, ValueKind
from app.cli.syntax.shared import ARCH, REMOTE

COMMAND = Command(
    name="resolve",
    summary="which version this computer would take of an app, and from where",
    run="resolve:run",
    about="Looks in upstream's list and in the list of every stick, and tells apart what upstream "
    "names, what it could deliver now, and what is in hand. Installs nothing. Without --online or "
    "--offline it sees whether upstream answers.",
    arguments=(
        Argument(
            name="refs",
            metavar="REF",
            help="as flatpak accepts it, or REMOTE:REF",
            count=Count.SOME,
            values=(ValueKind.APP,),
        ),
    ),
    options=(
        Option(
            name="--stick",
            metavar="S",
            help="a drive or directory with apps, beside those that flatpak finds by itself; "
            "may be given several times",
            repeated=True,
            values=(ValueKind.TARGET, ValueKind.DIRECTORY),
        ),
        Option(name="--online", help="ask upstream, and fail where it does not answer"),
        Option(
            name="--offline", help="ask nobody; what is kept here, or carried by a stick, counts"
        ),
        Option(
            name="--as",
            metavar="MANNER",
            help="published (default): as flatpak's authors published it; flatpak: as the flatpak "
            "that is installed does it",
            default="published",
            suggestions=("published", "flatpak"),
        ),
        *REMOTE,
        ARCH,
    ),
)
