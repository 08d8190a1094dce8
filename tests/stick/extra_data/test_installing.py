"""Computers without internet install apps whose makers' addresses are dead."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stick.extra_data.makers import APP, CODEC, CODEC_REF, PART, Maker
from tests.stick.installer.running import run
from tests.stick.receiving.computers import SYSTEM, USER, Computer


@pytest.fixture(params=[USER, pytest.param(SYSTEM, marks=pytest.mark.thorough)])
def computer(request: pytest.FixtureRequest, tmp_path: Path) -> Computer:
    return Computer(tmp_path / "computer", request.param)


def lent(computer: Computer) -> list[str]:
    """What is left of payloads where flatpak looks."""
    folder = Path(computer.client.environment["FLATPAK_USER_DIR"]) / "extra-data"
    return [str(path.relative_to(folder)) for path in folder.rglob("*")] if folder.exists() else []


def test_by_the_installer(maker: Maker, computer: Computer) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    said = run(computer, maker.drive)
    assert "has terms of its own" in said
    assert {APP, CODEC_REF} <= computer.installed().keys()
    assert computer.files(APP)["extra/part.bin"] == PART.payload
    assert computer.files(CODEC_REF)[f"extra/{CODEC.name}"] == CODEC.payload
    assert lent(computer) == []


def test_what_was_there_before_stays(maker: Maker, computer: Computer) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    own = Path(computer.client.environment["FLATPAK_USER_DIR"]) / "extra-data" / PART.sha256
    own.mkdir(parents=True)
    (own / PART.name).write_bytes(PART.payload)
    run(computer, maker.drive)
    assert APP in computer.installed()
    assert lent(computer) == [PART.sha256, f"{PART.sha256}/{PART.name}"]
