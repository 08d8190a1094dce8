"""Opens the catalogues of all remotes side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

from app.errors import SatchelError, UpstreamError
from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.catalogue.remote_catalogue import RemoteCatalogue
from app.flatpak.catalogue.source import (
    CatalogueError,
    NoCatalogueError,
    UntrustedCatalogueError,
    load_catalogue,
)
from app.flatpak.remotes.remote import Remote
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
) -> Catalogues:
    """Open all listed remotes side by side; the caller closes it.

    One that does not answer is as it was the last time, if it ever was. ``languages`` are the
    person's, best first, ``now`` seconds since 1970. ``opener.cancel`` is asked as long as the
    catalogues are used. Raises InterruptedByUser; what else goes wrong is among the failures.
    """
    listed = [remote for remote in remotes if remote.listed]
    opening = _Opening(opener, arch, tuple(languages), now)
    opened: list[RemoteCatalogue] = []
    failures: list[tuple[Remote, SatchelError]] = []
    report(Advanced(Phase.CATALOGUE, 0, len(listed), 0, 0))
    try:
        for done, (remote, catalogue) in enumerate(opening.open_all(listed), 1):
            opener.cancel.check()
            if isinstance(catalogue, SatchelError):
                failures.append((remote, catalogue))
            else:
                opened.append(catalogue)
            report(Advanced(Phase.CATALOGUE, done, len(listed), 0, 0))
    except BaseException:
        Catalogues(opened, ()).close()
        raise
    return Catalogues(opened, failures)


@dataclass(frozen=True, slots=True)
class _Opening:
    """What all of them are opened with."""

    opener: UpstreamOpener
    arch: str
    languages: tuple[str, ...]
    now: float

    def open_all(
        self, remotes: Sequence[Remote]
    ) -> Iterator[tuple[Remote, RemoteCatalogue | SatchelError]]:
        if not remotes:
            return
        with ThreadPoolExecutor(min(_PARALLEL, len(remotes))) as pool:
            yield from zip(remotes, pool.map(self._attempt, remotes), strict=True)

    def _attempt(self, remote: Remote) -> RemoteCatalogue | SatchelError:
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
                upstream, catalogue, self.arch, self.languages, self.now, stale, undescribed
            )
        finally:
            # Signatures are not asked about again; what is named by its checksum may still be.
            upstream.close()
