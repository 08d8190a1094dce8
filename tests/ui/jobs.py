"""What tests of the later pages begin with: a window in which a drive and apps are chosen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.stick.demo import APP
from app.stick.planning.options import Options
from tests.ui.user_actions import LONG, can_be_pressed, press
from ui.state.choice import Choice, ChosenRef
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.window.main_window import MainWindow

DRIVE = "My drive"
WRITE = f"Write to {DRIVE}"


def choose(window: MainWindow, root: Path | None = None, *refs: str, **options: Any) -> None:
    """Choose ``refs`` of the first known remote, or the demo's app, for the directory ``root`` or
    the demo's drive."""
    session = window.session
    drive = root or session.environment.demo_drive
    assert drive is not None
    remote = session.remotes[0].name
    arch = session.environment.arch
    wanted = refs or (f"app/{APP}/{arch}/stable",)
    session.set_target(Target(drive, DRIVE))
    session.set_choice(
        Choice(
            tuple(ChosenRef(ref, remote, ref.split("/")[1].rpartition(".")[2]) for ref in wanted),
            Options(arch, **options),
        )
    )


def review(window: MainWindow, qtbot: QtBot) -> None:
    """Open Review and wait for the plan."""
    window.open(PageName.REVIEW)
    qtbot.waitUntil(lambda: window.session.plan is not None, timeout=LONG)


def buttons(window: QWidget) -> set[str]:
    """What the buttons say that can be pressed."""
    return {
        button.text()
        for button in window.findChildren(QAbstractButton)
        if button.isVisible() and can_be_pressed(button) and button.text()
    }


def said(widget: QWidget) -> str:
    """Everything that can be read in labels."""
    return "\n".join(
        label.text() for label in widget.findChildren(QLabel) if label.isVisible() and label.text()
    )


def until_said(widget: QWidget, qtbot: QtBot, text: str) -> None:
    qtbot.waitUntil(lambda: text in said(widget), timeout=LONG)


def write(window: MainWindow, qtbot: QtBot) -> None:
    """Say yes on Review; the job is under way."""
    review(window, qtbot)
    press(qtbot, window, WRITE)
    assert window.page.name is PageName.MAKE


def finish(window: MainWindow, qtbot: QtBot) -> None:
    """Wait for the result."""
    qtbot.waitUntil(lambda: window.session.outcome is not None, timeout=LONG)
    QApplication.processEvents()
