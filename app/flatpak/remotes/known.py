"""The remotes that are known: Satchel's own, this computer's, and those named on the command line.

Nothing damaged is an error here: a remote that cannot be read is left out, with a notice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from app.errors import UsageError
from app.flatpak.remotes.flatpakrepo import RepoFile
from app.flatpak.remotes.naming import own_name
from app.flatpak.remotes.remote import (
    Registry,
    RegistryError,
    Remote,
    RemoteError,
    RemoteOrigin,
    from_repo_file,
)
from app.formats.keyfile import MAX_SIZE
from app.fs.files import read_bounded
from app.message import Message, verbatim
from app.progress import Notice
from app.resources import resource
from app.severity import Severity

ADDED_DIRECTORY = "remotes"
"""In Satchel's configuration: a `.flatpakrepo` for each remote that was added."""

REPO_FILE = ".flatpakrepo"


class Known(Struct, frozen=True):
    """The remotes that were found, and what was left out and why.

    Attributes:
        registries: container registries, which many systems come with; not among the notices.
        ref_files: ``REMOTE:REF`` → the `.flatpakref` that names it, of those that were given.
    """

    remotes: tuple[Remote, ...]
    notices: tuple[Notice, ...] = ()
    registries: tuple[Registry, ...] = ()
    ref_files: Mapping[str, str] = field(default_factory=dict)


def predefined_remotes(config_dirs: Sequence[Path]) -> Known:
    """What a distribution puts into ``remotes.d`` of ``/etc/flatpak`` or ``/usr/share/flatpak``.

    The first of two of the same name counts.
    """
    return _from_files(files_in(config_dirs, "remotes.d", REPO_FILE), RemoteOrigin.PREDEFINED)


def added_remotes(config: Path) -> Known:
    """What the person has added to Satchel, whose configuration is in ``config``."""
    return _from_files(files_in((config,), ADDED_DIRECTORY, REPO_FILE), RemoteOrigin.ADDED)


def _from_files(paths: Iterable[Path], origin: RemoteOrigin) -> Known:
    remotes: dict[str, Remote] = {}
    notices: list[Notice] = []
    registries: list[Registry] = []
    for path in paths:
        try:
            remote = from_repo_file(RepoFile.read(path), path.stem, origin=origin)
        except RegistryError as error:
            registries.append(error.registry)
            continue
        except UsageError as error:
            notices.append(
                left_out(Message("the remote {name}", name=repr(path.stem)), error.message)
            )
            continue
        remotes.setdefault(remote.name, remote)
    return Known(tuple(remotes.values()), tuple(notices), tuple(registries))


def built_in_remotes() -> tuple[Remote, ...]:
    """Those that come with Satchel."""
    return tuple(
        from_repo_file(RepoFile.read(path), path.stem, origin=RemoteOrigin.BUILT_IN)
        for path in sorted(resource("remotes").glob("*.flatpakrepo"))
    )


def read_remote(path: Path) -> Remote:
    """The remote of a `.flatpakrepo` of this computer, named after the file."""
    return from_repo_file(repo := RepoFile.read(path), own_name(path.name, repo))


def read_key(path: Path) -> bytes:
    """The OpenPGP key file that ``--gpg-key`` names."""
    try:
        key = read_bounded(path, MAX_SIZE)
    except OSError as error:
        raise RemoteError(
            Message(
                "The key file {path} cannot be read: {error}.", path=path, error=reason_of(error)
            ),
            Message("Check the name of the file."),
        ) from error
    if not key:
        raise RemoteError(
            Message("The key file {path} is empty.", path=path), Message("Export the key again.")
        )
    return key


def files_in(dirs: Iterable[Path], name: str, suffix: str) -> list[Path]:
    """Regular files of ``name`` in each directory, by name."""
    files: list[Path] = []
    for parent in dirs:
        try:
            entries = sorted((parent / name).iterdir())
        except OSError:
            continue
        files += [path for path in entries if path.name.endswith(suffix) and path.is_file()]
    return files


def reason_of(error: Exception) -> Message:
    if isinstance(error, OSError) and error.strerror:
        return verbatim(error.strerror)
    return error.message if isinstance(error, UsageError) else verbatim(error)


def left_out(what: Message, why: Message) -> Notice:
    return Notice(Severity.WARNING, Message("Left out {what}: {why}.", what=what, why=why))
