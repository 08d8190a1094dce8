"""The job: copies from sticks what was found good, checked, and lets flatpak install that.

Order: remotes first; then, portion by portion, a checked copy on this computer's disk, and flatpak
installing from a view of it (or from it as a sideload repository, where upstream's lists as they
are carried name another commit); then the client's own lists; then what is installed is compared
with what was checked.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path

from msgspec import Struct

from app.client.payloads import LentPayloads
from app.client.receiving.beside import Tried, received_beside
from app.client.receiving.bundles import install_bundles
from app.client.receiving.caches import (
    bring_catalogue,
    bring_lists,
    catalogue_is_newer,
    lists_are_newer,
)
from app.client.receiving.images import install_images
from app.client.receiving.installing import Installer, Way
from app.client.receiving.languages import parted_items, spoken
from app.client.receiving.lending import Lending
from app.client.receiving.loopback import Loopback
from app.client.receiving.offered import Candidate, Key
from app.client.receiving.outcome import Outcome, Received, Result
from app.client.receiving.plan import Item, ReceivePlan, SourceRemote, State
from app.client.receiving.portions import AT_ONCE, Portion, batches, portions
from app.client.receiving.private_repository import PrivateRepository
from app.client.receiving.refusal import Refusal, RefusalKind, of_runtime
from app.client.receiving.remotes import prepare_remotes
from app.client.receiving.steps import Steps
from app.flatpak.extra_data import payloads_of
from app.flatpak.program import FlatpakProgram
from app.fs.files import DriveFullError
from app.fs.root import Root
from app.message import Language, Message, Size
from app.ostree.names import origin_remote
from app.progress import Cancel, Meter, Notice, Phase, Reporter
from app.replacing import replace
from app.severity import Severity

_MARGIN = 64_000_000
"""Bytes that are left free of a file system, whatever is copied."""


class Means(Struct, frozen=True):
    """What the job works with.

    Attributes:
        cache: directory for the private copy.
        keyrings: as in `FlatpakDirectories`.
        at_once: bytes that are copied before they are installed.
    """

    program: FlatpakProgram
    cache: Path
    keyrings: Path
    arch: str
    at_once: int = AT_ONCE


def receive(plan: ReceivePlan, means: Means, report: Reporter, cancel: Cancel) -> Outcome:
    """Install what the plan says.

    Whatever happens, every remote leads where it led before. Raises SatchelError for what keeps all
    of it from being done, and what ``cancel`` raises; what concerns one app is in the outcome.
    """
    started = time.monotonic()
    user = Path(means.program.variables["FLATPAK_USER_DIR"])
    with Lending(plan.place) as lending, LentPayloads(user, plan.kits) as payloads:
        run = _Run(plan, means, lending, payloads, report, cancel)
        run.go()
    return Outcome(
        (
            *run.received_beside(),
            *(
                received
                for key, item in plan.items.items()
                if (received := run.received(item)).result.good or key not in run.unneeded
            ),
        ),
        plan.unknown_keys,
        tuple(run.notices),
        run.copied,
        time.monotonic() - started,
    )


class _Run:
    """One job.

    Attributes:
        copied: bytes.
        unneeded: translations of which this computer would have none but English, which apps have
            by themselves.
    """

    def __init__(
        self,
        plan: ReceivePlan,
        means: Means,
        lending: Lending,
        payloads: LentPayloads,
        report: Reporter,
        cancel: Cancel,
    ) -> None:
        self._plan = plan
        self._payloads = payloads
        self._lacking: dict[Key, Refusal] = {}
        self.unneeded: set[Key] = set()
        self._means = means
        self._lending = lending
        self._report = report
        self._cancel = cancel
        self._refused: dict[Key, Refusal] = {}
        self._failed: dict[str, Refusal] = {}
        self._number = 0
        self._installer = Installer(plan.place, means.program, plan.remotes, lending, cancel)
        self._installed = plan.place.installed()
        self.notices: list[Notice] = []
        self.copied = 0

    def go(self) -> None:
        parts = portions(self._plan)
        used = {item.collection for part in parts for item in part.items}
        there = {item.collection for item in self._plan.asked if item.refusal is None}
        remotes = [self._plan.remotes[name] for name in sorted(used | there)]
        # Apps of sources may run on what is a file; files with apps come after what they need.
        self._install_bundles("runtime")
        if remotes:
            self._from_sources(parts, remotes)
        self._install_bundles("app")
        place = self._lending.directory(self._means.cache)
        words = self._means.program, place, self._report, self._cancel
        self._came(install_images(self._plan, *words))
        self._installed = self._plan.place.installed()

    def _install_bundles(self, kind: str) -> None:
        bundles = [item for item in self._plan.bundles if item.ref.kind == kind]
        directory = self._lending.directory(self._means.cache)
        words = self._means.program, directory, self._report, self._cancel
        self._came(install_bundles(bundles, self._plan.place, *words))

    def _came(self, beside: Tried) -> None:
        self._failed |= beside.failed
        self.copied += beside.bytes

    def _from_sources(self, parts: Sequence[Portion], remotes: Sequence[SourceRemote]) -> None:
        directory = self._lending.directory(self._means.cache)
        prepare_remotes(
            remotes,
            self._plan.place,
            self._means.program,
            self._lending,
            directory,
            self._means.keyrings,
            self._cancel,
        )
        self._tell_languages(parts)
        for batch in batches(parts, self._means.at_once):
            self._cancel.check()
            self._batch(batch)
        if self._plan.place.writable:
            self._bring_lists(remotes)

    def _tell_languages(self, parts: Sequence[Portion]) -> None:
        """What of translations this computer would have and does not get."""
        items = {item.key: item for part in parts for item in part.items}
        if not any(item.candidate and item.candidate.parted for item in items.values()):
            return
        languages = spoken(self._means.program, self._plan.place, self._cancel)
        left: set[str] = set()
        for item, part in parted_items(items.values(), languages):
            left.update(languages.left(part))
            if not languages.taken(part) and set(languages.left(part)) == {"en"}:
                self.unneeded.add(item.key)
            elif not languages.taken(part):
                reason = Message("None of this computer's languages are on the drive.")
                self._lacking[item.key] = Refusal(RefusalKind.MISSING, reason)
        # What is not translated is in English.
        if left - {"en"}:
            text = Message(
                "Translations that are not on the drive: {languages}. Where there are no others, "
                "apps are in English.",
                languages=tuple(map(Language, sorted(left - {"en"}))),
            )
            self.notices.append(Notice(Severity.INFO, text))
            self._report(self.notices[-1])

    # What is copied and installed together

    def _batch(self, batch: Sequence[Portion]) -> None:
        if not self._has_room(batch):
            if len(batch) > 1:
                for part in batch:
                    self._batch([part])
            else:
                self._without_copy(batch[0])
            return
        private = self._new_private()
        try:
            self._copy_and_install(batch, private)
        except DriveFullError:
            for part in batch:
                self._without_copy(part)
        finally:
            private.remove()

    def _new_private(self) -> PrivateRepository:
        self._number += 1
        directory = self._lending.directory(self._means.cache)
        return PrivateRepository(directory / f"checked-{self._number}")

    def _has_room(self, batch: Sequence[Portion]) -> bool:
        """For the copy, and on the same file system what is installed."""
        directory = self._lending.directory(self._means.cache)
        status = os.statvfs(directory)
        needed = sum(part.size for part in batch) + _MARGIN
        if os.stat(directory).st_dev == os.stat(self._plan.place.path).st_dev:
            needed += sum(part.installed_size for part in batch)
        return status.f_bavail * status.f_frsize >= needed

    def _copy_and_install(self, batch: Sequence[Portion], private: PrivateRepository) -> None:
        items = {item.key: item for part in batch for item in part.items}
        candidates = {
            item.candidate.checksum: item.candidate
            for item in items.values()
            if item.candidate is not None
        }
        meter = Meter(self._report, Phase.COPY, total=sum(item.size for item in items.values()))
        bad = private.take(candidates.values(), self._plan.sticks, meter, self._cancel)
        self.copied += meter.bytes
        refused = {
            key: bad[item.candidate.checksum]
            for key, item in items.items()
            if item.candidate is not None and item.candidate.checksum in bad
        }
        self._refused |= refused
        whole = [part for part in (self._without(part) for part in batch) if part is not None]
        self._install(whole, private)

    def _without(self, part: Portion) -> Portion | None:
        """What is left of a portion; None if what was asked for, or its runtime, is not to be
        had."""
        asked = part.asked
        if asked.key in self._refused:
            return None
        runtime = self._plan.runtime(asked)
        if runtime is not None and runtime.key in self._refused and runtime.installed is None:
            self._refused[asked.key] = of_runtime(runtime.ref, self._refused[runtime.key])
            return None
        items = tuple(item for item in part.items if item.key not in self._refused)
        return replace(part, items=items) if items else None

    def _install(self, parts: Sequence[Portion], private: PrivateRepository) -> None:
        # In their order: an app may be in the view whose runtime, which came with another, is not.
        for number, (in_view, group) in enumerate(groupby(parts, self._is_in_view)):
            if in_view:
                self._install_from_views(tuple(group), private, f"views-{number}")
            else:
                self._sideload(tuple(group), private)

    def _runs_on_older(self, part: Portion) -> bool:
        """Whether its runtime is installed by now, of which the list names another version."""
        runtime = self._plan.runtime(part.asked)
        if runtime is None or runtime.named:
            return False
        return str(runtime.ref) in self._plan.place.installed()

    def _install_from_views(
        self, parts: Sequence[Portion], private: PrivateRepository, name: str
    ) -> None:
        directory = private.path.with_name(f"{private.path.name}-{name}")
        addresses = {}
        for remote in self._remotes_of(parts).values():
            assert remote.view is not None
            addresses[remote.name] = remote.view.lay_out(directory / remote.name, private.objects)
        for older, group in groupby(sorted(parts, key=self._runs_on_older), self._runs_on_older):
            self._run(tuple(group), Way(addresses, older=older))

    def _sideload(self, parts: Sequence[Portion], private: PrivateRepository) -> None:
        parts = [part for part in parts if not self._needs_view(part)]
        if parts:
            private.publish(_refs_of(parts))
            names = self._remotes_of(parts) if self._plan.place.writable else ()
            self._run(parts, Way(dict.fromkeys(names, self._lending.nowhere), private.path))

    def _needs_view(self, part: Portion) -> bool:
        """Whether something of it cannot be sideloaded; it is refused then."""
        if all(origin_remote(item.collection) is None for item in part.items):
            return False
        other = next((item.ref for item in part.items if not item.named), part.asked.ref)
        reason = Message(
            "It cannot be installed together with {ref}, of which the drive has another version "
            "than its source's list names.",
            ref=other,
        )
        self._refused[part.asked.key] = Refusal(RefusalKind.OTHER, reason)
        return True

    def _is_in_view(self, part: Portion) -> bool:
        """Whether flatpak can take the sticks for the remotes themselves."""
        return (
            self._plan.place.writable
            and part.named
            and all(self._plan.remotes[item.collection].view for item in part.items)
        )

    def _remotes_of(self, parts: Sequence[Portion]) -> dict[str, SourceRemote]:
        collections = {item.collection for part in parts for item in (part.asked, *part.items)}
        remotes = (self._plan.remotes[name] for name in sorted(collections))
        return {remote.name: remote for remote in remotes}

    def _run(self, parts: Sequence[Portion], way: Way) -> None:
        self._lend_payloads(parts)
        steps = Steps(parts, self._installer.is_done, self._report)
        failed = self._installer.install(parts, way, steps.hear)
        failed = {key: self._lacking.get(key, why) for key, why in failed.items()}
        self._refused |= failed
        steps.end(failed)

    def _lend_payloads(self, parts: Sequence[Portion]) -> None:
        for part in parts:
            for item in part.items:
                payloads = payloads_of(item.candidate.commit) if item.candidate is not None else ()
                for lacking in self._payloads.lend(payloads)[:1]:
                    reason = Message(
                        "A part of it that its maker hands out is not on the drive, or damaged: "
                        "{name}.",
                        name=lacking.name,
                    )
                    self._lacking[item.key] = Refusal(RefusalKind.MISSING, reason)

    # Where there is no room for a copy

    def _without_copy(self, part: Portion) -> None:
        """Straight from the stick, over a loopback address: flatpak checks what comes from there,
        signatures and contents."""
        if not self._is_in_view(part):
            reason = Message(
                "There is no room for a checked copy of it on this computer: it takes {size}.",
                size=Size(part.size),
            )
            self._refused[part.asked.key] = Refusal(RefusalKind.ROOM, reason)
            return
        roots = tuple(map(Root, self._plan.sticks))
        with ExitStack() as stack:
            addresses = {}
            for name, remote in self._remotes_of([part]).items():
                assert remote.view is not None
                loopback = stack.enter_context(Loopback(remote.view, roots))
                addresses[name] = loopback.url
            self._run([part], Way(addresses, older=self._runs_on_older(part)))

    # The client's own lists

    def _bring_lists(self, remotes: Sequence[SourceRemote]) -> None:
        place, program = self._plan.place, self._means.program
        for remote in remotes:
            if lists_are_newer(remote, place):
                bring_lists(remote, place, program, self._lending, self._cancel)
            if catalogue_is_newer(remote, place, self._means.arch):
                self._bring_catalogue(remote)

    def _bring_catalogue(self, remote: SourceRemote) -> None:
        assert remote.appstream is not None
        private = self._new_private()
        try:
            meter = Meter(self._report, Phase.COPY)
            bad = private.take([remote.appstream], self._plan.sticks, meter, self._cancel)
            view = private.path.with_name(f"{private.path.name}-view")
            place, program = self._plan.place, self._means.program
            if bad or not bring_catalogue(
                remote, private, view, place, program, self._lending, self._cancel
            ):
                self._tell_no_catalogue(remote)
        except DriveFullError:
            self._tell_no_catalogue(remote)
        finally:
            private.remove()

    def _tell_no_catalogue(self, remote: SourceRemote) -> None:
        text = Message(
            "Software centres will not show the newest list of {remote}: it could not be taken "
            "from the drive.",
            remote=remote.name,
        )
        self.notices.append(Notice(Severity.WARNING, text))
        self._report(self.notices[-1])

    def received_beside(self) -> Iterator[Received]:
        """Of files and images."""
        return received_beside(self._plan, self._failed, self._installed)

    def received(self, item: Item) -> Received:
        """What became of a ref."""
        there = self._installed.get(str(item.ref))
        checked = item.candidate.checksum if item.candidate is not None else None
        refusal = item.refusal or self._refused.get(item.key) or self._lacking.get(item.key)
        commit = there.commit if there is not None else None
        result = self._result(item, commit, checked)
        if not result.good and refusal is None and item.wanted:
            refusal = _unexplained(commit, item)
        return Received(
            item.collection,
            str(item.ref),
            item.name,
            item.asked,
            result,
            commit,
            checked,
            refusal if not result.good else None,
        )

    def _result(self, item: Item, commit: str | None, checked: str | None) -> Result:
        if item.state is State.ELSEWHERE:
            return Result.ELSEWHERE
        if item.state is State.THERE:
            return Result.THERE
        if item.wanted and commit is not None and commit == checked:
            return Result.UPDATED if item.installed is not None else Result.INSTALLED
        return Result.STALE if item.installed is not None else Result.MISSING


def _unexplained(commit: str | None, item: Item) -> Refusal:
    if commit is not None and commit != item.installed:
        return Refusal(
            RefusalKind.TRUST,
            Message("What is installed now ({commit}) is not what was checked.", commit=commit),
        )
    return Refusal(RefusalKind.FLATPAK, Message("flatpak did not install it."))


def _refs_of(parts: Sequence[Portion]) -> Mapping[str, Mapping[str, Candidate]]:
    refs: dict[str, dict[str, Candidate]] = {}
    for part in parts:
        for item in part.items:
            if item.candidate is not None:
                refs.setdefault(item.collection, {})[str(item.ref)] = item.candidate
    return refs
