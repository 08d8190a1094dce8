"""Install here with apps of container registries: what the dialog runs is a real flatpak 1.18."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.client.receiving.installation import Scope
from app.credentials import host_of
from app.flatpak.remotes.directories import FlatpakDirectories
from app.replacing import replace
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.registry import RegistryServer
from tests.stick.clients.matrix.computers import ForeignComputer
from tests.stick.clients.matrix.roots import root_of
from tests.stick.images.test_clients import APP, LOCALE, NEW, RUNTIME, fill, make_drive
from tests.ui.test_receiving import ended, installing_here, looked_at, only_for_me
from ui.controllers.receiving_view import RowState
from ui.dialogs.nobody_vouches import TypedName
from ui.window.main_window import MainWindow

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


@pytest.mark.parametrize("scope", [Scope.SYSTEM, Scope.USER])
def test_an_app_of_a_registry(
    open_window: Callable[..., MainWindow],
    upstream_key: SigningKey,
    tmp_path: Path,
    qtbot: QtBot,
    scope: Scope,
) -> None:
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill)
    drive = tmp_path / "drive"
    with RegistryServer(tmp_path / "server") as server:
        server.add_all(upstream)
        make_drive(drive, tmp_path / "maker", server)
    (tmp_path / "computer").mkdir()
    computer = ForeignComputer(tmp_path / "computer", root_of(NEW), f"--{scope.value}", drive)
    environment = replace(
        environment_in(computer.directory / "dialog"),
        flatpak=FlatpakDirectories(
            user=computer.directory / "user",
            system=computer.directory / "system",
            configs=(),
            keyrings=computer.directory,
            run=computer.directory / "run",
        ),
        variables={**computer.variables, "LC_ALL": "C.UTF-8"},
    )
    dialog = installing_here(open_window(environment), drive, qtbot)
    asked = dialog.view.unsigned
    assert asked is not None
    assert dialog.view.scope is Scope.SYSTEM
    field = dialog.findChild(TypedName)
    assert field is not None
    line = field.findChild(QLineEdit)
    assert line is not None
    line.setText(host_of(asked.address))
    qtbot.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)
    looked_at(dialog, qtbot)
    if scope is Scope.USER:
        only_for_me(dialog, qtbot)
    assert [row.state for row in dialog.view.rows] == [RowState.NEW], dialog.view
    qtbot.mouseClick(dialog.verb, Qt.MouseButton.LeftButton)
    ended(dialog, qtbot)
    assert [row.state for row in dialog.view.rows] == [RowState.INSTALLED], dialog.view
    assert computer.installed().keys() >= {APP, LOCALE, RUNTIME}
    dialog.close()
