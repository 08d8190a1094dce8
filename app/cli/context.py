"""The environment as Satchel's commands use it. The only module that reads it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.progress import CancelToken, Notice, Reporter, silent

if TYPE_CHECKING:
    from app.flatpak.remotes.known import Known, Remote
    from app.ostree.pull.fetch import Network
    from app.progress import Event
    from app.settings import Settings
    from app.stick.memory.known_keys import RememberedKeys
    from app.stick.services import Services
    from app.stick.surroundings import Surroundings

# Where distributions keep the certificate authorities; libcurl as Python packages bring it does
# not know this system's place.
_CA_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


@dataclass(frozen=True)
class Context:
    """What a command runs in.

    Attributes:
        environment: of the process.
        tell: where notices go that belong to no job.
    """

    environment: Mapping[str, str]
    cancel: CancelToken
    tell: Reporter = silent

    def _directory(self, variable: str, default: str) -> Path:
        value = self.environment.get(variable, "")
        home = Path(self.environment.get("HOME") or os.path.expanduser("~"))
        return Path(value) if os.path.isabs(value) else home / default

    @property
    def config(self) -> Path:
        return self._directory("XDG_CONFIG_HOME", ".config") / "satchel"

    @property
    def profiles(self) -> Path:
        """Where saved choices are kept."""
        from app.stick.choices.profile import DIRECTORY

        return self.config / DIRECTORY

    @cached_property
    def settings(self) -> Settings:
        from app.settings import load_settings

        loaded = load_settings(self.config)
        for notice in loaded.notices:
            self.tell(notice)
        return loaded.settings

    @property
    def cache(self) -> Path:
        # In a directory of its own, whatever else lies in the one that was set.
        chosen = self.settings.cache
        return (Path(chosen) if chosen else self._directory("XDG_CACHE_HOME", ".cache")) / "satchel"

    @property
    def state(self) -> Path:
        return self._directory("XDG_STATE_HOME", ".local/state") / "satchel"

    @property
    def languages(self) -> tuple[str, ...]:
        """The person's languages, best first: those set, else the environment's."""
        if self.settings.languages:
            return self.settings.languages
        for variable in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
            value = self.environment.get(variable)
            if value:
                return tuple(part.partition(".")[0] for part in value.split(":") if part)
        return ()

    @property
    def arch(self) -> str:
        """The architecture that is meant where none is named."""
        from app.flatpak.refs import host_arch

        return self.settings.architecture or host_arch()

    @property
    def loops_are_removable(self) -> bool:
        """Whether loop devices count as drives that can be carried away; for tests."""
        return self.environment.get("SATCHEL_LOOP_IS_REMOVABLE") == "1"

    @cached_property
    def network(self) -> Network:
        from app.ostree.pull.fetch import Network

        named = [
            value
            for variable in ("CURL_CA_BUNDLE", "SSL_CERT_FILE")
            if (value := self.environment.get(variable))
        ]
        # What somebody chose comes before what only repeats the system's own place.
        named.sort(key=lambda path: path in _CA_BUNDLES)
        bundle = next((path for path in (*named, *_CA_BUNDLES) if os.path.isfile(path)), None)
        return Network(connections=self.settings.connections, ca_bundle=bundle)

    @property
    def known_remotes(self) -> Known:
        """Added by the person, configured on this computer, predefined there, and built in."""
        from app.flatpak.remotes.configured import configured_remotes, installations
        from app.flatpak.remotes.known import (
            Known,
            added_remotes,
            built_in_remotes,
            merge_remotes,
            predefined_remotes,
        )
        from app.stick.memory.known_keys import extended

        data = self._directory("XDG_DATA_HOME", ".local/share")
        user = self._directory("FLATPAK_USER_DIR", str(data / "flatpak"))
        system = Path(self.environment.get("FLATPAK_SYSTEM_DIR") or "/var/lib/flatpak")
        config = Path(self.environment.get("FLATPAK_CONFIG_DIR") or "/etc/flatpak")
        configs = (config, Path("/usr/share/flatpak"))
        places, notices = installations(user, system, configs)
        added = added_remotes(self.config)
        configured = configured_remotes(places, self.global_keyrings)
        predefined = predefined_remotes(configs)
        merged = merge_remotes(
            (*added.remotes, *configured.remotes, *predefined.remotes, *built_in_remotes())
        )
        return Known(
            extended(merged.remotes, self.remembered.all()),
            (
                *added.notices,
                *notices,
                *configured.notices,
                *predefined.notices,
                *merged.notices,
            ),
            tuple(
                dict.fromkeys((*added.registries, *configured.registries, *predefined.registries))
            ),
        )

    def news(self, known: Known) -> tuple[Notice, ...]:
        """What to tell of the remotes: each time what is wrong, once what the system came with."""
        from app.flatpak.remotes.known import registry_notice
        from app.fs.files import DIRECTORY_MODE, read_bounded, replace_file

        if not known.registries:
            return known.notices
        notice = registry_notice(known.registries)
        told = self.state / "registries"
        said = notice.message.encode()
        with contextlib.suppress(OSError):
            if read_bounded(told, len(said)) == said:
                return known.notices
        with contextlib.suppress(OSError):
            told.parent.mkdir(DIRECTORY_MODE, parents=True, exist_ok=True)
            replace_file(told, said)
        return (*known.notices, notice)

    @property
    def global_keyrings(self) -> Path:
        """Where libostree looks for keys of remotes that have none of their own."""
        from app.flatpak.remotes.keyrings import GLOBAL_DIRECTORY

        return Path(self.environment.get("OSTREE_GPG_HOME") or GLOBAL_DIRECTORY)

    @property
    def remembered(self) -> RememberedKeys:
        """The keys that this computer has come to know."""
        from app.stick.memory.known_keys import FILE, RememberedKeys

        return RememberedKeys(self.state / FILE)

    @property
    def vouchers(self) -> tuple[Remote, ...]:
        """Whose keys judge what is on a stick: known remotes, and what jobs were done with."""
        return (*self.known_remotes.remotes, *self.remembered.remotes())

    @property
    def known_with_news(self) -> Known:
        """The known remotes, with what `news` has to tell."""
        known = self.known_remotes
        return replace(known, notices=self.news(known))

    @property
    def surroundings(self) -> Surroundings:
        """All of this, for the window."""
        from app.stick.surroundings import Surroundings

        notices: list[Event] = []
        # Everything anew: what a person has set may have changed since this was made.
        fresh = Context(self.environment, self.cancel, notices.append)
        return Surroundings(
            cache=fresh.cache,
            state=fresh.state,
            config=fresh.config,
            settings=fresh.settings,
            languages=fresh.languages,
            arch=fresh.arch,
            network=fresh.network,
            known_remotes=lambda: fresh.known_with_news,
            clock=time.time,
            again=lambda: fresh.surroundings,
            notices=tuple(one for one in notices if isinstance(one, Notice)),
            loops_are_removable=self.loops_are_removable,
        )

    def services(self, known: Known) -> Services:
        """The surroundings of a job."""
        surroundings = self.surroundings
        surroundings.tidy()
        return surroundings.services(known.remotes, known.registries)
