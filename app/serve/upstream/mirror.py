"""One upstream: its lists, its objects and their signatures, as others get them from here."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from app.closing import Closing
from app.errors import SatchelError, TrustError
from app.flatpak.remotes.remote import Remote
from app.fs.files import read_bounded
from app.fs.root import Root
from app.message import Message, message_of
from app.ostree.objects import (
    MAX_METADATA_SIZE,
    CorruptObject,
    ObjectKind,
    ObjectName,
    check_metadata,
)
from app.ostree.pull.fetch import HttpSource, LocalSource
from app.ostree.pull.mirror_files import OBJECTS, SCRATCH
from app.progress import Notice
from app.serve.supplying import Outcome, Supplied
from app.serve.upstream.deadline import Deadline
from app.serve.upstream.events import ListsChanged, UpstreamAway, UpstreamBack
from app.serve.upstream.fetching import Fetcher, impatient
from app.serve.upstream.keeping import Keeper, prepared
from app.serve.upstream.lists import Lists
from app.serve.upstream.signatures import Signatures
from app.serve.upstream.trees import Trees
from app.severity import Severity
from app.stick.environment import Environment
from app.stick.store.view import View, open_object

LARGEST = 8 * 1024**3
"""Bytes of one object: an upstream that never ends one stops there."""

AWAY_SECONDS = 60.0
"""Neither lists nor objects came for so long: what is not here cannot be had for now."""

_LISTS_SECONDS = 600.0
_ELSEWHERE = "satchel-mirror-"
_LOOKED_INTO = frozenset({ObjectKind.COMMIT, ObjectKind.DIRTREE})


class Mirror(Closing):
    """Any thread may call `fetch`; `refresh` is for one.

    Attributes:
        origin: whose it is.
        label: what people call it.
        place: the directory in which its objects are kept; an empty one elsewhere while there is
            none.
        troubled: upstream's lists did not come the last time.
        away: it has not been reached for long.
    """

    def __init__(
        self,
        origin: str,
        view: View | None,
        sticks: tuple[Root, ...],
        remote: Remote,
        environment: Environment,
        keeper: Keeper,
        report: Callable[[object], None],
    ) -> None:
        """Raises OSError where there is room for nothing at all."""
        self.origin = origin
        self.label = remote.label
        self._keeper = keeper
        self._url = remote.url
        self._elsewhere: TemporaryDirectory[str] | None = None
        self._home = keeper.place_of(origin, remote.url)
        try:
            self.place = keeper.place(origin, remote.url)
        except OSError as error:
            keeper.give_back(error)
            runtime = environment.runtime
            above = runtime if runtime is not None and runtime.is_dir() else None
            self._elsewhere = TemporaryDirectory(prefix=_ELSEWHERE, dir=above)
            self.place = prepared(Path(self._elsewhere.name))
        self._identity = _identity(self._home)
        self.troubled = self.away = False
        self._troubled_since = 0.0
        self._sticks = sticks
        self._environment = environment
        self._report = report
        self._closing = threading.Event()
        self._told: set[str] = set()
        self.lists = Lists(origin, view, remote, environment)
        self._source = remote.open_source(
            environment.network, Deadline(float("inf"), self._closing)
        )
        self.trees = Trees(self.lists.ref_of)
        self.fetcher = Fetcher(
            self._source,
            Root(self.place),
            keeper,
            self.trees,
            self._beside,
            self._tell,
            largest=LARGEST,
        )
        self._signatures = Signatures(
            self._open_source,
            self.place / "objects",
            self.lists.keyring(),
            self._commit,
            self._closing,
        )

    def close(self) -> None:
        self._closing.set()
        self.fetcher.close()
        self._signatures.close()
        if self._elsewhere is not None:
            self._elsewhere.cleanup()

    def settle(self) -> bool:
        """Whether what comes is kept at another place now: the one for it was removed, or could not
        be made before. For one thread."""
        if self.place == self._home and _identity(self._home) == self._identity:
            return False
        try:
            self.place = self._keeper.place(self.origin, self._url)
        except OSError as error:
            self._keeper.give_back(error)
            return False
        self._identity = _identity(self._home)
        self._keeper.try_again()
        self.fetcher.move(Root(self.place))
        self._signatures.move(self.place / "objects")
        return True

    def sticks_are(self, view: View | None, sticks: tuple[Root, ...]) -> None:
        """Where else objects are from now on, and what lists of it there are."""
        self._sticks = sticks
        self.lists.carry(view)

    def _open_source(self, cancel: Deadline) -> HttpSource | LocalSource:
        return self.lists.remote.open_source(impatient(self._environment.network), cancel)

    def _tell(self, notice: Notice) -> None:
        """The same thing is said once."""
        words = str(notice.message)
        if words not in self._told and len(self._told) < 1000:
            self._told.add(words)
            self._report(notice)

    # Objects

    def fetch(self, name: ObjectName) -> Supplied:
        """Waits until it is known what becomes of an object."""
        if name.kind is not ObjectKind.COMMITMETA:
            return self.fetcher.fetch(name)
        ref = self.lists.ref_of(name.checksum) or ""
        if self.away:
            return Supplied(Outcome.NOTHING, ref=ref)
        try:
            supplied = self._signatures.fetch(name)
        except (SatchelError, OSError) as error:
            self._tell(Notice(Severity.WARNING, message_of(error)))
            return Supplied(Outcome.FAILED, ref=ref)
        if supplied.outcome is Outcome.REFUSED:
            text = Message(
                "{label} sent signatures of {ref} that cannot be trusted: nobody gets them.",
                label=self.label,
                ref=ref or name.checksum,
            )
            self._tell(Notice(Severity.WARNING, text))
        return supplied

    def bring(self, checksum: str, ref: str) -> None:
        """Let a commit come with all below it; returns when its signatures are here."""
        self.trees.want_all(checksum, ref)
        name = ObjectName(checksum, ObjectKind.COMMIT)
        if self._read(name) is None:
            self.fetch(name)
        else:
            self.fetcher.follow(name)
        self.fetch(ObjectName(checksum, ObjectKind.COMMITMETA))

    def _commit(self, checksum: str) -> bytes | None:
        """A commit, from wherever it can be had."""
        name = ObjectName(checksum, ObjectKind.COMMIT)
        data = self._read(name)
        if data is None:
            supplied = self.fetcher.fetch(name)
            data = bytes(supplied.body) if supplied.body else self._read(name)
        return data

    def _read(self, name: ObjectName) -> bytes | None:
        """An object that tells of others, if it is here and right."""
        data = None
        with contextlib.suppress(OSError):
            data = read_bounded(self.place / "objects" / name.path, MAX_METADATA_SIZE)
        if data is None:
            descriptor = open_object(self._sticks, name)
            if descriptor is None:
                return None
            with contextlib.suppress(OSError), os.fdopen(descriptor, "rb") as file:
                data = file.read(MAX_METADATA_SIZE + 1)
        try:
            if data is not None:
                check_metadata(name, data)
        except CorruptObject:
            return None
        return data

    def _beside(self, name: ObjectName) -> bytes | bool:
        """Whether an object is here already; the bytes of one that tells of others."""
        if name.kind in _LOOKED_INTO:
            return self._read(name) or False
        return self._is_here(name)

    def _is_here(self, name: ObjectName) -> bool:
        if (self.place / "objects" / name.path).exists():
            return True
        descriptor = open_object(self._sticks, name)
        if descriptor is None:
            return False
        os.close(descriptor)
        return True

    def ask_again(self) -> None:
        """Upstream may have what it lacked."""
        self.fetcher.ask_again()
        self._signatures.ask_again()

    # Lists

    def refresh(self) -> bool:
        """Look whether upstream has other lists now. Whether computers get others."""
        deadline = Deadline(_LISTS_SECONDS, self._closing)
        try:
            self.lists.look(deadline)
        except (SatchelError, OSError) as error:
            if self._closing.is_set():
                return False
            self._failed(error)
        else:
            if self.troubled:
                self._report(UpstreamBack(self.label))
            self.troubled = self.away = False
            self.ask_again()
        changed = self.lists.choose(self.has_commit, away=self.away)
        if changed and self.lists.current is not None:
            self._report(ListsChanged(self.label, self.lists.current.view.made))
        return changed

    def _failed(self, error: SatchelError | OSError) -> None:
        """Its lists did not come. That says nothing yet about objects: a server that is slow, or
        hangs up now and then, still has them, and computers take no for an answer at once."""
        now = time.monotonic()
        if not self.troubled:
            self._report(UpstreamAway(self.label, message_of(error)))
            self._troubled_since = now
        self.troubled = self.fetcher.troubled = True
        reached = max(self._troubled_since, self.fetcher.came)
        # What is wrong with its lists is no reason to do without what they name.
        self.away = not isinstance(error, TrustError) and now - reached >= AWAY_SECONDS
        self.fetcher.away = self.away

    def has_commit(self, checksum: str) -> bool:
        """Whether a commit is here; mostly all below it is as well."""
        return self._is_here(ObjectName(checksum, ObjectKind.COMMIT))


def _identity(place: Path) -> tuple[tuple[int, int], ...]:
    """Tells a directory of objects from another that comes to its place; empty for none."""
    try:
        states = [os.stat(place / part) for part in ("", OBJECTS, SCRATCH)]
    except OSError:
        return ()
    return tuple((each.st_dev, each.st_ino) for each in states)
