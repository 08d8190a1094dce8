"""A repository on this computer's disk that holds what was checked, in the very bytes.

Whatever a stick answers the second time, or who exchanges it meanwhile, what is installed comes
from here: each object was hashed while it was written.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from app.client.receiving.offered import Candidate
from app.client.receiving.own_errors import own_errors
from app.client.receiving.refusal import Refusal, RefusalKind
from app.fs.files import DriveLostError
from app.fs.nodes import Node
from app.fs.root import Root
from app.message import Message
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.place_in_tree import find_object
from app.ostree.pull.delivery import ObjectNotDeliveredError
from app.ostree.pull.fetch import LocalSource
from app.ostree.pull.pulling import pull
from app.ostree.repository import Repository
from app.ostree.summary import NewRef, build_summary
from app.progress import Cancel, Meter
from app.remedy import Remedy

_DOING = Message("keeping what was checked")


class PrivateRepository:
    """Made new in a directory that nobody else can write to."""

    def __init__(self, path: Path) -> None:
        """Raises DriveError."""
        self.path = path
        with own_errors(_DOING):
            path.mkdir()
            self._repository = Repository.create(Root(path))

    @property
    def objects(self) -> Path:
        return self.path / "objects"

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)

    def take(
        self, wanted: Iterable[Candidate], sticks: Sequence[Path], meter: Meter, cancel: Cancel
    ) -> dict[str, Refusal]:
        """Copy commits with all that they need, checked.

        What one stick does not have or has damaged comes from another that has the same commit.
        Returns why, by checksum, of what cannot be had. Raises DriveError (`DriveFullError` where
        there is no room), and what ``cancel`` raises.
        """
        left = {each.checksum: each for each in wanted}
        numbers = {checksum: list(each.sticks) for checksum, each in left.items()}
        refused: dict[str, Refusal] = {}
        while left:
            number = numbers[next(iter(left))][0]
            group = [checksum for checksum in left if numbers[checksum][0] == number]
            try:
                self._pull(sticks[number], [left[checksum] for checksum in group], meter, cancel)
            except ObjectNotDeliveredError as error:
                _require_stick(sticks[number])
                for checksum in self._concerned(group, error.key):
                    numbers[checksum].pop(0)
                    if not numbers[checksum]:
                        each = left.pop(checksum)
                        refused[checksum] = _partial() if each.partial else _damaged(error)
            else:
                for checksum in group:
                    del left[checksum]
        return refused

    def _pull(self, stick: Path, group: Sequence[Candidate], meter: Meter, cancel: Cancel) -> None:
        commits = [(each.checksum, each.data) for each in group]
        parts = (each.parted.narrowed for each in group if each.parted is not None)
        pull(
            self._repository,
            LocalSource(stick),
            commits,
            meter,
            cancel,
            distrust=False,
            narrowed={key: keys for narrowed in parts for key, keys in narrowed.items()},
        )
        with own_errors(_DOING):
            for each in group:
                if each.detached is not None:
                    name = ObjectName(each.checksum, ObjectKind.COMMITMETA)
                    self._repository.write_object(name, each.detached)
                if each.parted is None:
                    self._repository.unmark_partial(each.checksum)

    def _concerned(self, group: Sequence[str], key: bytes) -> list[str]:
        """The commits that need an object; all if it cannot be told."""
        needing = [
            checksum
            for checksum in group
            if find_object(self._repository, checksum, key) is not None
        ]
        return needing or list(group)

    def publish(self, refs: Mapping[str, Mapping[str, Candidate]]) -> None:
        """Let these be found as on a stick: collection → ref → commit. Raises DriveError."""
        listed: dict[str, dict[str, NewRef]] = {}
        with own_errors(_DOING):
            for collection, names in refs.items():
                for number, (name, each) in enumerate(sorted(names.items())):
                    staged = self._repository.stage_ref(each.checksum, f"{collection}-{number}")
                    self._repository.name_ref(collection, name, staged)
                    new = NewRef(each.checksum, len(each.data), each.commit.timestamp)
                    listed.setdefault(collection, {})[name] = new
            summary = build_summary(
                listed,
                main_collection="",
                mode=self._repository.mode,
                last_modified=int(time.time()),
            )
            self._repository.root.replace("summary", summary, durable=False)


def _damaged(error: ObjectNotDeliveredError) -> Refusal:
    return Refusal(
        RefusalKind.DAMAGED, Message("It is damaged on the drive: {error}", error=error.message)
    )


def _partial() -> Refusal:
    return Refusal(RefusalKind.MISSING, Message("Only part of it is on the drive."))


def _require_stick(stick: Path) -> None:
    """Raises DriveLostError if it is not there any more."""
    if Root(stick).node("objects") is not Node.DIRECTORY:
        raise DriveLostError(
            Message("The drive has gone while it was read: {path}.", path=stick),
            Remedy.PLUG_DRIVE_IN,
        )
