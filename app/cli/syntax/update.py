"""``satchel update``."""

from __future__ import annotations

from app.cli.syntax.model import Command, Count, Option
from app.cli.syntax.shared import CHANGE, EXTRA_DATA, FROM, LANGUAGE, OFFLINE_BESIDE, REMOTE, TARGET
from app.replacing import replace

COMMAND = Command(
    name="update",
    summary="bring everything on a drive up to date",
    about="Everything gets the newest version there is; what was chosen stays chosen, and what "
    "only came along once and is not needed any more goes. Only what is new is downloaded. Several "
    "TARGETs are brought up to date at the same time; one that fails does not hold up the others.",
    run="update:run",
    processes="app.ostree.pull.transfer",
    beside=1,
    beginning="update:begin",
    arguments=(replace(TARGET, name="targets", count=Count.SOME),),
    options=(
        *REMOTE,
        *FROM,
        OFFLINE_BESIDE,
        *CHANGE,
        replace(
            LANGUAGE,
            help="from now on carry translations into this language only, e.g. de, or into all of "
            "them: all (default: as before)",
        ),
        Option(name="--sign-key", metavar="KEY", help="sign ostree-metadata with your own key"),
        EXTRA_DATA,
        Option(name="--allow-older", help="accept an older snapshot than seen before"),
    ),
)
