"""A source whose apps are not signed: what that means, and its name to be typed by who wants it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.flatpak.remotes.remote import Remote
from app.folding import fold
from ui.i18n.filling import filled
from ui.style import style
from ui.widgets import labels
from ui.widgets.dialog import Dialog
from ui.widgets.fields import Field


class TypedName(QWidget):
    """What it means that nobody vouches for a source, and a field for its name.

    Signals: changed(): whether the name is `typed`.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._beside = labels.body(quiet=True, parent=self)
        self._beside.setProperty("upstream", True)
        self._field = Field(" ", parent=self)
        self._field.line.textChanged.connect(self.changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.px(style.GAP))
        layout.addWidget(labels.body(meaning(), parent=self))
        layout.addWidget(self._beside)
        layout.addWidget(self._field)
        self.setFocusProxy(self._field.line)

    def ask_about(self, remote: Remote) -> None:
        self.ask(remote.label, filled(self.tr("They come from %1."), remote.address))

    def ask(self, name: str, beside: str) -> None:
        """About a source or a file; ``beside``: what else there is to know of it."""
        self._name = name
        self._beside.setText(beside)
        self._beside.setVisible(bool(beside))
        self._field.rename(filled(self.tr("Type %1 to go on"), name))
        self._field.line.clear()

    @property
    def missing(self) -> str:
        """What has to be done before anything of it is taken; empty once the name is `typed`."""
        return "" if self.typed else filled(self.tr("First type %1."), self._name)

    @property
    def typed(self) -> bool:
        """Whether the name stands there; how it is spaced and in which case does not matter."""
        return bool(self._name) and _plain(self._field.text) == _plain(self._name)


class NobodyVouchesDialog(Dialog):
    """Accepted: the person takes what comes from the source."""

    def __init__(self, remote: Remote, parent: QWidget | None = None) -> None:
        super().__init__(heading(remote), take_anyway(), parent=parent)
        self._name = TypedName(self)
        self._name.ask_about(remote)
        self._name.changed.connect(self._refresh)
        self.body.addWidget(self._name)
        self.acted.connect(self.accept)
        self._refresh()
        self._name.setFocus(Qt.FocusReason.OtherFocusReason)

    def _refresh(self) -> None:
        self.verb.explain(self._name.missing)


def heading(remote: Remote) -> str:
    """“Nobody vouches for School apps”."""
    return heading_for(remote.label)


def heading_for(source: str) -> str:
    """The same by what people call the source."""
    text = QCoreApplication.translate("NobodyVouchesDialog", "Nobody vouches for %1")
    return filled(text, source)


def meaning() -> str:
    """What that comes to."""
    return QCoreApplication.translate(
        "NobodyVouchesDialog",
        "These apps are not signed. Someone on the way could have changed them. Take them only "
        "from people you trust.",
    )


def take_anyway() -> str:
    """The verb."""
    return QCoreApplication.translate("NobodyVouchesDialog", "Take them anyway")


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
