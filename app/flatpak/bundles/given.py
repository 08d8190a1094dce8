"""Bundles by the files or addresses that people name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from app.credentials import public_address
from app.discreet import Discreet
from app.errors import SatchelError, TrustError, UpstreamError, UsageError
from app.flatpak.bundles.bundle import SUFFIX, WITHOUT_OCI, Bundle, BundleError, read_bundle
from app.flatpak.remotes.addresses import (
    ascii_address,
    file_name,
    is_protected,
    local_path,
    same_place,
)
from app.flatpak.remotes.given import further_remote
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.cache import cached_place
from app.fs.files import open_regular
from app.fs.sums import file_sum
from app.message import Message, verbatim
from app.ostree.pull.fetch import Network
from app.ostree.pull.whole_file import bring
from app.ostree.static_delta import damaged_parts
from app.progress import Cancel, Meter, Notice, Phase, Reporter
from app.severity import Severity

_LARGEST = 1 << 40


class GivenBundle(Discreet, Struct, frozen=True):
    """A bundle that somebody named, looked through.

    Attributes:
        given: as it was named, without secrets.
        path: the file on this computer; that of the cache for an address.
        sha256: of all of it.
        notices: what a person should know of how it came.
    """

    UNSHOWN = frozenset({"path"})

    given: str
    path: Path
    sha256: str
    bundle: Bundle
    notices: tuple[Notice, ...] = ()


def is_bundle_file(text: str) -> bool:
    """Whether a path or an address is that of a bundle, by its name."""
    return file_name(text).lower().endswith(SUFFIX)


def refuse_layout(text: str) -> None:
    """Raise `BundleError` for the directory of a container image, which is no name of an app."""
    if os.path.isfile(os.path.join(text, "oci-layout")):
        raise _is_directory(public_address(text))


def _is_directory(shown: str) -> BundleError:
    return BundleError(
        shown, Message("it is a directory, perhaps an app as a container image (OCI)"), WITHOUT_OCI
    )


def open_bundle(
    text: str,
    cache: Path,
    network: Network,
    cancel: Cancel,
    report: Reporter,
    *,
    offline: bool = False,
) -> GivenBundle:
    """Read all of a bundle, and bring it to the ``cache`` first where ``text`` is an address.

    Raises `BundleError` for what is none or damaged, UsageError, UpstreamError, and what ``cancel``
    raises. ``offline``: of an address, only what was brought before.
    """
    shown = public_address(text)
    path = local_path(text)
    notices: tuple[Notice, ...] = ()
    if path is None:
        path = _brought(text, cache, network, cancel, report, offline=offline)
        if not is_protected(text):
            notices = (_unprotected(shown),)
    try:
        with os.fdopen(open_regular(path), "rb") as file:
            return _looked_through(shown, path, file, cancel, notices)
    except OSError as error:
        reason = error.strerror or str(error)
        if os.path.isdir(path):
            raise _is_directory(shown) from error
        raise UsageError(
            Message("{name} cannot be read: {reason}.", name=shown, reason=verbatim(reason)),
            Message("Check the name of the file."),
        ) from error


def _looked_through(
    shown: str, path: Path, file: BinaryIO, cancel: Cancel, notices: tuple[Notice, ...]
) -> GivenBundle:
    def read(start: int, end: int) -> bytes:
        return os.pread(file.fileno(), end - start, start)

    size = os.fstat(file.fileno()).st_size
    bundle = read_bundle(read, size, shown)
    for _ in damaged_parts(read, bundle.delta):
        cancel.check()
        raise BundleError(shown, Message("it is damaged: its content is not what it says"))
    digest = file_sum(file, size, lambda _size: cancel.check())
    return GivenBundle(shown, path.absolute(), digest, bundle, notices)


def _brought(
    text: str, cache: Path, network: Network, cancel: Cancel, report: Reporter, *, offline: bool
) -> Path:
    address = ascii_address(text)
    place = cached_place(cache, address) / f"bundle{SUFFIX}"
    if offline:
        if not place.is_file():
            raise UpstreamError(
                Message("{url} is not kept on this computer.", url=public_address(text)),
                Message("Connect this computer to the network."),
            )
        return place
    try:
        bring(address, place, _LARGEST, network, cancel, Meter(report, Phase.DOWNLOAD))
    except OSError as error:
        raise UpstreamError(
            Message(
                "{url} cannot be kept on this computer: {reason}.",
                url=public_address(text),
                reason=verbatim(error.strerror or str(error)),
            ),
            Message("Download it, and name the file."),
        ) from error
    return place


def _unprotected(shown: str) -> Notice:
    return Notice(
        Severity.WARNING,
        Message(
            "{given} came without encryption: anybody on the way could have exchanged it.",
            given=shown,
        ),
        Message("Use its https address, or compare its checksum with one from elsewhere."),
    )


class Around(Struct, frozen=True):
    """What a bundle's runtime may be had from, beside what is known."""

    further: tuple[Remote, ...] = ()
    notices: tuple[Notice, ...] = ()


def remotes_around(
    given: GivenBundle, known: Sequence[Remote], network: Network, cancel: Cancel
) -> Around:
    """The remote that a bundle names for its runtime, as flatpak adds it, if it is not known.

    That it cannot be had is a notice.
    """
    url = given.bundle.runtime_repo
    if not url:
        return Around()
    try:
        remote = further_remote(url, known, network, cancel)
    except (UpstreamError, TrustError, UsageError) as error:
        return Around(notices=(_not_added(given, error),))
    if remote is None:
        return Around()
    return Around((remote,), (_added(given, remote),))


def _added(given: GivenBundle, remote: Remote) -> Notice:
    return Notice(
        Severity.WARNING,
        Message(
            "{given} names {remote} ({url}) for its runtime, a source that this computer does not "
            "know.",
            given=given.given,
            remote=remote.label,
            url=remote.address,
        ),
        Message("What comes from there is whatever the people who run it have signed."),
    )


def _not_added(given: GivenBundle, error: SatchelError) -> Notice:
    return Notice(
        Severity.WARNING,
        Message(
            "The remote that {given} names for the runtime was not added: {error}",
            given=given.given,
            error=error.message,
        ),
        Message("The runtime is looked for in the remotes that are known."),
    )


def origin_of(bundle: Bundle, known: Sequence[Remote]) -> Remote | None:
    """The known remote where a bundle's updates are."""
    if not bundle.origin:
        return None
    return next((remote for remote in known if same_place(remote.url, bundle.origin)), None)
