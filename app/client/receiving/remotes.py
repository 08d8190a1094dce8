"""Adding the remotes that an installation lacks, and repairing those that lack something.

Nothing stays behind half done: a remote without its key, as flatpak leaves it where it could not
import one, is taken away again.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from app.client.receiving.installation import Place
from app.client.receiving.lending import Lending
from app.client.receiving.own_errors import own_errors
from app.client.receiving.plan import Repair, SourceRemote
from app.client.receiving.remote_config import set_value
from app.errors import TrustError
from app.flatpak.program import FlatpakProgram
from app.flatpak.remotes.flatpakrepo import join_keys
from app.message import Message
from app.progress import Cancel
from app.replacing import replace
from app.trust.prolonged import fingerprints_in


class RemoteNotAddedError(TrustError):
    """flatpak did not take a remote or its key."""


def prepare_remotes(
    remotes: Iterable[SourceRemote],
    place: Place,
    program: FlatpakProgram,
    lending: Lending,
    directory: Path,
    keyrings: Path,
    cancel: Cancel,
) -> None:
    """Do what they need. ``directory``: for files on the way. Raises RemoteNotAddedError,
    DriveError, and what ``cancel`` raises."""
    for remote in remotes:
        if Repair.ADD in remote.repairs:
            _add(remote, place, program, lending, directory, keyrings, cancel)
        if Repair.KEY in remote.repairs:
            _give_key(remote, place, program, directory, keyrings, cancel)
        if Repair.COLLECTION in remote.repairs:
            _give_collection(remote, place, program, cancel)


def _add(
    remote: SourceRemote,
    place: Place,
    program: FlatpakProgram,
    lending: Lending,
    directory: Path,
    keyrings: Path,
    cancel: Cancel,
) -> None:
    assert remote.repo_file is not None
    repo_file = remote.repo_file
    if remote.view is not None and place.writable:
        # flatpak looks at a remote when it is added: there is no network, but this.
        view = directory / f"adding-{remote.name}"
        with own_errors(Message("adding a source")):
            nothing = directory / "nothing"
            nothing.mkdir(exist_ok=True)
            address = remote.view.lay_out(view, nothing)
        lending.expect(remote.name, address, remote.url)
        repo_file = replace(repo_file, url=address)
    file = directory / f"{remote.name}.flatpakrepo"
    with own_errors(Message("adding a source")):
        file.write_bytes(repo_file.dump(secrets=True))
    try:
        options = (place.option,) if repo_file.key else (place.option, "--no-gpg-verify")
        said = program.run(("remote-add", *options, remote.name, file), cancel)
        complete = _is_complete(remote, place, keyrings)
    except BaseException:
        _take_away(remote, place, program)
        raise
    if not complete:
        _take_away(remote, place, program)
        lending.forget(remote.name)
        raise RemoteNotAddedError(
            Message(
                "The source {remote} could not be added: {reason}",
                remote=remote.name,
                reason=said.reason,
            ),
            # flatpak says no more of a key that is of the future.
            Message("Nothing was changed. Look whether the computer's clock is right.")
            if "GPG" in said.reason
            else Message("Nothing was changed."),
        )
    lending.restore(remote.name)


def _take_away(remote: SourceRemote, place: Place, program: FlatpakProgram) -> None:
    program.ask("remote-delete", place.option, "--force", remote.name)


def _is_complete(remote: SourceRemote, place: Place, keyrings: Path) -> bool:
    """With its key, if it has one."""
    if remote.keys:
        return _has_key(remote, place, keyrings)
    return any(each.name == remote.name for each in place.remotes(keyrings))


def _has_key(remote: SourceRemote, place: Place, keyrings: Path) -> bool:
    wanted = fingerprints_in(remote.keys)
    return any(
        each.name == remote.name and wanted & fingerprints_in(each.keys)
        for each in place.remotes(keyrings)
    )


def _give_key(
    remote: SourceRemote,
    place: Place,
    program: FlatpakProgram,
    directory: Path,
    keyrings: Path,
    cancel: Cancel,
) -> None:
    file = directory / f"{remote.name}.gpg"
    with own_errors(Message("adding a key")):
        file.write_bytes(join_keys(remote.keys))
    said = program.run(("remote-modify", place.option, f"--gpg-import={file}", remote.name), cancel)
    if not _has_key(remote, place, keyrings):
        raise RemoteNotAddedError(
            Message(
                "The key of the source {remote}, which it lacks, could not be added: {reason}",
                remote=remote.name,
                reason=said.reason,
            ),
            Message("Look whether the computer's clock is right."),
        )


def _give_collection(
    remote: SourceRemote, place: Place, program: FlatpakProgram, cancel: Cancel
) -> None:
    if place.writable:
        with own_errors(Message("changing a source")):
            set_value(place.config, remote.name, "collection-id", remote.collection)
        return
    option = f"--collection-id={remote.collection}"
    program.run(("remote-modify", place.option, option, remote.name), cancel)
