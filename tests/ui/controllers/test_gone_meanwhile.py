"""Controllers that go while their work is under way, as with the pages of another language."""

from __future__ import annotations

from typing import cast

import pytest
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from app.errors import unexpected
from app.flatpak.catalogue.catalogues import Catalogues
from app.progress import Advanced, Phase
from tests.ui.controllers.held_bridge import HeldBridge
from ui.controllers.catalogue import CatalogueController
from ui.state.session import Session


class Opened:
    """As far as anybody asks. Attributes: closed: whether nobody needs them any more."""

    closed = False

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("works", [False, True])
def test_nobody_hears_of_what_a_page_wanted_that_is_gone(
    session: Session, bridge: HeldBridge, qtbot: QtBot, works: bool
) -> None:
    controller = CatalogueController(session, bridge)
    controller.open("x86_64")
    delete(controller)
    catalogues = Opened()
    with qtbot.captureExceptions() as raised:
        bridge.report(Advanced(Phase.TRUST, 1, 2, 0, 0))
        if works:
            bridge.finish(cast(Catalogues, catalogues))
        else:
            bridge.fail(unexpected(RuntimeError("No.")))
    assert not raised
