"""What checks came to: of every drive that was checked here or written and read back by a job."""

from __future__ import annotations

from app.ostree.blame import NO_PATHS
from app.replacing import replace
from app.stick.checking.report import CheckReport


class Checks:
    """The newest of each state of each drive.

    By `StickState.stamp`: of a drive that was written meanwhile, here or elsewhere, nothing is
    known.
    """

    def __init__(self) -> None:
        self._reports: dict[str, CheckReport] = {}

    def remember(self, report: CheckReport) -> None:
        if report.stamp and not report.unread:
            # What leads to damage is only for those who mend it.
            paths = NO_PATHS if report.ok else report.paths
            self._reports[report.stamp] = replace(report, paths=paths)

    def of(self, stamp: str) -> CheckReport | None:
        return self._reports.get(stamp)
