"""Review: the plan that `satchel plan` prints, as a tree, with what to know and what stands in the
way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtWidgets import QTreeView
from pytestqt.qtbot import QtBot

from app.flatpak.remotes.known import Known, read_remote
from app.stick.environment import Environment
from tests.build_contents import ExtraData
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import Server
from tests.ui.jobs import buttons, choose, finish, review, said, until_said, write
from tests.ui.user_actions import LONG, press
from tests.upstream import Upstream, fill_default, host_arch
from tests.volumes import mounted
from ui.pages.review.plan_tree import PlanColumn
from ui.state.page_name import PageName
from ui.widgets.message_list import MessageList
from ui.window.main_window import MainWindow

ARCH = host_arch()


def fill(upstream: Upstream) -> None:
    fill_default(upstream)
    payload = ExtraData(b"only from its maker", "http://127.0.0.1:9/payload.bin")
    upstream.add_app("org.test.Payload", extra_data=payload)
    upstream.add_app("org.test.Old", eol="Nobody looks after it.")
    upstream.update()


@pytest.fixture(scope="module")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("review") / "up", upstream_key, fill)


@pytest.fixture(scope="module")
def server(upstream: Upstream) -> Iterator[Server]:
    with Server(upstream.path) as server:
        yield server


@pytest.fixture
def window(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    upstream: Upstream,
    server: Server,
    tmp_path: Path,
) -> MainWindow:
    path = tmp_path / "test.flatpakrepo"
    path.write_text(upstream.flatpakrepo(server.url))
    remote = read_remote(path)
    return open_window(replace(environment, built_in=(remote,)))


@pytest.fixture
def drive(tmp_path: Path) -> Path:
    directory = tmp_path / "drive"
    directory.mkdir()
    return directory


def app(name: str) -> str:
    return f"app/org.test.{name}/{ARCH}/stable"


Lines = dict[str, list[str]]


def tree(window: MainWindow) -> Lines:
    """Below each line of the tree, by its name, the names of those below it; "" for the top."""
    model = view(window).model()
    lines: Lines = {}

    def walk(parent: QModelIndex, name: str) -> None:
        for row in range(model.rowCount(parent)):
            index = model.index(row, PlanColumn.NAME, parent)
            lines.setdefault(name, []).append(index.data())
            walk(index, index.data())

    walk(QModelIndex(), "")
    return lines


def view(window: MainWindow) -> QTreeView:
    [tree] = window.page.findChildren(QTreeView)
    return tree


def line(model: QAbstractItemModel, name: str) -> list[str]:
    """The columns of a line."""
    flags = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
    index = model.match(model.index(0, 0), Qt.ItemDataRole.DisplayRole, name, 1, flags)[0]
    return [index.siblingAtColumn(column).data() for column in PlanColumn]


def notices(window: MainWindow) -> str:
    [messages] = window.page.findChildren(MessageList)
    model = messages.model()
    return "\n".join(
        str(model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole))
        for row in range(model.rowCount())
    )


def test_what_is_chosen_has_what_it_needs_below_it(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, app("Hello"))
    review(window, qtbot)

    lines = tree(window)
    assert lines[""] == ["Your choice and what it needs", "Comes with it"]
    assert lines["Your choice and what it needs"] == ["Hello"]
    assert {"Hello, translations", "org.test.Platform (1)"} <= set(lines["Hello"])
    assert lines["Comes with it"] == ["The catalogue"]
    name, why, action, size = line(view(window).model(), "org.test.Platform (1)")
    assert (name, why, action) == (
        "org.test.Platform (1)",
        "The runtime of org.test.Hello.",
        "new",
    )
    assert size.endswith("B")


def test_it_is_the_plan_that_the_job_gets(window: MainWindow, drive: Path, qtbot: QtBot) -> None:
    choose(window, drive, app("Hello"))
    review(window, qtbot)

    plan = window.session.plan
    assert plan is not None
    rows = sum(map(len, tree(window).values()))
    sections = len(tree(window)[""])
    assert rows - sections >= len(plan.items)
    for text in ("to download", "on the drive", "free afterwards"):
        assert text in said(window.page)


def test_what_is_there_already_is_said_to_stay(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, app("Hello"))
    write(window, qtbot)
    finish(window, qtbot)
    choose(window, drive, app("Old"))
    review(window, qtbot)

    lines = tree(window)
    assert lines["Your choice and what it needs"] == ["Old"]
    assert "org.test.Hello" in lines["Stays as it is"]
    assert line(view(window).model(), "org.test.Hello")[2:] == ["on the drive", ""]


def test_warnings_are_in_sight(window: MainWindow, drive: Path, qtbot: QtBot) -> None:
    choose(window, drive, app("Old"))
    review(window, qtbot)

    assert "end of life: Nobody looks after it" in notices(window)


def test_languages_that_the_chosen_do_not_come_in(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, app("Hello"), languages=("de", "pt_BR"))
    review(window, qtbot)
    assert "Português: org.test.Hello" in notices(window)
    assert "Deutsch" not in notices(window)


def test_what_must_not_be_carried_leads_back_to_the_apps(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, app("Payload"))
    window.open(PageName.REVIEW)
    until_said(window, qtbot, "cannot be carried")

    assert "Nothing was written. The drive is as before." in said(window)
    assert "Write to the drive" not in buttons(window)
    press(qtbot, window, "Back to apps")
    assert window.page.name is PageName.APPS


@pytest.mark.devices
def test_what_does_not_fit_says_so_with_numbers(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    with mounted("ext4", tmp_path / "small", megabytes=2) as small:
        choose(window, small, app("Large"), app("Hello"))
        window.open(PageName.REVIEW)
        qtbot.waitUntil(lambda: "Choose another drive" in buttons(window), timeout=LONG)

        assert "are free" in said(window)
        press(qtbot, window, "Choose another drive")
        assert window.page.name is PageName.DRIVE


def test_an_older_state_can_be_accepted(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    own_upstream: Upstream,
    serve: Callable[..., Server],
    drive: Path,
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    older = own_upstream.copy(tmp_path / "older")
    own_upstream.bump(app("Hello"))
    own_upstream.update()
    path = tmp_path / "test.flatpakrepo"
    path.write_text(own_upstream.flatpakrepo(serve(own_upstream.path).url))
    newer_remote = read_remote(path)
    older_remote = replace(newer_remote, url=serve(older.path).url)
    window = open_window(replace(environment, built_in=(newer_remote,)))
    choose(window, drive, app("Hello"))
    write(window, qtbot)
    finish(window, qtbot)
    window.session.set_known(Known((older_remote,), ()))
    window.session.set_plan(None)
    window.open(PageName.REVIEW)
    qtbot.waitUntil(lambda: "Use the older state" in buttons(window), timeout=LONG)

    press(qtbot, window, "Use the older state")
    qtbot.waitUntil(lambda: window.session.plan is not None, timeout=LONG)
    assert window.session.choice.options.allow_older


def test_another_choice_is_worked_out_anew(window: MainWindow, drive: Path, qtbot: QtBot) -> None:
    choose(window, drive, app("Hello"))
    review(window, qtbot)
    first = window.session.plan
    window.back()
    choose(window, drive, app("Old"))
    assert window.session.plan is None
    review(window, qtbot)

    assert window.session.plan is not first
    assert tree(window)["Your choice and what it needs"] == ["Old"]


def test_a_drive_that_has_gone_leads_to_the_drives(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, app("Hello"))
    review(window, qtbot)
    window.session.set_target(None)

    press(qtbot, window.page, "Choose a drive")
    assert window.page.name is PageName.DRIVE
