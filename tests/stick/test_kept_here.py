"""What this computer has kept counts as downloaded when the next drive is planned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.satchel import satchel
from tests.servers import Server
from tests.stick.makers import make
from tests.upstream import Upstream


@pytest.mark.thorough
def test_the_second_drive_downloads_what_the_first_did_not(
    default_upstream: Upstream, tmp_path: Path
) -> None:
    home, second = tmp_path / "home", tmp_path / "second"
    second.mkdir()
    make(default_upstream, tmp_path / "first", "org.test.Hello", home=home)

    def planned(*refs: str, person: Path = home) -> dict[str, Any]:
        with Server(default_upstream.path) as server:
            remote = tmp_path / "up.flatpakrepo"
            remote.write_text(default_upstream.flatpakrepo(server.url))
            plan = satchel("plan", "--json", second, *refs, "--remote", remote, home=person)
        return dict(plan.json["estimate"])

    (tmp_path / "stranger").mkdir()
    anew = planned("org.test.Hello", person=tmp_path / "stranger")
    again = planned("org.test.Hello")
    assert again["fetch"] == anew["fetch"] == anew["download"]
    # Commits are fetched to make the plan.
    assert again["download"] < anew["download"] / 4
    more = planned("org.test.Hello", "org.test.Large")
    assert more["download"] >= again["download"] + 3_000_000
    assert more["write"] > more["download"]
