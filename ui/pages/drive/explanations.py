"""Dialogs that only tell: why a drive cannot be used or is not there, and what it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFormLayout, QWidget

from app.drive.drive import Drive
from app.progress import Notice
from ui.i18n.drive_names import hardware
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.wording import worded_together
from ui.models import place_words
from ui.models.place import Place
from ui.style import style
from ui.widgets import labels
from ui.widgets.dialog import Dialog


class TextDialog(Dialog):
    """A title and paragraphs that can be copied."""

    def __init__(self, title: str, paragraphs: Sequence[str], parent: QWidget | None) -> None:
        super().__init__(title, "", parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for paragraph in paragraphs:
            label = labels.body(paragraph, parent=self)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.body.addWidget(label)


def why_not(place: Place, parent: QWidget) -> TextDialog:
    """Why a place cannot be used as it is."""
    title = QCoreApplication.translate("Explanations", "Why %1 cannot be used as it is")
    return TextDialog(filled(title, place.name), [place_words.why(place)], parent)


def why_missing(notices: Sequence[Notice], parent: QWidget) -> TextDialog:
    """Why a drive that is plugged in may not be shown; ``notices``: what this computer lacks."""
    usual = [
        QCoreApplication.translate(
            "Explanations",
            "A drive needs a few seconds. If it does not show up, pull it out and plug it in "
            "again, in another port if there is one.",
        ),
        QCoreApplication.translate(
            "Explanations",
            "Disks that are built into this computer are never shown, so that nothing on them can "
            "be erased by mistake. Nor are phones and cameras, which hold no apps.",
        ),
    ]
    lacking = [worded_together(notice.message, notice.hint) for notice in notices]
    title = QCoreApplication.translate("Explanations", "A drive is missing?")
    return TextDialog(title, [*lacking, *usual], parent)


class DetailsDialog(Dialog):
    """What a place is, for those who want to know exactly."""

    def __init__(self, place: Place, parent: QWidget | None = None) -> None:
        super().__init__(place.name, "", parent=parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form = QFormLayout()
        form.setHorizontalSpacing(style.px(style.CARD))
        form.setVerticalSpacing(style.px(style.GRID))
        for name, value in self._facts(place):
            label = labels.body(value, parent=self)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            form.addRow(labels.body(name, quiet=True, parent=self), label)
        self.body.addLayout(form)

    def _facts(self, place: Place) -> list[tuple[str, str]]:
        facts = [(self.tr("Folder"), str(place.root) if place.root is not None else "")]
        if place.free is not None:
            room = filled(self.tr("%1 of %2 free"), sized(place.free), sized(place.size))
            facts.append((self.tr("Room"), room))
        if place.drive is not None:
            facts = [*self._hardware(place.drive), *facts]
        if place.volume is not None:
            kind = place_words.file_system(place.volume.file_system)
            facts.append((self.tr("File system"), kind))
        return [(name, value) for name, value in facts if value]

    def _hardware(self, drive: Drive) -> list[tuple[str, str]]:
        return [
            (self.tr("Make and model"), hardware(drive)),
            (self.tr("Serial number"), drive.serial),
            (self.tr("Port"), drive.port),
            (self.tr("Device"), drive.device),
        ]
