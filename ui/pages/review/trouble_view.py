"""Why there is no plan: on the app concerned where an app is, else as a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.errors import Cause, SatchelError
from app.stick.planning.refusal import RuntimeMissingError
from ui.controllers import failures
from ui.controllers.failures import Written
from ui.i18n.filling import filled
from ui.i18n.wording import worded, worded_together
from ui.models.review_values import Kind
from ui.models.review_words import summed
from ui.state.app_pictures import AppPictures
from ui.state.choice import ChosenRef
from ui.style import style
from ui.widgets import labels
from ui.widgets.app_message import AppMessages, AppRemark, Urgency
from ui.widgets.fold import Fold
from ui.widgets.message_card import MessageCard, sign_of

_ICON = 28


class TroubleView(QWidget):
    """Signals:
    left_out(str): the button of an app was pressed; its ref.
    file_wanted(), sources_wanted(): something is missing, and may be had by a file, or elsewhere.
    """

    left_out = Signal(str)
    file_wanted = Signal()
    sources_wanted = Signal()

    def __init__(self, pictures: AppPictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._sources: Mapping[str, str] = {}
        self._card = MessageCard(self)
        self._messages = AppMessages(self)
        self._messages.acted.connect(self.left_out)
        self._messages.chosen.connect(self._look_elsewhere)
        self._builders = Fold(self.tr("Details for builders"), parent=self)
        self._said = labels.small(parent=self)
        self._builders.body.addWidget(self._said)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.INNER))
        for widget in (self._card, self._messages, self._builders):
            layout.addWidget(widget)
        layout.addStretch(1)

    def show_trouble(
        self, error: SatchelError, culprits: Sequence[ChosenRef], sources: Mapping[str, str]
    ) -> None:
        """``culprits``: the chosen apps that it is about; ``sources``: what people call them."""
        self._sources = sources
        self._card.setVisible(not culprits)
        self._builders.setVisible(bool(culprits))
        self._messages.show_remarks(
            (self._remark(error, chosen) for chosen in culprits),
            lambda kind, count: summed(Kind(kind), count),
        )
        self._said.setText(worded_together(error.message, error.hint))
        if culprits:
            return
        nothing = failures.meaning(Written.NOTHING)
        if error.cause is Cause.NETWORK:
            details = worded_together(error.message, error.hint)
            self._card.say(sign_of(error), self.tr("No internet connection"), nothing, details)
            return
        hint = worded(error.hint)
        meaning = f"{nothing} {hint}" if hint else nothing
        bad = error.cause in (Cause.TRUST, Cause.DAMAGED)
        self._card.say(sign_of(error), worded(error.message), meaning, bad=bad)

    def _look_elsewhere(self, _ref: str, number: int) -> None:
        (self.file_wanted, self.sources_wanted)[number].emit()

    def _remark(self, error: SatchelError, chosen: ChosenRef) -> AppRemark:
        strong = filled(self.tr("%1 cannot go on a drive."), chosen.name)
        if error.cause is Cause.SERVER:
            strong = filled(self.tr("%1 cannot be had now."), chosen.name)
        text = self.tr("Leave it out to go on with the others.")
        others: tuple[str, ...] = ()
        if isinstance(error, RuntimeMissingError):
            missing = self.tr("%1 needs something that %2 does not have.")
            source = self._sources.get(chosen.remote) or self.tr("its file")
            strong = filled(missing, chosen.name, source)
            text = self.tr("Who offers the app may also offer what is missing, as a file.")
            others = (self.tr("Choose a file…"), self.tr("Look in other sources"))
        side, ratio = style.px(_ICON), self.devicePixelRatioF()
        return AppRemark(
            Kind.BLOCKED.value,
            chosen.ref,
            strong,
            text,
            self.tr("Leave it out"),
            Urgency.BAD,
            QIcon(self._pictures.scaled(chosen.ref, chosen.name, side, ratio)),
            others=others,
        )
