"""Asks for another name for a drive."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.drive.drive import Volume
from app.drive.udisks.renaming import check_name
from app.errors import UsageError
from ui.i18n.filling import filled
from ui.i18n.wording import worded_together
from ui.models.place import Place
from ui.widgets.dialog import Dialog
from ui.widgets.fields import Field


class RenameDialog(Dialog):
    """Attributes: place: as it was when it was asked about."""

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(filled(self.tr("Rename %1"), place.name), self.tr("Rename"), parent=parent)
        assert place.volume is not None
        self.place = place
        self._volume: Volume = place.volume
        self._name = Field(self.tr("New name"), parent=self)
        self._name.line.setText(place.volume.label)
        self._name.line.selectAll()
        self._name.line.textChanged.connect(self._refresh)
        self.body.addWidget(self._name)
        self.acted.connect(self.accept)
        self._name.setFocus()
        self._refresh()

    @property
    def name(self) -> str:
        """The new one."""
        return self._name.text

    def _refresh(self) -> None:
        misfit = ""
        try:
            check_name(self._volume, self.name)
        except UsageError as error:
            misfit = worded_together(error.message, error.hint)
        self._name.refuse(misfit)
        another = bool(self.name) and self.name != self._volume.label
        self.verb.explain(misfit or ("" if another else self.tr("First type another name.")))
