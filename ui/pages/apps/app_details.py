"""All there is to know about an app before it is chosen."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import SatchelError
from app.flatpak.catalogue.app_info import AppInfo
from app.flatpak.catalogue.remote_catalogue import Row
from app.stick.planning.plan import Addition
from ui.i18n.filling import filled
from ui.i18n.wording import worded_together
from ui.models.app_rows import row_key
from ui.pages.apps.app_words import (
    added,
    allowed,
    description_lines,
    end_of_life,
    first_facts,
    made_by,
    more_facts,
)
from ui.pages.apps.details_part import DetailsPart, breakable, mark_upstream
from ui.style import icons, style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.state_panel import StatePanel

_FITS_BESIDE_ICON = 16
"""Letters in a line, at least."""


class AppDetails(QStackedWidget):
    """One app at a time. What is not known yet is filled in when it is.

    Signals:
        toggled(object): the `Row` is to be chosen, or taken away.
    """

    toggled = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._languages: tuple[str, ...] = ()
        self._row: Row | None = None
        self._chosen = False
        self.setAccessibleName(self.tr("Details"))
        self._nothing = StatePanel(self)
        self._nothing.show_empty(
            self.tr("Details appear here"),
            self.tr("Click an app to see what it is."),
            icon=Symbol.INFO,
        )
        self._build()
        self.addWidget(self._nothing)
        self.addWidget(self._scroll)

    def _build(self) -> None:
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(self.tr("Details"))
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        inside = QWidget()
        self._scroll.setWidget(inside)
        inside.setBackgroundRole(QPalette.ColorRole.Window)
        self._picture = QLabel(inside)
        self._picture.setFixedSize(style.Icon.LARGE, style.Icon.LARGE)
        self._name = mark_upstream(labels.heading(parent=inside))
        self._maker = mark_upstream(labels.body(quiet=True, parent=inside))
        self._choose = QPushButton(inside)
        tall(self._choose)
        self._choose.clicked.connect(self._toggle)
        self._summary = mark_upstream(labels.body(parent=inside))
        self._ended = DetailsPart(self.tr("End of life"), inside, tone=style.Tone.WARN)
        self._cost = DetailsPart(self.tr("On this drive"), inside)
        self._text = DetailsPart(self.tr("Description"), inside, theirs=True)
        self._may = DetailsPart(self.tr("What it may do"), inside)
        self._pictures = DetailsPart(self.tr("Screenshots show"), inside, theirs=True)
        self._facts = DetailsPart(self.tr("Facts"), inside)
        head = QHBoxLayout()
        head.setSpacing(style.GAP)
        titles = QVBoxLayout()
        titles.setSpacing(style.HALF)
        titles.addWidget(self._name)
        titles.addWidget(self._maker)
        titles.addStretch(1)
        head.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(titles, 1)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(style.GRID, 0, style.GRID, style.GAP)
        layout.setSpacing(style.GAP)
        layout.addLayout(head)
        layout.addWidget(self._choose)
        layout.addWidget(self._summary)
        for part in (
            self._ended, self._cost, self._text, self._may, self._pictures, self._facts,
        ):  # fmt: skip
            layout.addWidget(part)
        layout.addStretch(1)

    def sizeHint(self) -> QSize:
        return QSize(38 * style.GRID, 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(28 * style.GRID, 0)

    @property
    def row(self) -> Row | None:
        return self._row

    def speak(self, languages: Sequence[str]) -> None:
        """The person's languages, best first, from the next `show_row` on."""
        self._languages = tuple(languages)

    def show_nothing(self) -> None:
        self._row = None
        self.setCurrentWidget(self._nothing)

    def show_row(self, row: Row, picture: QPixmap | None, *, chosen: bool) -> None:
        """What the list knows already."""
        component = row.component
        another = self._row is None or row_key(self._row) != row_key(row)
        self._row = row
        self._name.setText(breakable(component.name(self._languages), _FITS_BESIDE_ICON))
        self._maker.setText(breakable(made_by(row), _FITS_BESIDE_ICON))
        self._maker.setVisible(bool(self._maker.text()))
        self._summary.setText(breakable(component.summary(self._languages) or row.ref))
        self.show_picture(picture)
        self.show_chosen(chosen)
        if another:
            for part in (self._ended, self._text, self._may, self._pictures):
                part.say([])
            self._cost.say([self.tr("Working out what it adds…")])
            self._facts.say(first_facts(row))
            self._scroll.verticalScrollBar().setValue(0)
        self.setCurrentWidget(self._scroll)

    def show_picture(self, picture: QPixmap | None) -> None:
        if picture is None:
            app = self._row is None or self._row.ref.startswith("app/")
            icons.give(self._picture, Symbol.GRID if app else Symbol.LAYERS, side=style.Icon.LARGE)
            return
        icons.take(self._picture)
        side = style.Icon.LARGE
        ratio = self.devicePixelRatioF()
        shown = picture.scaled(
            QSize(round(side * ratio), round(side * ratio)),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(ratio)
        self._picture.setPixmap(shown)

    def show_chosen(self, chosen: bool) -> None:
        self._chosen = chosen
        text = self.tr("Take it away") if chosen else self.tr("Choose")
        self._choose.setText(text)
        icons.give(
            self._choose,
            Symbol.MINUS if chosen else Symbol.PLUS,
        )
        name = self._name.text().replace("\N{ZERO WIDTH SPACE}", "")
        self._choose.setAccessibleName(
            filled(self.tr("Take %1 away") if chosen else self.tr("Choose %1"), name)
        )

    def show_about(self, about: AppInfo) -> None:
        """What its remote says, once it has been read."""
        if self._row is None or str(about.ref) != self._row.ref:
            return
        if about.eol or about.eol_rebase or self._row.ended:
            self._ended.say(list(end_of_life(about)))
        self._text.say(list(description_lines(about.details.description)))
        if about.ref.kind == "app" and about.permissions is not None:
            self._may.say(
                [allowed(permission) for permission in about.permissions]
                or [self.tr("It keeps to its own files.")]
            )
        captions = [f"• {caption}" for caption in about.details.captions if caption]
        self._pictures.say(captions)
        self._facts.say([*first_facts(self._row), *more_facts(about)])

    def show_addition(self, ref: str, addition: Addition) -> None:
        """What it adds to the drive beside what is chosen already."""
        if self._row is None or ref != self._row.ref:
            return
        self._cost.say(list(added(addition)))

    def show_no_addition(self, ref: str, error: SatchelError) -> None:
        """It cannot be chosen, and why."""
        if self._row is None or ref != self._row.ref:
            return
        self._cost.say([worded_together(error.message, error.hint)])

    def _toggle(self) -> None:
        if self._row is not None:
            self.toggled.emit(self._row)
