"""Apps of container registries: chosen like others, for computers that are new enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.flatpak.remotes.known import Known
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.registry import RegistryServer
from tests.ui.apps.person import Person
from tests.ui.user_actions import everything_said, press
from tests.ui.widget_tree import the_only
from tests.upstream import Upstream
from ui.pages.contents.apps_model import AppsModel
from ui.pages.review.plan_view import PlanView
from ui.state.page_name import PageName


def fill(upstream: Upstream) -> None:
    upstream.add_runtime()
    upstream.add_app("org.test.Notes")


@pytest.fixture
def server(upstream_key: SigningKey, tmp_path: Path) -> Iterator[RegistryServer]:
    upstream = kept_upstream(tmp_path / "upstream", upstream_key, fill)
    with RegistryServer(tmp_path / "registry") as server:
        server.add_all(upstream)
        yield server


@pytest.mark.thorough
def test_from_the_list_to_the_drive(visit: Callable[..., Person], server: RegistryServer) -> None:
    person = visit()
    window = person.window
    window.session.set_known(Known((), registries=(server.registry(),)))
    person.until(lambda: any("Notes" in name for name in person.names()))
    [name] = person.names()
    said = person.index(name).data(Qt.ItemDataRole.AccessibleDescriptionRole)
    assert "Needs flatpak 1.17" in said
    assert "Unsigned" in said

    person.choose(name)
    window.open(PageName.REVIEW)
    person.until(lambda: "Apps of Test registry need flatpak 1.17" in everything_said(window.page))
    [line] = the_only(window.page, PlanView).rows.lines
    assert line.remarks == (("Unsigned", True),)
    press(person.qtbot, window, window.page.primary_text)
    person.until(lambda: window.session.outcome is not None)
    assert "Nobody vouches for it" in everything_said(window.page)

    window.open(PageName.CONTENTS)
    model = window.page.findChild(AppsModel)
    assert model is not None
    person.until(lambda: [line.languages for line in model.lines] == ["Needs flatpak 1.17"])
    person.until(lambda: "Nobody vouches for it" in everything_said(window.page))
    told = everything_said(window.page)
    assert "Sound" not in told
    # Its list is that of the images.
    assert "missing or out of date" not in told

    window.open(PageName.SETTINGS)
    person.until(lambda: "Test registry" in everything_said(window.page))
    assert "Needs flatpak 1.17" in everything_said(window.page)
