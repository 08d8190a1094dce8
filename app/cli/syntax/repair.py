"""``satchel repair``."""

from __future__ import annotations

from app.cli.syntax.model import Command, Option, ValueKind
from app.cli.syntax.shared import REMOTE, TARGET

COMMAND = Command(
    name="repair",
    summary="heal what a check finds on a drive",
    about="What is damaged or missing comes from this computer's cache, from each SOURCE, from "
    "what flatpak has installed here, and from upstream, in that order, all of it checked. What is "
    "in the way and not Satchel's is moved aside; what cannot be healed is told. Versions stay, "
    "unless a damaged one cannot be had any more.",
    run="repair:run",
    arguments=(TARGET,),
    options=(
        Option(
            name="--from",
            metavar="SOURCE",
            help="another drive, a repository, an image, or an app as a file that may have what is "
            "missing",
            repeated=True,
            values=(ValueKind.TARGET, ValueKind.DIRECTORY, ValueKind.FILE),
        ),
        *REMOTE,
        Option(name="--allow-older", help="accept an older snapshot than seen before"),
        Option(
            name="--trust-drive-keys",
            help="let the drive's own keys count where this computer knows none",
        ),
        Option(name="--dry-run", help="only say what would come from where and what stays"),
        Option(name="--yes", help="do not ask"),
    ),
)
