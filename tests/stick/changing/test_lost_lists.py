"""An update that brings nothing writes what computers and people go by again where it is lost."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.satchel import satchel
from tests.servers import HostileServer
from tests.stick.changing.changed import assert_sound, change
from tests.stick.made_drive import MadeDrive
from tests.upstream import COLLECTION

KIT, REPO = "satchel", ".ostree/repo"
LOST = (
    f"{KIT}/contents.tsv",
    f"{KIT}/START-HERE.html",
    f"{KIT}/install.sh",
    f"{KIT}/upstream.flatpakrepo",
    f"{REPO}/summary",
    f"{REPO}/config",
    f"{REPO}/extensions/satchel/upstream",
)


def _takes_off(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _empties(path: Path) -> None:
    """As a power cut does."""
    for each in [path] if path.is_file() else path.rglob("*"):
        if each.is_file():
            each.write_bytes(b"")


def _zeroes(path: Path) -> None:
    """As one does that took what had been written, and not how much."""
    for each in [path] if path.is_file() else path.rglob("*"):
        if each.is_file():
            each.write_bytes(bytes(each.stat().st_size))


def _puts_a_directory(path: Path) -> None:
    _takes_off(path)
    path.mkdir()


def _puts_a_link(path: Path) -> None:
    _takes_off(path)
    path.symlink_to("/nowhere")


COPY = f"{REPO}/extensions/satchel/upstream/{COLLECTION}"
IN_PART = (
    f"{COPY}/upstream.flatpakrepo",
    f"{COPY}/summary",
    f"{COPY}/summary.sig",
    f"{COPY}/summary.idx.sig",
    f"{COPY}/summaries",
    f"{REPO}/summary.idx",
    f"{REPO}/summary.idx.sig",
    f"{REPO}/summaries",
)
"""Of a list some, or of that beside the summary."""


@pytest.fixture
def online(made: MadeDrive, full: MadeDrive) -> Iterator[MadeDrive]:
    with HostileServer(made.upstream.path, full.web.port):
        yield made


@pytest.mark.parametrize(
    "harm",
    [
        _takes_off,
        _zeroes,
        *(
            pytest.param(each, marks=pytest.mark.thorough)
            for each in (_empties, _puts_a_directory, _puts_a_link)
        ),
    ],
)
@pytest.mark.parametrize("path", LOST)
def test_it_is_there_again(harm: Callable[[Path], None], path: str, online: MadeDrive) -> None:
    harm(online.drive / path)
    update = ("update", "--remote", online.remote, "--yes")
    assert change(online, *update).finished["changed"] is True
    assert_sound(online)
    assert change(online, *update).finished["changed"] is False


@pytest.mark.parametrize("path", IN_PART)
def test_so_is_what_is_lost_of_a_list(path: str, online: MadeDrive) -> None:
    test_it_is_there_again(_takes_off, path, online)


def test_it_is_said_before(online: MadeDrive) -> None:
    (online.drive / LOST[0]).unlink()
    words = ("update", online.drive, "--remote", online.remote, "--dry-run")
    said = " ".join(satchel(*words, home=online.home).stdout.split())
    assert "the newest there are. Lists or pages that are lost are written again." in said
