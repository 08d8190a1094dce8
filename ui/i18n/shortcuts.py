"""The keys of the window: what it listens to, and what Help says of them, are the same."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Any

from msgspec import Struct
from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, Qt
from PySide6.QtGui import QKeySequence

_CTRL, _SHIFT = Qt.Modifier.CTRL, Qt.Modifier.SHIFT


class Action(Enum):
    """What the window does on keys of its own."""

    STEP_1 = "step 1"
    STEP_2 = "step 2"
    STEP_3 = "step 3"
    STEP_4 = "step 4"
    SEARCH = "search"
    PRIMARY = "primary"
    BACK = "back"
    UNDO = "undo"
    SETTINGS = "settings"
    HELP = "help"
    LOOK_AGAIN = "look again"
    SHARE = "share"
    MENU = "menu"
    QUIT = "quit"


_Standard = QKeySequence.StandardKey
_KEYS: dict[Action, Any] = {
    Action.STEP_1: _CTRL | Qt.Key.Key_1,
    Action.STEP_2: _CTRL | Qt.Key.Key_2,
    Action.STEP_3: _CTRL | Qt.Key.Key_3,
    Action.STEP_4: _CTRL | Qt.Key.Key_4,
    Action.SEARCH: _Standard.Find,
    Action.PRIMARY: _CTRL | Qt.Key.Key_Return,
    Action.BACK: _Standard.Back,
    Action.UNDO: _Standard.Undo,
    Action.SETTINGS: _CTRL | Qt.Key.Key_Comma,
    Action.HELP: Qt.Key.Key_F1,
    Action.LOOK_AGAIN: Qt.Key.Key_F5,
    Action.SHARE: _CTRL | _SHIFT | Qt.Key.Key_S,
    # Qt hears only the menu key, which many keyboards do not have.
    Action.MENU: _SHIFT | Qt.Key.Key_F10,
    Action.QUIT: _Standard.Quit,
}


def keys(action: Action) -> QKeySequence:
    """As the platform has them, so not before there is an application."""
    return QKeySequence(_KEYS[action])


STEPS = (Action.STEP_1, Action.STEP_2, Action.STEP_3, Action.STEP_4)


class Shortcut(Struct, frozen=True):
    """Attributes: keys: as the platform writes them."""

    keys: str
    meaning: str


_SHOWN: Sequence[tuple[tuple[Action | Qt.Key, ...], Any]] = (
    ((Action.STEP_1, Action.STEP_4), QT_TRANSLATE_NOOP("Shortcuts", "The four steps")),
    ((Action.SEARCH,), QT_TRANSLATE_NOOP("Shortcuts", "Search")),
    ((Action.PRIMARY,), QT_TRANSLATE_NOOP("Shortcuts", "The button at the bottom right")),
    ((Action.BACK,), QT_TRANSLATE_NOOP("Shortcuts", "Back")),
    ((Action.UNDO,), QT_TRANSLATE_NOOP("Shortcuts", "Undo what has just been told")),
    ((Action.SETTINGS,), QT_TRANSLATE_NOOP("Shortcuts", "Settings")),
    ((Action.HELP,), QT_TRANSLATE_NOOP("Shortcuts", "Help")),
    ((Action.LOOK_AGAIN,), QT_TRANSLATE_NOOP("Shortcuts", "Look again")),
    ((Action.SHARE,), QT_TRANSLATE_NOOP("Shortcuts", "Share the drive, or see who is there")),
    ((Qt.Key.Key_Space,), QT_TRANSLATE_NOOP("Shortcuts", "Choose what is marked")),
    ((Qt.Key.Key_Return,), QT_TRANSLATE_NOOP("Shortcuts", "Details of what is marked")),
    ((Qt.Key.Key_Delete,), QT_TRANSLATE_NOOP("Shortcuts", "Take off what is marked")),
    ((Action.MENU,), QT_TRANSLATE_NOOP("Shortcuts", "What else there is to do with it")),
    ((Qt.Key.Key_Escape,), QT_TRANSLATE_NOOP("Shortcuts", "Close what lies on top")),
    ((Action.QUIT,), QT_TRANSLATE_NOOP("Shortcuts", "Close the window")),
)


def shortcuts() -> tuple[Shortcut, ...]:
    """All that there are, for people."""
    return tuple(
        Shortcut(
            "\N{EN DASH}".join(map(_written, actions)),
            QCoreApplication.translate("Shortcuts", meaning),
        )
        for actions, meaning in _SHOWN
    )


def _written(action: Action | Qt.Key) -> str:
    sequence = keys(action) if isinstance(action, Action) else QKeySequence(action)
    return sequence.toString(QKeySequence.SequenceFormat.NativeText)
