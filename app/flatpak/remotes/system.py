"""The remotes that an operating system made with OSTree has for its own updates.

They stand in ``config`` of its repository and in files of ``remotes.d``, their keys in
``NAME.trustedkeys.gpg`` beside the first or else the second; see ``ostree.repo-config(5)`` and
``_ostree_repo_gpg_prepare_verifier`` in ostree's ``ostree-repo.c``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.errors import UsageError
from app.flatpak.refs import is_valid_remote_name
from app.flatpak.remotes.configured import remote_groups, remote_in
from app.flatpak.remotes.flatpakrepo import RemoteFileError
from app.flatpak.remotes.keyrings import GLOBAL_DIRECTORY, KEYRING
from app.flatpak.remotes.known import Known, files_in, left_out, reason_of
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.formats.keyfile import MAX_SIZE, Keyfile, KeyfileError
from app.fs.files import read_bounded
from app.message import Message
from app.progress import Notice
from app.replacing import replace

FILE = ".conf"
"""How the names of files in ``remotes.d`` end."""

_REPOSITORY = "ostree/repo"
_ETC = "etc/ostree"
_REMOTES = "remotes.d"


def system_remotes(root: Path, everywhere: Path = GLOBAL_DIRECTORY) -> Known:
    """Those of the operating system at ``root`` that a drive can carry: with a collection ID.

    They are not searched for apps. The first of two of the same name counts, as in libostree that
    of the repository. ``everywhere``: as in `configured_remotes`.
    """
    remotes: dict[str, Remote] = {}
    notices: list[Notice] = []
    config = root / _REPOSITORY / "config"
    files = files_in((root / _ETC,), _REMOTES, FILE)
    for path in ([config] if config.is_file() else []) + files:
        try:
            for remote in _remotes(path, config.parent, everywhere):
                if remote.collection_id is not None:
                    remotes.setdefault(remote.name, remote)
        except (UsageError, OSError, KeyfileError) as error:
            notices.append(left_out(Message("the remotes of {path}", path=path), reason_of(error)))
    return Known(tuple(remotes.values()), tuple(notices))


def read_system_remote(path: Path, *, key: bytes = b"", collection_id: str | None = None) -> Remote:
    """The one remote of a file as those in ``remotes.d``.

    ``key``, ``collection_id``: what the file may lack. Raises UsageError.
    """
    try:
        remotes = list(_remotes(path, path.parent, GLOBAL_DIRECTORY))
    except (OSError, KeyfileError) as error:
        raise RemoteFileError(
            Message("{path} cannot be read: {reason}.", path=path, reason=reason_of(error)),
            Message("Check the name of the file."),
        ) from error
    if len(remotes) != 1:
        raise RemoteFileError(
            Message("{path} has {count} remotes.", path=path, count=len(remotes)),
            Message("A file of one remote is needed, as in /etc/ostree/remotes.d."),
        )
    [remote] = remotes
    return replace(
        remote,
        keys=(key,) if key else remote.keys,
        gpg_verify=bool(key or remote.keys),
        collection_id=collection_id or remote.collection_id,
        origin=RemoteOrigin.GIVEN,
    )


def _remotes(path: Path, repository: Path, everywhere: Path) -> Iterator[Remote]:
    """Of one file; the keys of its remotes are looked for in ``repository`` first.

    Raises UsageError, OSError, KeyfileError.
    """
    keyfile = Keyfile.parse(read_bounded(path, MAX_SIZE))
    for group, name in remote_groups(keyfile):
        own = is_valid_remote_name(name) and (repository / f"{name}{KEYRING}").exists()
        place = repository if own else path.parent
        remote = remote_in(keyfile, group, name, place, everywhere)
        yield replace(remote, origin=RemoteOrigin.OPERATING_SYSTEM, listed=False)
