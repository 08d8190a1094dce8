"""Messages for people, as a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.progress import Notice
from app.severity import Severity
from ui.i18n.wording import worded
from ui.style import style
from ui.style.symbol import Symbol

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class MessageItem(Struct, frozen=True):
    """What is the case, and what to do; ``icon`` and ``tone`` say how serious it is."""

    icon: Symbol
    tone: style.Tone | None
    heading: str
    text: str = ""


def from_notice(notice: Notice) -> MessageItem:
    warning = notice.severity is Severity.WARNING
    return MessageItem(
        Symbol.WARNING if warning else Symbol.INFO,
        style.Tone.WARN if warning else None,
        worded(notice.message),
        worded(notice.hint),
    )


class MessageListModel(QAbstractListModel):
    """The `MessageItem` is in the user role."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages: Sequence[MessageItem] = ()

    def show_messages(self, messages: Iterable[MessageItem]) -> None:
        self.beginResetModel()
        self._messages = tuple(messages)
        self.endResetModel()

    @property
    def messages(self) -> Sequence[MessageItem]:
        return self._messages

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._messages)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        message = self._messages[index.row()]
        match role:
            case Qt.ItemDataRole.UserRole:
                return message
            case Qt.ItemDataRole.DisplayRole:
                return message.heading
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{message.heading} {message.text}".rstrip()
        return None
