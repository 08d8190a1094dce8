"""What a container registry lists and does not hand out, or hands out otherwise than it should."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.errors import UpstreamError
from app.replacing import replace
from tests.servers import HostileServer, Rule, cut, status
from tests.servers import replace as other
from tests.stick.images.person import APP, LOCALE, OTHER, RUNTIME, Person
from tests.stick.images.shelf import Shelf
from tests.upstream import Upstream

pytestmark = pytest.mark.slow

ANSWERS: dict[str, tuple[Rule, str]] = {
    "401": (status("401 Unauthorized"), "denies access"),
    "403": (status("403 Forbidden"), "denies access"),
    "404": (status("404 Not Found"), "404"),
    "other": (other(lambda body: body[::-1]), "digest is another"),
    "short": (other(lambda body: body[:-10]), ""),
}
AWAY: dict[str, tuple[Rule, str]] = {
    "429": (status("429 Too Many Requests"), "429"),
    "503": (status("503 Service Unavailable"), "503"),
    "broken off": (cut(50), "broke off"),
}
PARTS = ("manifest", "description", "layer")


@pytest.fixture
def shelf(hostile: Callable[..., HostileServer], tmp_path: Path, upstream: Upstream) -> Shelf:
    (tmp_path / "registry").mkdir()
    shelf = Shelf(hostile(tmp_path / "registry"))
    for ref in (APP, OTHER, RUNTIME, LOCALE):
        shelf.add(upstream, ref)
    return shelf


@pytest.fixture
def buyer(shelf: Shelf, tmp_path: Path) -> Person:
    """Who asks once."""
    person = Person(tmp_path, shelf.registry())
    network = replace(person.environment.network, retries=0, first_pause=0)
    person.environment = replace(person.environment, default_network=network)
    return person


def refused(buyer: Person, *refs: str) -> str:
    """What is said; nothing is on the drive for clients."""
    with pytest.raises(UpstreamError) as told:
        buyer.make(*refs)
    assert told.value.hint
    assert not (buyer.layout / "index.json").exists()
    return str(told.value.message)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_app_that_is_not_handed_out_is_named(
    shelf: Shelf, buyer: Person, answer: str, part: str
) -> None:
    rule, says = ANSWERS[answer]
    shelf.withhold(shelf.part(OTHER, part), rule)
    for refs in (("reg:org.test.Paint",), ("reg:org.test.Paint", "reg:org.test.Notes")):
        said = refused(buyer, *refs)
        assert said.startswith(f"{OTHER} cannot be had from upstream")
        assert says in said


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("answer", AWAY)
def test_a_registry_that_is_in_trouble_is_away(
    shelf: Shelf, buyer: Person, answer: str, part: str
) -> None:
    rule, says = AWAY[answer]
    shelf.withhold(shelf.part(LOCALE, part), rule)
    assert says in refused(buyer, "reg:org.test.Notes")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("answer", ANSWERS)
def test_what_would_come_along_is_left_out(
    shelf: Shelf, buyer: Person, answer: str, part: str
) -> None:
    rule, says = ANSWERS[answer]
    shelf.withhold(shelf.part(LOCALE, part), rule)
    outcome = buyer.make("reg:org.test.Notes")
    (left,) = outcome.left_out
    assert left.ref == LOCALE
    assert says in str(left.reason)
    assert outcome.check is not None
    assert outcome.check.ok
    assert set(buyer.listed()) == {APP, RUNTIME}
    # It has it again.
    shelf.server.always.clear()
    assert not buyer.make("reg:org.test.Notes").left_out
    assert set(buyer.listed()) == {APP, RUNTIME, LOCALE}


@pytest.mark.parametrize("part", PARTS)
def test_what_is_there_stays_as_it_is(
    shelf: Shelf, buyer: Person, upstream: Upstream, part: str
) -> None:
    buyer.make("reg:org.test.Notes", "reg:org.test.Paint")
    before = buyer.listed()
    for ref in (APP, OTHER):
        upstream.bump(ref)
        shelf.add(upstream, ref)
    shelf.withhold(shelf.part(OTHER, part), status("404 Not Found"))
    outcome = buyer.make(update=True)
    assert outcome.check is not None
    assert outcome.check.ok
    assert not outcome.left_out
    assert buyer.listed() == {**before, APP: shelf.digests[APP]}


@pytest.mark.parametrize("part", PARTS[:2])
def test_an_update_that_needs_what_is_not_handed_out_stays_away(
    shelf: Shelf, buyer: Person, upstream: Upstream, part: str
) -> None:
    """The runtime of another branch, which nothing there has needed before."""
    buyer.make("reg:org.test.Notes", "reg:org.test.Paint")
    before = buyer.listed()
    newer = RUNTIME.replace("/1", "/2")

    def moved(labels: dict[str, Any]) -> None:
        labels["org.flatpak.metadata"] = labels["org.flatpak.metadata"].replace(
            f"runtime={RUNTIME[8:]}", f"runtime={newer[8:]}"
        )

    def renamed(labels: dict[str, Any]) -> None:
        labels["org.flatpak.ref"] = newer

    shelf.add(upstream, RUNTIME, labels=renamed)
    shelf.add(upstream, RUNTIME)
    shelf.add(upstream, OTHER, labels=moved)
    shelf.withhold(shelf.part(newer, part), status("404 Not Found"))
    outcome = buyer.make(update=True)
    assert buyer.listed() == before
    assert outcome.check is not None
    assert outcome.check.ok


def no_labels(config: dict[str, Any]) -> None:
    config["config"]["Labels"] = {}


def no_config(config: dict[str, Any]) -> None:
    del config["config"]


def more_layers(config: dict[str, Any]) -> None:
    config["rootfs"]["diff_ids"] *= 2


def unnamed(manifest: dict[str, Any]) -> None:
    del manifest["mediaType"]


def of_several(manifest: dict[str, Any]) -> None:
    manifest.clear()
    manifest |= {"mediaType": "application/vnd.oci.image.index.v1+json", "manifests": []}


def a_delta(manifest: dict[str, Any]) -> None:
    manifest["layers"][0]["mediaType"] = "application/vnd.tar-diff"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"config": no_labels}, "does not tell which app it is"),
        ({"config": no_config}, "cannot be read"),
        ({"config": more_layers}, "other layers than it has"),
        ({"manifest": unnamed}, "does not say that it is one of an image"),
        ({"manifest": of_several}, "cannot be read"),
        ({"manifest": a_delta}, "only what another image lacks"),
    ],
)
def test_why_no_flatpak_takes_an_image_is_told(
    shelf: Shelf, buyer: Person, upstream: Upstream, changes: dict[str, Any], says: str
) -> None:
    shelf.add(upstream, OTHER, **changes)
    said = refused(buyer, "reg:org.test.Paint")
    assert OTHER in said
    assert says in said


def test_other_fields_and_ways_of_packing_do_no_harm(
    shelf: Shelf, buyer: Person, upstream: Upstream
) -> None:
    def more(manifest: dict[str, Any]) -> None:
        manifest |= {"annotations": {"a": "b"}, "subject": None, "artifactType": "x/y"}
        (layer,) = manifest["layers"]
        layer |= {"mediaType": "application/vnd.oci.image.layer.v1.tar+zstd", "urls": ["http:"]}

    shelf.add(upstream, OTHER, manifest=more)
    assert buyer.make("reg:org.test.Paint").status == 0


def test_what_came_before_one_is_left_out_is_counted(shelf: Shelf, buyer: Person) -> None:
    shelf.withhold(shelf.part(LOCALE, "layer"), status("404 Not Found"))
    outcome = buyer.make("reg:org.test.Notes")
    assert [each.ref for each in outcome.left_out] == [LOCALE]
    there = [path.stat().st_size for path in (buyer.layout / "blobs/sha256").iterdir()]
    assert outcome.objects >= len(there)
    assert outcome.bytes >= sum(there)
