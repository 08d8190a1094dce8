"""``satchel remotes``."""

from __future__ import annotations

from app.cli.syntax.model import Argument, Command, Option, ValueKind
from app.cli.syntax.shared import COLLECTION_ID, GPG_KEY

COMMAND = Command(
    name="remotes",
    summary="the known remotes; adds and removes your own",
    about="Without action it lists them, with their keys, and the keys that this computer has "
    "come to know.",
    run="remotes:run",
    actions=(
        Command(
            name="add",
            summary="make a remote known",
            about="Shows the fingerprint of its key, to be compared with what its makers publish.",
            run="remotes:run_add",
            arguments=(
                Argument(
                    name="source",
                    metavar="SOURCE",
                    help="a .flatpakrepo, its address, a repository's address with --gpg-key, or "
                    "an ostree remote's .conf file",
                    values=(ValueKind.FILE,),
                ),
            ),
            options=(
                Option(name="--name", metavar="NAME", help="what to call it"),
                GPG_KEY,
                COLLECTION_ID,
            ),
        ),
        Command(
            name="remove",
            summary="forget a remote that was added, or a remembered key",
            run="remotes:run_remove",
            arguments=(
                Argument(
                    name="name",
                    metavar="NAME",
                    help="the remote's name, or the key's fingerprint",
                    values=(ValueKind.OWN_REMOTE,),
                ),
            ),
        ),
    ),
)
