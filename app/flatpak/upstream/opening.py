"""How remotes are opened: one way for plans, catalogues, lists and commands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.flatpak.remotes.known import Remote
from app.flatpak.upstream.upstream import Upstream, open_upstream
from app.ostree.pull.fetch import Network
from app.progress import Cancel, Reporter, silent


@dataclass(frozen=True, slots=True)
class UpstreamOpener:
    """Opens remotes for one piece of work; `Environment.upstreams` makes it.

    Attributes:
        cache: directory for what may be fetched again.
        cancel: asked as long as what was opened is used.
        report: told of a pause that a busy server wants, perhaps by another thread.
        allow_unsigned: remotes without signatures as well.
        for_drives: only remotes that have a collection ID, so that a drive can carry them.
    """

    cache: Path
    network: Network
    cancel: Cancel
    report: Reporter = silent
    allow_unsigned: bool = False
    for_drives: bool = True

    def open(self, remote: Remote, *, offline: bool = False) -> Upstream:
        """What the remote offers now, or with ``offline`` as it was the last time; see
        `open_upstream`. The caller closes it. Raises UpstreamError, TrustError."""
        return open_upstream(
            remote,
            self.cache,
            self.network,
            self.cancel,
            allow_unsigned=self.allow_unsigned,
            for_drives=self.for_drives,
            offline=offline,
            report=self.report,
        )
