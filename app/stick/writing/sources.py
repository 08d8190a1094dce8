"""Where what a job brings comes from."""

from __future__ import annotations

from msgspec import Struct, field

from app.flatpak.upstream.keeping import open_objects
from app.ostree.pull.downloads import Downloads
from app.ostree.pull.fetch import HttpSource, KeptSource, LocalSource
from app.ostree.pull.object_cache import CachePlace
from app.progress import Cancel, Reporter
from app.stick.environment import Environment
from app.stick.kit.checksums import AlikeLists
from app.stick.planning.plan import Plan
from app.stick.writing.payloads import Turns


class Together(Struct, frozen=True):
    """What jobs share that bring the same to several drives at once.

    Attributes:
        cache: where they find what another one has downloaded.
        downloads: who of them downloads what.
        turns: the same of extra data.
        lists: what is made of checksums that drives have.
    """

    cache: CachePlace
    downloads: Downloads = field(default_factory=Downloads)
    turns: Turns = field(default_factory=Turns)
    lists: AlikeLists = field(default_factory=AlikeLists)


def open_sources(
    plan: Plan, environment: Environment, cancel: Cancel, report: Reporter
) -> dict[str, HttpSource | LocalSource | KeptSource]:
    """By collection. Raises UsageError."""
    return {
        collection.id: open_objects(
            collection.remote,
            environment.cache,
            environment.network,
            cancel,
            report,
            offline=plan.options.offline,
        )
        for collection in plan.collections
    }
