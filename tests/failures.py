"""Names a failure when it happens: a run may be cut off before pytest sums up."""

from __future__ import annotations

import pytest
from _pytest._io import TerminalWriter


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    # The processes of pytest-xdist have none: theirs are told by the one that started them.
    if config.pluginmanager.has_plugin("terminalreporter"):
        config.pluginmanager.register(_Naming(config.get_terminal_writer()), "names-failures")


class _Naming:
    def __init__(self, terminal: TerminalWriter) -> None:
        self._terminal = terminal

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.failed:
            return
        crash = getattr(report.longrepr, "reprcrash", None)
        reason, *_ = (crash.message if crash else report.longreprtext or "?").splitlines()
        if self._terminal.width_of_current_line:
            self._terminal.line()
        self._terminal.line(f"FAILED {report.nodeid} ({report.when}): {reason}", red=True)
        self._terminal.flush()
