"""The commits that a lock file names, by their checksums: no list of upstream's is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from app.errors import UpstreamError
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.cache import RemoteCache
from app.flatpak.upstream.client import RemoteClient
from app.flatpak.upstream.commits import CommitClient
from app.flatpak.upstream.keeping import open_objects
from app.flatpak.upstream.objects import find_trees
from app.message import Message
from app.ostree.objects import Commit
from app.ostree.pull.answers import DeniedError, NotFoundError
from app.ostree.pull.kept_trees import KeptTrees
from app.ostree.pull.near_objects import NearObjects, NearPlace
from app.progress import Cancel, Reporter
from app.stick.environment import Environment
from app.stick.store.partial_languages import FILES, Division, divided

_MOST_NAMED = 5


class LockedCommitGoneError(UpstreamError):
    """Upstream does not hand out any more what was locked."""


class Means(Struct, frozen=True):
    """How sources are asked.

    Attributes:
        near: who is asked before them.
        offline: nobody is; ``kept``: then, what this computer has of trees.
    """

    environment: Environment
    cancel: Cancel
    report: Reporter
    near: tuple[NearPlace, ...] = ()
    offline: bool = False
    kept: KeptTrees | None = None


class LockedCommits:
    """Those of one remote."""

    def __init__(self, remote: Remote, means: Means) -> None:
        environment = means.environment
        source = open_objects(
            remote,
            environment.cache,
            environment.network,
            means.cancel,
            means.report,
            offline=means.offline,
        )
        self._label = remote.label
        self._client = RemoteClient(source, RemoteCache(environment.cache, remote.url))
        kept = means.kept if not remote.is_local else None
        self._commits = CommitClient(self._client, remote.label, kept, NearObjects(means.near))

    def get(self, refs: Mapping[str, str]) -> dict[str, bytes]:
        """Commits by checksum; ``refs``: the commit of each ref that is needed.

        Raises `LockedCommitGoneError` that names the refs, and UpstreamError.
        """
        commits, refused = self._commits.ask(dict.fromkeys(refs.values()))
        gone = {ref: sum_ for ref, sum_ in refs.items() if _is_gone(refused.get(sum_))}
        if gone:
            raise self._gone(gone)
        for error in refused.values():
            raise error
        return commits

    def _gone(self, refs: Mapping[str, str]) -> LockedCommitGoneError:
        named = tuple(f"{ref} ({checksum})" for ref, checksum in sorted(refs.items()))
        return LockedCommitGoneError(
            Message(
                "{remote} no longer has {count} of the versions that the lock file names: {refs}.",
                remote=self._label,
                count=len(named),
                refs=named[:_MOST_NAMED],
            ),
            Message(
                "Where a drive or this computer still has them, name it with --from; or lock what "
                "there is now: satchel lock --update."
            ),
        )

    def parts(
        self, languages: Mapping[str, tuple[str, ...] | None]
    ) -> Iterator[tuple[Division, tuple[str, ...] | None]]:
        """How Locale commits divide, and the ``languages`` of each that are carried; None: all.

        Raises UpstreamError.
        """
        divisions = self._divisions(languages)
        for checksum, names in languages.items():
            division = divisions.get(checksum)
            if division is not None and division.languages.keys() >= set(names or ()):
                yield division, names
            elif names is not None:
                raise UpstreamError(
                    Message(
                        "{remote} does not hand out the directories of {commit}, so its languages "
                        "cannot be told apart.",
                        remote=self._label,
                        commit=checksum,
                    ),
                    Message("Try again later."),
                )

    def _divisions(self, checksums: Iterable[str]) -> dict[str, Division | None]:
        data = self._commits.get(checksums)
        commits = {checksum: Commit.parse(each) for checksum, each in data.items()}
        roots = find_trees(self._client, [commit.tree for commit in commits.values()])
        below = [
            tree for root in roots.values() for name, tree, _ in root.directories if name == FILES
        ]
        trees = {**roots, **find_trees(self._client, below)}
        return {checksum: divided(commit, trees.get) for checksum, commit in commits.items()}


def _is_gone(error: UpstreamError | None) -> bool:
    return isinstance(error, NotFoundError | DeniedError)
