"""Images that have a layer in common: a drive has it once, as long as one of them needs it."""

from __future__ import annotations

import io
import random
import tarfile
import time

import pytest

from app.client.receiving.installation import Place, Scope
from app.client.receiving.planner import plan_receiving
from app.client.receiving.request import Computer, Request
from app.progress import CancelToken
from tests.registry import RegistryServer
from tests.stick.images.person import APP, ARCH, OTHER, RUNTIME, Person
from tests.upstream import Upstream

_LARGE = 300_000


@pytest.fixture
def layer(server: RegistryServer, upstream: Upstream) -> str:
    """The digest of one that both apps have."""
    archive = io.BytesIO()
    data = random.Random(1).randbytes(_LARGE)
    with tarfile.open(fileobj=archive, mode="w") as tar:
        file = tarfile.TarInfo("files/share/common")
        file.size = len(data)
        tar.addfile(file, io.BytesIO(data))
    for ref in (APP, OTHER):
        server.add(upstream, ref, layer=archive.getvalue())
    (shared,) = set(server.layers(APP)) & set(server.layers(OTHER))
    return shared


def allocated(person: Person) -> int:
    """Bytes that the layout takes, in clusters of 4096."""
    sizes = (path.stat().st_size for path in person.layout.glob("blobs/sha256/*"))
    return sum(-(-size // 4096) * 4096 for size in sizes)


def test_it_comes_once(person: Person, server: RegistryServer, layer: str) -> None:
    one = person.plan("reg:org.test.Notes").estimate.total
    other = person.plan("reg:org.test.Paint").estimate.total
    runtime = sum(server.blob(digest).stat().st_size for digest in server.layers(RUNTIME))
    both = person.plan("reg:org.test.Notes", "reg:org.test.Paint")
    assert one + other - both.estimate.total > _LARGE + runtime
    person.carry_out(both)
    assert server.sent.count(layer) == 1
    assert person.codes() == {"needs-newer-flatpak"}


def test_what_is_there_does_not_come_again(
    person: Person, server: RegistryServer, layer: str
) -> None:
    alone = person.plan("reg:org.test.Paint").estimate
    person.make("reg:org.test.Notes")
    plan = person.plan("reg:org.test.Paint")
    assert alone.total - plan.estimate.total > _LARGE
    assert alone.takes - plan.estimate.takes > _LARGE
    person.carry_out(plan)
    assert server.sent.count(layer) == 1


@pytest.mark.parametrize(("ref", "stays"), [("org.test.Notes", OTHER), ("org.test.Paint", APP)])
def test_what_another_one_needs_stays(person: Person, layer: str, ref: str, stays: str) -> None:
    person.make("reg:org.test.Notes", "reg:org.test.Paint")
    before = allocated(person)
    plan = person.plan(without=(ref,))
    outcome = person.carry_out(plan)
    freed = before - allocated(person)
    assert 0 < freed < _LARGE
    assert plan.estimate.freed.bytes == freed
    assert outcome.pruned is not None
    assert outcome.pruned.total == freed
    assert person.blob(layer).stat().st_size > _LARGE
    assert {stays, RUNTIME} <= person.listed().keys()
    assert person.codes() == {"needs-newer-flatpak"}

    rest = person.plan(without=(stays.split("/")[1],))
    before = allocated(person)
    person.carry_out(rest)
    assert rest.estimate.freed.bytes == before - allocated(person) == before
    assert not person.layout.exists()


@pytest.mark.usefixtures("layer")
def test_both_at_once_free_it_once(person: Person) -> None:
    person.make("reg:org.test.Notes", "reg:org.test.Paint")
    before = allocated(person)
    plan = person.plan(without=("org.test.Notes", "org.test.Paint"))
    person.carry_out(plan)
    assert plan.estimate.freed.bytes == before
    assert not person.layout.exists()


def test_who_receives_both_copies_it_once(person: Person, layer: str) -> None:
    """As what both run on."""
    person.make("reg:org.test.Notes", "reg:org.test.Paint")
    flatpak = person.environment.flatpak
    place = Place.of(Scope.USER, flatpak)
    newer = Computer(flatpak, (), ARCH, (1, 18, 0), frozenset(), time.time())
    request = Request((person.root,), allow_unsigned=True)
    plan = plan_receiving(request, place, newer, CancelToken())
    assert {str(each.ref) for each in plan.images if each.wanted} == {APP, OTHER}
    needed = {blob.digest: blob.size for each in plan.images for blob in each.blobs}
    assert layer in needed
    assert plan.size == sum(needed.values()) < sum(each.size for each in plan.images) - _LARGE
    assert plan.only({plan.images[0].key}).size == plan.images[0].size
