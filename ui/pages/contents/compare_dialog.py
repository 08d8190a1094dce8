"""What differs between the drive that is looked at and another one, or the internet."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.stick.inspecting.inspection import Inspection
from ui.controllers.comparing import ComparingController, ComparingView
from ui.i18n.filling import filled
from ui.i18n.wording import worded_together
from ui.models import place_words
from ui.models.difference_words import DifferenceGroup, DifferenceRow, DifferenceSummary, summary_of
from ui.models.place import Place
from ui.state.app_pictures import AppPictures
from ui.state.session import Session
from ui.style import style
from ui.tasks.bridge import Bridge
from ui.widgets import labels
from ui.widgets.announcing import announce
from ui.widgets.app_icon import AppIcon
from ui.widgets.buttons import Button, Kind
from ui.widgets.card import RowsCard
from ui.widgets.dialog import Dialog
from ui.widgets.fields import Combo
from ui.widgets.labels import Ink
from ui.widgets.page_scroll import PageScroll

_WIDTH = 560
_ROW = 52
_HEIGHT = 320
"""Of what differs, at most."""


class CompareDialog(Dialog):
    """It looks, and writes nothing."""

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Compare with…"), "", width=_WIDTH, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._pictures = session.pictures
        self._controller = ComparingController(session, bridge, self)
        self._controller.changed.connect(self.show_view)
        self._offered: tuple[Place | None, ...] = ()
        self._shown: DifferenceSummary | None = None
        self._other = Combo(self.tr("What to compare with"), self)
        self._other.activated.connect(self._choose)
        self._headline = labels.strong(parent=self)
        self._text = labels.body(quiet=True, parent=self)
        self._list = _Groups(self)
        self._scroll = PageScroll(self._list, self)
        self._folder = Button(self.tr("Use a folder"), Kind.QUIET, parent=self)
        self._folder.clicked.connect(self._ask_for_folder)
        self._folder.setVisible(not session.environment.is_demo)
        row = QHBoxLayout()
        row.setSpacing(style.px(style.GRID))
        row.addWidget(labels.body(self.tr("Compare with"), parent=self))
        row.addWidget(self._other, 1)
        self.body.addLayout(row)
        for widget in (self._headline, self._text, self._scroll):
            self.body.addWidget(widget)
        self.add_before_cancel(self._folder)
        self.show_view(self._controller.view)
        self._other.setFocus(Qt.FocusReason.OtherFocusReason)

    def begin(self, inspection: Inspection, name: str) -> None:
        """What is compared, and what people call it."""
        self.retitle(filled(self.tr("Compare %1"), name))
        self._controller.start(inspection, name)

    @property
    def headline(self) -> str:
        return self._headline.text()

    def done(self, result: int) -> None:
        self._controller.stop()
        super().done(result)

    # What a person does

    def _choose(self, number: int) -> None:
        self._controller.choose(self._offered[number])

    def _ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Use a folder"))
        if chosen:
            self._controller.add_folder(Path(chosen))

    # What there is

    def show_view(self, view: ComparingView) -> None:
        self._show_others(view)
        summary = summary_of(view.difference) if view.difference is not None else None
        headline, text = self._words(view, summary)
        if headline != self.headline:
            announce(self._headline, headline)
        self._headline.setText(headline)
        self._headline.set_ink(Ink.BAD if view.error is not None else Ink.TEXT)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        groups = summary.groups if summary is not None else ()
        if summary is not self._shown:
            self._shown = summary
            self._list.show_groups(groups, self._pictures)
        self._scroll.setVisible(bool(groups))
        wanted = self._list.sizeHint().height() + 2
        self._scroll.setFixedHeight(min(wanted, style.px(_HEIGHT)))

    def _show_others(self, view: ComparingView) -> None:
        offered: list[Place | None] = [None, *view.others]
        if view.chosen is not None and view.chosen not in offered:
            offered.append(view.chosen)
        self._offered = tuple(offered)
        drives = [place.drive for place in view.others if place.drive is not None]
        self._other.clear()
        for place in offered:
            if place is None:
                self._other.addItem(self.tr("What the internet has now"))
            else:
                about = place_words.about(place, drives)
                self._other.addItem(filled(self.tr("%1, %2"), place.name, about))
        self._other.setCurrentIndex(offered.index(view.chosen))

    def _words(self, view: ComparingView, summary: DifferenceSummary | None) -> tuple[str, str]:
        """Headline and what else there is to say."""
        if view.error is not None:
            return self.tr("That cannot be told now"), worded_together(
                view.error.message, view.error.hint
            )
        if summary is None:
            asked = self.tr("Asking its sources…") if view.chosen is None else self.tr("Looking…")
            return asked, ""
        return summary.headline, summary.beside


class _Groups(QWidget):
    """Headings with rows below them."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("scrolled", True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(style.px(style.GRID))

    def show_groups(self, groups: tuple[DifferenceGroup, ...], pictures: AppPictures) -> None:
        while (item := self._layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        for group in groups:
            self._layout.addWidget(labels.strong(group.heading, self))
            card = RowsCard(self)
            for row in group.rows:
                card.add_row(_Row(row, pictures, card))
            self._layout.addWidget(card)
        self._layout.addStretch(1)


class _Row(QWidget):
    def __init__(self, row: DifferenceRow, pictures: AppPictures, parent: QWidget) -> None:
        super().__init__(parent)
        icon = AppIcon(pictures, self)
        icon.show_app(row.ref, row.name)
        text = labels.small(row.text, parent=self)
        text.setFont(style.digits(text.font()))
        text.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        layout = QHBoxLayout(self)
        edge = style.px(style.INNER)
        layout.setContentsMargins(edge, style.px(style.HALF), edge, style.px(style.HALF))
        layout.setSpacing(style.px(style.INNER))
        layout.addStrut(style.px(_ROW - 2 * style.HALF))
        layout.addWidget(icon)
        layout.addWidget(labels.strong(row.name, self), 2)
        layout.addWidget(text, 3)
        self.setAccessibleName(f"{row.name}. {row.text}")
