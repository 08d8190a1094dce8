"""Saved sets: what is asked for while another one is still being looked at."""

from __future__ import annotations

from app.errors import unexpected
from app.progress import CancelToken, silent
from tests.ui.controllers.held_bridge import HeldBridge
from ui.state.saved_choices import SavedChoices
from ui.state.session import Session


def test_what_is_saved_while_another_is_loaded_is_kept(chosen: Session, bridge: HeldBridge) -> None:
    saved = SavedChoices(chosen, bridge, chosen)
    stored: list[str] = []
    failed: list[object] = []
    saved.stored.connect(stored.append)
    saved.failed.connect(failed.append)
    saved.import_file(chosen.environment.config / "a list")
    saved.save("For maths")
    assert saved.busy
    bridge.fail(unexpected(OSError("It is gone.")))
    assert len(failed) == 1
    assert saved.busy
    bridge.finish(bridge.works[-1](silent, CancelToken()))
    assert stored == ["For maths"]
    assert [each.name for each in saved.entries.choices] == ["For maths"]
    assert not saved.busy
