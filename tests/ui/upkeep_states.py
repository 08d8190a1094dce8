"""The states of Contents where something is newer, or comes off; see `tests.ui.window_states`."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from app.message import Message
from app.ostree.pull.answers import OfflineError
from app.replacing import replace
from app.stick.planning.holding_back import HeldBack
from app.stick.planning.news import News
from tests.ui.window_state import WindowState
from tests.waiting import GUARD_MS
from ui.controllers.upkeep import UpkeepController, UpkeepState, UpkeepStatus
from ui.pages.contents.apps_model import AppsModel
from ui.window.main_window import MainWindow

_MB = 1_000_000
_NEW = "app/org.test.New/x86_64/stable"


def upkeep_states(shown: WindowState) -> dict[str, WindowState]:
    """``shown``: the apps of a drive."""

    def telling(status: Callable[[str], UpkeepStatus]) -> WindowState:
        def show(window: MainWindow, qtbot: QtBot) -> None:
            shown(window, qtbot)
            qtbot.waitUntil(lambda: not window.bridge.busy, timeout=GUARD_MS)
            model = window.page.findChild(AppsModel)
            controller = window.page.findChild(UpkeepController)
            assert model is not None
            assert controller is not None
            controller.status = status(model.lines[0].app.ref)
            controller.changed.emit()

        return show

    return {
        "contents: updates": telling(_updates),
        "contents: coming off": telling(_coming_off),
        "contents: to know": telling(_to_know),
        "contents: not read yet": telling(_unread),
        "contents: asking": telling(_asking),
        "contents: not asked": telling(_not_asked),
        "contents: held back": telling(_held_back),
    }


def _updates(ref: str) -> UpkeepStatus:
    return UpkeepStatus(news=News(newer={ref: "4.3"}, download=59 * _MB))


def _coming_off(ref: str) -> UpkeepStatus:
    return replace(_updates(ref), marked=(ref,))


def _to_know(ref: str) -> UpkeepStatus:
    """Everything that there can be, and too little room."""
    news = News(
        coming=(_NEW,),
        others=3,
        leaving=(f"{ref}x",),
        gone=frozenset({ref}),
        renamed={f"{ref}y": _NEW},
        unasked=frozenset({f"{ref}z"}),
        download=900 * _MB,
        lacking=700 * _MB,
    )
    return UpkeepStatus(news=news, asked=True)


def _unread(ref: str) -> UpkeepStatus:
    """What the sources said when somebody had already said yes."""
    news = News(newer={ref: "4.3"}, unasked=frozenset({f"{ref}z"}), download=_MB, exact=True)
    return UpkeepStatus(news=news, asked=True, unread=True)


def _asking(ref: str) -> UpkeepStatus:
    return replace(_updates(ref), state=UpkeepState.ASKING)


def _not_asked(_ref: str) -> UpkeepStatus:
    return UpkeepStatus(error=OfflineError(Message("There is no connection.")))


def _held_back(ref: str) -> UpkeepStatus:
    """What is gone upstream keeps the rest of its source as it is."""
    back = HeldBack("remote:up", "The repository of the school", (ref,), {}, (_NEW,))
    return UpkeepStatus(news=News(gone=frozenset({ref}), held_back=(back,)), asked=True)
