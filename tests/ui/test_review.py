"""Review: what will be on the drive, what there is to say about it, and what to leave out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeView
from pytestqt.qtbot import QtBot

from app.drive.drive import Drive, Volume
from app.errors import UpstreamError
from app.flatpak.remotes.known import Known, read_remote
from app.message import NOTHING, Message
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.for_computer import ForComputer, Get
from tests.build_contents import ExtraData
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import Server
from tests.ui.jobs import WRITE, buttons, choose, finish, review, said, until_said, write
from tests.ui.user_actions import LONG, press
from tests.upstream import Upstream, fill_default, host_arch
from tests.volumes import mounted
from ui.controllers.planning import PlanController, PlanState, PlanStatus
from ui.i18n.numbers import sized
from ui.models.review_values import NO_SIZE, PlanLine
from ui.pages.review.plan_card import PlanRows
from ui.pages.review.plan_tree import PlanColumn
from ui.pages.review.plan_view import PlanView
from ui.state.page_name import PageName
from ui.state.session import Target
from ui.widgets.app_message import AppMessage, AppMessages
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


def view(window: MainWindow) -> PlanView:
    [view] = window.page.findChildren(PlanView)
    return view


def lines(window: MainWindow) -> dict[str, PlanLine]:
    """The apps in the list, by name."""
    return {line.name: line for line in view(window).rows.lines}


def remarks(window: MainWindow) -> dict[str, AppMessage]:
    """The banners, by what they say first."""
    [messages] = view(window).findChildren(AppMessages)
    return {banner.accessibleName(): banner for banner in messages.banners if banner.isVisible()}


def words_of(line: PlanLine) -> list[str]:
    return [text for text, _ in line.remarks]


def test_apps_by_name_with_what_they_take(window: MainWindow, drive: Path, qtbot: QtBot) -> None:
    choose(window, drive, app("Hello"), app("Large"))
    review(window, qtbot)

    assert list(lines(window)) == ["Hello", "Large"]
    assert lines(window)["Large"].size.endswith("MB")
    for text in ("2 app(s) onto My drive", "To download", "Takes on the drive", "Takes about"):
        assert text in said(window)
    assert WRITE in buttons(window)


def test_what_they_need_is_folded(window: MainWindow, drive: Path, qtbot: QtBot) -> None:
    choose(window, drive, app("Hello"))
    review(window, qtbot)
    needs = view(window).needs
    assert not needs.is_open
    needs.head.click()
    [rows] = needs.findChildren(PlanRows)
    names = [line.name for line in rows.lines]
    assert "Test Platform 1" in names
    assert not any("org.test" in name for name in names)


def test_for_builders_there_are_refs_and_reasons(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, app("Hello"))
    review(window, qtbot)
    builders = view(window).builders
    builders.head.click()
    [tree] = builders.findChildren(QTreeView)
    model = tree.model()
    flags = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
    [index] = model.match(
        model.index(0, 0), Qt.ItemDataRole.DisplayRole, "org.test.Platform (1)", 1, flags
    )
    columns = [index.siblingAtColumn(column).data() for column in PlanColumn]
    assert columns[1:3] == ["The runtime of org.test.Hello.", "new"]
    assert columns[3].endswith("B")
    assert "signed by" in said(builders)
    assert window.session.plan is not None


def test_what_is_there_already(window: MainWindow, drive: Path, qtbot: QtBot) -> None:
    choose(window, drive, app("Hello"))
    write(window, qtbot)
    finish(window, qtbot)
    choose(window, drive, app("Hello"), app("Old"))
    review(window, qtbot)

    assert words_of(lines(window)["Hello"]) == ["On the drive already"]
    assert lines(window)["Hello"].size == NO_SIZE
    choose(window, drive, app("Hello"))
    review(window, qtbot)
    assert "Everything you chose is on it already." in said(window)
    assert "Write it again" in buttons(window)


@pytest.mark.thorough
def test_what_is_installed_here_is_not_downloaded(
    window: MainWindow, drive: Path, upstream: Upstream, qtbot: QtBot
) -> None:
    """The repository of an installation has what flatpak has installed."""
    repo = window.session.environment.flatpak.user / "repo"
    repo.mkdir(parents=True)
    upstream.ostree("init", f"--repo={repo}", "--mode=bare-user-only")
    upstream.ostree("pull-local", f"--repo={repo}", "--remote=up", upstream.path, app("Large"))
    options = window.session.default_options
    assert options.from_installed
    choose(window, drive, app("Hello"), app("Large"), from_installed=options.from_installed)
    review(window, qtbot)

    plan = window.session.plan
    assert plan is not None
    assert 0 < plan.estimate.download < plan.estimate.fetch
    assert f"{sized(plan.estimate.here)} is here already" in said(window)


@pytest.mark.thorough
def test_an_end_of_life_is_said_of_the_app(window: MainWindow, drive: Path, qtbot: QtBot) -> None:
    choose(window, drive, app("Old"), app("Hello"))
    review(window, qtbot)

    assert "No more updates" in words_of(lines(window)["Old"])
    [banner] = remarks(window).values()
    assert banner.accessibleName().startswith("Old gets no more updates.")


def test_what_is_left_out_is_counted_in_place_and_can_be_taken_back(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, app("Old"), app("Hello"))
    review(window, qtbot)
    before = window.session.choice
    [banner] = remarks(window).values()
    qtbot.mouseClick(banner.button, Qt.MouseButton.LeftButton)

    assert list(lines(window)) == ["Hello"]
    assert WRITE not in buttons(window)
    qtbot.waitUntil(lambda: WRITE in buttons(window), timeout=LONG)
    assert [each.name for each in window.session.choice.refs] == ["Hello"]
    assert not remarks(window)
    assert "Old removed from your choice." in said(window)

    press(qtbot, window, "Undo")
    assert window.session.choice == before
    qtbot.waitUntil(lambda: WRITE in buttons(window), timeout=LONG)
    assert set(lines(window)) == {"Old", "Hello"}


@pytest.mark.thorough
def test_languages_that_the_chosen_do_not_come_in(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, app("Hello"), app("Large"), languages=("de", "pt_BR"))
    review(window, qtbot)
    assert words_of(lines(window)["Hello"]) == ["Not in Portuguese"]
    assert len(lines(window)) == 2

    press(qtbot, window, "Portuguese ✓ in 1 of 2 app(s). Show the 1")
    assert list(lines(window)) == ["Hello"]
    press(qtbot, window, "Portuguese ✓ in 1 of 2 app(s). Show all")
    assert len(lines(window)) == 2


def test_what_must_not_be_carried_is_left_out_where_it_blocks(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, app("Payload"), app("Hello"))
    review(window, qtbot)

    assert WRITE not in buttons(window)
    [(text, banner)] = remarks(window).items()
    assert text.startswith("Payload cannot go on a drive.")
    assert "org.test" not in said(window)
    qtbot.mouseClick(banner.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: WRITE in buttons(window), timeout=LONG)
    assert list(lines(window)) == ["Hello"]


@pytest.mark.thorough
def test_where_nothing_of_it_can_be_carried_it_is_said_of_the_app(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, app("Payload"))
    window.open(PageName.REVIEW)
    until_said(window, qtbot, "Payload cannot go on a drive.")

    assert "org.test" not in said(window)
    press(qtbot, window, "Leave it out")
    assert "Nothing is chosen yet" in said(window)
    press(qtbot, window, "Choose apps")
    assert window.page.name is PageName.APPS


@pytest.mark.devices
def test_what_does_not_fit_can_be_left_out_largest_first(
    window: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    with mounted("ext4", tmp_path / "small", megabytes=2) as small:
        choose(window, small, app("Hello"), app("Large"))
        review(window, qtbot)

        assert list(lines(window)) == ["Large", "Hello"]
        assert all(line.may_be_left_out for line in lines(window).values())
        assert "too much" in said(window)
        assert WRITE not in buttons(window)


def test_eject_when_finished_is_asked_of_drives_only(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, app("Hello"))
    review(window, qtbot)
    assert "Eject when finished" not in buttons(window)
    size, free = 10**9, 5 * 10**8
    volume = Volume("/dev/sdb1", 17, "ext4", "org.test", "A-B", size, (drive,), False, free, 4096)
    hardware = Drive(
        "/dev/sdb", 16, "", "org.test", "", "usb", size, True, False, NOTHING, (volume,)
    )
    # Others plug real ones in meanwhile, and a drive that nobody knows would only be the folder.
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
    window.session.drives.close()
    window.session.drives.drives = (hardware,)
    window.session.drives.changed.emit()
    window.session.set_target(Target(drive, "org.test", hardware, volume))
    window.back()
    window.open(PageName.REVIEW)
    qtbot.waitUntil(lambda: not window.bridge.busy, timeout=LONG)
    press(qtbot, window, "Eject when finished")
    assert window.session.ejects_when_finished


@pytest.mark.thorough
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


@pytest.mark.thorough
def test_another_choice_is_worked_out_anew(window: MainWindow, drive: Path, qtbot: QtBot) -> None:
    choose(window, drive, app("Hello"))
    review(window, qtbot)
    first = window.session.plan
    window.back()
    choose(window, drive, app("Old"))
    assert window.session.plan is None
    review(window, qtbot)

    assert window.session.plan is not first
    assert list(lines(window)) == ["Old"]


def test_a_drive_that_has_gone_leads_to_the_drives(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, app("Hello"))
    review(window, qtbot)
    window.session.set_target(None)

    press(qtbot, window, "Choose a drive")
    assert window.page.name is PageName.DRIVE


def test_what_each_computer_gets_is_folded_below_the_apps(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    choose(window, drive, app("Hello"))
    get = Get("org.test", app("Hello"), True, True, "Hello", 5_000_000)
    gone = Get("org.test", app("Gone"), True, True, "Gone", 5_000_000)
    lab = ForComputer("lab-1", 1_796_000_000, (get, gone))
    choice = replace(window.session.choice, computers=(lab,))
    window.session.set_choice(choice)
    review(window, qtbot)
    view = window.page.findChild(PlanView)
    assert view is not None
    assert view.computers.head.text() == "For 1 computer(s)"
    qtbot.mouseClick(view.computers.head, Qt.MouseButton.LeftButton)
    assert "lab-1, as of" in said(view.computers)
    assert "1 update(s), with what they need 5.0\N{NO-BREAK SPACE}MB" in said(view.computers)
    # It is not among what is chosen any more.
    assert "Gone" not in said(view.computers)


def test_where_there_is_no_plan_one_button_leads_back_to_the_apps(
    window: MainWindow, drive: Path, qtbot: QtBot
) -> None:
    """And is called as in every other state: two of them had no room in a small window."""
    choose(window, drive, app("Hello"))
    review(window, qtbot)
    controller = window.page.findChild(PlanController)
    assert controller is not None
    controller.status = PlanStatus(PlanState.FAILED, error=UpstreamError(Message("It broke off.")))
    controller.status_changed.emit(controller.status)
    assert {"Back", "Try again"} <= buttons(window)
    assert "Back to apps" not in buttons(window)
    press(qtbot, window, "Back")
    assert window.page.name is PageName.APPS
