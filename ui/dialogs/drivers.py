"""Graphics drivers and languages: chosen once for everything that goes on the drive."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui import look
from ui.widgets import labels
from ui.widgets.search_field import SearchField

_SIZE = (56 * look.GRID, 60 * look.GRID)


class DriversDialog(QDialog):
    """Afterwards `chosen` is what was wanted, if the dialog was accepted."""

    def __init__(
        self, offered: Sequence[str], chosen: Sequence[str], parent: QWidget | None = None
    ) -> None:
        """Names as `Options.gpus` has them."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Languages and graphics"))
        self.resize(*_SIZE)
        self._search = SearchField(self.tr("Search drivers"), self)
        self._list = QListWidget(self)
        self._list.setAccessibleName(self.tr("Graphics drivers"))
        self._list.setUniformItemSizes(True)
        # What was named once and is offered no more can still be taken away.
        for name in dict.fromkeys((*chosen, *offered)):
            item = QListWidgetItem(name, self._list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            on = name in chosen
            item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self._search.textChanged.connect(self._filter)
        self._search.left_downwards.connect(self._enter)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(look.MARGIN, look.MARGIN, look.MARGIN, look.GAP)
        layout.setSpacing(look.GAP)
        layout.addWidget(labels.heading(self.tr("Languages"), self))
        layout.addWidget(
            labels.body(
                self.tr(
                    "Every app goes on the drive with all of its languages; each computer takes "
                    "its own."
                ),
                parent=self,
            )
        )
        layout.addWidget(labels.heading(self.tr("Graphics drivers"), self))
        text = self.tr(
            "Intel, AMD and the free drivers need nothing more. For computers with NVIDIA's own "
            "driver, choose its exact version, as nvidia-smi shows it there."
        )
        if not offered and not chosen:
            text = self.tr("No other drivers are offered: what is free comes along by itself.")
        layout.addWidget(labels.body(text, parent=self))
        layout.addWidget(self._search)
        layout.addWidget(self._list, 1)
        layout.addWidget(buttons)
        for widget in (self._search, self._list):
            widget.setVisible(bool(offered or chosen))
        if not (offered or chosen):
            layout.insertStretch(layout.count() - 1)
        self._search.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def chosen(self) -> tuple[str, ...]:
        items = (self._list.item(number) for number in range(self._list.count()))
        return tuple(one.text() for one in items if one.checkState() == Qt.CheckState.Checked)

    def _filter(self, text: str) -> None:
        words = text.lower().replace(".", "-").split()
        for number in range(self._list.count()):
            item = self._list.item(number)
            item.setHidden(not all(word in item.text().lower() for word in words))

    def _enter(self) -> None:
        first = next(
            (n for n in range(self._list.count()) if not self._list.item(n).isHidden()), None
        )
        if first is not None:
            self._list.setCurrentRow(first)
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)
