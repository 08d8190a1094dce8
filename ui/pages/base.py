"""What the window asks of a page, and a page of the window."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import style
from ui.style.symbol import Symbol
from ui.tasks.bridge import Bridge
from ui.widgets import labels


class Page(QWidget):
    """A page: a title, content below it, and what the window's buttons do while it is shown.

    A page reads and changes the session, runs work through the bridge, and knows no other page.
    Subclasses fill ``self.body`` and override what differs.

    Signals:
        changed(): the primary button or `complete` may be another now.
        proceed(): on to the next step.
        go(object): to the page of that `PageName`.
        demo_wanted(): a window of its own with the demo remote and a throwaway drive.

    Attributes:
        name: as in ``go`` and in the window's ``page``; set by each page's class.
        icon: its icon in the sidebar.
        head: the layout with the title; buttons for the whole page may follow it.
        body: the layout below the title.
    """

    changed = Signal()
    proceed = Signal()
    go = Signal(object)
    demo_wanted = Signal()

    name: PageName
    icon: Symbol

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.bridge = bridge
        self.setObjectName(self.name.value)
        self._title = labels.title(self.title, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(style.MARGIN, style.MARGIN, style.MARGIN, style.GAP)
        layout.setSpacing(style.GAP)
        self.head = QHBoxLayout()
        self.head.setSpacing(style.GRID)
        self.head.addWidget(self._title, 1)
        layout.addLayout(self.head)
        self.body = QVBoxLayout()
        self.body.setSpacing(style.GAP)
        layout.addLayout(self.body, 1)

    @property
    def label(self) -> str:
        """One word, for the sidebar."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        """A short sentence above the page."""
        raise NotImplementedError

    @property
    def primary_text(self) -> str:
        """Of the one primary button; empty for none."""
        return ""

    @property
    def primary_enabled(self) -> bool:
        return True

    @property
    def primary_reason(self) -> str:
        """Why the primary button cannot be pressed now; empty if that is plain."""
        return ""

    @property
    def complete(self) -> bool:
        """Whether this step is done, so that the next may be opened."""
        return False

    def primary(self) -> None:
        """The primary button was pressed."""
        self.proceed.emit()

    def entered(self) -> None:
        """It is shown now; the session may be another than last time."""

    def left(self) -> None:
        """It is no longer shown: time to stop what only this page wanted."""

    def retitle(self) -> None:
        """Show `title` again after it has changed."""
        self._title.setText(self.title)
