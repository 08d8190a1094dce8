"""The states of installing on this computer, each made of what the demo's drive offers."""

from __future__ import annotations

from collections.abc import Callable

from pytestqt.qtbot import QtBot

from app.client.receiving.trusting import UnknownKey
from app.client.receiving.unvouched import Unvouched
from app.message import Message
from app.replacing import replace
from tests.ui.contents_states import contents
from tests.ui.window_state import WindowState
from tests.waiting import GUARD_MS
from ui.controllers.receiving import ReceivingController
from ui.controllers.receiving_view import Hurdle, ReceivingState, ReceivingView, RowState
from ui.dialogs.receiving import ReceivingDialog
from ui.pages.contents.contents_view import Part
from ui.pages.contents.foot_buttons import FootButtons
from ui.window.main_window import MainWindow

_REASON = Message("It is not on the drive.")
_OLD = Message(
    "It needs flatpak {wants} or newer; this computer has {have}.", wants="1.17", have="1.14.10"
)
_KEY = UnknownKey("org.test.Apps", "0123456789" * 4, "org.test.Apps", "org.test.Apps")
_UNVOUCHED = Unvouched("https://school.example/repo", "School apps", ("org.test.Apps",))
_MADE = 1_796_000_000


def receiving(change: Callable[[ReceivingView], ReceivingView]) -> WindowState:
    """The dialog, with another view than it came to."""

    def show(window: MainWindow, qtbot: QtBot) -> None:
        contents(Part.APPS)(window, qtbot)
        buttons = window.page.findChild(FootButtons)
        assert buttons is not None
        buttons.install.click()
        dialog = window.page.findChild(ReceivingDialog)
        assert dialog is not None
        qtbot.waitUntil(lambda: dialog.view.state is not ReceivingState.LOOKING, timeout=GUARD_MS)
        controller = dialog.findChild(ReceivingController)
        assert controller is not None
        named = tuple(replace(row, name="org.test") for row in dialog.view.rows)
        controller.changed.emit(change(replace(dialog.view, rows=named)))

    return show


def several(view: ReceivingView) -> ReceivingView:
    """Every kind there is, before anything is installed."""
    [row] = view.rows
    states = (RowState.UPDATE, RowState.NEW, RowState.HERE, RowState.ELSEWHERE)
    rows = [
        replace(row, key=("org.test", f"{row.ref}{state}"), state=state, ticked=False)
        for state in states
    ]
    rows[0] = replace(rows[0], ticked=True)
    for hurdle in (Hurdle.UNKNOWN_KEY, Hurdle.OTHER_KEY, Hurdle.UNTRUSTED, Hurdle.NEWER_FLATPAK):
        key = "org.test", f"{row.ref}{hurdle}"
        reason = _OLD if hurdle is Hurdle.NEWER_FLATPAK else _REASON
        state = RowState.REFUSED
        rows.append(replace(row, key=key, state=state, ticked=False, hurdle=hurdle, reason=reason))
    return replace(view, rows=tuple(rows))


def asking(view: ReceivingView) -> ReceivingView:
    return replace(view, state=ReceivingState.KEY, question=_KEY)


def unsigned(view: ReceivingView) -> ReceivingView:
    return replace(view, state=ReceivingState.UNSIGNED, unsigned=_UNVOUCHED)


def wrong_clock(view: ReceivingView) -> ReceivingView:
    return replace(view, state=ReceivingState.CLOCK, made=_MADE)


def under_way(view: ReceivingView) -> ReceivingView:
    [row] = view.rows
    rows = tuple(
        replace(row, key=("org.test", f"{row.ref}{state}"), state=state)
        for state in (RowState.INSTALLED, RowState.UNDER_WAY, RowState.WAITING)
    )
    return replace(view, state=ReceivingState.INSTALLING, rows=rows, now=row.name)


def failed(view: ReceivingView) -> ReceivingView:
    [row] = view.rows
    rows = [replace(row, state=RowState.INSTALLED, is_update=True)]
    for hurdle in (Hurdle.DAMAGED, Hurdle.MISSING, Hurdle.ROOM, Hurdle.OTHER):
        key = "org.test", f"{row.ref}{hurdle}"
        rows.append(replace(row, key=key, state=RowState.FAILED, hurdle=hurdle, reason=_REASON))
    return replace(view, state=ReceivingState.DONE, rows=tuple(rows))


RECEIVING_STATES: dict[str, WindowState] = {
    "install here": receiving(several),
    "install here: whose key": receiving(asking),
    "install here: nobody vouches": receiving(unsigned),
    "install here: the clock": receiving(wrong_clock),
    "install here: under way": receiving(under_way),
    "install here: not all": receiving(failed),
}
