"""Trying a drive as an offline computer would: app by app, and what it came to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.stick.checking.report import CheckReport
from ui.controllers.rehearsal import (
    Obstacle,
    RehearsalController,
    RehearsalState,
    RehearsalView,
    TriedRow,
    TryState,
)
from ui.i18n.filling import filled
from ui.i18n.language_names import named
from ui.i18n.wording import worded, worded_together
from ui.state.app_pictures import AppPictures
from ui.state.session import Session
from ui.style import style
from ui.tasks.bridge import Bridge
from ui.widgets import labels
from ui.widgets.announcing import announce
from ui.widgets.app_icon import AppIcon
from ui.widgets.card import RowsCard
from ui.widgets.dialog import Dialog
from ui.widgets.fold import Fold
from ui.widgets.labels import Ink
from ui.widgets.page_scroll import PageScroll
from ui.widgets.ring import Ring, RingState

_ROW = 52
_MOST_ROWS = 6
_RINGS = {
    TryState.WAITING: RingState.OPEN,
    TryState.UNDER_WAY: RingState.UNDER_WAY,
    TryState.INSTALLS: RingState.GOOD,
    TryState.FAILS: RingState.BAD,
}


class _Counts(QObject):
    """Numbers in words: lupdate finds their plural forms in ``tr`` only."""

    def all_install(self, apps: int) -> str:
        return self.tr("All %n app(s) install", "", apps)

    def some_install(self, installing: int, apps: int) -> str:
        return filled(self.tr("%1 of %n app(s) install", "", apps), str(installing))


class RehearsalDialog(Dialog):
    """It begins when it is shown; closing it stops it.

    Signals:
        repair_wanted(): somebody wants to mend what does not install.
    """

    repair_wanted = Signal()

    def __init__(
        self,
        session: Session,
        bridge: Bridge,
        *,
        repairs: bool,
        parent: QWidget | None = None,
    ) -> None:
        """``repairs``: writing the drive again may help."""
        super().__init__("", "", width=560, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.retitle(self.tr("Try it as an offline computer would"))
        self._repairs = repairs
        self._controller = RehearsalController(session, bridge, self)
        self._controller.changed.connect(self._show)
        self._pictures: AppPictures = session.pictures
        self._rows: dict[str, _Row] = {}
        self._sentence = labels.body(quiet=True, parent=self)
        self._card = RowsCard(self)
        self._scroll = PageScroll(self._card, self)
        self._notes = labels.body(quiet=True, parent=self)
        self._fold = Fold(self.tr("Details for builders"), parent=self)
        self._details = labels.small(parent=self)
        self._details.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._fold.body.addWidget(self._details)
        for widget in (self._sentence, self._scroll, self._notes, self._fold):
            self.body.addWidget(widget)
        self._notes.hide()
        self._fold.hide()
        self.rename_verb(self.tr("Repair"))
        self.acted.connect(self._repair)

    def begin(self, root: Path, apps: Iterable[tuple[str, str]], check: CheckReport | None) -> None:
        """Try the drive at ``root``; as of `RehearsalController.start`."""
        self._controller.start(root, apps, check)

    @property
    def view(self) -> RehearsalView:
        """What is shown."""
        return self._controller.view

    @property
    def sentence(self) -> str:
        """What is said above the apps."""
        return self._sentence.text()

    @property
    def notes(self) -> str:
        """What is said below them."""
        return self._notes.text()

    def done(self, result: int) -> None:
        self._controller.stop()
        super().done(result)

    def _repair(self) -> None:
        self.accept()
        self.repair_wanted.emit()

    def _show(self, view: RehearsalView) -> None:
        with self._card.still():
            for row in view.rows:
                if row.ref not in self._rows:
                    self._rows[row.ref] = _Row(self._pictures, self._card)
                    self._card.add_row(self._rows[row.ref])
                self._rows[row.ref].show_row(row)
        rows = min(max(len(self._rows), 1), _MOST_ROWS)
        self._scroll.setFixedHeight(rows * style.px(_ROW) + style.px(style.HALF))
        self._scroll.setVisible(bool(self._rows) and view.state is not RehearsalState.FAILED)
        said = self._said(view)
        if said != self._sentence.text():
            self._sentence.setText(said)
            announce(self._sentence, said)
        self._sentence.set_ink(Ink.BAD if view.failing and not view.under_way else Ink.TEXT)
        notes = [worded(note) for note in view.rehearsal.notices] if view.rehearsal else []
        self._notes.setText(" ".join(notes))
        self._notes.setVisible(bool(notes))
        self._show_details(view)
        self.verb.setVisible(self._repairs and bool(view.failing) and not view.under_way)
        self.rename_cancel(self.tr("Stop") if view.under_way else self.tr("Close"))

    def _said(self, view: RehearsalView) -> str:
        counts = _Counts()
        match view.state:
            case RehearsalState.PREPARING:
                return self.tr("Looking at what is on the drive…")
            case RehearsalState.TRYING:
                text = self.tr("Installing %1 into an empty place, without internet")
                return filled(text, view.now)
            case RehearsalState.STOPPED:
                return self.tr("Stopped. The drive was not changed.")
            case RehearsalState.FAILED if view.error is not None:
                return worded_together(view.error.message, view.error.hint)
            case _ if view.failing:
                return counts.some_install(view.installing, len(view.rows))
            case _:
                return counts.all_install(len(view.rows))

    def _show_details(self, view: RehearsalView) -> None:
        """What flatpak said, for those who build."""
        trials = [app for way in view.rehearsal.ways for app in way.apps] if view.rehearsal else []
        lines = [f"{app.ref}: {worded(app.reason)}" for app in trials if not app.installed]
        self._details.setText("\n".join(lines))
        self._fold.setVisible(bool(lines))


class _Row(QWidget):
    """An app: its icon, its name, what is the matter, and a sign at the end."""

    def __init__(self, pictures: AppPictures, parent: QWidget) -> None:
        super().__init__(parent)
        self.setMinimumHeight(style.px(_ROW))
        self._icon = AppIcon(pictures, self)
        self._name = labels.strong(parent=self)
        self._text = labels.small(parent=self)
        # Else Qt lays the row out for the width that long texts would like to have, and for the
        # height that they need in the least.
        self._text.setMinimumSize(1, 1)
        self._sign = Ring(self)
        texts = labels.in_the_middle(self._name, self._text)
        row = QHBoxLayout(self)
        edge = style.px(style.INNER)
        row.setContentsMargins(edge, style.px(style.HALF), edge, style.px(style.HALF))
        row.setSpacing(style.px(style.INNER))
        row.addWidget(self._icon)
        row.addLayout(texts, 1)
        row.addWidget(self._sign)

    def show_row(self, row: TriedRow) -> None:
        self._icon.show_app(row.ref, row.name)
        self._name.setText(row.name)
        said = self._said(row)
        self._text.setText(said)
        self._text.setVisible(bool(said))
        self._sign.show_state(_RINGS[row.state])
        self.setAccessibleName(f"{row.name}. {self._spoken(row.state)} {said}".strip())

    def _said(self, row: TriedRow) -> str:
        if row.obstacle is not None:
            return {
                Obstacle.MISSING: self.tr("Something it needs is missing."),
                Obstacle.NEWER_FLATPAK: self.tr("It needs a newer Flatpak than there is."),
                Obstacle.OTHER: self.tr("It does not install from this drive."),
            }[row.obstacle]
        if row.languages:
            names = ", ".join(map(named, row.languages))
            return filled(self.tr("Not in: %1"), names)
        return ""

    def _spoken(self, state: TryState) -> str:
        return {
            TryState.WAITING: self.tr("Not tried yet."),
            TryState.UNDER_WAY: self.tr("Being tried."),
            TryState.INSTALLS: self.tr("Installs."),
            TryState.FAILS: self.tr("Does not install."),
        }[state]
