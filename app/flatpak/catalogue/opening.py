"""Opens the catalogues of all remotes side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from msgspec import Struct

from app.beside import each_beside
from app.errors import SatchelError, UpstreamError
from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.catalogue.icons import Icons
from app.flatpak.catalogue.registry_catalogue import RegistryIcons, registry_catalogue
from app.flatpak.catalogue.remote_catalogue import RemoteCatalogue
from app.flatpak.catalogue.source import (
    CatalogueError,
    NoCatalogueError,
    UntrustedCatalogueError,
    load_catalogue,
)
from app.flatpak.registries.client import RegistryClient
from app.flatpak.registries.listing import as_remote, fetch_list, offer_of
from app.flatpak.remotes.remote import Registry, Remote
from app.flatpak.upstream.cache import RemoteCache
from app.flatpak.upstream.opening import UpstreamOpener
from app.progress import Advanced, Phase, Reporter

_PARALLEL = 4


def open_catalogues(
    remotes: Sequence[Remote],
    opener: UpstreamOpener,
    arch: str,
    languages: Sequence[str],
    now: float,
    report: Reporter,
    registries: Sequence[Registry] = (),
) -> Catalogues:
    """Open all listed remotes and ``registries`` side by side; the caller closes it.

    One that does not answer is as it was the last time, if it ever was. ``languages`` are the
    person's, best first, ``now`` seconds since 1970. ``opener.cancel`` is asked as long as the
    catalogues are used. Raises InterruptedByUser; what else goes wrong is among the failures.
    """
    listed: list[Remote | Registry] = [remote for remote in remotes if remote.listed]
    listed += [registry for registry in registries if registry.listed]
    opening = _Opening(opener, arch, tuple(languages), now)
    opened: list[RemoteCatalogue] = []
    failures: list[tuple[Remote, SatchelError]] = []
    report(Advanced(Phase.CATALOGUE, 0, len(listed), 0, 0))
    try:
        for done, (remote, catalogue) in enumerate(opening.open_all(listed), 1):
            opener.cancel.check()
            if isinstance(catalogue, SatchelError):
                known = as_remote(remote) if isinstance(remote, Registry) else remote
                failures.append((known, catalogue))
            else:
                opened.append(catalogue)
            report(Advanced(Phase.CATALOGUE, done, len(listed), 0, 0))
    except BaseException:
        Catalogues(opened, ()).close()
        raise
    return Catalogues(opened, failures)


class _Opening(Struct, frozen=True):
    """What all of them are opened with."""

    opener: UpstreamOpener
    arch: str
    languages: tuple[str, ...]
    now: float

    def open_all(
        self, remotes: Sequence[Remote | Registry]
    ) -> Iterator[tuple[Remote | Registry, RemoteCatalogue | SatchelError]]:
        yield from zip(remotes, each_beside(self._attempt, remotes, _PARALLEL), strict=True)

    def _attempt(self, remote: Remote | Registry) -> RemoteCatalogue | SatchelError:
        if isinstance(remote, Registry):
            return self._attempt_registry(remote)
        try:
            return self._open(remote)
        except UpstreamError as error:
            with suppress(SatchelError):
                return self._open(remote, stale=error)
            with suppress(SatchelError):
                return self._open(remote, undescribed=error)
            return error
        except SatchelError as error:
            return error

    def _attempt_registry(self, registry: Registry) -> RemoteCatalogue | SatchelError:
        try:
            return self._open_registry(registry)
        except UpstreamError as error:
            with suppress(SatchelError):
                return self._open_registry(registry, stale=error)
            return error
        except SatchelError as error:
            return error

    def _open_registry(
        self, registry: Registry, *, stale: SatchelError | None = None
    ) -> RemoteCatalogue:
        client = RegistryClient(registry, self.opener.network, self.opener.cancel)
        offline = self.opener.offline or stale is not None
        listed = fetch_list(client, self.arch, self.opener.cache, offline=offline)
        cache = RemoteCache(self.opener.cache, registry.url or registry.address)
        return RemoteCatalogue(
            offer_of(registry, listed),
            RegistryIcons(listed.content.images, client, cache),
            registry_catalogue(listed, self.arch, cache),
            self.arch,
            self.languages,
            self.now,
            stale,
            None,
        )

    def _open(
        self,
        remote: Remote,
        *,
        stale: SatchelError | None = None,
        undescribed: SatchelError | None = None,
    ) -> RemoteCatalogue:
        """One remote; as it was the last time if it is ``stale``; without its catalogue if that is
        known already to be of no use.
        """
        upstream = self.opener.open(remote, offline=stale is not None)
        try:
            catalogue = None
            if undescribed is None:
                try:
                    catalogue = load_catalogue(upstream, self.arch, self.opener.cache)
                except NoCatalogueError:
                    pass
                except (CatalogueError, UntrustedCatalogueError) as error:
                    # What there is to choose stands in the summary, which is signed by itself.
                    undescribed = error
            return RemoteCatalogue(
                upstream,
                Icons(upstream, self.arch),
                catalogue,
                self.arch,
                self.languages,
                self.now,
                stale,
                undescribed,
            )
        finally:
            # Signatures are not asked about again; what is named by its checksum may still be.
            upstream.close()
