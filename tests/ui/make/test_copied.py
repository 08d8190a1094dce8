"""A drive is copied to another one, which is pulled out on the way: real drives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.progress import Phase
from app.replacing import replace
from app.stick.environment import Environment
from app.stick.planning.options import Options
from tests.devices import Devices
from tests.servers import HostileServer
from tests.ui.contents.person import Person
from tests.ui.jobs import review, until_said
from tests.ui.make.jobs import HELLO, Threshold, knowing
from tests.ui.user_actions import press
from tests.ui.widget_tree import texts
from tests.upstream import Upstream, host_arch
from ui.pages.contents.compare_dialog import CompareDialog
from ui.pages.contents.copy_dialog import CopyDialog
from ui.state.choice import Choice, ChosenRef
from ui.state.page_name import PageName
from ui.window.main_window import MainWindow

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


def is_sound(window: MainWindow) -> bool:
    outcome = window.session.outcome
    return outcome is not None and outcome.check is not None and outcome.check.ok


def test_a_copy_goes_on_when_its_drive_is_back(
    open_window: Callable[..., MainWindow],
    environment: Environment,
    devices: Devices,
    own_upstream: Upstream,
    server: HostileServer,
    tmp_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert devices.environment
    remote = knowing(tmp_path, own_upstream, server.url)
    network = replace(environment.network, first_pause=0.001)
    window = open_window(
        replace(environment, built_in=(remote,), default_network=network), loops_are_removable=True
    )
    session, person = window.session, Person(window, qtbot)
    disk = devices.disk("ext4", label="CLASSROOM")
    disk.appear()
    person.until(lambda: session.target is not None)
    session.set_choice(Choice((ChosenRef(HELLO, remote.name, "Hello"),), Options(host_arch())))
    review(window, qtbot)
    press(qtbot, window, "Write to CLASSROOM")
    person.until(lambda: is_sound(window))

    # Another drive shows up by itself, and is made ready without a word.
    window.open(PageName.CONTENTS)
    person.until(lambda: person.offers("Copy to another drive"))
    person.clicks("Copy to another drive")
    dialog = person.page.findChild(CopyDialog)
    assert dialog is not None
    small = devices.disk("ext4", label="SMALL")
    small.appear()
    person.until(lambda: any("to copy" in text for _, text in texts(dialog)))

    threshold = Threshold(window.bridge, Phase.COPY, monkeypatch)
    assert dialog.verb.text() == "Copy to SMALL"
    dialog.verb.click()
    person.until(threshold.reached.is_set)
    small.detach()
    threshold.go_on()
    until_said(window, qtbot, "SMALL was pulled out.")
    small.appear()
    person.until(lambda: is_sound(window))
    assert window.page.title == "SMALL is a copy of CLASSROOM"

    # What is the same on both is said to be, without anything being chosen.
    press(qtbot, window, "See what is on it")
    person.until(lambda: person.page.title == "SMALL" and "Sound" in person.line)
    person.menu("Compare with…")
    compared = person.page.findChild(CompareDialog)
    assert compared is not None
    person.until(lambda: compared.headline == "Both hold the same")
    compared.reject()
