"""``satchel verify``."""

from __future__ import annotations

from pathlib import Path

from app.cli.syntax.model import Command, Option, ValueKind
from app.cli.syntax.shared import DESTINATION_REPO, OPTIONAL_READABLE

COMMAND = Command(
    name="verify",
    summary="check a drive: every rule, every object",
    about="Judges every repository that flatpak finds there. The exit status is 1 if it is not "
    "sound.",
    run="verify:run",
    processes="app.ostree.fsck",
    arguments=(OPTIONAL_READABLE,),
    options=(
        DESTINATION_REPO,
        Option(name="--quick", help="do not read the contents of files; says how many those are"),
        Option(
            name="--remote",
            metavar="R",
            help="a .flatpakrepo whose key counts for its collection, or a known remote's name",
            repeated=True,
            values=(ValueKind.REMOTE, ValueKind.FILE),
        ),
        Option(
            name="--gpg-key",
            metavar="FILE",
            help="a key that counts for what this computer does not know",
            repeated=True,
            convert=Path,
            values=(ValueKind.FILE,),
        ),
        Option(
            name="--maker-key",
            metavar="FINGERPRINT",
            help="whoever has this key may have made the drive",
            repeated=True,
        ),
        Option(
            name="--trust-drive-keys",
            help="let the drive's own keys count where this computer knows none",
        ),
        Option(
            name="--report",
            metavar="FILE",
            help="also write a report with everything that is on the drive, as .html or .json",
            convert=Path,
            values=(ValueKind.FILE,),
        ),
    ),
)
