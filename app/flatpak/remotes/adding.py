"""Adding remotes to Satchel, and removing them: a `.flatpakrepo` each in its configuration.

What is added is looked at first: a remote is as good as the key that it comes with.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from app.credentials import public_address
from app.errors import SatchelError, TrustError, UsageError
from app.flatpak.refs import is_valid_remote_name
from app.flatpak.remotes.addresses import same_place, split_address
from app.flatpak.remotes.flatpakrepo import RepoFile
from app.flatpak.remotes.given import given_remote, is_repo_file
from app.flatpak.remotes.known import ADDED_DIRECTORY, REPO_FILE, Known
from app.flatpak.remotes.remote import Remote, RemoteError, RemoteOrigin
from app.fs.files import replace_file
from app.message import Day, Message
from app.ostree.pull.fetch import Network, open_source
from app.progress import Cancel
from app.remedy import Remedy
from app.replacing import replace
from app.trust.keyring import BadKeyError, Keyring

_MAX_NAME = 200
_PRIVATE = 0o700
_OWN = 0o600


class NoKeyError(TrustError):
    """A remote without a key, from which nothing could be verified."""


class NameTakenError(UsageError):
    """Another remote has the name."""


class NotStoredError(SatchelError):
    """The configuration cannot be changed."""


class OfferedRemote(Struct, frozen=True):
    """A remote that may be added.

    Attributes:
        fingerprints: of its keys, for the person to compare with what its makers say; none where
            nobody vouches for what comes from there.
        protected: nobody on the way can have exchanged it: it came from a file of this computer or
            over https.
        expired: when the last of its keys expired, unix seconds; None where one is good.
    """

    remote: Remote
    fingerprints: tuple[str, ...]
    protected: bool
    expired: int | None = None

    @property
    def doubt(self) -> Message | None:
        """What makes it useless, as far as its keys tell."""
        if self.expired is None:
            return None
        return Message(
            "Its key expired on {day}: unless its makers have prolonged it, nothing of it is "
            "accepted, neither here nor by flatpak.",
            day=Day(self.expired),
        )


def read_offer(
    text: str,
    network: Network,
    cancel: Cancel,
    *,
    name: str | None = None,
    key: bytes = b"",
    collection_id: str | None = None,
    unsigned: bool = False,
) -> OfferedRemote:
    """The remote of a `.flatpakrepo` file, the address of one, or a repository's with its key.

    ``unsigned`` as of `offer_remote`. Raises what `given_remote` raises, `NoKeyError`.
    """
    remote = given_remote(
        text, network, cancel, key=key, collection_id=collection_id, protected=False
    )
    remote = _named(remote, remote.name if name is None else name)
    parts = split_address(text)
    open_way = parts is not None and parts.scheme == "http" and is_repo_file(text)
    offer = offer_remote(remote, protected=not open_way, unsigned=unsigned)
    # An address that nothing can be fetched from is refused now rather than later.
    open_source(remote.url, network, cancel)
    return offer


def renamed(offer: OfferedRemote, name: str) -> OfferedRemote:
    """The same under a name of the person's. Raises `RemoteError`."""
    return replace(offer, remote=_named(offer.remote, name))


def _named(remote: Remote, name: str) -> Remote:
    if not is_valid_remote_name(name) or len(name) > _MAX_NAME:
        raise RemoteError(
            Message("“{remote}” cannot be the name of a remote.", remote=name[:_MAX_NAME]),
            Remedy.NAME_WITH_LETTERS,
        )
    return replace(remote, name=name)


def offer_remote(
    remote: Remote, *, protected: bool = True, unsigned: bool = False
) -> OfferedRemote:
    """``remote`` with the fingerprints of its keys; without any only where the caller asks the
    person about ``unsigned`` ones. Raises `NoKeyError`, `BadKeyError`."""
    if not remote.keys and unsigned:
        return OfferedRemote(remote, (), protected)
    if not remote.keys:
        raise NoKeyError(
            Message(
                "{remote} comes without a signing key, so nothing from it could be verified.",
                remote=remote.label,
            ),
            Remedy.ASK_FOR_REPO_FILE,
        )
    with Keyring(remote.keys) as keyring:
        keys = keyring.keys
    ends = [key.expires for key in keys if key.expired and key.expires is not None]
    expired = max(ends) if ends and len(ends) == len(keys) else None
    return OfferedRemote(remote, tuple(key.fingerprint for key in keys), protected, expired)


def fingerprints(remote: Remote) -> tuple[str, ...]:
    """Of the keys a remote is judged by; none if they cannot be read: nothing is trusted then."""
    if not remote.keys:
        return ()
    try:
        with Keyring(remote.keys) as keyring:
            return tuple(key.fingerprint for key in keyring.keys)
    except BadKeyError:
        return ()


def add_remote(config: Path, offer: OfferedRemote, known: Known) -> Remote:
    """Store what was offered; as it will be known from now on. Raises UsageError if it is already.

    ``config`` is the directory of Satchel's configuration.
    """
    remote = replace(offer.remote, origin=RemoteOrigin.ADDED)
    for other in known.remotes:
        same = same_place(other.url, remote.url) and other.subset == remote.subset
        if same and (other.keys or other.unsigned_accepted):
            raise UsageError(
                Message(
                    "{address} is known already: as {other}.",
                    address=remote.address,
                    other=other.name,
                )
            )
        if not same and other.answers_to(remote.name):
            raise NameTakenError(
                Message(
                    "There is a remote called {remote} already, at {address}.",
                    remote=remote.name,
                    address=other.address,
                ),
                Remedy.GIVE_OTHER_NAME,
            )
    path = config / ADDED_DIRECTORY / f"{remote.name}{REPO_FILE}"
    try:
        path.parent.mkdir(_PRIVATE, parents=True, exist_ok=True)
        # The address may hold a password.
        replace_file(path, remote.repo_file().dump(secrets=True), mode=_OWN)
    except OSError as error:
        raise _not_stored(path, error) from error
    return remote


def follow_remote(config: Path, remote: Remote) -> None:
    """Look for one that was added where ``remote`` is found now; anything else stays as it is.

    The address must be the word of the remote's own keys, as flatpak takes it
    (``flatpak_dir_update_remote_configuration``). Raises `NotStoredError`.
    """
    path = config / ADDED_DIRECTORY / f"{remote.name}{REPO_FILE}"
    if remote.origin is not RemoteOrigin.ADDED or not remote.keys:
        return
    try:
        repo = RepoFile.read(path)
        if repo.url and not same_place(public_address(repo.url), remote.address):
            replace_file(path, replace(repo, url=remote.url).dump(secrets=True), mode=_OWN)
    except UsageError:
        # It was removed meanwhile, or is no file of ours.
        return
    except OSError as error:
        raise _not_stored(path, error) from error


def remove_remote(config: Path, name: str, known: Known) -> None:
    """Forget a remote that was added. Raises UsageError for any other."""
    path = config / ADDED_DIRECTORY / f"{name}{REPO_FILE}"
    try:
        if is_valid_remote_name(name) and len(name) <= _MAX_NAME:
            path.unlink()
            return
    except FileNotFoundError:
        pass
    except OSError as error:
        raise _not_stored(path, error) from error
    for other in known.remotes:
        if other.answers_to(name):
            raise UsageError(
                Message(
                    "{remote} was not added to Satchel; it is known from elsewhere ({source}).",
                    remote=name,
                    source=other.source,
                ),
                Message("flatpak remote-delete removes what is configured for flatpak."),
            )
    raise UsageError(
        Message("There is no remote called {remote}.", remote=name[:_MAX_NAME]), Remedy.SEE_REMOTES
    )


def _not_stored(path: Path, error: OSError) -> NotStoredError:
    return NotStoredError(
        Message("{path} cannot be changed: {reason}.", path=path, reason=error.strerror),
        Message("Nothing was changed."),
    )
