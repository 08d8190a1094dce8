"""Apps of a container registry on a drive: put there, renewed, taken off."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import UpstreamError
from app.flatpak.registries.image import digest_of
from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Registry
from app.progress import CancelToken, silent
from app.replacing import replace
from app.stick.checking.keys import Trust
from app.stick.mending.repairing import repair_stick
from app.stick.mending.request import RepairRequest
from app.stick.planning.leaving import NeededError
from app.stick.planning.plan import Action
from app.stick.planning.refusal import NotDeliveredError
from app.stick.planning.registries import UnprotectedRegistryError
from app.stick.writing.many import run_many
from tests.ostree.web import Web
from tests.registry import RegistryServer
from tests.satchel import satchel
from tests.stick.images.person import APP, LOCALE, OTHER, RUNTIME, Person, directory
from tests.upstream import Upstream


def test_an_app_comes_with_its_runtime_and_translations(
    person: Person, server: RegistryServer
) -> None:
    plan = person.plan("reg:org.test.Notes")
    items = {item.ref: item for item in plan.items}
    assert items.keys() == {APP, LOCALE, RUNTIME}
    assert items[APP].named
    assert items[APP].name == "Notes"
    assert items[RUNTIME].needed_by == (APP,)
    outcome = person.carry_out(plan)
    assert outcome.check is not None
    assert outcome.check.ok
    assert outcome.bytes == plan.estimate.fetch
    assert person.listed() == {ref: server.digests[ref] for ref in (APP, LOCALE, RUNTIME)}
    assert person.for_installers().keys() == {APP, LOCALE, RUNTIME}
    assert all(installed > 0 for _, installed in person.for_installers().values())
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
    assert plan.estimate.freed.bytes == outcome.pruned.total > 0
    assert outcome.pruned.objects == len(before - person.blobs()) > 0
    assert person.codes() == {"needs-newer-flatpak"}


def test_translations_of_images_come_in_every_language(
    server: RegistryServer, tmp_path: Path
) -> None:
    """An image is whole; whoever wants some languages only is told."""
    words = ("org.test.Notes", "--remote", server.url, "--language", "de")
    said = satchel("plan", directory(tmp_path / "drive"), *words, home=directory(tmp_path / "home"))
    assert "Translations: de; of container registries all come\n" in said.stdout


def test_what_is_for_other_computers_has_a_list_of_its_own(
    person: Person, server: RegistryServer, upstream: Upstream
) -> None:
    """What is there for them is not gone because something for others is added or brought up to
    date; it comes along."""
    upstream.add_runtime(arch="riscv64")
    other = upstream.add_app("org.test.Notes", arch="riscv64")
    for ref in upstream.refs:
        if "/riscv64/" in ref:
            server.add(upstream, ref)
    person.make("reg:org.test.Notes/riscv64", "reg:org.test.Notes")
    upstream.bump(other)
    newer = server.add(upstream, other)
    for plan in (person.plan("reg:org.test.Paint"), person.plan(update=True)):
        assert not [notice for notice in plan.notices if other in str(notice.message)]
        items = {item.ref: item for item in plan.items}
        assert (items[other].action, items[other].gone) == (Action.UPDATE, False)
    person.make(update=True)
    assert person.listed()[other] == newer
    server.withdraw(other)
    told = [str(notice.message) for notice in person.plan(update=True).notices]
    assert f"{other} is no longer in Test registry; it stays as it is." in told
    # Nothing is said of what is in a list that cannot be had.
    [kept] = person.environment.cache.rglob("riscv64.json")
    kept.unlink()
    plan = person.plan(update=True, offline=True)
    told = [str(notice.message) for notice in plan.notices]
    assert "What is from Test registry for riscv64 stays as it is" in " ".join(told)
    assert not any(other in text for text in told)
    assert not [item for item in plan.items if item.gone]


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


def test_content_comes_from_another_drive(
    person: Person, server: RegistryServer, tmp_path: Path
) -> None:
    """On a computer that has kept nothing; what is damaged there comes from the registry."""
    person.make("reg:org.test.Notes")
    largest = max(map(person.blob, person.blobs()), key=lambda path: path.stat().st_size)
    right = largest.read_bytes()
    for name, wrong in (("second", bytes(len(right))), ("third", right)):
        largest.write_bytes(wrong)
        other = Person(directory(tmp_path / name), server.registry())
        plan = other.plan("reg:org.test.Notes", sources=(person.root,))
        if wrong is right:
            server.stop()
        outcome = other.carry_out(plan)
        assert outcome.check is not None
        assert outcome.check.ok
        assert (other.layout / largest.relative_to(person.layout)).read_bytes() == right


def test_receive_says_what_it_needs(person: Person, tmp_path: Path) -> None:
    """flatpak here takes no images; what a newer one does is tried in a root that has it."""
    person.make("reg:org.test.Notes", "reg:org.test.Paint")
    words = ("receive", "--user", "--dry-run", "--json", person.root)
    plan = satchel(*words, "org.test.Notes", home=tmp_path / "home", check=False).json
    [image] = plan["images"]
    assert (image["ref"], set(image["brings"])) == (APP, {LOCALE, RUNTIME})
    assert image["state"] == "refused"
    assert "needs flatpak 1.17 or newer" in image["refusal"]["reason"]


@pytest.mark.thorough
def test_media_say_what_images_take(server: RegistryServer, tmp_path: Path) -> None:
    """Before anything is fetched: nobody is asked there, and flatpak here takes none."""
    words = ("media", tmp_path / "out", "org.test.Notes", "--remote", server.url, "--json")
    for more, status, says in (
        ((), 5, "--allow-unsigned"),
        (("--allow-unsigned",), 3, "flatpak 1.17 is needed"),
    ):
        done = satchel(*words, "--layout=installed", *more, home=tmp_path / "home", check=status)
        error = done.finished["error"]
        assert says in error["message"] + error["hint"]
        assert not any(event.get("phase") == "download" for event in done.events)


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
    with pytest.raises(NotDeliveredError, match="Paint"):
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


def test_what_the_file_system_cannot_hold_is_refused_before(person: Person) -> None:
    plan = person.plan("reg:org.test.Paint")
    assert plan.estimate.fits
    largest = max(blob.size for image in plan.images for blob in image.blobs)
    from app.stick.planning.image_room import with_room
    from app.stick.store.images import ImagesOnDrive

    small = replace(plan.estimate, space=replace(plan.estimate.space, max_file=largest - 1))
    assert not with_room(small, plan.images, ImagesOnDrive()).fits


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
