"""When what a plan carries ends, which is looked for while it asks for trees.

It is gpg that looks, in a process of its own, and nothing else in a plan depends on it.
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


class Ends:
    """Those of one plan's collections."""

    def __init__(self) -> None:
        self._asked: dict[str, Callable[[], int | None]] = {}

    def ask(
        self,
        collection: str,
        upstream: Offer,
        commits: Mapping[str, bytes],
        detached: Mapping[str, bytes | None],
        kept: Sequence[SignedCommit],
    ) -> None:
        """As for `upstream_lasts`."""
        self._asked[collection] = cache(partial(upstream_lasts, upstream, commits, detached, kept))

    def looked_for(self) -> AbstractContextManager[None]:
        """While the block does something else."""
        return beside(*self._asked.values())

    def told(
        self, collections: Iterable[CollectionPlan], *, online: bool
    ) -> tuple[tuple[CollectionPlan, ...], list[Notice]]:
        """These with their ends, and what to tell of them: nothing where it is ``online`` that they
        are installed from, since another's key counts then. Raises what looking for them raised.
        """
        ending = tuple(replace(each, until=self._asked[each.id]()) for each in collections)
        notices = [until_notice(each.remote, each.until) for each in ending if not online]
        return ending, [notice for notice in notices if notice is not None]
