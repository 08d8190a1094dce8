"""Images of a container registry on a drive that are damaged, and how they come again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.flatpak.registries.image import digest_of
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, silent
from app.stick.checking.check import CheckOptions
from app.stick.checking.keys import Trust
from app.stick.findings import Code
from app.stick.mending.foreseeing import plan_repair
from app.stick.mending.plan import Way
from app.stick.mending.repairing import repair_stick
from app.stick.mending.request import RepairRequest
from app.stick.store.images import read_images
from app.stick.store.location import Location, find_stick
from app.stick.store.record import StickRecord
from app.stick.writing.images import ImageWork
from app.stick.writing.pruning import prune_path
from tests.registry import RegistryServer
from tests.satchel import satchel
from tests.stick.images.person import APP, OTHER, RUNTIME, Person
from tests.upstream import Upstream

FILE = "satchel/oci/oci-layout"
LIST = "satchel/oci/index.json"
_THOROUGH = pytest.mark.thorough


def test_every_damage_is_told(person: Person, server: RegistryServer) -> None:
    person.make("reg:org.test.Notes")
    (layer,) = server.layers(RUNTIME)
    path = person.blob(layer)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    report = person.check()
    assert {each.subject for each in report.findings if each.code is Code.OBJECT_CORRUPT} == {
        RUNTIME
    }
    assert report.damaged_apps == (APP,)
    path.unlink()
    assert "object-missing" in person.codes()
    person.blob(person.listed()[APP]).write_bytes(b"{}")
    assert "object-corrupt" in person.codes()
    (person.layout / "index.json").unlink()
    assert "object-missing" in person.codes()


def edit_index(person: Person, change: Callable[[dict[str, Any]], object]) -> None:
    path = person.layout / "index.json"
    index = json.loads(path.read_bytes())
    change(index)
    path.write_text(json.dumps(index))


def hide(person: Person) -> None:
    """Another image of an app comes first, and nothing in the list says what it is."""
    named = blob = json.loads(person.blob(person.listed()[APP]).read_bytes())
    described = json.loads(person.blob(blob["config"]["digest"]).read_bytes())
    described["created"] = "2000-01-01T00:00:00Z"

    def put(value: object) -> dict[str, Any]:
        data = json.dumps(value).encode()
        digest = digest_of(data)
        person.blob(digest).write_bytes(data)
        return {"digest": digest, "size": len(data)}

    named["config"] |= put(described)
    entry = {"mediaType": named["mediaType"], **put(named)}
    edit_index(person, lambda index: index["manifests"].insert(0, entry))


LAYOUTS: dict[str, tuple[Callable[[Person], object], str]] = {
    "hidden": (hide, LIST),
    "twice": (
        lambda person: edit_index(
            person, lambda index: index["manifests"].append(index["manifests"][0])
        ),
        LIST,
    ),
    "another kind": (
        lambda person: edit_index(person, lambda index: index.update(mediaType="text/plain")),
        LIST,
    ),
    "another version": (
        lambda person: (person.layout / "oci-layout").write_text('{"imageLayoutVersion": "2.0.0"}'),
        FILE,
    ),
    "empty": (lambda person: (person.layout / "oci-layout").write_bytes(b""), FILE),
}


@pytest.mark.parametrize(
    "what",
    [
        what if what in ("hidden", "another version") else pytest.param(what, marks=_THOROUGH)
        for what in LAYOUTS
    ],
)
def test_clients_read_the_list_in_their_own_way(person: Person, what: str) -> None:
    """They take the first image whose description names a ref, whatever the list says of it."""
    person.make("reg:org.test.Notes")
    change, subject = LAYOUTS[what]
    change(person)
    report = person.check()
    assert (Code.OBJECT_CORRUPT, subject) in {(each.code, each.subject) for each in report.findings}
    assert not report.ok
    request = RepairRequest(person.root)
    repair_stick(request, person.environment, person.known, silent, CancelToken())
    assert person.check().ok


def test_what_is_damaged_comes_again(person: Person, server: RegistryServer) -> None:
    person.make("reg:org.test.Notes")
    (layer,) = server.layers(RUNTIME)
    person.blob(layer).unlink()
    person.blob(person.listed()[APP]).write_bytes(b"")
    outcome = person.make("reg:org.test.Notes")
    assert outcome.check is not None
    assert outcome.check.ok


def test_what_the_drive_spoils_comes_again_once(
    person: Person, server: RegistryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = ImageWork.publish
    (layer,) = server.layers(RUNTIME)

    def spoilt(work: ImageWork, location: Location, record: StickRecord | None) -> None:
        publish(work, location, record)
        content = person.blob(layer).read_bytes()
        person.blob(layer).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))

    monkeypatch.setattr(ImageWork, "publish", spoilt)
    outcome = person.make("reg:org.test.Notes")
    assert outcome.check is not None
    assert outcome.check.ok
    assert outcome.replaced.objects == 1
    assert RUNTIME in outcome.replaced.refs


def test_another_image_than_was_put_there_is_told(
    person: Person, server: RegistryServer, upstream: Upstream
) -> None:
    person.make("reg:org.test.Notes")
    upstream.bump(OTHER)
    server.add(upstream, OTHER)
    index = json.loads((person.layout / "index.json").read_text())
    listed = {each["annotations"]["org.opencontainers.image.ref.name"]: each
              for each in index["manifests"]}  # fmt: skip
    listed[APP]["digest"] = listed[RUNTIME]["digest"]
    (person.layout / "index.json").write_text(json.dumps(index))
    assert {"commit-wrong-ref", "foreign-content"} <= person.codes()


@pytest.mark.parametrize("list_is", ["cut", pytest.param("gone", marks=_THOROUGH)])
def test_without_a_list_no_content_goes(person: Person, list_is: str) -> None:
    """A repair lists again what the record names, and need not fetch it."""
    person.make("reg:org.test.Notes")
    blobs, listed = person.blobs(), person.listed()
    path = person.layout / "index.json"
    if list_is == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])
    prune_path(person.root, None, silent, CancelToken(), dry_run=False)
    assert person.blobs() == blobs
    request = RepairRequest(person.root)
    repair_stick(request, person.environment, person.known, silent, CancelToken())
    assert person.listed() == listed


def test_content_that_nothing_needs_is_freed(person: Person) -> None:
    person.make("reg:org.test.Notes")
    stray = person.layout / "blobs/sha256" / ("0" * 64)
    stray.write_bytes(b"x" * 10_000)
    assert "orphan-objects" in person.codes()
    would = prune_path(person.root, None, silent, CancelToken(), dry_run=True)
    freed = prune_path(person.root, None, silent, CancelToken(), dry_run=False)
    assert would.objects == freed.objects == 1
    assert not stray.exists()
    assert person.codes() == {"needs-newer-flatpak"}


def test_nothing_of_a_drive_leads_astray(person: Person) -> None:
    person.make("reg:org.test.Notes")
    (person.layout / "index.json").write_text(
        json.dumps({"manifests": [{"digest": "sha256:" + "../" * 21 + "x", "size": 1}]})
    )
    assert read_images(find_stick(person.root)) == ()
    assert "object-missing" in person.codes()


def test_a_repair_fetches_what_is_damaged(person: Person, server: RegistryServer) -> None:
    person.make("reg:org.test.Notes")
    before = person.listed()
    (layer,) = server.layers(RUNTIME)
    content = bytearray(person.blob(layer).read_bytes())
    content[-20] ^= 1
    person.blob(layer).write_bytes(content)
    (person.layout / "oci-layout").unlink()
    request = RepairRequest(
        person.root,
        check=CheckOptions(trust=Trust(fetched=person.environment.fetched_images.all())),
    )
    plan = plan_repair(request, person.environment, person.known, silent, CancelToken())
    assert [(each.label, each.objects) for each in plan.supplies] == [("reg", 1)]
    assert plan.supplies[0].bytes == len(content)
    assert not plan.unhealed
    outcome = repair_stick(request, person.environment, person.known, silent, CancelToken())
    assert not outcome.before.ok
    assert outcome.after.ok
    assert person.listed() == before


def test_a_repair_takes_it_from_another_drive(
    person: Person, server: RegistryServer, tmp_path: Path
) -> None:
    person.make("reg:org.test.Notes")
    shutil.copytree(person.root, tmp_path / "good")
    (layer,) = server.layers(RUNTIME)
    person.blob(layer).unlink()
    shutil.rmtree(person.environment.cache)
    request = RepairRequest(
        person.root,
        sources=(tmp_path / "good",),
        check=CheckOptions(trust=Trust(fetched=person.environment.fetched_images.all())),
    )
    plan = plan_repair(request, person.environment, person.known, silent, CancelToken())
    assert [(each.way, each.label) for each in plan.supplies] == [
        (Way.DRIVE, str(tmp_path / "good"))
    ]
    sent = server.sent.count(layer)
    outcome = repair_stick(request, person.environment, person.known, silent, CancelToken())
    assert outcome.after.ok
    assert server.sent.count(layer) == sent


@pytest.mark.parametrize("name", ["oci-layout", "index.json"])
def test_a_repair_writes_the_lists_of_the_layout(person: Person, name: str) -> None:
    person.make("reg:org.test.Notes")
    before = person.listed()
    (person.layout / name).unlink()
    request = RepairRequest(
        person.root,
        check=CheckOptions(trust=Trust(fetched=person.environment.fetched_images.all())),
    )
    plan = plan_repair(request, person.environment, person.known, silent, CancelToken())
    assert not plan.check.ok
    assert not plan.unhealed
    outcome = repair_stick(request, person.environment, person.known, silent, CancelToken())
    assert outcome.after.ok
    assert person.listed() == before


def test_a_repair_that_nobody_can_be_asked_for_heals_nothing(
    person: Person, server: RegistryServer
) -> None:
    person.make("reg:org.test.Notes")
    (layer,) = server.layers(RUNTIME)
    person.blob(layer).unlink()
    (person.layout / "oci-layout").unlink()
    person.known = Known(())
    request = RepairRequest(
        person.root,
        check=CheckOptions(trust=Trust(fetched=person.environment.fetched_images.all())),
    )
    plan = plan_repair(request, person.environment, person.known, silent, CancelToken())
    assert {each.finding.subject for each in plan.unhealed} >= {RUNTIME, "satchel/oci/oci-layout"}


@pytest.mark.parametrize("emptied", [True, False])
def test_no_prune_frees_what_nothing_names_any_more(person: Person, *, emptied: bool) -> None:
    """List and record are lost together, and the record that is written then does not name it."""
    person.make("reg:org.test.Notes")
    record = person.root / ".ostree/repo/extensions/satchel/stick.json"
    for path in (person.layout / "index.json", record):
        if emptied:
            path.write_bytes(b"")
        else:
            path.unlink()
    blobs = person.blobs()
    home = person.root.parent / "home"
    home.mkdir()
    for _ in range(2):
        assert satchel("prune", person.root, "--json", home=home).json["bytes"] == 0
        satchel("repair", person.root, "--yes", home=home, check=False)
        assert person.blobs() == blobs
    assert "names-lost" in person.codes()
    satchel("prune", person.root, "--forgotten", home=home)
    assert not any(person.layout.glob("blobs/*/*"))
    assert "names-lost" not in person.codes()
