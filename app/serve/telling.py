"""What is worth reading while something is served, beside the events."""

from __future__ import annotations

import shlex
from pathlib import Path

from app.message import NOTHING, Message, verbatim
from app.progress import Notice
from app.remedy import Remedy
from app.serve.doubts import LookedOver, Spoilt
from app.severity import Severity


def spoilt_object(spoilt: Spoilt) -> Notice:
    root = spoilt.stick.root
    message = Message(
        "{root} is damaged: {object} is not what it should be ({reason}). It is not handed out "
        "from there any more.",
        root=root,
        object=spoilt.path,
        reason=spoilt.reason,
    )
    return Notice(
        Severity.WARNING, message, Remedy.REPAIR_FIRST.advice(drive=shlex.quote(str(root)))
    )


def looked_over(done: LookedOver) -> Notice:
    root = done.stick.root
    message = Message(
        "All that is stored on {root} was read: damaged are {count} objects.",
        root=root,
        count=done.damaged,
    )
    return Notice(
        Severity.WARNING, message, Remedy.REPAIR_FIRST.advice(drive=shlex.quote(str(root)))
    )


def not_exchanged(place: Path, error: OSError) -> Notice:
    message = Message(
        "{place} has no room for what is new ({reason}): what was served before goes on being "
        "served until there is.",
        place=place,
        reason=verbatim(error.strerror or str(error)),
    )
    return Notice(Severity.WARNING, message)


def absent_list(computer: str, title: str, name: str, *, upstream: bool) -> Notice:
    """``name``: that of a part of a list in the index, an architecture or SUBSET-ARCHITECTURE;
    ``upstream``: whether upstream's lists are served while it answers."""
    subset, _, arch = name.rpartition("-")
    if subset:
        message = Message(
            "{computer} may see only a part of {remote} ({subset}), and no drive has its list.",
            computer=computer,
            remote=title,
            subset=subset,
        )
        hint = Message("There: flatpak remote-modify --subset= NAME. Or serve with --upstream.")
    else:
        message = Message(
            "{computer} wants apps of {remote} for {arch}, and no drive has any.",
            computer=computer,
            remote=title,
            arch=arch,
        )
        hint = Message("Make a drive with --arch {arch}, or serve with --upstream.", arch=arch)
    return Notice(Severity.INFO, message, NOTHING if upstream else hint)
