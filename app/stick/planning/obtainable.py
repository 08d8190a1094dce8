"""What of a damaged drive still counts, and what of it upstream still has."""

from __future__ import annotations

from app.flatpak.upstream.offer import Offer
from app.ostree.names import origin_remote
from app.ostree.pull.answers import DeniedError, NotFoundError
from app.stick.planning.target_state import Copied, TargetState


def made_before(copied: Copied | None, collection: str, upstream: Offer) -> int | None:
    """When the snapshot on a stick was made, seconds since 1970; None if nobody tells.

    A list that is damaged, or another's, may claim any time: it keeps nobody from mending it.
    """
    made = upstream.snapshot.made
    if copied is None or made is None:
        return None
    if made < copied.made and not copied.is_of(collection, upstream.keyring):
        return None
    return copied.made


class StayingCommits:
    """Which of the commits on a drive are left as they are.

    Attributes:
        ask: upstream may be asked.
    """

    def __init__(self, drive: TargetState, *, keep: bool) -> None:
        self._drive = drive
        self._keep = keep
        self._had: dict[str, bool] = {}
        self.ask = False

    def stays(self, commit: str, upstream: Offer) -> bool:
        """What is damaged stays at its version if upstream still hands that out."""
        if not self._keep or commit in self._drive.partial:
            return False
        if origin_remote(upstream.snapshot.collection) is not None:
            # Computers take what its source lists.
            return False
        if commit not in self._had:
            there = self._drive.commits.get(commit) is not None
            self._had[commit] = there or not self.ask or _is_handed_out(commit, upstream)
        return self._had[commit]


def _is_handed_out(commit: str, upstream: Offer) -> bool:
    _, refused = upstream.ask_for_commits([commit])
    return not isinstance(refused.get(commit), NotFoundError | DeniedError)
