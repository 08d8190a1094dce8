"""Carries out a plan. Nothing is ever half visible on the stick.

Order: trust (network only) → lock, journal → objects, each checked, commits marked partial →
flush → marks, copies, kit → flush → the summary, then the refs → flush → check everything → flush →
remove the journal. Whatever stops a job, the stick's summary names complete commits, clients can
install all that the summary or a ref names, and the next run goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from app import TOOL
from app.beside import beside
from app.drive.safety.guard import DriveGoneError, DriveGuard, Watch
from app.drive.safety.stay_awake import kept_awake
from app.errors import DriveError, InterruptedByUser, StickDamagedError
from app.flatpak.remotes.known import Known
from app.fs.files import drive_errors, readable_by_everybody
from app.fs.nodes import Aside
from app.message import NOTHING, Message
from app.ostree.kept_once import as_it_came
from app.ostree.object_files import Listing
from app.ostree.prune import Pruned
from app.ostree.pull.flusher import Flusher
from app.ostree.repository import Repository
from app.ostree.stored_sums import StoredSums, SumsTaken
from app.ostree.workers import sparing
from app.progress import Cancel, CancelToken, Notice, Phase, PhaseStarted, Reporter, heeding
from app.replacing import replace
from app.severity import Severity
from app.stick.environment import Environment
from app.stick.kit.gathering import kit_contents, name_kit, stage_kit, stick_components
from app.stick.memory.speeds import SpeedMeter
from app.stick.planning.estimate import check_room
from app.stick.planning.plan import Plan
from app.stick.store.journal import JobStage, Journal, write_journal
from app.stick.store.location import make_findable
from app.stick.store.record import name_record, stage_record
from app.stick.store.stick_state import read_stick, recorded_languages
from app.stick.writing import removal
from app.stick.writing.as_planned import require_unchanged
from app.stick.writing.bringing import Bringing, Ways
from app.stick.writing.bundles import remove_bundles
from app.stick.writing.checksums import Checksums
from app.stick.writing.images import ImageWork
from app.stick.writing.job_memory import JobMemory
from app.stick.writing.meanwhile import Meanwhile
from app.stick.writing.moved import with_former_addresses
from app.stick.writing.moving_aside import MOVED_ASIDE, moved_text, put_names_aside
from app.stick.writing.outcome import Outcome, Replaced
from app.stick.writing.page_beside import PageBeside
from app.stick.writing.payloads import PayloadJob, Turns
from app.stick.writing.pruning import Freeing, left_over
from app.stick.writing.publish import (
    MakerKey,
    MetadataChoice,
    StagedRef,
    author_metadata,
    exchange_copies,
    maker_key,
    name_refs,
    new_record,
    stage_copies,
    stage_refs,
    stick_summary,
    with_staged,
    with_unrecorded,
)
from app.stick.writing.settled import end_journal
from app.stick.writing.sharing import make_writable, share
from app.stick.writing.signatures import verify_plan
from app.stick.writing.sources import Together, open_sources
from app.stick.writing.taking_off import leaving_refs, take_off

if TYPE_CHECKING:
    from app.stick.checking.report import CheckReport


_Refs = tuple[tuple[str, str], ...]
_AS_BEFORE = Message("What clients see on it is as before.")
_COMPLETE = Message("Everything had been written; it is not checked yet.")


def run_job(
    plan: Plan,
    environment: Environment,
    known: Known,
    report: Reporter,
    cancel: Cancel,
    *,
    verify: bool = True,
    names: Mapping[str, str] | None = None,
    together: Together | None = None,
    checked: StoredSums | None = None,
) -> Outcome:
    """Do what the plan says. ``names``: what people call the refs that they asked for;
    ``together``: what is shared with the jobs of other drives; ``checked``: what was found right on
    the drive just now.

    Raises SatchelError: `UpstreamError`, `TrustError` and `DriveError` for what goes wrong, and
    what ``cancel`` raises; then the stick is as it was, but for objects that the next run uses.
    """
    meter = SpeedMeter(report, time.monotonic)
    memory = JobMemory(environment, plan, names or {})
    job = _Job(plan, environment, known, meter, cancel, memory, together, checked)
    outcome = job.run(verify=verify)
    memory.measured(meter)
    return outcome


class _Job:
    def __init__(
        self,
        plan: Plan,
        environment: Environment,
        known: Known,
        report: Reporter,
        cancel: Cancel,
        memory: JobMemory,
        together: Together | None,
        checked: StoredSums | None,
    ) -> None:
        # Of the repository; images are apart from it.
        self._plan = replace(plan, removed=tuple(each for each in plan.removed if not each.image))
        self._images = ImageWork.of(plan)
        self._meanwhile = Meanwhile(report)
        self._memory = memory
        self._environment = environment
        self._known = known
        self._report = report
        self._cancel = cancel
        self._location = plan.location
        self._sources = open_sources(plan, environment, cancel, report)
        self._cache = together.cache if together is not None else environment.object_cache
        self._downloads = together.downloads if together is not None else None
        self._lists = together.lists if together is not None else None
        self._turns = together.turns if together is not None else Turns()
        self._payloads: PayloadJob | None = None
        self._closing = ExitStack()
        self._detached: Mapping[str, bytes | None] = {}
        self._keys: Mapping[str, tuple[str, ...]] = {}
        self._objects = self._bytes = self._kept = self._beside = 0
        self._replaced = Replaced()
        self._freed = Pruned()
        once = together.downloads.once if together is not None else as_it_came
        self._sums = SumsTaken(plan.trees, once)
        # Of the repository, since it is locked.
        self._listing: Listing = {}
        if checked is not None:
            self._sums.add_all(checked)
        self._so_far = _AS_BEFORE

    def run(self, *, verify: bool) -> Outcome:
        started = time.monotonic()
        if verify and self._downloads is not None:
            # Also of what this drive had before, stored otherwise perhaps: only for a check.
            self._sums = self._downloads.sums
        elif verify:
            self._sums.only_files()
        check_room(self._plan.estimate)
        if not self._plan.options.offline:
            self._environment.give_room(self._plan.location.root, self._plan.estimate.write)
        if self._plan.collections:
            self._report(PhaseStarted(Phase.TRUST))
        maker = maker_key(self._plan)
        verified = verify_plan(self._plan, self._sources, self._report)
        self._plan, self._detached, self._keys = verified.plan, verified.detached, verified.keys
        with (
            kept_awake("Writing apps to a drive"),
            readable_by_everybody(),
            DriveGuard(self._location.root, self._plan.identity) as guard,
        ):
            check = self._guarded(guard, maker, verify=verify)
        return Outcome(
            refs=len(self._plan.items),
            objects=self._objects,
            bytes=self._bytes,
            kept=self._kept,
            beside=self._beside,
            seconds=time.monotonic() - started,
            unsigned=tuple(
                collection.told for collection in self._plan.collections if not collection.vouched
            ),
            left_out=self._plan.left_out,
            check=check,
            replaced=self._replaced,
            removed=(*self._plan.removed, *self._images.removed),
            unasked=self._plan.unasked,
            held=self._plan.held,
            held_back=self._plan.held_back,
            pruned=self._freed if self._plan.prune and not self._meanwhile.keeps else None,
        )

    def _guarded(
        self, guard: DriveGuard, maker: MakerKey | None, *, verify: bool
    ) -> CheckReport | None:
        """Write; if that fails because the drive is gone, that is what is said."""
        # Whatever is at the place meanwhile: this leads to what the plan was made for.
        aside = Aside(MOVED_ASIDE)
        self._location = replace(self._plan.location, drive=guard.held(aside))
        self._cancel = Watch(self._cancel, guard, lambda: self._so_far)
        try:
            with drive_errors(Message("writing the repository")):
                make_writable(self._location)
                make_findable(self._location)
                repository = Repository.create(self._location.repository)
                locked = repository.locked(exclusive=True)
                with locked, self._meanwhile.at(repository.root), sparing(), self._closing:
                    return self._write(repository, guard, maker, verify=verify)
        except DriveGoneError:
            raise
        except InterruptedByUser:
            # Perhaps it is somebody else who goes on.
            share(self._location)
            raise
        except (DriveError, StickDamagedError):
            guard.probe(self._location.repository, self._so_far)
            raise
        finally:
            for moved in aside.moved:
                self._report(Notice(Severity.WARNING, moved_text(*moved)))

    # Everything that changes the stick

    def _write(
        self, repository: Repository, guard: DriveGuard, maker: MakerKey | None, *, verify: bool
    ) -> CheckReport | None:
        self._flusher = self._closing.enter_context(Flusher(repository.root))
        put_names_aside(self._location, repository, self._plan)
        stick = self._before = read_stick(self._location, repository)
        require_unchanged(self._plan, self._images, self._location, stick)
        interrupted = stick.journal
        # The marks are those of jobs that were interrupted, perhaps before another one that had no
        # use for their objects.
        distrust = interrupted is not None or bool(stick.partial)
        now = int(self._environment.clock())
        started = now if self._plan.made is None else self._plan.made
        tight = removal.lacks_room(self._location, self._plan)
        if tight or self._plan.first:
            self._meanwhile.require_nobody()
        if tight:
            removal.make_room(self._location, self._plan)
        self._begin_checksums(anew=distrust or verify)
        self._note_beginning(started, interrupted)
        freeing = Freeing(self._location, repository, stick, self._listing, self._report)
        if self._plan.first:
            self._memory.began(now)  # Before anything goes.
            self._make_room(repository, freeing, guard, started)
        # It is on this computer's disk before anything of it is seen.
        with beside(partial(self._memory.remember, now), needed=True):
            self._bring(repository, guard, distrust=distrust)
        metadata = self._metadata(repository, maker)
        remaining = removal.Remaining((), ())
        if not tight:
            remaining = removal.prepare(repository, stick, self._plan)
        refs = (*stage_refs(repository, self._plan, metadata), *remaining.staged)
        stage_copies(self._location, self._plan, maker)
        look = partial(freeing.foresee, self._plan, with_staged(stick.refs, refs))
        self._flush_objects(guard, look, anew=distrust or verify)
        self._cancel.check()
        leaving = leaving_refs(self._plan, self._plan.removed, interrupted)
        self._note(JobStage.PUBLISHING, started, leaving)
        self._report(PhaseStarted(Phase.WRITE))
        with heeding(None):  # once begun, it is finished
            if self._plan.removed:
                self._so_far = NOTHING  # Some of it is off.
                place = self._location, repository, self._plan, guard
                take_off(*place, self._meanwhile, started, tight=tight)
            if tight:
                # Once begun, this is finished as well.
                freeing.prune(self._plan, CancelToken())
                remaining = removal.prepare(repository, stick, self._plan)
                refs = (*refs, *remaining.staged)
            self._publish(repository, guard, refs, freeing, metadata, maker, started, remaining)
        # All is on the medium: after a power cut the stage before says no less of it.
        self._note(JobStage.CHECKING, started, leaving, durable=False)
        self._freed = freeing.free(self._plan, self._meanwhile, self._cancel, self._checksums.wait)
        check = self._prove(repository, guard, maker) if verify else None
        guard.check(self._so_far)
        check = self._checksums.write(repository, check)
        end_journal(self._location, repository, guard, self._plan.made)
        self._memory.ended()
        return check

    def _make_room(
        self, repository: Repository, freeing: Freeing, guard: DriveGuard, started: int
    ) -> None:
        """What was wanted off goes before anything comes: there is no room for both."""
        leaving = leaving_refs(self._plan, self._plan.first, self._before.journal)
        self._note(JobStage.PUBLISHING, started, leaving)
        with heeding(None):  # once begun, it is finished
            self._so_far = NOTHING  # Some of it is off.
            place = self._location, repository, self._plan, guard
            take_off(*place, self._meanwhile, started, first=True)
            freeing.prune(self._plan, CancelToken())
            self._note(JobStage.FETCHING, started, leaving)

    def _metadata(
        self, repository: Repository, maker: MakerKey | None
    ) -> Mapping[str, MetadataChoice]:
        return {
            collection.id: author_metadata(repository, collection, maker)
            for collection in self._plan.collections
            if not collection.is_remote
        }

    def _begin_checksums(self, *, anew: bool) -> None:
        about = self._location, self._plan, self._sums, self._lists
        self._checksums = self._closing.enter_context(Checksums(*about, anew=anew))

    def _note_beginning(self, started: int, interrupted: Journal | None) -> None:
        if interrupted is None:
            self._note(JobStage.FETCHING, started, ())
        elif interrupted.stage is not JobStage.PUBLISHING:
            # Else refs and summary may differ until this job has exchanged them.
            self._note(JobStage.FETCHING, started, interrupted.leaving)

    def _note(self, stage: JobStage, started: int, leaving: _Refs, *, durable: bool = True) -> None:
        """In the journal, so that whoever finds it knows what is on the drive."""
        journal = Journal(stage, started, leaving, self._plan.by_choice)
        write_journal(self._location, journal, durable=durable)

    @property
    def _ways(self) -> Ways:
        whence = self._environment, self._sources, self._cache, self._downloads
        return Ways(*whence, self._turns, self._sums, self._listing, self._flusher, self._report)

    def _bring(self, repository: Repository, guard: DriveGuard, *, distrust: bool) -> None:
        came = Bringing(self._plan, self._location, repository, self._ways, self._cancel)
        still_there = partial(guard.check, self._so_far)
        came.bring(self._detached, self._images, still_there, distrust=distrust)
        if not self._plan.prune:
            self._listing.clear()  # Nobody needs it any more, and it takes room to the end.
        self._plan, self._payloads, self._images = came.plan, came.payloads, came.images
        self._objects, self._bytes, self._kept = came.objects, came.bytes, came.kept
        self._beside = came.beside
        self._memory.fetched_images()

    def _flush_objects(self, guard: DriveGuard, look: Callable[[], None], *, anew: bool) -> None:
        self._page = self._closing.enter_context(PageBeside())
        if not anew:  # Else the check makes pages as well.
            self._page.begin()
        self._checksums.came()
        with beside(self._page.prepare, look, self._checksums.read):
            self._flush(guard)

    def _flush(self, guard: DriveGuard) -> None:
        self._report(PhaseStarted(Phase.FLUSH))
        guard.flush()
        guard.check(self._so_far)

    def _publish(
        self,
        repository: Repository,
        guard: DriveGuard,
        refs: Sequence[StagedRef],
        freeing: Freeing,
        metadata: Mapping[str, MetadataChoice],
        maker: MakerKey | None,
        made: int,
        remaining: removal.Remaining,
    ) -> None:
        plan = self._plan
        for collection in plan.collections:
            for checksum in collection.commits.keys() - self._plan.by_choice.keys():
                repository.unmark_partial(checksum)
        stick = read_stick(self._location, repository)
        stick = stick.with_refs(with_staged(stick.refs, refs))
        repository.tidy_config(stick.refs)
        components = stick_components(stick)
        before = stick.record
        names = {ref: component.name(()) for ref, component in components.items()}
        about = plan, before, metadata, maker, self._keys
        record = with_former_addresses(new_record(*about, names, TOOL, made), plan, stick)
        if plan.removed:
            record = removal.without_removed(record, stick, plan.removed, remaining)
        record = with_unrecorded(record, plan, stick)
        record = replace(record, unnamed=freeing.unnamed(stick.refs))
        record = self._images.recorded(record, stick.record)
        exchange_copies(self._location, repository, plan, stick.refs)
        if self._payloads is not None:
            self._payloads.publish()
        summary = repository.stage_summary(stick_summary(repository, stick.refs, made))
        staged = stage_record(self._location, record)
        # Only now the copies are those that the kit belongs to.
        chosen = recorded_languages(record)
        stick = replace(stick, record=record, by_choice=chosen, copies={}).with_refs(stick.refs)
        self._images.publish(self._location, before)
        contents = replace(kit_contents(stick, components), label=plan.called)
        kit = stage_kit(self._location, contents, make_page=self._page.page)
        with beside(self._checksums.prepare):
            guard.flush()
        guard.check(self._so_far)
        self._so_far = _COMPLETE
        # Clients see what is new: what people are handed, refs and record only follow. The kit of
        # before belongs to the refs of before, which have their names until it is replaced.
        self._meanwhile.replacing()
        repository.name_summary(summary)
        name_kit(self._location, kit)
        name_refs(repository, refs)
        name_record(self._location, staged)
        share(self._location)
        with beside(self._meanwhile.look, partial(freeing.look, plan)):
            self._flush(guard)
        # Until then a power cut may bring the lists of before back.
        files = remove_bundles(self._location, plan, before, record)
        freeing.went(left_over(files, plan.estimate.space.allocated))

    def _prove(
        self, repository: Repository, guard: DriveGuard, maker: MakerKey | None
    ) -> CheckReport:
        # Who does without need not wait for what it takes.
        from app.stick.writing.proving import Proving

        place = self._plan, self._location, repository
        proving = Proving(*place, self._images, self._ways, self._cancel)
        probe = partial(guard.probe, self._location.repository, self._so_far)
        check = proving.prove(self._before, self._known, maker, probe)
        self._replaced = proving.replaced
        return check
