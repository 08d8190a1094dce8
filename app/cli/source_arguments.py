"""What ``--from``, ``--from-installed`` and a drive behind ``--remote`` mean."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from app.cli.invocation import Invocation
from app.cli.target_argument import open_target
from app.errors import TrustError
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Remote
from app.message import Message
from app.progress import Notice, Reporter
from app.replacing import replace
from app.severity import Severity
from app.stick.near import (
    NoRepositoryError,
    carried_collections,
    carried_remotes,
    places_at,
    refuse_changed,
    refuse_unreadable,
)
from app.stick.planning.options import Options

_ADD_IT = Message(
    "Add its source with satchel remotes add: from the publisher's own address, not from the drive."
)


class NobodyKnownError(TrustError):
    """A drive has nothing of which this computer knows the key."""


def with_sources(
    options: Options, arguments: argparse.Namespace, invocation: Invocation, report: Reporter
) -> Options:
    """``options`` with where objects come from. Raises SatchelError."""
    return replace(
        options,
        from_installed=arguments.from_installed or "",
        from_paths=tuple(_directory(name, invocation, report) for name in vars(arguments)["from"]),
    )


def _directory(name: str, invocation: Invocation, report: Reporter) -> Path:
    """As it is named, or of a drive, mounted if need be. Raises SatchelError."""
    if os.path.isdir(name):
        return Path(os.path.abspath(name))
    return open_target(name, invocation, report, images=True).root


def stick_named(text: str | None, invocation: Invocation, report: Reporter) -> Path | None:
    """The drive, or image of one, that stands for a remote; None if that is something else.

    Raises ImageError, DriveError for an image, and NoRepositoryError.
    """
    if text is None or "://" in text or not os.path.exists(text):
        return None
    path = Path(os.path.abspath(text))
    if not path.is_dir():
        from app.cli.image_argument import open_image

        image = open_image(text, invocation, report, allowed=True)
        if image is None:
            return None
        path = image.root
    try:
        places = tuple(places_at(path))
    except OSError:
        return None
    refuse_changed(path, places)
    if places:
        return path
    refuse_unreadable(path)
    if os.sep in text:
        # A mere name may also be that of a remote.
        raise NoRepositoryError.of(path)
    return None


def as_remotes(
    stick: Path, known: Sequence[Remote], report: Reporter
) -> tuple[Remote | None, tuple[Remote, ...]]:
    """Whose apps a drive has, of those that this computer knows: the one, if it is only one; and
    all that are known, of which no others are searched.

    What a drive says of its own keys vouches for nothing. Raises `NobodyKnownError`.
    """
    carried = carried_collections(stick)
    nameless = carried_remotes(stick)
    theirs = [
        remote
        for remote in known
        if remote.collection_id in carried
        or any(same_place(remote.address, address) for address in nameless.values())
    ]
    strange = carried - {remote.collection_id for remote in theirs}
    strange |= {
        name
        for name, address in nameless.items()
        if not any(same_place(remote.address, address) for remote in theirs)
    }
    if not theirs:
        raise NobodyKnownError(
            Message("Nobody whom this computer knows vouches for what is on {stick}.", stick=stick),
            _ADD_IT,
        )
    for collection in sorted(strange):
        report(
            Notice(
                Severity.WARNING,
                Message(
                    "Nothing of {collection} is taken from {stick}: this computer does not know "
                    "that source.",
                    collection=collection,
                    stick=stick,
                ),
                _ADD_IT,
            )
        )
    if len(theirs) == 1:
        return theirs[0], tuple(known)
    return None, tuple(replace(each, listed=each.listed and each in theirs) for each in known)
