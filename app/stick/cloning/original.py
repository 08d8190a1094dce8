"""The stick that is copied: looked over before anything of it is written anywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from msgspec import Struct, field

from app.errors import Cause, StickDamagedError
from app.flatpak.remotes.remote import Remote
from app.fs.files import drive_errors
from app.message import Message
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.tree_keys import Narrowed
from app.progress import Cancel, Reporter
from app.remedy import Remedy
from app.severity import Severity
from app.stick.checking.check import CheckOptions, check_stick
from app.stick.checking.keys import Trust
from app.stick.findings import Code
from app.stick.store.location import Location, open_repository
from app.stick.store.partial_languages import narrowed_trees
from app.stick.store.payloads import stored_payloads
from app.stick.store.record import BundleRecord
from app.stick.store.stick_state import StickState, read_stick

_DETACHED = f".{ObjectKind.COMMITMETA.value}"
_MOST = 3
"""Findings that are named."""


class OriginalDamagedError(StickDamagedError):
    """What was to be copied is not whole."""

    cause: ClassVar[Cause] = Cause.DAMAGED


class Original(Struct, frozen=True):
    """A stick to be copied; nothing about it but the contents of its files is damaged.

    Attributes:
        commits: all that its refs name, by checksum, as stored.
        objects: bytes by `ObjectName.path` of all objects.
        payloads: extra data, as `stored_payloads` has it.
        narrowed: trees of which not everything is there by choice.
    """

    stick: StickState
    commits: Mapping[str, bytes]
    objects: Mapping[str, int]
    payloads: Mapping[str, int] = field(default_factory=dict)
    narrowed: Narrowed = field(default_factory=dict)

    @property
    def bundles(self) -> tuple[BundleRecord, ...]:
        """Apps as files."""
        return self.stick.record.bundles if self.stick.record is not None else ()

    @property
    def location(self) -> Location:
        return self.stick.location


def read_original(
    location: Location,
    remotes: Sequence[Remote],
    trust: Trust,
    report: Reporter,
    cancel: Cancel,
    *,
    accept_unsigned: bool,
) -> Original:
    """Look it over, all but the contents of files, which are checked while they are copied.

    The caller holds its lock. Raises `OriginalDamagedError`, DriveError, and what ``cancel``
    raises. That nobody here knows whose it is does not keep it from being copied, nor that runtimes
    were left out on purpose.
    """
    repository = open_repository(location)
    with drive_errors(Message("reading the repository")):
        stick = read_stick(location, repository)
        if stick.journal is not None:
            raise OriginalDamagedError(
                Message("{root} is not finished: a job on it was interrupted.", root=location.root),
                Remedy.FINISH_FIRST,
            )
        options = CheckOptions(
            contents=False,
            from_medium=False,
            accept_unsigned=accept_unsigned,
            without_runtimes=True,
            trust=trust,
        )
        check = check_stick(location, repository, remotes, options, report, cancel)
        errors = [
            result
            for result in check.findings
            if result.severity is Severity.ERROR and result.code is not Code.UNVOUCHED
        ]
        if errors:
            told = " ".join(str(result.message) for result in errors[:_MOST])
            raise OriginalDamagedError(
                Message(
                    "{root} is damaged, so it is not copied: {told}", root=location.root, told=told
                ),
                Remedy.REPAIR_FIRST.advice(drive=location.root),
            )
        commits = {
            entry.checksum: repository.read_object(ObjectName(entry.checksum, ObjectKind.COMMIT))
            for entry in stick.repository.refs()
            if entry.checksum is not None
        }
        paths = (path for path in repository.object_paths() if not path.endswith(_DETACHED))
        sizes = repository.object_sizes(paths)
        payloads = stored_payloads(location)
        return Original(stick, commits, sizes, payloads, narrowed_trees(stick))
