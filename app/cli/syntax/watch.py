"""``satchel watch``."""

from __future__ import annotations

from app.cli.syntax.model import Command, Option

COMMAND = Command(
    name="watch",
    summary="have flatpak find the apps on drives that are plugged in",
    about="Each drive with a repository is checked as it is mounted, by the keys that this "
    "computer has, and if it is sound, flatpak installs from it as from the network until it goes. "
    "What nobody known here has signed is left alone. Goes on until it is stopped; with --enable a "
    "service does it from now on.",
    run="watch:run",
    options=(
        Option(name="--user", help="for your own installation of flatpak; so it is but for root"),
        Option(name="--system", help="for everyone on this computer; so it is for root"),
        Option(
            name="--once",
            help="look at the drives that are there and end; what is sound stays registered",
        ),
        Option(name="--enable", help="have a service do it, now and at each start"),
        Option(name="--disable", help="have no service do it any more"),
        Option(name="--status", help="whether a service does it, and which drives are registered"),
    ),
)
