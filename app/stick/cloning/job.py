"""Copies a stick to a drive. Nothing is ever half visible there.

The order is that of `app.stick.writing.job`: journal → objects, each checked, commits marked
partial → flush → marks, copies → flush → summary, kit, refs, record → flush → check of everything →
the journal goes. What was there before, an older copy, stays installable until the summary is
replaced.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from app.drive.safety.guard import DriveGoneError, DriveGuard, Watch
from app.drive.safety.stay_awake import kept_awake
from app.errors import DriveError, InterruptedByUser, StickDamagedError, UpstreamError
from app.flatpak.remotes.remote import Remote
from app.fs.files import drive_errors, readable_by_everybody
from app.fs.nodes import Aside
from app.message import Message
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.delivery import ObjectNotDeliveredError, PullResult
from app.ostree.pull.fetch import LocalSource
from app.ostree.ref_files import RefEntry
from app.ostree.repository import Repository
from app.ostree.stored_sums import SumsTaken
from app.progress import Cancel, Meter, Notice, Phase, PhaseStarted, Reporter, heeding
from app.remedy import Remedy
from app.replacing import replace
from app.severity import Severity
from app.stick.checking.check import CheckOptions, check_stick
from app.stick.checking.report import CheckReport
from app.stick.cloning.files import Beside
from app.stick.cloning.images import copy_images, publish_images
from app.stick.cloning.original import Original, OriginalDamagedError
from app.stick.cloning.outcome import CloneOutcome
from app.stick.cloning.payloads import copy_payloads
from app.stick.cloning.place import Place, missing_bundles, of_ref
from app.stick.cloning.walk import Alike, copy_objects
from app.stick.store.journal import JobStage, Journal, remove_journal, write_journal
from app.stick.store.location import make_findable
from app.stick.store.stick_state import read_stick
from app.stick.writing.moving_aside import MOVED_ASIDE, moved_text
from app.stick.writing.repair import repair_objects
from app.stick.writing.sharing import share

_AS_BEFORE = Message("What clients see on it is as before.")
_COMPLETE = Message("Everything had been written; it is not checked yet.")


def clone_to(
    place: Place,
    original: Original,
    remotes: Sequence[Remote],
    options: CheckOptions,
    now: int,
    report: Reporter,
    cancel: Cancel,
    *,
    verify: bool = True,
    alike: Alike | None = None,
) -> CloneOutcome:
    """Copy to one drive; the caller holds the original's lock. ``now``: seconds since 1970.

    ``remotes`` and ``options`` are those of the check; ``alike``: shared with the original's other
    copies. Raises `OriginalDamagedError` for what is no fault of this drive's, DriveError, and what
    ``cancel`` raises; then the drive has what it had, and the next run goes on.
    """
    started = time.monotonic()
    with (
        kept_awake("Copying a drive"),
        readable_by_everybody(),
        DriveGuard(place.location.root, place.identity) as guard,
    ):
        job = _Clone(place, original, alike or Alike(original.objects), guard, report, cancel)
        check = job.run(remotes, options, now, verify=verify)
    return CloneOutcome(
        place.location.root,
        job.copied.objects,
        job.copied.bytes,
        time.monotonic() - started,
        check,
        files=place.files,
    )


class _Clone:
    """One drive. ``copied``: what came so far."""

    def __init__(
        self,
        place: Place,
        original: Original,
        alike: Alike,
        guard: DriveGuard,
        report: Reporter,
        cancel: Cancel,
    ) -> None:
        self._place = place
        self._original = original
        self._alike = alike
        self._guard = guard
        self._report = report
        self._so_far = _AS_BEFORE
        self._cancel = Watch(cancel, guard, lambda: self._so_far)
        self._aside = Aside(MOVED_ASIDE)
        self._location = replace(place.location, drive=guard.held(self._aside))
        self._beside = Beside(original.location, self._location)
        self._source = LocalSource(original.location.repository.shown().absolute())
        self.copied = PullResult(0, 0)

    def run(
        self, remotes: Sequence[Remote], options: CheckOptions, now: int, *, verify: bool
    ) -> CheckReport | None:
        location = self._location
        try:
            with drive_errors(Message("writing the repository")):
                make_findable(location)
                repository = Repository.create(location.repository)
                with repository.locked(exclusive=True):
                    return self._write(repository, remotes, options, now, verify=verify)
        except (DriveGoneError, OriginalDamagedError):
            raise
        except InterruptedByUser:
            share(location)
            raise
        except (DriveError, StickDamagedError):
            self._guard.probe(location.repository, self._so_far)
            raise
        finally:
            for moved in self._aside.moved:
                self._report(Notice(Severity.WARNING, moved_text(*moved)))

    def _write(
        self,
        repository: Repository,
        remotes: Sequence[Remote],
        options: CheckOptions,
        now: int,
        *,
        verify: bool,
    ) -> CheckReport | None:
        stick = read_stick(self._location, repository)
        distrust = stick.journal is not None or bool(stick.partial)
        if stick.journal is None or stick.journal.stage is not JobStage.PUBLISHING:
            self._note(JobStage.FETCHING, now)
        self._copy(repository, distrust=distrust)
        staged = [
            (entry, repository.stage_ref(entry.checksum, str(number)))
            for number, entry in enumerate(self._refs)
            if entry.checksum is not None
        ]
        self._beside.stage_copies()
        self._flush()
        self._cancel.check()
        self._note(JobStage.PUBLISHING, now)
        with heeding(None):  # once begun, it is finished
            self._publish(repository, staged)
        self._note(JobStage.CHECKING, now)
        check = self._check(repository, remotes, options) if verify else None
        if check is not None and check.damage and self._copy_again(repository, check):
            check = self._check(repository, remotes, options)
        self._guard.check(self._so_far)
        remove_journal(self._location, repository.collection_refs().keys())
        self._guard.flush()
        return check

    def _note(self, stage: JobStage, now: int) -> None:
        languages = self._original.stick.by_choice
        write_journal(self._location, Journal(stage, now, languages=languages))

    @property
    def _refs(self) -> list[RefEntry]:
        return self._original.stick.repository.refs()

    def _copy(self, repository: Repository, *, distrust: bool) -> None:
        meter = Meter(self._report, Phase.COPY, total=self._place.bytes)
        self._guard.check(self._so_far)
        original = self._original
        try:
            self.copied = copy_objects(
                self._source,
                self._alike,
                repository,
                original.commits,
                meter,
                self._cancel,
                distrust=distrust,
                max_file=self._place.space.max_file,
                narrowed=original.narrowed,
            )
        except ObjectNotDeliveredError as error:
            raise self._damaged(error) from error
        except UpstreamError as error:
            raise OriginalDamagedError(error.message, error.hint) from error
        also = copy_payloads(original, self._location, meter, self._cancel, distrust=distrust)
        also += copy_images(original, self._location, meter, self._cancel, distrust=distrust)
        meter.complete()
        # They are written with the kit.
        also += sum(missing_bundles(original, self._location).values())
        self.copied = replace(self.copied, bytes=self.copied.bytes + also)
        for checksum in original.commits:
            data = original.stick.repository.read_detached(checksum)
            name = ObjectName(checksum, ObjectKind.COMMITMETA)
            if data is not None:
                repository.write_object(name, data)
            else:
                repository.remove_object(name)

    def _damaged(self, error: ObjectNotDeliveredError) -> OriginalDamagedError:
        ref = of_ref(self._original, error.key)
        root = self._original.location.root
        return OriginalDamagedError(
            Message(
                "{root} is damaged, so it is not copied: the object {name}, needed by {ref}, is "
                "not what it should be.",
                root=root,
                name=ObjectName.from_key(error.key),
                ref=ref,
            ),
            Remedy.REPAIR_FIRST.advice(drive=root),
        )

    def _flush(self) -> None:
        self._report(PhaseStarted(Phase.FLUSH))
        self._guard.flush()
        self._guard.check(self._so_far)

    def _publish(self, repository: Repository, staged: Sequence[tuple[RefEntry, str]]) -> None:
        self._report(PhaseStarted(Phase.WRITE))
        original = self._original.stick
        for checksum in self._original.commits:
            if checksum not in original.partial and checksum not in original.by_choice:
                repository.unmark_partial(checksum)
        former = {entry.path for entry in repository.refs()}
        self._beside.copy_config()
        self._beside.exchange_copies()
        self._guard.flush()
        self._guard.check(self._so_far)
        self._so_far = _COMPLETE
        publish_images(self._original, self._location)
        self._beside.copy_summary()
        self._beside.copy_kit(repository, self._original.stick, self._guard.flush)
        for entry, path in staged:
            repository.root.make_directory(entry.path.rpartition("/")[0])
            repository.root.rename(path, entry.path)
        # Only came along with the older ones.
        for path in former - {entry.path for entry, _ in staged}:
            repository.root.remove(path)
        self._beside.copy_record()
        self._beside.drop_other_copies()
        share(self._location)
        self._flush()

    def _copy_again(self, repository: Repository, check: CheckReport) -> bool:
        """What the drive did not keep comes again, once."""
        repair = repair_objects(
            repository,
            self._source,
            check.damage,
            check.paths,
            self._original.commits.keys() - self._original.stick.partial,
            Meter(self._report, Phase.COPY),
            self._cancel,
            self._place.space.max_file,
            narrowed=self._original.narrowed,
            by_choice=self._original.stick.by_choice,
        )
        return repair is not None

    def _check(
        self, repository: Repository, remotes: Sequence[Remote], options: CheckOptions
    ) -> CheckReport:
        options = replace(
            options,
            contents=True,
            from_medium=True,
            during_job=True,
            without_runtimes=True,
            taken=SumsTaken(once=self._alike.once),
        )
        checked = check_stick(
            self._location, repository, remotes, options, self._report, self._cancel
        )
        if not checked.ok:
            self._guard.probe(self._location.repository, self._so_far)
        return checked
