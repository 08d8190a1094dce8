"""Operating systems to choose beside apps, for those who build computers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.controllers.choice import ChoiceController
from ui.controllers.systems import SystemRow, SystemsController, SystemsState, SystemsView
from ui.i18n.wording import worded_together
from ui.state.session import Session
from ui.style import style
from ui.tasks.bridge import Bridge
from ui.widgets import labels
from ui.widgets.announcing import announce
from ui.widgets.card import RowsCard
from ui.widgets.check_box import CheckBox
from ui.widgets.dialog import Dialog
from ui.widgets.page_scroll import PageScroll

_ROW = 52
_MOST_ROWS = 4


class SystemsDialog(Dialog):
    """What is ticked is chosen at once. It asks the sources when it is opened."""

    def __init__(
        self,
        session: Session,
        bridge: Bridge,
        choosing: ChoiceController,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(self.tr("Operating systems"), "", width=560, parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._about = labels.body(
            self.tr(
                "For computers whose whole system is updated from such a source. It lies on the "
                "drive beside the apps, and they find it there by themselves."
            ),
            quiet=True,
            parent=self,
        )
        self._said = labels.body(parent=self)
        self._card = RowsCard(self)
        self._scroll = PageScroll(self._card, self)
        self._rows: dict[tuple[str, str], _Row] = {}
        for widget in (self._about, self._said, self._scroll):
            self.body.addWidget(widget)
        self._controller = SystemsController(session, bridge, choosing, self)
        self._controller.changed.connect(self._show)
        self._show(self._controller.view)
        self._controller.look()

    @property
    def view(self) -> SystemsView:
        """What is shown."""
        return self._controller.view

    @property
    def ticks(self) -> tuple[CheckBox, ...]:
        return tuple(row.tick for row in self._rows.values())

    def done(self, result: int) -> None:
        self._controller.stop()
        super().done(result)

    def _show(self, view: SystemsView) -> None:
        said = self._words(view)
        if said != self._said.text():
            self._said.setText(said)
            announce(self._said, said)
        self._said.setVisible(bool(said))
        for row in view.rows:
            key = row.remote, row.ref
            if key not in self._rows:
                self._rows[key] = _Row(self._card)
                self._rows[key].ticked.connect(self._choose)
                self._card.add_row(self._rows[key])
            self._rows[key].show_row(row)
        shown = len(self._rows)
        rows = shown if shown <= _MOST_ROWS else _MOST_ROWS + 0.5
        self._scroll.setFixedHeight(round(max(rows, 1) * (style.px(_ROW) + 1)) + 2)
        self._scroll.setVisible(bool(shown))

    def _words(self, view: SystemsView) -> str:
        match view.state:
            case SystemsState.LOOKING:
                return self.tr("Asking the sources…")
            case SystemsState.NONE:
                return self.tr(
                    "No source that this computer knows has one. Add a source in the menu of this "
                    "page, by its address and key."
                )
            case SystemsState.FAILED if view.error is not None:
                return worded_together(view.error.message, view.error.hint)
        return ""

    def _choose(self, row: SystemRow, wanted: bool) -> None:
        self._controller.choose(row, wanted=wanted)


class _Row(QWidget):
    """Signals: ticked(object, bool): the `SystemRow` is wanted, or not any more."""

    ticked = Signal(object, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._row: SystemRow | None = None
        self._name = labels.strong(parent=self)
        self._source = labels.small(parent=self)
        for label in (self._name, self._source):
            # Else Qt lays the row out for the width that long names would like to have.
            label.setMinimumSize(1, 1)
        self.tick = CheckBox("", self)
        self.tick.clicked.connect(self._tell)
        texts = labels.in_the_middle(self._name, self._source)
        layout = QHBoxLayout(self)
        edge = style.px(style.INNER)
        layout.setContentsMargins(edge, style.px(style.HALF), edge, style.px(style.HALF))
        layout.addStrut(style.px(_ROW - 2 * style.HALF))
        layout.addLayout(texts, 1)
        layout.addWidget(self.tick)

    def show_row(self, row: SystemRow) -> None:
        self._row = row
        self._name.setText(row.name)
        self._source.setText(row.source)
        self.tick.setAccessibleName(row.name)
        self.tick.setAccessibleDescription(row.source)
        self.tick.setChecked(row.chosen)

    def _tell(self, wanted: bool) -> None:
        if self._row is not None:
            self.ticked.emit(self._row, wanted)
