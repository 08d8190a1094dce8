"""``satchel receive``."""

from __future__ import annotations

from app.cli.syntax.model import Argument, Command, Count, Option, ValueKind
from app.cli.syntax.shared import ARCH

COMMAND = Command(
    name="receive",
    summary="install from a drive what this computer's own keys vouch for",
    about="Words that name a drive or a directory are TARGETs, the others REFs. Without REF "
    "everything that was chosen for the drive is installed. Each file is checked while it is "
    "copied to this computer, and flatpak installs that copy; what a drive answers the second time "
    "does not count. Needs no network. The exit status is 0 only when everything asked for is "
    "installed.",
    run="receive:run",
    arguments=(
        Argument(
            name="words",
            metavar="TARGET [REF]",
            help="drives or directories with apps on them; then apps, as flatpak accepts them",
            count=Count.SOME,
            values=(ValueKind.TARGET, ValueKind.DIRECTORY, ValueKind.APP),
        ),
    ),
    options=(
        Option(name="--user", help="for your account only (the default)"),
        Option(name="--system", help="for everyone on this computer (the default for root)"),
        Option(name="--list", help="show what is on the drives and what of it is installed"),
        Option(name="--update", help="only what is installed already"),
        Option(
            name="--dry-run",
            help="say what would be installed, with that exit status; change nothing",
        ),
        Option(
            name="--trust-key",
            metavar="FINGERPRINT",
            help="a key that only the drive knows counts; for what this computer knows, never",
            repeated=True,
        ),
        Option(
            name="--allow-unsigned",
            help="also what nobody vouches for: apps of sources that sign nothing, or without "
            "their signature",
        ),
        ARCH,
        Option(name="--yes", help="do not ask"),
    ),
)
