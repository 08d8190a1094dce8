"""What of a choice comes from container registries, and what their lists have of it now."""

from __future__ import annotations

from contextlib import suppress

from msgspec import Struct

from app.closing import Closing
from app.errors import SatchelError, UpstreamError
from app.flatpak.catalogue.registry_catalogue import title_of
from app.flatpak.refs import PartialRef
from app.flatpak.registries.client import RegistryClient
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Registry
from app.progress import Cancel
from app.stick.environment import Environment
from app.stick.planning.options import Options
from app.stick.planning.registries import OpenedRegistry, Registries, one_listed


class ListedApp(Struct, frozen=True):
    """Attributes:
    remote: the name of its registry.
    name: what a person calls it.
    """

    remote: str
    ref: str
    name: str


class RegistryApps(Closing):
    """For one thread at a time."""

    def __init__(self, known: Known, environment: Environment, cancel: Cancel) -> None:
        self._languages = environment.languages
        self._registries = Registries(
            known.registries,
            environment.cache,
            lambda registry: RegistryClient(registry, environment.network, cancel),
        )

    def close(self) -> None:
        self._registries.close()

    def named_by(self, text: str) -> Registry | None:
        """The registry that something was chosen of; None if it is another remote."""
        name, colon, _ = text.partition(":")
        return self._registries.known(name) if colon else None

    def offered(self, registry: Registry, text: str, arch: str) -> ListedApp:
        """What is meant, for computers of ``arch`` unless it says others; of a registry that does
        not answer, as it was the last time. Raises SatchelError."""
        word = text.partition(":")[2]
        arch = PartialRef.parse(word).arch or arch
        image = one_listed(registry, self._opened(registry, arch).listed, word, arch)
        return ListedApp(registry.name, image.ref, title_of(image, self._languages))

    def _opened(self, registry: Registry, arch: str) -> OpenedRegistry:
        try:
            return self._registries.opened(registry, arch, Options(arch))
        except UpstreamError:
            with suppress(SatchelError):
                return self._registries.opened(registry, arch, Options(arch, offline=True))
            raise
