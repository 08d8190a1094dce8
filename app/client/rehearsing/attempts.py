"""The ways in which a client installs from sticks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from app.client.payloads import LentPayloads
from app.client.rehearsing.computer import Computer
from app.client.rehearsing.network import NOBODY_THERE
from app.client.rehearsing.offer import Offer, OfferedApp
from app.client.rehearsing.throwaway import Run, Throwaway
from app.client.rehearsing.trial import Way
from app.flatpak.refs import host_arch
from app.flatpak.remotes.known import Known
from app.fs.nodes import LeadsOutsideError
from app.message import NOTHING, Message
from app.ostree.names import is_collection_id
from app.stick.kit.contents import INSTALLER, KitCollection
from app.stick.kit.releases import digest, known_kits
from app.stick.store.location import Location
from app.stick.store.payloads import needed_payloads
from app.stick.store.stick_state import StickState

_LARGEST_INSTALLER = 1024 * 1024
# What is run is what was read and compared; it looks for the drive at the place of its name.
_RUN_COPY = 'copy=$1; shift; . "$copy"'


class Attempt(Protocol):
    """Attributes:
    way: which one it is.
    sideloads: clients get nothing in this way of sources without a collection ID.
    """

    way: Way
    sideloads: bool

    def refusal(self) -> Message:
        """Why it is not made; `NOTHING` if it is."""

    def prepare(self, client: Throwaway) -> None:
        """What has to be there before the first app."""

    def install(self, client: Throwaway, app: OfferedApp) -> Run:
        """One app, with all that it needs."""


class InstallerAttempt:
    """By ``install.sh``, as people without Satchel do it; with what it brings and nothing else."""

    way = Way.INSTALLER
    sideloads = False

    def __init__(
        self, sticks: Sequence[StickState], offers: Sequence[Offer], computer: Computer
    ) -> None:
        self._sticks = sticks
        self._offers = offers
        self._computer = computer
        self._installers = [_read_installer(stick.location) for stick in sticks]
        self._unsigned = {source.id for source in _sources(offers) if source.unsigned}
        self._unsigned.update(source for offer in offers for source in offer.unvouched)
        self._lost = {place for offer in offers for place in offer.lost}

    def refusal(self) -> Message:
        for stick, data in zip(self._sticks, self._installers, strict=True):
            if data is None:
                return Message("There is no install.sh on {drive}.", drive=stick.location.root)
            if digest(INSTALLER, data) not in known_kits().digests[INSTALLER]:
                return Message(
                    "The install.sh on {drive} is none of Satchel's, so it was not run.",
                    drive=stick.location.root,
                )
        return NOTHING

    def prepare(self, client: Throwaway) -> None:
        for number, data in enumerate(self._installers):
            _copy(client, number).write_bytes(data or b"")
        for source in _sources(self._offers):
            if _is_here(source.url) and is_collection_id(source.id):
                # The computers that get the drive have no such directory.
                _add(client, source, source.remote)

    def install(self, client: Throwaway, app: OfferedApp) -> Run:
        number = next(
            number
            for number, offer in enumerate(self._offers)
            if (app.collection, app.ref) in offer.commits
        )
        path = str(self._sticks[number].location.kit.shown(INSTALLER))
        copy = str(_copy(client, number))
        # Whoever has a drive with what nobody vouches for can agree to that.
        unvouched = app.sources & self._unsigned or (app.collection, app.ref) in self._lost
        agreed = ["--allow-unsigned"] if unvouched else []
        arch = self._computer.arch
        other = [f"--arch={arch}"] if arch != host_arch() else []
        options = ("--user", *other, *agreed)
        return client.run("sh", "-c", _RUN_COPY, path, copy, *options, app.ref)


def _sources(offers: Sequence[Offer]) -> Iterable[KitCollection]:
    """Each collection once."""
    return {source.id: source for offer in offers for source in offer.collections}.values()


def _is_here(url: str) -> bool:
    """Whether it leads to this computer's own files, network or not."""
    return url.lower().startswith("file:")


def _add(client: Throwaway, source: KitCollection, name: str) -> None:
    """Its remote, which cannot be reached."""
    file = client.directory / f"{name}.flatpakrepo"
    file.write_bytes(source.flatpakrepo)
    client.run("flatpak", "remote-add", "--user", name, str(file))
    if _is_here(source.url):
        client.run("flatpak", "remote-modify", "--user", f"--url={NOBODY_THERE}", name)


def _copy(client: Throwaway, number: int) -> Path:
    return client.directory / f"install-{number}.sh"


def _read_installer(location: Location) -> bytes | None:
    """None if there is none."""
    try:
        return location.kit.read(INSTALLER, _LARGEST_INSTALLER)
    except (OSError, LeadsOutsideError):
        return None


class SideloadAttempt:
    """By ``flatpak install`` alone, on a computer that has the remotes already."""

    way = Way.SIDELOAD
    sideloads = True

    def __init__(self, sticks: Sequence[StickState], offers: Sequence[Offer], known: Known) -> None:
        self._sticks = sticks
        self._offers = offers
        self._known = known
        self._names: dict[str, str] = {}
        self._payloads = tuple(
            payload
            for stick in sticks
            for names in stick.refs.values()
            for payload in needed_payloads(map(stick.commit, names.values()))
        )

    def refusal(self) -> Message:
        return NOTHING

    def prepare(self, client: Throwaway) -> None:
        for source in _sources(self._offers):
            if not is_collection_id(source.id):
                continue
            self._names[source.id] = self._next_name()
            _add(client, source, self._names[source.id])
        for remote in self._known.remotes:
            if remote.collection_id and remote.keys and remote.collection_id not in self._names:
                name = self._next_name()
                file = client.directory / f"{name}.gpg"
                file.write_bytes(b"".join(remote.keys))
                options = (f"--gpg-import={file}", f"--collection-id={remote.collection_id}")
                client.run("flatpak", "remote-add", "--user", *options, name, NOBODY_THERE)
                self._names[remote.collection_id] = name

    def _next_name(self) -> str:
        return f"source-{len(self._names) + 1}"

    def install(self, client: Throwaway, app: OfferedApp) -> Run:
        places = [f"--sideload-repo={stick.location.shown}" for stick in self._sticks]
        name = self._names.get(app.collection, app.collection)
        options = ("--user", "--assumeyes", "--noninteractive", *places)
        kits = [stick.location.kit for stick in self._sticks]
        with LentPayloads(client.installation, kits) as payloads:
            payloads.lend(self._payloads)
            return client.run("flatpak", "install", *options, name, app.ref)
