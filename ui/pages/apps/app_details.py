"""All there is to know about an app before it is chosen: what the slide-over holds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.errors import SatchelError
from app.flatpak.catalogue.app_info import AppInfo
from app.flatpak.catalogue.remote_catalogue import Row
from app.stick.planning.cost import Addition
from ui.controllers.screenshots import ShotView
from ui.i18n.filling import filled
from ui.i18n.stick_words import needs_flatpak, unsigned
from ui.i18n.wording import worded_together
from ui.models.app_rows import row_key
from ui.pages.apps.app_facts import fact_of_ages, fact_of_internet, fact_of_languages, fact_of_size
from ui.pages.apps.app_words import (
    added,
    allowed,
    allowed_briefly,
    description_lines,
    end_of_life,
    first_facts,
    more_facts,
)
from ui.pages.apps.details_part import FITS_BESIDE_ICON, DetailsArea, breakable, mark_upstream
from ui.pages.apps.screenshots import Screenshots
from ui.style import icons, style
from ui.style.app_icons import letter_tile
from ui.style.broken_lines import unbroken
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import Button, IconButton, Kind
from ui.widgets.card import Card, Line, Surface
from ui.widgets.facts import FactGrid
from ui.widgets.flow import Flow
from ui.widgets.fold import Fold
from ui.widgets.pill import Pill, PillTone


class AppDetails(QWidget):
    """One app at a time. What is not known yet is filled in when it is.

    Signals:
        toggled(object): the `Row` is to be chosen, or taken away.
        turned(int): on by so many screenshots.
        left(): somebody has seen enough.

    Attributes:
        area: all of it but the name and the button.
    """

    toggled = Signal(object)
    turned = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: Row | None = None
        self._about: AppInfo | None = None
        self._addition: Addition | None = None
        self._readers: tuple[str, ...] = ()
        self._classroom: tuple[str, ...] = ()
        self._there = ""
        self._shots = Screenshots(self)
        self._shots.turned.connect(self.turned)
        self._ended = Card(Surface.WARM, padding=style.INNER, parent=self)
        self._ended_text = labels.body(parent=self)
        self._ended.body.addWidget(self._ended_text)
        self._problem = labels.body(parent=self)
        self._facts = FactGrid(self)
        self._text = mark_upstream(labels.body(parent=self))
        self._may_fold = Fold(self.tr("What it may use on the computer"), parent=self)
        self._may = labels.body(parent=self)
        self._builders = Fold(self.tr("Details for builders"), parent=self)
        self._details = mark_upstream(labels.body(parent=self))
        self._choose = Button("", Kind.TINT, parent=self)
        self._choose.clicked.connect(self._toggle)
        self._build()

    def _build(self) -> None:
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.px(style.INNER))
        for part in (self._shots, self._ended, self._facts, self._problem, self._text):
            column.addWidget(part)
        self._may_fold.body.addWidget(self._may)
        self._builders.body.addWidget(self._details)
        folds = QVBoxLayout()
        folds.setSpacing(0)
        folds.addWidget(self._may_fold)
        folds.addWidget(Line(self))
        folds.addWidget(self._builders)
        column.addLayout(folds)
        column.addStretch(1)
        self.area = DetailsArea(inner, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GAP))
        layout.addLayout(self._head())
        layout.addWidget(self.area, 1)
        self._choose.setSizePolicy(
            self._choose.sizePolicy().Policy.Expanding, self._choose.sizePolicy().Policy.Fixed
        )
        layout.addWidget(self._choose)

    def _head(self) -> QHBoxLayout:
        self._picture = QLabel(self)
        self._name = mark_upstream(labels.heading(parent=self))
        self._maker = mark_upstream(labels.body(quiet=True, parent=self))
        self._unsigned = Pill(unsigned(), Symbol.SHIELD_WARNING, PillTone.WARM, self)
        self._newer = Pill(needs_flatpak(), Symbol.INFO, PillTone.WARM, self)
        warnings = Flow()
        warnings.addWidget(self._unsigned)
        warnings.addWidget(self._newer)
        self._badge = QLabel(self)
        icons.give(self._badge, Symbol.BADGE, tone=style.Tone.GOOD)
        self._badge.setToolTip(self.tr("Verified: it comes from its developers"))
        self._badge.setAccessibleName(self.tr("Verified: it comes from its developers"))
        close = IconButton(Symbol.CROSS, self.tr("Close"), parent=self)
        close.clicked.connect(self.left)
        maker = QHBoxLayout()
        maker.setSpacing(style.px(style.HALF))
        maker.addWidget(self._badge, 0, Qt.AlignmentFlag.AlignTop)
        maker.addWidget(self._maker, 1)
        names = QVBoxLayout()
        names.setSpacing(style.px(2))
        names.addStretch(1)
        names.addWidget(self._name)
        names.addLayout(maker)
        names.addLayout(warnings)
        names.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(style.px(style.GAP))
        head.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(names, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return head

    @property
    def row(self) -> Row | None:
        return self._row

    def speak(self, readers: Sequence[str], classroom: Sequence[str]) -> None:
        """The person's languages, and those that are read where the drive goes."""
        self._readers, self._classroom = tuple(readers), tuple(classroom)

    def forget(self) -> None:
        """What was looked at is offered no more."""
        self._row = None

    def show_row(self, row: Row, picture: QPixmap | None, *, chosen: bool, there: str = "") -> None:
        another = self._row is None or row_key(row) != row_key(self._row)
        self._row, self._there = row, there
        component = row.component
        self._name.setText(breakable(component.name(self._readers), FITS_BESIDE_ICON))
        self._maker.setText(breakable(self._made_by(row), FITS_BESIDE_ICON))
        self._badge.setVisible(row.verified)
        self._show_warnings(row)
        self.show_picture(picture)
        self.show_chosen(chosen)
        if another:
            self._about = self._addition = None
            self._text.setText(breakable(component.summary(self._readers)))
            self._ended.setVisible(row.ended)
            self._ended_text.setText(self.tr("It gets no more updates."))
            self._problem.hide()
            self._may_fold.hide()
            self._details.setText(breakable("\n".join(first_facts(row))))
            self.area.verticalScrollBar().setValue(0)
        self._show_facts()

    def _show_warnings(self, row: Row) -> None:
        """As in the list."""
        self._unsigned.setVisible(not row.remote.is_vouched_for)
        self._newer.setVisible(row.remote.is_registry)

    def _made_by(self, row: Row) -> str:
        maker = row.component.developer
        if row.unverified:
            text = self.tr("%1, not verified") if maker else self.tr("From an unverified developer")
            return filled(text, maker)
        return maker or row.remote.label

    def show_picture(self, picture: QPixmap | None) -> None:
        icons.take(self._picture)
        side, ratio = style.px(style.Icon.LARGE), self.devicePixelRatioF()
        if picture is None and self._row is not None and not self._row.ref.startswith("app/"):
            icons.give(self._picture, Symbol.LAYERS, side=style.Icon.LARGE)
            return
        picture = picture or letter_tile(self._name.text(), side, ratio)
        shown = picture.scaled(
            round(side * ratio),
            round(side * ratio),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(ratio)
        self._picture.setPixmap(shown)

    def show_chosen(self, chosen: bool) -> None:
        row = self._row
        name = unbroken(self._name.text())
        self._choose.setVisible(row is not None and (chosen or row.facts.bar is None))
        text = self.tr("Chosen") if chosen else self.tr("Choose %1")
        self._choose.setText(filled(text, name).replace("&", "&&"))
        self._choose.setAccessibleName(filled(self.tr("Take %1 away") if chosen else text, name))
        self._choose.set_symbol(Symbol.CHECK if chosen else Symbol.PLUS)

    def show_about(self, about: AppInfo) -> None:
        """What its remote says, once it has been read."""
        if self._row is None or str(about.ref) != self._row.ref:
            return
        self._about = about
        if about.eol or about.eol_rebase or self._row.ended:
            self._ended_text.setText(breakable("\n".join(end_of_life(about))))
            self._ended.show()
        lines = list(description_lines(about.details.description))
        if lines:
            self._text.setText(breakable("\n\n".join(lines)))
        if about.ref.kind == "app" and about.permissions is not None:
            words = [allowed(permission) for permission in about.permissions]
            self._may.setText(
                breakable("\n".join(words or [self.tr("It keeps to its own files.")]))
            )
            self._may_fold.say(
                self.tr("What it may use on the computer"), allowed_briefly(about.permissions)
            )
            self._may_fold.show()
        self._show_details()
        self._show_facts()

    def show_shots(self, view: ShotView) -> None:
        self._shots.show_view(view)

    def show_addition(self, ref: str, addition: Addition) -> None:
        """What it adds to the drive beside what is chosen already."""
        if self._row is None or ref != self._row.ref:
            return
        self._addition = addition
        self._problem.hide()
        self._show_details()
        self._show_facts()

    def show_no_addition(self, ref: str, error: SatchelError) -> None:
        """It cannot be chosen, and why."""
        if self._row is None or ref != self._row.ref or self._row.facts.bar is not None:
            return
        self._problem.setText(worded_together(error.message, error.hint))
        self._problem.show()

    def _show_facts(self) -> None:
        if self._row is None:
            return
        row, about = self._row, self._about
        if not row.ref.startswith("app/"):
            self._facts.show_facts([fact_of_size(row, self._addition, there=self._there)])
            return
        self._facts.show_facts(
            [
                fact_of_size(row, self._addition, there=self._there),
                fact_of_internet(row),
                fact_of_languages(row, about, self._classroom),
                fact_of_ages(about),
            ]
        )

    def _show_details(self) -> None:
        assert self._row is not None
        lines = first_facts(self._row)
        if self._about is not None:
            lines += more_facts(self._about)
        if self._addition is not None:
            lines += added(self._addition)
        self._details.setText(breakable("\n".join(lines)))

    def _toggle(self) -> None:
        if self._row is not None:
            self.toggled.emit(self._row)
