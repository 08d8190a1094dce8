"""Installing on this computer what is on the drive that was made."""

from __future__ import annotations

from collections.abc import Callable

from contents_pictures import contents
from settling import settle

from app.client.receiving.trusting import UnknownKey
from app.client.receiving.unvouched import Unvouched
from app.message import Message
from app.replacing import replace
from ui.controllers.receiving import ReceivingController
from ui.controllers.receiving_view import Hurdle, ReceivingState, ReceivingView, RowState
from ui.dialogs.receiving import ReceivingDialog
from ui.pages.contents.contents_view import Part
from ui.pages.contents.foot_buttons import FootButtons
from ui.window.main_window import MainWindow

_KEY = UnknownKey(
    "org.example.SchoolApps",
    "6E5C05D979C76DAF93C081354184DD4D907A7CAE",
    "School Apps <apps@school.example>",
    "School Apps",
)


def choosing(window: MainWindow) -> None:
    """One of the apps is not wanted."""
    dialog = _opened(window)
    dialog.rows[1].tick.click()


def installing(window: MainWindow) -> None:
    """Some are done."""
    dialog = _opened(window)
    dialog.acted.emit()
    settle(lambda: len(dialog.view.of(RowState.INSTALLED)) > 2)


def installed(window: MainWindow) -> None:
    """All are done."""
    dialog = _opened(window)
    dialog.acted.emit()
    settle(lambda: dialog.view.state is ReceivingState.DONE)


def showing(change: Callable[[ReceivingView], ReceivingView]) -> Callable[[MainWindow], None]:
    """Something that does not happen with the demo."""

    def show(window: MainWindow) -> None:
        dialog = _opened(window)
        controller = dialog.findChild(ReceivingController)
        assert controller is not None
        controller.changed.emit(change(dialog.view))

    return show


def mixed(view: ReceivingView) -> ReceivingView:
    """Some are here, older or not, and some cannot be installed."""
    first, second, third, fourth, *others = view.rows
    reason = Message("It is not on the drive.")
    return replace(
        view,
        rows=(
            replace(first, state=RowState.UPDATE),
            replace(second, state=RowState.UPDATE, ticked=False),
            *(replace(each, state=RowState.HERE, ticked=False) for each in others[3:]),
            *others[:3],
            replace(third, state=RowState.REFUSED, ticked=False, hurdle=Hurdle.OTHER_KEY),
            replace(
                fourth,
                state=RowState.REFUSED,
                ticked=False,
                hurdle=Hurdle.UNKNOWN_KEY,
                reason=reason,
            ),
        ),
    )


def failed(view: ReceivingView) -> ReceivingView:
    """Of some apps something is wrong."""
    first, second, third, *others = view.rows
    reason = Message("It is not on the drive.")
    return replace(
        view,
        state=ReceivingState.DONE,
        rows=(
            replace(first, state=RowState.INSTALLED, is_update=True),
            replace(
                second,
                state=RowState.FAILED,
                hurdle=Hurdle.DAMAGED,
                reason=reason,
            ),
            replace(third, state=RowState.FAILED, hurdle=Hurdle.MISSING, reason=reason),
            *(replace(each, state=RowState.INSTALLED) for each in others),
        ),
    )


def asking(view: ReceivingView) -> ReceivingView:
    """Whose key it is."""
    rows = tuple(replace(row, key=(_KEY.collection, row.ref)) for row in view.rows)
    return replace(view, state=ReceivingState.KEY, question=_KEY, rows=rows)


def unsigned(view: ReceivingView) -> ReceivingView:
    """Nobody vouches for some of it."""
    asked = Unvouched("https://apps.school.example/repo", "School apps", ("org.example.Inkwell",))
    return replace(view, state=ReceivingState.UNSIGNED, unsigned=asked)


def old_flatpak(view: ReceivingView) -> ReceivingView:
    """Apps of a container registry, on a computer that cannot install such."""
    reason = Message(
        "It needs flatpak {wants} or newer; this computer has {have}.", wants="1.17", have="1.14.10"
    )
    rows = (
        replace(
            row,
            state=RowState.REFUSED,
            ticked=False,
            hurdle=Hurdle.NEWER_FLATPAK,
            reason=reason,
        )
        for row in view.rows[:3]
    )
    return replace(view, rows=tuple(rows))


def wrong_clock(view: ReceivingView) -> ReceivingView:
    """It stands in the year in which such clocks begin."""
    return replace(view, state=ReceivingState.CLOCK, made=1_796_000_000)


def nothing_new(view: ReceivingView) -> ReceivingView:
    """All of it is here."""
    rows = (replace(row, state=RowState.HERE, ticked=False) for row in view.rows)
    return replace(view, rows=tuple(rows))


def stopped(view: ReceivingView) -> ReceivingView:
    """After the first."""
    first, *others = view.rows
    waiting = (replace(row, state=RowState.WAITING) for row in others)
    done = replace(first, state=RowState.INSTALLED)
    return replace(view, state=ReceivingState.STOPPED, rows=(done, *waiting))


RECEIVING_STATES: dict[str, Callable[[MainWindow], None]] = {
    "here": choosing,
    "here-mixed": showing(mixed),
    "here-key": showing(asking),
    "here-unsigned": showing(unsigned),
    "here-old-flatpak": showing(old_flatpak),
    "here-clock": showing(wrong_clock),
    "here-nothing-new": showing(nothing_new),
    "here-installing": installing,
    "here-stopped": showing(stopped),
    "here-done": installed,
    "here-failed": showing(failed),
}


def _opened(window: MainWindow) -> ReceivingDialog:
    contents(Part.APPS)(window)
    buttons = window.page.findChild(FootButtons)
    assert buttons is not None
    buttons.install.click()
    dialog = window.page.findChild(ReceivingDialog)
    assert dialog is not None
    settle(lambda: dialog.view.state is ReceivingState.CHOOSING)
    return dialog
