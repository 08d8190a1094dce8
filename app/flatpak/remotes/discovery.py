"""All remotes that this computer knows, each once."""

from __future__ import annotations

from pathlib import Path

from app.flatpak.remotes.configured import configured_remotes, installations
from app.flatpak.remotes.directories import FlatpakDirectories
from app.flatpak.remotes.known import Known, added_remotes, built_in_remotes, predefined_remotes
from app.flatpak.remotes.merging import merge_remotes
from app.flatpak.remotes.remote import Remote
from app.flatpak.remotes.system import system_remotes


def find_remotes(
    config: Path, flatpak: FlatpakDirectories, built_in: tuple[Remote, ...] | None = None
) -> Known:
    """Added by the person, configured on this computer, predefined there, its operating system's,
    and built in.

    ``config``: the directory of Satchel's configuration. ``built_in``: in place of those that come
    with Satchel. Reads files.
    """
    places, notices = installations(flatpak.user, flatpak.system, flatpak.configs)
    added = added_remotes(config)
    configured = configured_remotes(places, flatpak.keyrings)
    predefined = predefined_remotes(flatpak.configs)
    system = system_remotes(flatpak.root, flatpak.keyrings)
    merged = merge_remotes(
        (
            *added.remotes,
            *configured.remotes,
            *predefined.remotes,
            *system.remotes,
            *(built_in_remotes() if built_in is None else built_in),
        )
    )
    registries = (*added.registries, *configured.registries, *predefined.registries)
    return Known(
        merged.remotes,
        (
            *added.notices,
            *notices,
            *configured.notices,
            *predefined.notices,
            *system.notices,
            *merged.notices,
        ),
        tuple(dict.fromkeys(registries)),
    )
