"""An app that is a file: what it is, who vouches for it, and a button to choose it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.flatpak.permissions import permissions
from app.flatpak.remotes.addresses import split_address
from app.stick.choices.taking import OfferedFile
from ui.i18n.filling import filled
from ui.i18n.numbers import sized
from ui.i18n.stick_words import plain_part
from ui.i18n.wording import worded
from ui.pages.apps.app_words import allowed, allowed_briefly
from ui.pages.apps.details_part import FITS_BESIDE_ICON, DetailsArea, breakable, mark_upstream
from ui.state.app_pictures import AppPictures
from ui.style import style
from ui.style.symbol import Symbol
from ui.widgets import labels
from ui.widgets.buttons import Button, IconButton, Kind
from ui.widgets.card import Card, Surface
from ui.widgets.facts import Fact, FactGrid
from ui.widgets.fold import Fold


class FileDetails(QWidget):
    """Signals:
    chosen(object): this `OfferedFile` is wanted.
    left(): somebody has seen enough.

    Attributes: area: all of it but the name and the button.
    """

    chosen = Signal(object)
    left = Signal()

    def __init__(self, pictures: AppPictures, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._offered: OfferedFile | None = None
        self._picture = QLabel(self)
        self._name = mark_upstream(labels.heading(parent=self))
        self._about = labels.body(self.tr("From a file, not from a source"), quiet=True)
        self._unvouched = Card(Surface.WARM, padding=style.INNER, parent=self)
        self._doubt = labels.body(parent=self)
        self._unvouched.body.addWidget(self._doubt)
        self._facts = FactGrid(self)
        self._text = mark_upstream(labels.body(parent=self))
        self._may_fold = Fold(self.tr("What it may use on the computer"), parent=self)
        self._may = labels.body(parent=self)
        self._may_fold.body.addWidget(self._may)
        self._builders = Fold(self.tr("Details for builders"), parent=self)
        self._details = mark_upstream(labels.body(parent=self))
        self._builders.body.addWidget(self._details)
        self._choose = Button("", Kind.TINT, parent=self)
        self._choose.clicked.connect(self._want)
        policy = self._choose.sizePolicy()
        self._choose.setSizePolicy(policy.Policy.Expanding, policy.Policy.Fixed)
        self._lay_out()

    def _lay_out(self) -> None:
        close = IconButton(Symbol.CROSS, self.tr("Close"), parent=self)
        close.clicked.connect(self.left)
        names = QVBoxLayout()
        names.setSpacing(style.px(2))
        names.addStretch(1)
        names.addWidget(self._name)
        names.addWidget(self._about)
        names.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(style.px(style.GAP))
        head.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(names, 1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        inner = QWidget(self)
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(style.px(style.INNER))
        for part in (self._unvouched, self._facts, self._text, self._may_fold, self._builders):
            column.addWidget(part)
        column.addStretch(1)
        self.area = DetailsArea(inner, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GAP))
        layout.addLayout(head)
        layout.addWidget(self.area, 1)
        layout.addWidget(self._choose)

    def show_file(self, offered: OfferedFile) -> None:
        self._offered = offered
        bundle, trust = offered.file.bundle, offered.trust
        name = offered.name
        side, ratio = style.px(style.Icon.LARGE), self.devicePixelRatioF()
        self._picture.setPixmap(self._pictures.scaled(str(bundle.ref), name, side, ratio))
        self._name.setText(breakable(name, FITS_BESIDE_ICON))
        self._unvouched.setVisible(not trust.vouched)
        doubt = self.tr("Someone could have changed it. Take it only from people you trust.")
        self._doubt.setText(f"{worded(trust.describe())} {doubt}")
        self._facts.show_facts(list(_facts(offered)))
        self._text.setText(breakable(bundle.summary))
        self._text.setVisible(bool(bundle.summary))
        powers = permissions(bundle.metadata)
        words = [allowed(power) for power in powers]
        self._may.setText(breakable("\n".join(words or [self.tr("It keeps to its own files.")])))
        self._may_fold.say(self.tr("What it may use on the computer"), allowed_briefly(powers))
        self._may_fold.setVisible(bundle.ref.kind == "app")
        self._details.setText(breakable("\n".join(_lines(offered))))
        self.area.verticalScrollBar().setValue(0)
        text = self.tr("Choose %1") if trust.vouched else self.tr("Take %1 anyway")
        self._choose.setText(filled(text, name).replace("&", "&&"))
        self._choose.setAccessibleName(filled(text, name))
        self._choose.set_symbol(Symbol.PLUS)

    def take_focus(self) -> None:
        """To the button: what it does is read out with its name."""
        self._choose.setFocus(Qt.FocusReason.OtherFocusReason)

    def _want(self) -> None:
        if self._offered is not None:
            self.chosen.emit(self._offered)


def _facts(offered: OfferedFile) -> list[Fact]:
    bundle, trust = offered.file.bundle, offered.trust
    host = _host(bundle.origin)
    if trust.vouched:
        vouched = Fact(
            Symbol.SHIELD_CHECK,
            QCoreApplication.translate("FileDetails", "Signed"),
            filled(QCoreApplication.translate("FileDetails", "With the key of %1"), trust.source),
            good=True,
        )
    else:
        vouched = Fact(
            Symbol.SHIELD_WARNING,
            QCoreApplication.translate("FileDetails", "Unsigned"),
            QCoreApplication.translate("FileDetails", "Nobody vouches for it"),
        )
    runtime = bundle.metadata.runtime
    if runtime is None:
        needs = Fact(
            Symbol.LAYERS, QCoreApplication.translate("FileDetails", "Needs nothing else"), ""
        )
    else:
        text = QCoreApplication.translate("FileDetails", "It needs this from your sources")
        needs = Fact(Symbol.LAYERS, plain_part(runtime), text)
    if host:
        text = filled(QCoreApplication.translate("FileDetails", "From %1"), host)
        updates = Fact(
            Symbol.GLOBE, QCoreApplication.translate("FileDetails", "Updates"), breakable(text)
        )
    else:
        updates = Fact(
            Symbol.GLOBE,
            QCoreApplication.translate("FileDetails", "No updates"),
            QCoreApplication.translate("FileDetails", "The file does not say where"),
        )
    size = Fact(
        Symbol.DOWNLOAD,
        sized(bundle.size),
        QCoreApplication.translate("FileDetails", "The file alone"),
    )
    return [size, vouched, needs, updates]


def _lines(offered: OfferedFile) -> list[str]:
    """For builders."""
    bundle = offered.file.bundle
    lines = [
        filled(QCoreApplication.translate("FileDetails", "File: %1"), offered.file.given),
        filled(QCoreApplication.translate("AppWords", "Name: %1"), str(bundle.ref)),
        f"SHA-256: {offered.file.sha256}",
    ]
    if bundle.version:
        lines.insert(
            0, filled(QCoreApplication.translate("AppWords", "Version: %1"), bundle.version)
        )
    if bundle.runtime_repo:
        text = QCoreApplication.translate("FileDetails", "What it needs is offered at: %1")
        lines.append(filled(text, bundle.runtime_repo))
    return lines


def _host(address: str) -> str:
    parts = split_address(address) if address else None
    return (parts.hostname or parts.path) if parts is not None else ""
