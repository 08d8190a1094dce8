"""Which lists of an upstream computers get: one state of them at a time.

While upstream answers, the newest that it has signed. While it does not, that of those known of
which most apps are whole here: a newer one would promise what cannot be had.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from app.errors import SatchelError, UpstreamError
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.upstream import Upstream
from app.message import Message
from app.ostree.names import origin_remote
from app.progress import Cancel
from app.replacing import replace
from app.serve.upstream.fetching import impatient
from app.serve.upstream.listed import Listed, as_published
from app.stick.environment import Environment
from app.stick.memory.accepted_snapshots import Origin, refuse_older
from app.stick.store.view import View
from app.stick.trust.commits import open_keyring
from app.trust.keyring import Keyring


class WrongUpstreamError(UpstreamError):
    """What answers is another collection's upstream."""


class Lists:
    """Those of one origin. One thread at a time, but for what is read.

    Attributes:
        remote: with the keys that upstream handed out.
        current: what computers get; None: nothing is known yet.
    """

    def __init__(
        self, origin: str, carried: View | None, remote: Remote, environment: Environment
    ) -> None:
        # Others may see more of it than this computer does.
        self.remote = replace(remote, subset="", filter=None)
        self._origin = origin
        self._environment = environment
        self.carried = Listed.of(carried) if carried is not None else None
        self._brought: View | None = carried
        self._fetched: Listed | None = None
        self.current = self.carried
        self._before: Listed | None = None

    def carry(self, view: View | None) -> None:
        """What sticks have of them from now on; counts when they are looked at next. Any thread may
        say so."""
        self._brought = view

    @property
    def view(self) -> View | None:
        """What computers get; None: nothing, or just what the sticks have.

        Whoever has read the index of the lists before finds what that names.
        """
        current, before = self.current, self._before
        if current is None or (current is self.carried and before is None):
            return None
        left = before.view.by_digest if before is not None else {}
        return replace(current.view, files={**left, **current.view.files})

    def ref_of(self, commit: str) -> str | None:
        """What a commit is listed for."""
        for each in (self.current, self._fetched, self.carried):
            if each is not None and commit in each.refs:
                return each.refs[commit]
        return None

    def keyring(self) -> Keyring | None:
        """Of the remote's keys. Whoever takes it closes it."""
        return open_keyring(self.remote.keys)

    def look(self, cancel: Cancel, *, offline: bool = False) -> None:
        """See what upstream has now, or had the last time. Raises UpstreamError, TrustError."""
        # Computers wait for what comes of it.
        network = impatient(self._environment.default_network)
        environment = replace(self._environment, default_network=network)
        opener = environment.upstreams(cancel, offline=offline)
        upstream = opener.open(self.remote)
        try:
            self._take(upstream, offline=offline)
        finally:
            upstream.close()

    def _take(self, upstream: Upstream, *, offline: bool) -> None:
        origin = self._origin
        if origin_remote(origin) is None and upstream.origin != origin:
            raise WrongUpstreamError(
                Message(
                    "{address} is no upstream of {collection}.",
                    address=self.remote.address,
                    collection=origin,
                )
            )
        upstream = upstream.called(origin)
        carried = self.carried.view.made if self.carried is not None else None
        accepted = self._environment.accepted
        refuse_older(upstream, carried, self.remote.address, accepted.read())
        view = as_published(upstream, origin)
        self.remote = replace(self.remote, keys=upstream.remote.keys)
        if self._fetched is None or view.files != self._fetched.view.files:
            same = self.carried is not None and view.files == self.carried.view.files
            self._fetched = self.carried if same else Listed.of(view)
        if view.made is not None and not offline:
            accepted.accept(Origin.of(upstream.snapshot, upstream.remote), view.made)

    def _take_brought(self) -> None:
        brought = self._brought
        if brought is None or (self.carried is not None and self.carried.view.made == brought.made):
            return
        carried = Listed.of(brought)
        if self.current is self.carried:
            self.current = carried
        self.carried = carried

    def look_back(self, cancel: Cancel) -> None:
        """Take what upstream had the last time, if that is kept; nobody is asked."""
        with contextlib.suppress(SatchelError):
            self.look(cancel, offline=True)

    def choose(self, is_here: Callable[[str], bool], *, away: bool) -> bool:
        """Whether computers get others from now on. ``is_here``: asked of commits."""
        self._take_brought()
        known = [each for each in (self._fetched, self.carried) if each is not None]
        before = self.current
        if not away and self._fetched is not None:
            self.current = self._fetched
        elif len(known) > 1:
            self.current = max(known, key=lambda each: (each.count(is_here), each.made))
        else:
            self.current = known[0] if known else None
        if self.current is before:
            return False
        self._before = before
        return True
