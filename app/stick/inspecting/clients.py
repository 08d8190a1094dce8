"""What computers would do with the refs of a stick: this one, and those that have nothing yet."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from app.flatpak.refs import Ref
from app.flatpak.remotes.installed_versions import InstalledVersion
from app.flatpak.sideloading.alone import outcome_alone
from app.flatpak.sideloading.decision import Outcome, why_ignored
from app.flatpak.sideloading.situation import Version
from app.message import Message
from app.ostree.names import origin_remote
from app.ostree.objects import Commit
from app.stick.store.drive_lists import DriveLists, Taken, decide_taken, in_order
from app.stick.store.sideload_entry import read_description, sideload_entry
from app.stick.store.stick_state import StickState


class AsClients(Struct, frozen=True):
    """For the attributes see `app.stick.inspecting.inspection.InspectedRef`."""

    here: Outcome | None
    ignored: Message | None
    instead: Taken | None


class Clients:
    """They look at one collection."""

    def __init__(
        self,
        stick: StickState,
        collection: str,
        others: DriveLists,
        installed: Sequence[InstalledVersion] | None,
    ) -> None:
        """
        Args:
            others: of the other repositories on the drive.
            installed: on this computer; None if that is not to be told.
        """
        self._stick = stick
        self._collection = collection
        self._others = others
        self._description = read_description(stick.commit, stick.refs[collection])
        self._path = stick.location.repository_path
        self._tell_here = installed is not None
        self._installed: dict[str, tuple[Version, ...]] = {}
        file = stick.copies[collection].repo_file
        addresses = (file.url,) if file is not None else ()
        for each in installed or ():
            if each.is_of(collection, addresses):
                name = str(each.ref)
                self._installed[name] = (*self._installed.get(name, ()), each.version)

    def look(self, name: str, checksum: str, commit: Commit | None) -> AsClients:
        own = sideload_entry(
            self._path,
            name,
            Version(checksum, commit.timestamp if commit is not None else None),
            commit,
            partial=checksum in self._stick.partial,
            description=self._description,
        )
        entries = {**self._others.entries(self._collection, name), self._path: own}
        here = None
        if self._tell_here:
            here = outcome_alone(name, in_order(entries), self._installed.get(name, ()))
        instead = None
        if self._others.any and Ref.parse_or_none(name) is not None:
            taken = decide_taken(self._collection, name, entries)
            if taken.version is not None and taken.version.commit != checksum:
                instead = taken
        # What has no collection ID is none of those that the algorithm is about.
        of_collection = origin_remote(self._collection) is None
        return AsClients(here, why_ignored(own) if of_collection else None, instead)
