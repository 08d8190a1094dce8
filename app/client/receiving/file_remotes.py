"""The remotes that flatpak makes for what is installed from a file: who checks its updates.

Where a file brings no key along, flatpak has its remote check nothing, then and later. Why they get
the key of the source: decision D322.
"""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from app.client.receiving.installation import Place
from app.client.receiving.own_errors import own_errors
from app.client.receiving.plan import BundleItem
from app.flatpak.program import FlatpakProgram
from app.flatpak.remotes.flatpakrepo import join_keys
from app.message import Message

_OF_A_FILE, _UNCHECKED = "no-enumerate", "no-gpg-verify"
_KEYS = "bundle-keys.gpg"


class FileRemotes(Struct, frozen=True):
    """Of an installation. ``directory``: for files that flatpak reads, this person's alone."""

    place: Place
    program: FlatpakProgram
    directory: Path

    def check_updates(self, item: BundleItem) -> None:
        """From now on newer versions are checked by the keys of the source that vouches for it."""
        remote = self._remote(item)
        if item.keys and remote is not None and not remote.checked:
            self._modify(remote.name, f"--gpg-import={self._keys(item)}", "--gpg-verify")

    def give_way(self, item: BundleItem) -> bool:
        """Whether flatpak may take now what it has refused for its signature: a person agreed to
        something that has none, or its source has another key."""
        remote = self._remote(item)
        if remote is None or not remote.checked:
            return False
        option = f"--gpg-import={self._keys(item)}" if item.keys else "--no-gpg-verify"
        self._modify(remote.name, option)
        return True

    def take_back(self, item: BundleItem) -> None:
        """It has not helped, or somebody has stopped it."""
        remote = self._remote(item)
        if remote is not None and not remote.checked:
            self._modify(remote.name, "--gpg-verify")

    def _remote(self, item: BundleItem) -> _FileRemote | None:
        option = self.place.option
        origin = self.program.ask("info", option, "--show-origin", str(item.ref)).strip()
        listed = self.program.ask("remotes", option, "--show-disabled", "--columns=name,options")
        for line in listed.splitlines():
            name, _, flags = line.partition("\t")
            options = flags.strip().split(",")
            if origin and name == origin and _OF_A_FILE in options:
                return _FileRemote(name, checked=_UNCHECKED not in options)
        return None

    def _keys(self, item: BundleItem) -> Path:
        file = self.directory / _KEYS
        with own_errors(Message("adding a key")):
            file.write_bytes(join_keys(item.keys))
        return file

    def _modify(self, remote: str, *options: str) -> None:
        self.program.ask("remote-modify", self.place.option, *options, remote)


class _FileRemote(Struct, frozen=True):
    name: str
    checked: bool
