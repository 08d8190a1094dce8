"""While an update exchanges the files for people, the catalogues of before and after may call an
app otherwise: that is no forgery, and whatever else is there still is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.ostree.objects import ObjectKind, ObjectName
from tests.build_contents import app_files
from tests.satchel import satchel
from tests.servers import HostileServer
from tests.stick.changing.changed import ARCH, HARMLESS, HELLO, halted
from tests.stick.changing.four_jobs import prepare
from tests.stick.damage import Stick
from tests.stick.made_drive import MadeDrive, copy_drive
from tests.upstream import Upstream

APPSTREAM = f"appstream2/{ARCH}"
PLACE = "app.stick.writing.job:name_kit:1"
PLACES = [
    PLACE,
    *(
        pytest.param(f"app.stick.writing.job:{name}:1", marks=pytest.mark.thorough)
        for name in ("name_refs", "name_record", "share")
    ),
]


def renamed(upstream: Upstream, directory: Path) -> Upstream:
    """Hello is called Hallo there."""
    new = upstream.copy(directory)
    new.bump(HELLO, app_files("org.test.Hello", "Hallo", "Hallo"))
    new.update()
    return new


@contextmanager
def stopped(made: MadeDrive, place: str) -> Iterator[Stick]:
    """The drive as it is at this place of an update."""
    upstream = renamed(made.upstream, made.directory / "renamed")
    with (
        HostileServer(upstream.path, made.web.port) as web,
        halted(made, place, "update", *prepare("update", made, upstream, web.url)),
    ):
        copy_drive(made.drive, made.directory / "cut")
        yield Stick(made.directory / "cut")


def codes(stick: Stick, home: Path) -> set[str]:
    done = satchel("verify", "--json", "--trust-drive-keys", stick.root, home=home, check=False)
    return {each["code"] for each in done.json["findings"]}


@pytest.mark.parametrize("place", PLACES)
def test_the_kit_of_before_is_no_forgery(made: MadeDrive, place: str) -> None:
    with stopped(made, place) as stick:
        assert "journal-left" in codes(stick, made.home)
        assert codes(stick, made.home) <= HARMLESS


@pytest.mark.thorough
@pytest.mark.parametrize("words", ["Greetings", "Hallo"])
def test_other_words_are(made: MadeDrive, words: str) -> None:
    """Also where they fit the catalogue to come, as long as the rest does not."""
    with stopped(made, PLACE) as stick:
        for name in ("START-HERE.html", "contents.tsv"):
            file = stick.root / "satchel" / name
            text = file.read_text()
            assert "Hello" in text
            file.write_text(text.replace("Hello", words))
        assert "kit-altered" in codes(stick, made.home)


def test_a_catalogue_of_before_that_nobody_signed_is_no_excuse(made: MadeDrive) -> None:
    with stopped(made, PLACE) as stick:
        signatures = ObjectName(stick.commit(APPSTREAM), ObjectKind.COMMITMETA)
        (stick.repo / "objects" / signatures.path).unlink()
        assert "kit-altered" in codes(stick, made.home)
