"""A drive that has apps already: what stays, what comes, what comes off; and one for computers."""

from __future__ import annotations

import tempfile
from pathlib import Path

from apps_pictures import all_apps, for_computers
from contents_pictures import done
from PySide6.QtCore import QAbstractItemModel, Qt
from settling import settle

from app.replacing import replace
from ui.dialogs.computers import ComputersDialog
from ui.pages.apps.app_list import Role
from ui.pages.apps.choice_strip import ChoiceStrip
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.widgets.fold import Fold
from ui.widgets.page_scroll import PageScroll
from ui.window.main_window import MainWindow


def on_it(window: MainWindow) -> None:
    """What is there is ticked, and nothing is changed."""
    done(window)
    window.open(PageName.APPS)
    view = all_apps(window)
    settle(lambda: view.model().rowCount() > 1 and not window.bridge.busy)


def taking_off(window: MainWindow) -> None:
    """One app comes off, and one comes."""
    on_it(window)
    _toggle(window, stays=True)
    _toggle(window, stays=False)


def only_taking_off(window: MainWindow) -> None:
    """Two apps come off."""
    on_it(window)
    for _ in range(2):
        _toggle(window, stays=True)


def its_choice(window: MainWindow) -> None:
    """All of that in its own place."""
    taking_off(window)
    strip = window.findChild(ChoiceStrip)
    assert strip is not None
    strip.opened.emit()


def its_review(window: MainWindow) -> None:
    """Beside what is new."""
    taking_off(window)
    _to_review(window)


def only_its_review(window: MainWindow) -> None:
    only_taking_off(window)
    _to_review(window)


def taken_off(window: MainWindow) -> None:
    """What came off."""
    only_its_review(window)
    window.page.primary()
    settle(lambda: window.session.outcome is not None)


def on_some(window: MainWindow) -> None:
    """Of two drives one has the apps: one of them is for both now, one comes off, the rest stays
    as it is."""
    on_it(window)
    session = window.session
    session.environment.cache.mkdir(parents=True, exist_ok=True)
    library = Path(tempfile.mkdtemp(dir=session.environment.cache)) / "LIBRARY"
    library.mkdir()
    session.set_choice(replace(session.choice, refs=()))
    session.set_targets((*session.targets, Target(library, library.name)))
    model = all_apps(window).model()
    partly = Qt.CheckState.PartiallyChecked
    settle(lambda: not window.bridge.busy and bool(_rows(model, partly)))
    first, second, *_ = _rows(model, partly)
    for row in (first, second, second):
        model.setData(model.index(row, 0), None, Qt.ItemDataRole.CheckStateRole)
        settle(lambda: not window.bridge.busy)


def some_choice(window: MainWindow) -> None:
    on_some(window)
    strip = window.findChild(ChoiceStrip)
    assert strip is not None
    strip.opened.emit()


def some_review(window: MainWindow) -> None:
    """What comes off each of them."""
    on_some(window)
    window.page.primary()
    settle(lambda: len(window.session.plans) > 1 and not window.bridge.busy)


def computers_review(window: MainWindow) -> None:
    """With what each of two computers will get."""
    for_computers(window)
    for dialog in window.findChildren(ComputersDialog):
        dialog.reject()
    _to_review(window)


def computers_folds(window: MainWindow) -> None:
    """All of it unfolded, at its end."""
    computers_review(window)
    for fold in window.page.findChildren(Fold):
        fold.set_open(True)
    area = window.page.findChild(PageScroll)
    assert area is not None
    bar = area.verticalScrollBar()
    # In every size of the window it is to be seen.
    bar.rangeChanged.connect(lambda _least, most: bar.setValue(most))


def computers_done(window: MainWindow) -> None:
    computers_review(window)
    window.page.primary()
    settle(lambda: window.session.outcome is not None)


CHANGING_STATES = {
    "apps-on-drive": on_it,
    "apps-taking-off": taking_off,
    "apps-taking-off-choice": its_choice,
    "apps-on-some": on_some,
    "apps-on-some-choice": some_choice,
    "review-on-some": some_review,
    "review-taking-off": its_review,
    "review-only-taking-off": only_its_review,
    "done-taken-off": taken_off,
    "review-for-computers": computers_review,
    "review-for-computers-folds": computers_folds,
    "done-for-computers": computers_done,
}


def _rows(model: QAbstractItemModel, state: Qt.CheckState) -> list[int]:
    role = Qt.ItemDataRole.CheckStateRole
    return [row for row in range(model.rowCount()) if model.index(row, 0).data(role) == state]


def _toggle(window: MainWindow, *, stays: bool) -> None:
    """The first app that is ticked, or the last that is not and can be."""
    view = all_apps(window)
    model = view.model()
    state = Qt.CheckState.Checked if stays else Qt.CheckState.Unchecked
    rows = range(model.rowCount())
    row = next(
        row
        for row in (rows if stays else reversed(rows))
        if model.index(row, 0).data(Qt.ItemDataRole.CheckStateRole) == state
        and model.index(row, 0).data(Role.ROW).facts.hindrance is None
    )
    model.setData(model.index(row, 0), None, Qt.ItemDataRole.CheckStateRole)
    settle(lambda: not window.bridge.busy)


def _to_review(window: MainWindow) -> None:
    window.page.primary()
    settle(lambda: window.session.plan is not None and not window.bridge.busy)
