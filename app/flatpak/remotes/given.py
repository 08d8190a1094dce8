"""Remotes and apps by the files that hand them on, wherever those lie.

A `.flatpakrepo` and a `.flatpakref` carry keys: they are taken from a file of this computer or over
https, so that nobody on the way can have exchanged them. Why: decision D19.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from app.credentials import public_address
from app.errors import TrustError, UpstreamError, UsageError
from app.flatpak.refs import Ref, is_valid_remote_name
from app.flatpak.remotes.addresses import (
    ascii_address,
    file_name,
    is_protected,
    local_path,
    same_place,
    split_address,
)
from app.flatpak.remotes.flatpakrepo import RefFile, RepoFile, read_file
from app.flatpak.remotes.known import REPO_FILE, built_in_remotes
from app.flatpak.remotes.naming import MAX_NAME, free_name, name_from, origin_name, own_name
from app.flatpak.remotes.remote import Remote, from_repo_file, remote_from_url
from app.flatpak.remotes.system import FILE as SYSTEM_FILE
from app.flatpak.remotes.system import read_system_remote
from app.formats.keyfile import MAX_SIZE
from app.message import Message
from app.ostree.pull.fetch import Network, get_file
from app.progress import Cancel, Notice
from app.remedy import Remedy
from app.replacing import replace
from app.severity import Severity

REF_FILE = ".flatpakref"


class UnprotectedError(TrustError):
    """A file with a key in it would come without encryption."""


class GivenApp(Struct, frozen=True):
    """What a `.flatpakref` names.

    Attributes:
        remote: where the app comes from: a known one where its address is known, as in flatpak.
        further: the remote that the file names for the runtime, if that is another one.
    """

    ref: Ref
    remote: Remote
    further: tuple[Remote, ...]
    notices: tuple[Notice, ...]


def is_repo_file(text: str) -> bool:
    """Whether a path or an address is that of a `.flatpakrepo`."""
    return file_name(text).endswith(REPO_FILE)


def is_ref_file(text: str) -> bool:
    """Whether a path or an address is that of a `.flatpakref`."""
    return file_name(text).endswith(REF_FILE)


def refuse_repo_file(text: str) -> None:
    """Raise UsageError for a `.flatpakrepo` in the place of an app."""
    if is_repo_file(text):
        raise UsageError(
            Message("{given} names a remote, not an app.", given=public_address(text)),
            Message("Give it with --remote, and name an app of it."),
        )


def given_remote(
    text: str,
    network: Network,
    cancel: Cancel,
    *,
    key: bytes = b"",
    collection_id: str | None = None,
    protected: bool = True,
) -> Remote:
    """The remote of a `.flatpakrepo` file or of its address, or a repository's with its key; or
    that of a file as in ostree's ``remotes.d``.

    ``key``, ``collection_id``: what the file may lack, and an address does. ``protected``: no
    `.flatpakrepo` is taken from where somebody on the way may exchange it.
    Raises UsageError, UpstreamError, `UnprotectedError`.
    """
    if is_ref_file(text):
        raise UsageError(
            Message("{given} names an app, not a remote.", given=text),
            Message("Give it in the place of the app's name."),
        )
    if "://" in text and not is_repo_file(text):
        return remote_from_url(text, key=key, collection_id=collection_id)
    if text.endswith(SYSTEM_FILE):
        return read_system_remote(Path(text), key=key, collection_id=collection_id)
    repo = RepoFile.parse(_read(text, network, cancel, protected=protected), text)
    if (key and repo.key) or (collection_id and repo.collection_id):
        raise UsageError(
            Message("{given} brings its own key or collection.", given=text),
            Remedy.LEAVE_KEY_AWAY,
        )
    repo = replace(repo, key=key or repo.key, collection_id=collection_id or repo.collection_id)
    return from_repo_file(repo, own_name(file_name(text), repo))


def given_app(
    text: str, arch: str, known: Sequence[Remote], network: Network, cancel: Cancel
) -> GivenApp:
    """The app of a `.flatpakref` file or of its address, as flatpak takes one.

    Its remote and its runtime's are looked for among ``known`` by their addresses: those keep their
    names and keys. Raises as `given_remote`; that the runtime's cannot be had is a notice.
    """
    file = RefFile.parse(_read(text, network, cancel, protected=True), text)
    taken = {name for remote in known for name in (remote.name, *remote.aliases)}
    notices: tuple[Notice, ...] = ()
    runtime: Remote | None = None
    if file.runtime_repo and not _comes_along(file.runtime_repo):
        try:
            runtime = _runtime_remote(file.runtime_repo, taken, network, cancel)
        except (UpstreamError, TrustError, UsageError) as error:
            notices = (
                Notice(
                    Severity.WARNING,
                    Message(
                        "The remote that {given} names for the runtime was not added: {error}",
                        given=text,
                        error=error.message,
                    ),
                    Message("The runtime is looked for in the remotes that are known."),
                ),
            )
    ref = file.ref(arch)
    further: tuple[Remote, ...] = ()
    if runtime is not None and same_place(runtime.url, file.repo.url):
        # The same file says more about it, its title and comment.
        name = _suggested(file, taken) or runtime.name
        remote = _at(runtime.url, known) or replace(runtime, name=name)
    else:
        remote = _at(file.repo.url, known) or _own(file, taken)
        if runtime is not None and _at(runtime.url, known) is None:
            name = free_name(runtime.name, {*taken, remote.name})
            further = (replace(runtime, name=name),)
    return GivenApp(ref, remote, further, notices)


def _own(file: RefFile, taken: set[str]) -> Remote:
    """A remote for one app: not looked through for others, unless it has a name for people."""
    suggested = _suggested(file, taken)
    if suggested:
        return from_repo_file(file.repo, suggested)
    remote = from_repo_file(file.repo, origin_name(file.id, taken))
    return replace(remote, listed=False)


def _suggested(file: RefFile, taken: set[str]) -> str:
    name = file.suggested_name
    fits = is_valid_remote_name(name) and len(name) <= MAX_NAME
    return name if fits and name not in taken else ""


def _runtime_remote(url: str, taken: set[str], network: Network, cancel: Cancel) -> Remote:
    """As flatpak names it: after the file, up to its first period."""
    if "://" not in url:
        # A name of a file would be one of this computer, whoever wrote it.
        raise UsageError(
            Message("{url} is not an address.", url=url), Message("Check how it is written.")
        )
    repo = RepoFile.parse(_read(url, network, cancel, protected=True), url)
    stem = file_name(url).partition(".")[0]
    fits = is_valid_remote_name(stem) and len(stem) <= MAX_NAME
    name = stem if fits else name_from(url)
    return from_repo_file(repo, free_name(name, taken))


def further_remote(
    url: str, known: Sequence[Remote], network: Network, cancel: Cancel
) -> Remote | None:
    """The remote of a `.flatpakrepo` that others name for a runtime; None if it is among ``known``.

    Raises as `given_remote`.
    """
    if _comes_along(url):
        return None
    taken = {name for remote in known for name in (remote.name, *remote.aliases)}
    remote = _runtime_remote(url, taken, network, cancel)
    return remote if _at(remote.url, known) is None else None


def _comes_along(url: str) -> bool:
    """Whether it is the file of a remote that comes with Satchel: that need not be fetched."""
    place = url.partition("?")[0].rpartition("/")[0]
    return any(same_place(remote.url, place) for remote in built_in_remotes())


def _at(url: str, known: Sequence[Remote]) -> Remote | None:
    return next((remote for remote in known if same_place(remote.url, url)), None)


def _read(text: str, network: Network, cancel: Cancel, *, protected: bool) -> bytes:
    """A file that describes a remote or an app."""
    path = local_path(text)
    if path is not None:
        return read_file(path)
    if protected and not is_protected(text):
        raise UnprotectedError(
            Message(
                "{given} would come without encryption: anybody on the way could put another"
                " key in.",
                given=text,
            ),
            Message(
                "Use its https address; or download it, and compare the key's fingerprint "
                "with one from elsewhere."
            ),
        )
    address = ascii_address(text)
    if split_address(address) is None:
        raise UsageError(
            Message("{given} is not an address.", given=text), Message("Check how it is written.")
        )
    return get_file(address, MAX_SIZE, network, cancel)
