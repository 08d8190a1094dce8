"""``satchel serve``."""

from __future__ import annotations

from pathlib import Path

from app.cli.syntax.model import Argument, Command, Count, Option, ValueKind
from app.cli.syntax.shared import READABLE
from app.cli.syntax.sizes import read_size

COMMAND = Command(
    name="serve",
    summary="hand out the apps on drives to the computers in the network",
    about="Each drive is checked first, by the keys that this computer has. Then nginx serves what "
    "is on it as the remotes themselves, until it is stopped: flatpak on other computers checks "
    "and installs as from the internet. Prints the one command that points a computer here, and "
    "the one that points it back; they are on the page at the printed address as well.",
    run="serve:run",
    arguments=(
        Argument(
            name="targets",
            metavar="TARGET",
            help=READABLE.help,
            count=Count.ANY,
            values=READABLE.values,
        ),
    ),
    options=(
        Option(
            name="--listen",
            metavar="ADDRESS:PORT",
            help="where to listen (default: port 8080 of all addresses); port 0 is any free one",
        ),
        Option(
            name="--upstream",
            help="fetch from upstream what no drive has, once for all computers, and keep it; "
            "while there is a network, upstream's newest lists are served",
        ),
        Option(
            name="--seed",
            metavar="NAME|REF",
            repeated=True,
            help="with --upstream: fetch what this saved choice, set or app needs beforehand "
            "(may be repeated)",
            values=(ValueKind.PROFILE, ValueKind.APP, ValueKind.FILE),
        ),
        Option(
            name="--cache-size",
            metavar="N",
            convert=read_size,
            help="with --upstream: how much of what was fetched is kept, such as 20G (default: "
            "the setting cache_limit); what was not used for longest goes first",
        ),
        Option(
            name="--announce",
            help="have other desktops find it by themselves (Avahi), as ostree find-remotes and "
            "Endless OS's updater look",
        ),
        Option(
            name="--trust-drive-keys",
            help="let a drive's own keys count where this computer knows none",
        ),
        Option(
            name="--allow-unsigned",
            help="also hand out what has no signatures; the page and the commands say so",
        ),
        Option(
            name="--tls-certificate",
            metavar="FILE",
            help="serve by HTTPS with this certificate (PEM, with those that vouch for it)",
            convert=Path,
            values=(ValueKind.FILE,),
        ),
        Option(
            name="--tls-key",
            metavar="FILE",
            help="the certificate's key (PEM, without password)",
            convert=Path,
            values=(ValueKind.FILE,),
        ),
    ),
)
