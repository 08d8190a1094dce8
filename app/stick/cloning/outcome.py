"""What became of a copy."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from app.errors import SatchelError
from app.stick.checking.report import CheckReport


class CloneOutcome(Struct, frozen=True):
    """Of one drive.

    Attributes:
        target: the drive or directory.
        objects, files, bytes: copied now; as those of `Place`.
        check: None if that was not asked for, or the copy failed.
        error: why it failed; None if it did not.
    """

    target: Path
    objects: int = 0
    bytes: int = 0
    seconds: float = 0
    check: CheckReport | None = None
    error: SatchelError | None = None
    files: int = 0

    @property
    def status(self) -> int:
        """As the command's."""
        if self.error is not None:
            return self.error.exit_code
        return 0 if self.check is None or self.check.ok else 1
