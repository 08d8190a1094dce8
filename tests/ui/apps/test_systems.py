"""Operating systems are chosen beside apps, and stand on every page that follows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.flatpak.remotes.system import read_system_remote
from app.replacing import replace
from app.stick.environment import Environment
from tests.gpg import SigningKey
from tests.systems import OS_COLLECTION, SYSTEM, System
from tests.ui.jobs import DRIVE, finish, review, said, write
from tests.waiting import GUARD_MS
from ui.controllers.systems import SystemsState
from ui.pages.apps.search_head import SearchHead
from ui.pages.apps.systems_dialog import SystemsDialog
from ui.pages.review.plan_card import PlanRows
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.window.main_window import MainWindow

pytestmark = pytest.mark.slow

NAME = SYSTEM.removeprefix("os/")


@pytest.fixture
def window(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    upstream_key: SigningKey,
    tmp_path: Path,
) -> MainWindow:
    """Of a computer that knows the source of an operating system and nothing else."""
    system = System(tmp_path / "system", upstream_key)
    system.commit()
    system.update()
    file = tmp_path / "os.conf"
    file.write_text(f'[remote "os"]\nurl={system.path.as_uri()}\n')
    remote = read_system_remote(file, key=upstream_key.public, collection_id=OS_COLLECTION)
    return open_window(replace(environment, built_in=(remote,)))


def asked(window: MainWindow, qtbot: QtBot) -> SystemsDialog:
    window.open(PageName.APPS)
    head = window.page.findChild(SearchHead)
    assert head is not None
    head.systems_wanted.emit()
    dialog = window.page.findChild(SystemsDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.view.state is not SystemsState.LOOKING, timeout=GUARD_MS)
    return dialog


def test_one_is_chosen_looked_over_and_written(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    drive = tmp_path / "drive"
    drive.mkdir()
    window.session.set_target(Target(drive, DRIVE))
    dialog = asked(window, qtbot)
    [tick] = dialog.ticks
    assert tick.accessibleName() == NAME
    tick.click()
    assert [each.ref for each in window.session.choice.refs] == [SYSTEM]
    tick.click()
    assert window.session.choice.refs == ()
    tick.click()
    dialog.close()
    assert window.page.value.startswith("1 operating system(s)")
    review(window, qtbot)
    assert window.page.title == f"1 operating system(s) onto {DRIVE}"
    rows = window.page.findChild(PlanRows)
    assert rows is not None
    assert [line.name for line in rows.lines] == [NAME]
    write(window, qtbot)
    finish(window, qtbot)
    assert "1 operating system(s), read back and right" in said(window)


@pytest.mark.thorough
def test_where_there_is_none_it_says_so(
    open_window: Callable[..., MainWindow], environment: Environment, qtbot: QtBot
) -> None:
    dialog = asked(open_window(environment), qtbot)
    assert dialog.view.state is SystemsState.NONE
    assert "No source that this computer knows has one." in said(dialog)
    dialog.close()
