"""What a plan needs of signatures: upstream's signed lists, and when what is signed ends.

It is gpg that looks at them, in a process of its own, and nothing of how large a plan is depends on
it: it does so while the plan asks for trees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from functools import cache, partial

from app.beside import beside
from app.flatpak.upstream.offer import Offer
from app.progress import Notice
from app.replacing import replace
from app.stick.planning.plan import CollectionPlan
from app.stick.trust.commits import SignedCommit
from app.stick.trust.validity import until_notice, upstream_lasts


class Proofs:
    """Those of one plan's collections."""

    def __init__(self) -> None:
        self._files: dict[str, Callable[[], Mapping[str, bytes]]] = {}
        self._ends: dict[str, Callable[[], int | None]] = {}

    def ask(
        self,
        collection: str,
        upstream: Offer,
        arches: Sequence[str],
        commits: Mapping[str, bytes],
        detached: Mapping[str, bytes | None],
        kept: Sequence[SignedCommit],
    ) -> None:
        """``arches``: as for `Offer.signed_files`; the others as for `upstream_lasts`."""
        self._files[collection] = cache(partial(upstream.signed_files, arches))
        self._ends[collection] = cache(partial(upstream_lasts, upstream, commits, detached, kept))

    def looked_for(self) -> AbstractContextManager[None]:
        """While the block does something else."""
        return beside(*self._files.values(), *self._ends.values())

    def told(
        self, collections: Iterable[CollectionPlan], *, online: bool
    ) -> tuple[tuple[CollectionPlan, ...], list[Notice]]:
        """These with their files and ends, and what to tell of the latter: nothing where it is
        ``online`` that they are installed from, since another's key counts then. Raises what
        looking for them raised.
        """
        whole = tuple(
            replace(each, files=self._files[each.id](), until=self._ends[each.id]())
            for each in collections
        )
        notices = [until_notice(each.remote, each.until) for each in whole if not online]
        return whole, [notice for notice in notices if notice is not None]
