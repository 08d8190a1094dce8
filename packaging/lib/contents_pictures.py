"""A drive that was made: its review, the end of its job, what is on it, what it is tried for."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from apps_pictures import beginning
from settling import settle

from app.replacing import replace
from ui.controllers.inspection import InspectionController
from ui.dialogs.rehearsal import RehearsalDialog
from ui.pages.contents.contents_view import Part
from ui.pages.make.done_view import DoneView
from ui.state.page_name import PageName
from ui.widgets.segments import Segments
from ui.window.main_window import MainWindow


def reviewing(window: MainWindow) -> None:
    """What a set comes to."""
    beginning(window)
    window.page.primary()
    settle(lambda: window.session.plan is not None and not window.bridge.busy)


def too_much(window: MainWindow) -> None:
    """More than there is room for, and one that gets no more updates."""
    reviewing(window)
    plan = window.session.plan
    assert plan is not None
    estimate = plan.estimate
    first = next(item.ref for item in plan.items if item.named)
    collections = tuple(
        replace(
            each,
            items=tuple(
                replace(item, eol="x") if item.ref == first else item for item in each.items
            ),
        )
        for each in plan.collections
    )
    small = replace(estimate.space, free=estimate.least // 2)
    window.session.set_plan(
        replace(plan, collections=collections, estimate=replace(estimate, space=small))
    )


def done(window: MainWindow) -> None:
    """The job has ended well."""
    reviewing(window)
    window.page.primary()
    settle(lambda: window.session.outcome is not None)


def contents(part: Part) -> Callable[[MainWindow], None]:
    """Of the drive that was made."""

    def show(window: MainWindow) -> None:
        done(window)
        window.open(PageName.CONTENTS)
        inspector, segments = _contents(window)
        segments.chosen.emit(part)
        settle(lambda: inspector.sizes is not None)

    return show


def damaged(window: MainWindow) -> None:
    """The largest file on the drive that was made, as a check tells it."""
    done(window)
    drive = window.session.environment.demo_drive
    assert drive is not None
    files = drive.glob(".ostree/repo/objects/*/*.filez")
    largest = max(files, key=lambda path: path.stat().st_size)
    data = largest.read_bytes()
    largest.write_bytes(data[: len(data) // 2] + bytes(16) + data[len(data) // 2 + 16 :])
    window.open(PageName.CONTENTS)
    inspector, segments = _contents(window)
    settle(lambda: inspector.sizes is not None)
    inspector.start_check()
    segments.chosen.emit(Part.CHECK)
    settle(lambda: inspector.check.ended)


def trying(window: MainWindow) -> None:
    """As an offline computer would; some are done."""
    done(window)
    dialog = _try(window)
    settle(lambda: dialog.view.installing > 2)


def tried(window: MainWindow) -> None:
    """Of one app something is missing on the drive."""
    done(window)
    drive = window.session.environment.demo_drive
    assert drive is not None
    for path in drive.glob(".ostree/repo/objects/*/*.filez"):
        data = path.read_bytes()
        content = zlib.decompress(data[8 + int.from_bytes(data[:4], "big") :] or b"\3\0", -15)
        if b"Curves: hello" in content:
            path.unlink()
    dialog = _try(window)
    settle(lambda: not dialog.view.under_way)


def _try(window: MainWindow) -> RehearsalDialog:
    view = window.page.findChild(DoneView)
    assert view is not None
    view.tried.emit()
    dialog = window.page.findChild(RehearsalDialog)
    assert dialog is not None
    return dialog


def _contents(window: MainWindow) -> tuple[InspectionController, Segments]:
    inspector = window.page.findChild(InspectionController)
    segments = window.page.findChild(Segments)
    assert inspector is not None
    assert segments is not None
    return inspector, segments
