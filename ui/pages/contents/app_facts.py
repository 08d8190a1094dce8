"""What is known of an app on a drive."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QWidget

from app.stick.inspecting.inspection import InspectedCollection, InspectedRef, Inspection
from ui.i18n.numbers import dated, sized
from ui.i18n.stick_words import signer, state
from ui.i18n.wording import worded
from ui.pages.contents.apps_model import AppLine, AppState, languages_told
from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.widgets import labels
from ui.widgets.dialog import Dialog
from ui.widgets.fold import Fold
from ui.widgets.labels import Label

_ICON = 64
_MANY = 40


class AppFactsDialog(Dialog):
    """Read-only; every value can be copied."""

    def __init__(
        self,
        line: AppLine,
        inspection: Inspection,
        pictures: AppPictures,
        parent: QWidget | None = None,
    ) -> None:
        app = line.app
        super().__init__(app.name, "", parent=parent)
        if app.summary:
            self.body.addWidget(labels.body(app.summary, quiet=True, parent=self))
        picture = QLabel(self)
        side = style.px(_ICON)
        picture.setPixmap(pictures.scaled(app.ref, app.name, side, self.devicePixelRatioF()))
        facts = QHBoxLayout()
        facts.setSpacing(style.px(style.CARD))
        facts.addWidget(picture, 0, Qt.AlignmentFlag.AlignTop)
        facts.addLayout(self._rows(self._known(line)), 1)
        self.body.addLayout(facts)
        taken = {each.ref: each.taken for each in inspection.several}
        entry = next(
            (
                (collection, ref)
                for collection in inspection.collections
                for ref in collection.refs
                if ref.ref == app.ref and taken.get(app.ref, collection.id) == collection.id
            ),
            None,
        )
        if entry is not None:
            fold = Fold(self.tr("Details for builders"), parent=self)
            inner = QWidget(fold)
            inner.setLayout(self._rows(self._built(*entry)))
            fold.body.addWidget(inner)
            self.body.addWidget(fold)

    def _known(self, line: AppLine) -> list[tuple[str, str]]:
        app = line.app
        facts = [
            (self.tr("Version"), app.version),
            (self.tr("Languages"), languages_told(app.languages, _MANY)),
        ]
        if app.alone is not None and app.shared is not None:
            facts.append((self.tr("Takes alone"), sized(app.alone)))
            facts.append((self.tr("Shares with others"), sized(app.shared)))
        if line.state is AppState.UPDATE:
            told = f"{line.pill}. {line.about}" if line.about else line.pill
            facts.append((self.tr("Updates"), told))
        elif line.state is AppState.UNSIGNED:
            facts.append((self.tr("Signed by"), line.about))
        elif line.about:
            facts.append((self.tr("Updates"), line.about))
        if app.several is not None:
            facts.append((self.tr("Sources"), worded(app.several)))
        return facts

    def _built(self, collection: InspectedCollection, ref: InspectedRef) -> list[tuple[str, str]]:
        return [
            (self.tr("From"), collection.label),
            (self.tr("Made"), dated(ref.timestamp)),
            (self.tr("Signed by"), signer(ref)),
            (self.tr("State"), state(ref)),
            (self.tr("Why it is here"), worded(ref.reason)),
            (self.tr("Ref"), ref.ref),
            (self.tr("Commit"), ref.commit),
        ]

    def _rows(self, facts: list[tuple[str, str]]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(style.px(style.GAP))
        grid.setVerticalSpacing(style.px(style.HALF))
        grid.setColumnStretch(1, 1)
        for number, (name, value) in enumerate(fact for fact in facts if fact[1]):
            what = Label(name, quiet=True, parent=self)
            said = labels.body(value, parent=self)
            said.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            said.setAccessibleName(f"{name}: {value}")
            grid.addWidget(what, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(said, number, 1)
        return grid
