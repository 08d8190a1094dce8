"""Two registries of one name are told apart by their addresses; one address is one registry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import UsageError
from app.flatpak.remotes.known import Known
from app.replacing import replace
from app.stick.store.images import read_images_on
from app.stick.store.location import find_stick
from app.stick.store.record import read_record
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.registry import RegistryServer
from tests.stick.images.person import APP, ARCH, LOCALE, RUNTIME, Person, fill
from tests.stick.images.test_upkeep import unlist
from tests.upstream import Upstream

SOLO = f"app/org.test.Solo/{ARCH}/stable"


def fill_otherwise(upstream: Upstream) -> None:
    fill(upstream)
    for ref in (APP, LOCALE, RUNTIME):
        upstream.bump(ref)
    upstream.add_runtime("org.other.Platform")
    upstream.add_app("org.test.Solo", runtime="org.other.Platform//1")


@pytest.fixture
def elsewhere(upstream_key: SigningKey, tmp_path: Path) -> Iterator[RegistryServer]:
    """It has apps of the same names, which are others."""
    upstream = kept_upstream(tmp_path / "otherwise", upstream_key, fill_otherwise)
    with RegistryServer(tmp_path / "elsewhere") as server:
        server.add_all(upstream)
        yield server


@pytest.fixture
def moved(person: Person, elsewhere: RegistryServer) -> Person:
    """With Notes on the drive, at a computer that calls another registry as that."""
    person.make("reg:org.test.Notes")
    person.known = Known((), registries=(elsewhere.registry(),))
    return person


def notices(person: Person) -> str:
    return " ".join(str(each.message) for each in person.plan(update=True).notices)


def test_an_update_asks_no_namesake(moved: Person, server: RegistryServer) -> None:
    before = moved.listed()
    assert f"No known remote is the registry {server.url}." in notices(moved)
    moved.make(update=True)
    assert moved.listed() == before


@pytest.mark.parametrize("lost", [{APP}, {APP, LOCALE, RUNTIME}], ids=["app", "all"])
def test_what_the_list_has_lost_is_not_a_namesakes(
    moved: Person, server: RegistryServer, lost: set[str]
) -> None:
    unlist(moved, lost)
    before = moved.listed()
    assert f"No known remote is the registry {server.url}." in notices(moved)
    moved.make(update=True)
    assert moved.listed() == before


def test_a_record_that_tells_no_address_brings_nothing(moved: Person) -> None:
    """As an older Satchel wrote them."""
    unlist(moved, {APP, LOCALE, RUNTIME})
    file = moved.root / ".ostree/repo/extensions/satchel/stick.json"
    text = file.read_text()
    (url,) = {each.url for each in read_record(find_stick(moved.root)).images}  # type: ignore[union-attr]
    file.write_text(text.replace(f'"{url}"', '""'))
    assert "Nothing on the drive tells any more where the registry reg is" in notices(moved)
    moved.make(update=True)
    assert moved.listed() == {}


def test_one_address_is_one_registry(person: Person, server: RegistryServer) -> None:
    """Whatever it is called here."""
    person.make("reg:org.test.Notes")
    before = person.listed()
    person.known = Known((), registries=(replace(server.registry(), name="other"),))
    unlist(person, {APP, LOCALE, RUNTIME})
    person.make(update=True)
    assert person.listed() == before
    person.make("other:org.test.Paint")
    there = read_images_on(find_stick(person.root)).carried
    assert {image.remote for image in there} == {"reg"}
    assert person.check().ok


def test_both_are_on_a_drive(moved: Person, elsewhere: RegistryServer) -> None:
    before = moved.listed()
    with pytest.raises(UsageError, match="is on the drive from another registry already"):
        moved.make("reg:org.test.Paint")
    moved.make("reg:org.test.Solo")
    there = {image.ref: image for image in read_images_on(find_stick(moved.root)).carried}
    assert there[SOLO].remote == "reg-2"
    assert there[SOLO].url == elsewhere.url
    assert there[APP].remote == "reg"
    assert moved.listed().items() >= before.items()
