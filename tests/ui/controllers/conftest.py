"""A session and a bridge, and no widget at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.stick.environment import Environment
from app.stick.planning.options import Options
from tests.ui.controllers.held_bridge import HeldBridge
from ui.state.choice import Choice, ChosenRef
from ui.state.session import Session, Target

HELLO = ChosenRef("app/org.test.Hello/x86_64/stable", "up", "Hello")


@pytest.fixture
def session(environment: Environment, qapp: QApplication) -> Iterator[Session]:
    session = Session(environment, qapp)
    yield session
    session.setParent(None)
    session.deleteLater()


@pytest.fixture
def bridge() -> Iterator[HeldBridge]:
    bridge = HeldBridge()
    yield bridge
    bridge.close()


@pytest.fixture
def chosen(session: Session) -> Session:
    """A directory and an app are chosen."""
    session.set_target(Target(Path("/nowhere"), "My drive"))
    session.set_choice(Choice((HELLO,), Options("x86_64")))
    return session
