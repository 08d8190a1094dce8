"""Sources that nobody vouches for: taken by who types their name, and told of wherever they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.replacing import replace
from app.settings import load_settings
from tests.gpg import SigningKey
from tests.kept import kept_key
from tests.ui.apps.person import Person, dialog_of
from tests.ui.user_actions import everything_said, press
from tests.upstream import Upstream
from ui.controllers.contents import ContentsController
from ui.dialogs.add_remote import AddRemoteDialog
from ui.dialogs.nobody_vouches import NobodyVouchesDialog
from ui.pages.apps.app_list import Role
from ui.pages.contents.apps_model import AppsModel
from ui.state.page_name import PageName
from ui.widgets.dialog import Dialog
from ui.widgets.pill import Pill


@pytest.fixture
def unsigned(own_upstream: Upstream) -> Upstream:
    """Nothing of it has a signature."""
    for pattern in ("summary*.sig", "summaries/*.sig", "objects/*/*.commitmeta"):
        for path in own_upstream.path.glob(pattern):
            path.unlink()
    return own_upstream


@pytest.fixture
def school(unsigned: Upstream) -> Remote:
    return Remote("school", unsigned.path.as_uri(), "School apps", gpg_verify=False)


def type_name(person: Person, dialog: Dialog, name: str) -> None:
    """Into the field that has the focus from the start, instead of what is in it."""
    person.until(lambda: isinstance(dialog.focusWidget(), QLineEdit))
    field = dialog.focusWidget()
    assert isinstance(field, QLineEdit)
    field.clear()
    person.qtbot.keyClicks(field, name)


def test_only_who_types_its_name_gets_its_apps(
    visit: Callable[..., Person], school: Remote
) -> None:
    person = visit(school)
    person.until(lambda: person.primary.text() == "Take its apps anyway…")
    person.primary.click()
    dialog = dialog_of(person, NobodyVouchesDialog)
    assert dialog.windowTitle() == "Nobody vouches for School apps"
    assert dialog.verb.reason

    type_name(person, dialog, "another")
    assert dialog.verb.reason
    type_name(person, dialog, "school  APPS")
    person.qtbot.keyClick(dialog, Qt.Key.Key_Return)

    person.until(lambda: "Hello" in person.names())
    config = person.window.session.environment.config
    assert load_settings(config).settings.unsigned_sources == (school.address,)
    assert "Unsigned" in person.index("Hello").data(Qt.ItemDataRole.AccessibleDescriptionRole)
    person.view.looked_at.emit(person.index("Hello").data(Role.ROW))
    person.until(lambda: person.details.row is not None)
    pills = person.details.findChildren(Pill)
    assert [pill.text for pill in pills if not pill.isHidden()] == ["Unsigned"]


@pytest.mark.thorough
def test_nothing_is_taken_from_it_where_that_is_cancelled(
    visit: Callable[..., Person], school: Remote
) -> None:
    person = visit(school)
    person.until(lambda: person.primary.text() == "Take its apps anyway…")
    person.primary.click()
    dialog = dialog_of(person, NobodyVouchesDialog)
    person.qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    person.until(lambda: not dialog.isVisible())
    assert person.window.session.environment.settings.unsigned_sources == ()
    assert person.count() == 0


@pytest.mark.thorough
def test_beside_others_a_link_leads_there(
    visit: Callable[..., Person],
    default_upstream: Upstream,
    upstream_key: SigningKey,
    school: Remote,
) -> None:
    signed = Remote("signed", default_upstream.path.as_uri(), keys=(upstream_key.public,))
    person = visit(signed)
    person.until(lambda: person.count() > 0)
    person.window.session.set_known(Known((signed, school)))
    person.until(lambda: "Nobody vouches for School apps" in person.texts())

    person.push("Take its apps anyway…")
    dialog = dialog_of(person, NobodyVouchesDialog)
    type_name(person, dialog, "School apps")
    dialog.verb.click()
    person.until(lambda: person.window.session.environment.settings.unsigned_sources)


@pytest.mark.thorough
def test_a_wrong_key_is_no_question(visit: Callable[..., Person], own_upstream: Upstream) -> None:
    """What somebody else signed is worse than what nobody did."""
    other = kept_key("Other <other@example.org>")
    added = Remote(
        "school",
        own_upstream.path.as_uri(),
        "School apps",
        keys=(other.public,),
        origin=RemoteOrigin.ADDED,
    )
    person = visit(added)
    person.until(lambda: person.primary.text() == "Remove source")
    assert "anyway" not in person.texts()

    accepted = replace(
        person.window.session.environment.settings, unsigned_sources=(added.address,)
    )
    session = person.window.session
    session.set_environment(replace(session.environment, settings=accepted))
    session.set_known(Known((added,)))
    person.until(lambda: not person.window.bridge.busy)
    assert person.primary.text() == "Remove source"


def test_a_file_without_a_key_is_added_by_its_name(
    visit: Callable[..., Person],
    default_upstream: Upstream,
    upstream_key: SigningKey,
    unsigned: Upstream,
    tmp_path: Path,
) -> None:
    file = tmp_path / "school.flatpakrepo"
    file.write_text(f"[Flatpak Repo]\nTitle=School apps\nUrl={unsigned.path.as_uri()}\n")
    person = visit(Remote("up", default_upstream.path.as_uri(), keys=(upstream_key.public,)))
    person.until(lambda: person.count() > 0)

    person.filter("Add a source")
    dialog = dialog_of(person, AddRemoteDialog)
    person.type(str(file))
    person.press(Qt.Key.Key_Return)
    person.until(lambda: dialog.windowTitle() == "Nobody vouches for School apps")
    assert dialog.verb.reason
    type_name(person, dialog, "School apps")
    assert dialog.verb.text() == "Take them anyway"
    dialog.verb.click()

    person.until(lambda: any(each.name == "school" for each in person.window.session.remotes))
    added = next(each for each in person.window.session.remotes if each.name == "school")
    assert added.unsigned_accepted
    window = person.window
    window.open(PageName.SETTINGS)
    person.until(lambda: "Unsigned" in everything_said(window.page))


@pytest.mark.thorough
def test_it_is_said_on_review_and_on_the_drive(
    visit: Callable[..., Person], school: Remote, tmp_path: Path
) -> None:
    """On each page that names its apps, and in the report: a drive with them is not just sound."""
    person = visit(school)
    window, qtbot = person.window, person.qtbot
    person.until(lambda: person.primary.text() == "Take its apps anyway…")
    person.primary.click()
    dialog = dialog_of(person, NobodyVouchesDialog)
    type_name(person, dialog, "School apps")
    dialog.verb.click()
    person.until(lambda: "Hello" in person.names())
    person.choose("Hello")
    window.open(PageName.REVIEW)
    person.until(lambda: "Nobody vouches for School apps." in everything_said(window.page))
    press(qtbot, window, window.page.primary_text)
    person.until(lambda: window.session.outcome is not None)
    person.until(lambda: "is ready" in window.page.title)
    told = everything_said(window.page)
    assert "Nobody vouches for School apps." in told
    assert "Nobody vouches for it" in told
    # It is what was wanted, and can be handed out.
    assert "START-HERE" in told

    window.open(PageName.DRIVE)
    person.until(lambda: not window.bridge.busy)
    assert "Sound" not in everything_said(window.page)
    window.open(PageName.CONTENTS)
    model = window.page.findChild(AppsModel)
    assert model is not None
    person.until(lambda: [line.pill for line in model.lines] == ["Unsigned"])
    person.until(lambda: "Nobody vouches for it" in everything_said(window.page))
    assert "Sound" not in everything_said(window.page)

    # There is no key that anybody could add.
    press(qtbot, window, "Check")
    person.until(lambda: "nobody vouches for it" in everything_said(window.page))
    told = everything_said(window.page)
    assert "Take the apps only if you know who made the drive." in told
    assert "a check can tell" not in told
    assert "To the settings" not in told

    contents = window.page.findChild(ContentsController)
    assert contents is not None
    contents.save_report(tmp_path)
    person.until(lambda: list(tmp_path.glob("*.html")))
    [report] = tmp_path.glob("*.html")
    said = report.read_text()
    assert "Nobody vouches for it" in said
    assert "Sound" not in said


def test_one_that_cannot_be_accepted_is_not_added_either(
    visit: Callable[..., Person],
    default_upstream: Upstream,
    upstream_key: SigningKey,
    unsigned: Upstream,
    tmp_path: Path,
) -> None:
    file = tmp_path / "school.flatpakrepo"
    file.write_text(f"[Flatpak Repo]\nTitle=School apps\nUrl={unsigned.path.as_uri()}\n")
    signed = Remote("signed", default_upstream.path.as_uri(), keys=(upstream_key.public,))
    person = visit(signed)
    person.until(lambda: person.count() > 0)
    config = person.window.session.environment.config
    # Nothing can be written there.
    (config / "settings.json").mkdir(parents=True)
    (config / "settings.json" / "full").touch()

    person.filter("Add a source")
    dialog = dialog_of(person, AddRemoteDialog)
    person.type(str(file))
    person.press(Qt.Key.Key_Return)
    person.until(lambda: dialog.windowTitle() == "Nobody vouches for School apps")
    type_name(person, dialog, "School apps")
    person.qtbot.keyClick(dialog, Qt.Key.Key_Return)
    person.until(lambda: dialog.verb.text() == "Try again")

    assert "cannot be saved" in everything_said(dialog)
    assert not list(config.glob("remotes/*"))
    dialog.reject()
    assert not dialog.isVisible()
