"""Apps of a container registry on a drive: put there, checked, renewed, taken off."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.client.rehearsing.offer import offer_of
from app.errors import UpstreamError
from app.flatpak.registries.image import digest_of
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Registry
from app.flatpak.upstream.errors import NotKeptError
from app.progress import Cancel, CancelToken, silent
from app.stick.checking.check import CheckOptions, check_path
from app.stick.checking.keys import Trust
from app.stick.checking.report import CheckReport
from app.stick.choices.app_sets import AppSet
from app.stick.choices.availability import Availability, Offered, check_availability
from app.stick.choices.profile import Profile
from app.stick.choices.set_check import check_set
from app.stick.cloning.cloning import clone, look_at_places
from app.stick.cloning.original import read_original
from app.stick.cloning.outcome import CloneOutcome
from app.stick.cloning.place import OtherStickError
from app.stick.comparing.difference import Kind, compare
from app.stick.comparing.gathering import read_side, read_upstream
from app.stick.environment import Environment
from app.stick.findings import Code
from app.stick.inspecting.images import ImageState
from app.stick.inspecting.inspect import inspect_stick
from app.stick.mending.foreseeing import plan_repair
from app.stick.mending.repairing import repair_stick
from app.stick.mending.request import RepairRequest
from app.stick.planning.changes import Changes
from app.stick.planning.leaving import NeededError
from app.stick.planning.news import News, known_news
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, Plan
from app.stick.planning.registries import UnprotectedRegistryError
from app.stick.planning.request import PlanRequest, make_plan
from app.stick.planning.session import PlanSession
from app.stick.planning.target_state import read_target
from app.stick.store.images import read_images
from app.stick.store.location import Location, find_stick, open_repository
from app.stick.store.stick_state import load_stick
from app.stick.writing.images import ImageWork
from app.stick.writing.job import run_job
from app.stick.writing.many import run_many
from app.stick.writing.outcome import Outcome
from app.stick.writing.pruning import prune_path
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.ostree.web import Web
from tests.registry import RegistryServer
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
APP = f"app/org.test.Notes/{ARCH}/stable"
OTHER = f"app/org.test.Paint/{ARCH}/stable"
LOCALE = f"runtime/org.test.Notes.Locale/{ARCH}/stable"
RUNTIME = f"runtime/org.test.Platform/{ARCH}/1"
ALL = {APP, OTHER, LOCALE, RUNTIME}


def fill(upstream: Upstream) -> None:
    upstream.add_runtime()
    upstream.add_app("org.test.Notes", languages=("de", "en"))
    upstream.add_app("org.test.Paint", size=200_000)


@pytest.fixture
def upstream(upstream_key: SigningKey, tmp_path: Path) -> Upstream:
    return kept_upstream(tmp_path / "upstream", upstream_key, fill)


@pytest.fixture
def server(upstream: Upstream, tmp_path: Path) -> Iterator[RegistryServer]:
    with RegistryServer(tmp_path / "registry") as server:
        server.add_all(upstream)
        yield server


class Person:
    """Somebody at a computer that knows the registry, with an empty drive."""

    def __init__(self, directory: Path, registry: Registry) -> None:
        self.known = Known((), registries=(registry,))
        self.environment: Environment = environment_in(directory / "computer")
        self.root = directory / "drive"
        self.root.mkdir()

    @property
    def layout(self) -> Path:
        return self.root / "satchel/oci"

    def plan(
        self, *refs: str, root: Path | None = None, offline: bool = False, **changes: Any
    ) -> Plan:
        request = PlanRequest(
            root or self.root, refs, None, None, Options(ARCH, offline=offline),
            changes=Changes(**changes),
        )  # fmt: skip
        return make_plan(request, self.environment, self.known, silent, CancelToken())

    def carry_out(self, plan: Plan, cancel: Cancel | None = None) -> Outcome:
        return run_job(plan, self.environment, self.known, silent, cancel or CancelToken())

    def make(self, *refs: str, **changes: Any) -> Outcome:
        return self.carry_out(self.plan(*refs, **changes))

    def check(self, trust: Trust | None = None) -> CheckReport:
        fetched = self.environment.fetched_images.all()
        options = CheckOptions(trust=trust or Trust(fetched=fetched))
        return check_path(self.root, (), options, silent, CancelToken())

    def codes(self) -> set[str]:
        return {each.code.value for each in self.check().findings}

    def listed(self) -> dict[str, str]:
        """Ref → digest, as clients see it."""
        index = json.loads((self.layout / "index.json").read_text())
        return {
            each["annotations"]["org.opencontainers.image.ref.name"]: each["digest"]
            for each in index["manifests"]
        }

    def blob(self, digest: str) -> Path:
        return self.layout / "blobs/sha256" / digest.removeprefix("sha256:")

    def blobs(self) -> set[str]:
        return {f"sha256:{path.name}" for path in (self.layout / "blobs/sha256").iterdir()}


def directory(place: Path) -> Path:
    place.mkdir()
    return place


@pytest.fixture
def person(server: RegistryServer, tmp_path: Path) -> Person:
    return Person(tmp_path, server.registry())


def test_an_app_comes_with_its_runtime_and_translations(
    person: Person, server: RegistryServer
) -> None:
    plan = person.plan("reg:org.test.Notes")
    items = {item.ref: item for item in plan.items}
    assert items.keys() == {APP, LOCALE, RUNTIME}
    assert items[APP].named
    assert items[RUNTIME].needed_by == (APP,)
    outcome = person.carry_out(plan)
    assert outcome.check is not None
    assert outcome.check.ok
    assert outcome.bytes == plan.estimate.fetch
    assert person.listed() == {ref: server.digests[ref] for ref in (APP, LOCALE, RUNTIME)}
    for digest in person.blobs():
        assert digest_of(person.blob(digest).read_bytes()) == digest
    assert person.codes() == {"needs-newer-flatpak"}
    assert person.plan("reg:org.test.Notes").nothing_to_do


def test_what_is_newer_in_the_registry_comes_and_the_old_goes(
    person: Person, server: RegistryServer, upstream: Upstream
) -> None:
    person.make("reg:org.test.Notes")
    before = person.blobs()
    upstream.bump(APP)
    digest = server.add(upstream, APP)
    plan = person.plan(update=True)
    assert {item.ref for item in plan.items if item.action is Action.UPDATE} == {APP}
    outcome = person.carry_out(plan)
    assert outcome.check is not None
    assert outcome.check.ok
    assert person.listed()[APP] == digest
    assert outcome.pruned is not None
    assert outcome.pruned.objects == len(before - person.blobs()) > 0
    assert person.codes() == {"needs-newer-flatpak"}


def test_what_is_taken_off_goes_with_what_only_it_needed(person: Person) -> None:
    person.make("reg:org.test.Notes", "reg:org.test.Paint")
    plan = person.plan(without=("org.test.Notes",))
    before = len(person.blobs())
    person.carry_out(plan)
    assert person.listed().keys() == {OTHER, RUNTIME}
    assert plan.estimate.freed.objects == before - len(person.blobs())
    with pytest.raises(NeededError):
        person.plan(without=("org.test.Platform",))
    person.make(without=("reg:org.test.Paint",))
    assert not person.layout.exists()
    assert not person.check().findings


def test_what_is_interrupted_goes_on(person: Person) -> None:
    class Stopping(CancelToken):
        """Stops once content has come."""

        def check(self) -> None:
            if any((person.layout / "coming").glob("*")):
                self.request()
            super().check()

    from app.errors import InterruptedByUser

    plan = person.plan("reg:org.test.Notes")
    with pytest.raises(InterruptedByUser):
        person.carry_out(plan, Stopping())
    assert not (person.layout / "index.json").exists()
    outcome = person.make("reg:org.test.Notes")
    assert outcome.check is not None
    assert outcome.check.ok
    assert not (person.layout / "coming").exists()


def test_the_next_drive_needs_no_network(
    person: Person, server: RegistryServer, tmp_path: Path
) -> None:
    person.make("reg:org.test.Notes")
    server.stop()
    second = directory(tmp_path / "second")
    plan = person.plan("reg:org.test.Notes", root=second, offline=True)
    assert plan.estimate.local == plan.estimate.fetch > 0
    outcome = person.carry_out(plan)
    assert outcome.check is not None
    assert outcome.check.ok
    assert outcome.kept == outcome.bytes == plan.estimate.fetch
    with pytest.raises(NotKeptError):
        person.plan("reg:org.test.Paint", root=second, offline=True)


def test_without_a_list_nothing_is_offline(person: Person, server: RegistryServer) -> None:
    server.stop()
    with pytest.raises(UpstreamError, match="not kept"):
        person.plan("reg:org.test.Notes", offline=True)


def test_what_was_kept_is_not_believed(person: Person, tmp_path: Path) -> None:
    person.make("reg:org.test.Notes")
    kept = list(person.environment.cache.glob("objects/*/*.payload"))
    assert len(kept) == len(person.blobs())
    for path in kept:
        path.write_bytes(bytes(path.stat().st_size))
    outcome = person.carry_out(person.plan("reg:org.test.Notes", root=directory(tmp_path / "2")))
    assert outcome.check is not None
    assert outcome.check.ok
    assert outcome.kept == 0


def test_for_several_drives_it_is_downloaded_once(person: Person, tmp_path: Path) -> None:
    roots = [directory(tmp_path / str(number)) for number in range(3)]
    plans = [person.plan("reg:org.test.Notes", "reg:org.test.Paint", root=root) for root in roots]
    results = run_many(plans, person.environment, person.known, lambda _: None, CancelToken())
    outcomes = [result.outcome for result in results if result.outcome is not None]
    assert [result.status for result in results] == [0, 0, 0]
    layers = sum(
        blob.size
        for blob in {blob for image in plans[0].images for blob in image.blobs}
        if blob.digest not in {digest for image in plans[0].images for digest in image.small}
    )
    assert sum(outcome.kept for outcome in outcomes) >= 2 * layers


def test_what_is_known_of_news_asks_nobody(
    person: Person, server: RegistryServer, upstream: Upstream
) -> None:
    person.make("reg:org.test.Notes")
    upstream.bump(APP)
    server.add(upstream, APP)

    def news() -> News | None:
        return known_news(person.root, ARCH, person.environment, person.known, CancelToken())

    before = news()
    assert before is None or APP not in before.newer
    person.plan(update=True)
    server.stop()
    after = news()
    assert after is not None
    assert APP in after.newer


def test_a_registry_without_encryption_has_to_be_allowed(person: Person) -> None:
    far = Registry("reg", "oci+http://registry.example.org", "oci+http://registry.example.org")
    person.known = Known((), registries=(far,))
    with pytest.raises(UnprotectedRegistryError):
        person.plan("reg:org.test.Notes")


def test_of_what_another_computer_fetched_nobody_knows_whose_it_is(person: Person) -> None:
    person.make("reg:org.test.Notes")
    report = person.check(Trust())
    assert report.only_unvouched
    assert not report.damaged_apps
    assert person.check(Trust(drive_keys=True)).ok


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


FILE = "satchel/oci/oci-layout"
LIST = "satchel/oci/index.json"
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


@pytest.mark.parametrize("what", LAYOUTS)
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


def test_without_a_record_nothing_goes(person: Person) -> None:
    """Nobody knows any more what was chosen: that takes nothing off the drive."""
    person.make("reg:org.test.Notes")
    before = person.listed()
    record = person.root / ".ostree/repo/extensions/satchel/stick.json"
    record.unlink()
    person.make(update=True)
    person.make(update=True)
    assert person.listed() == before
    record.unlink()
    request = RepairRequest(person.root)
    for _ in range(2):
        repair_stick(request, person.environment, person.known, silent, CancelToken())
        person.make(update=True, unused=True)
        assert person.listed() == before


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

    def spoilt(work: ImageWork, location: Location) -> None:
        publish(work, location)
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


def test_what_the_file_system_cannot_hold_is_refused_before(person: Person) -> None:
    plan = person.plan("reg:org.test.Paint")
    assert plan.estimate.fits
    largest = max(blob.size for image in plan.images for blob in image.blobs)
    from app.stick.planning.image_room import with_room
    from app.stick.store.images import ImagesOnDrive

    small = replace(plan.estimate, space=replace(plan.estimate.space, max_file=largest - 1))
    assert not with_room(small, plan.images, ImagesOnDrive()).fits


def test_nothing_of_a_drive_leads_astray(person: Person) -> None:
    person.make("reg:org.test.Notes")
    (person.layout / "index.json").write_text(
        json.dumps({"manifests": [{"digest": "sha256:" + "../" * 21 + "x", "size": 1}]})
    )
    assert read_images(find_stick(person.root)) == ()
    assert "object-missing" in person.codes()


def test_a_registry_that_is_away_is_told(person: Person, tmp_path: Path) -> None:
    web = Web(tmp_path)
    web.close()
    url = f"oci+http://127.0.0.1:{web.port}"
    person.known = Known((), registries=(Registry("reg", url, url),))
    with pytest.raises(UpstreamError):
        person.plan("reg:org.test.Notes")


def test_only_known_registries_are_asked(person: Person) -> None:
    person.make("reg:org.test.Notes")
    person.known = Known(())
    plan = person.plan(update=True)
    assert any("No known remote" in str(notice.message) for notice in plan.notices)
    assert not plan.images


def test_it_is_looked_at(person: Person, server: RegistryServer) -> None:
    person.make("reg:org.test.Notes")
    stick = load_stick(find_stick(person.root))
    inspection = inspect_stick(stick, (), ("en",), CancelToken())
    images = {image.ref: image for image in inspection.images}
    assert images.keys() == {APP, LOCALE, RUNTIME}
    assert (images[APP].name, images[APP].version, images[APP].chosen) == ("Notes", "1.0", True)
    assert images[APP].digest == server.digests[APP]
    (layer,) = server.layers(RUNTIME)
    person.blob(layer).unlink()
    damaged = inspect_stick(stick, (), ("en",), CancelToken())
    states = {image.ref: image.state for image in damaged.images}
    assert states[RUNTIME] is ImageState.DAMAGED
    assert states[APP] is ImageState.WHOLE


def test_drives_and_upstream_are_compared(
    person: Person, server: RegistryServer, upstream: Upstream
) -> None:
    person.make("reg:org.test.Notes")
    stick = load_stick(find_stick(person.root))
    here = read_side(stick, "here", silent, CancelToken(), contents=False)
    upstream.bump(APP)
    digest = server.add(upstream, APP)
    there = read_upstream(
        stick, (), person.environment, "there", CancelToken(), allow_unsigned=False,
        registries=person.known.registries,
    )  # fmt: skip
    kinds = {each.ref: each.kind for each in compare(here, there).refs}
    assert kinds == {APP: Kind.NEWER, LOCALE: Kind.SAME, RUNTIME: Kind.SAME}
    assert there.refs["remote:reg", APP].commit == digest.removeprefix("sha256:")


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


def test_a_drive_is_copied(person: Person, tmp_path: Path) -> None:
    person.make("reg:org.test.Notes")
    trust = Trust(fetched=person.environment.fetched_images.all())
    location = find_stick(person.root)
    target = tmp_path / "copy"
    target.mkdir()

    def copy() -> CloneOutcome:
        with open_repository(location).locked(exclusive=False):
            original = read_original(
                location, (), trust, silent, CancelToken(), accept_unsigned=False
            )
            looked = look_at_places(original, (target,), person.environment, CancelToken())
            (outcome,) = clone(
                original, looked, person.environment, person.known, CheckOptions(trust=trust),
                lambda _event: None, CancelToken(),
            )  # fmt: skip
        return outcome

    assert copy().status == 0
    assert digests(target) == digests(person.root)
    person.make("reg:org.test.Paint")
    person.make(without=("org.test.Notes",))
    # Another choice is no newer copy.
    assert isinstance(copy().error, OtherStickError)


def digests(root: Path) -> dict[str, bytes]:
    layout = root / "satchel/oci"
    files = (path for path in layout.rglob("*") if path.is_file())
    return {str(path.relative_to(layout)): path.read_bytes() for path in files}


def test_a_rehearsal_tells_which_flatpak_it_needs(person: Person) -> None:
    person.make("reg:org.test.Notes")
    offer = offer_of(load_stick(find_stick(person.root)), ARCH, ())
    (app,) = offer.apps
    assert (app.ref, app.name, app.requires) == (APP, "Notes", ("1.17.0",))
    assert app.collection in offer.unvouched


def test_it_is_in_saved_choices_and_sets(person: Person, server: RegistryServer) -> None:
    profile = Profile(refs=("reg:org.test.Notes", "reg:org.test.Gone"))

    def check() -> Availability:
        return check_availability(profile, ARCH, person.environment, person.known, CancelToken())

    there = check()
    assert there.offered == (Offered(APP, "reg", "Notes"),)
    assert [each.text for each in there.missing] == ["reg:org.test.Gone"]
    app_set = AppSet("test", profile)
    drive = read_target(person.root, quota=person.environment.quota)
    with PlanSession(drive, person.environment, person.known, silent, CancelToken()) as session:
        checked = check_set(app_set, session, Options(ARCH), CancelToken())
    assert [(each.remote, each.ref) for each in checked.offered] == [("reg", APP)]
    assert [each.text for each in checked.missing] == ["reg:org.test.Gone"]
    assert checked.size > 0
    server.stop()
    assert check().offered == there.offered


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
