"""What else is done with images of a container registry: looked at, compared, copied, rehearsed."""

from __future__ import annotations

import json
from errno import EIO
from pathlib import Path
from unittest.mock import Mock

import pytest

from app.client.rehearsing.offer import offer_of
from app.drive.safety.guard import AsNamed
from app.drive.space import measure
from app.errors import SatchelError
from app.flatpak.registries.listing import fetch_list
from app.flatpak.remotes.known import Known
from app.progress import CancelToken, Meter, Phase, silent
from app.stick.checking.check import CheckOptions
from app.stick.checking.keys import Trust
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
from app.stick.inspecting.images import ImageState
from app.stick.inspecting.inspect import inspect_stick
from app.stick.inspecting.sizes import measure_sizes
from app.stick.planning.news import News, known_news
from app.stick.planning.options import Options
from app.stick.planning.session import PlanSession
from app.stick.planning.target_state import read_target
from app.stick.store.images import stored_blobs
from app.stick.store.location import find_stick, open_repository
from app.stick.store.stick_state import load_stick
from tests.registry import RegistryServer
from tests.satchel import satchel
from tests.stick.images.person import APP, ARCH, LOCALE, OTHER, RUNTIME, Person
from tests.upstream import Upstream


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


def test_what_its_list_has_lost_is_named(person: Person) -> None:
    person.make("reg:org.test.Notes")
    (person.layout / "index.json").unlink()
    stick = load_stick(find_stick(person.root))
    inspection = inspect_stick(stick, (), ("en",), CancelToken())
    assert inspection.images == ()
    assert set(inspection.unlisted_images) == {APP, LOCALE, RUNTIME}
    home = person.root.parent / "home"
    home.mkdir()
    said = satchel("inspect", person.root, home=home).stdout
    assert "no longer on the list of images" in said
    assert APP in said


def test_content_is_no_overhead(person: Person) -> None:
    person.make("reg:org.test.Notes")
    stick = load_stick(find_stick(person.root))
    sizes = measure_sizes(stick, measure(person.root), Meter(silent, Phase.SIZES), CancelToken())
    assert sizes.files >= sum(stored_blobs(stick.location).values())
    assert sizes.overhead < sizes.files
    assert sizes.total == sizes.objects + sizes.unused + sizes.overhead + sizes.files


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
            named = AsNamed((target,))
            looked = look_at_places(original, (target,), named, person.environment, CancelToken())
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


def test_the_command_counts_what_a_copy_brings(person: Person, tmp_path: Path) -> None:
    """Images are no objects."""
    person.make("reg:org.test.Notes")
    home, target = tmp_path / "at-home", tmp_path / "copy"
    home.mkdir()
    target.mkdir()
    said = satchel(
        "clone", person.root, target, "--yes", "--allow-unsigned", "--no-verify", home=home
    ).stdout
    assert "0 refs, 0 objects, 3 images (" in said
    count = len([name for name in digests(target) if name.startswith("blobs/")])
    assert f"0 objects and {count} other files to copy (" in said
    assert f"Copied 0 objects and {count} other files (" in said


def test_what_the_list_has_lost_cannot_be_taken_off_yet(person: Person) -> None:
    """It is there, and comes off once it is listed again."""
    person.make("reg:org.test.Notes")
    (person.layout / "index.json").unlink()
    home = person.root.parent / "home"
    home.mkdir()
    for name in ("org.test.Notes", "reg:org.test.Notes", APP):
        said = satchel("remove", person.root, name, "--yes", home=home, check=False).said
        words = " ".join(said.split())
        assert f"{name} is an image, and the drive's list of images has lost it." in words
        assert "satchel repair" in words


def unlist(person: Person, lost: set[str]) -> None:
    """The drive's list loses these."""
    path = person.layout / "index.json"
    index = json.loads(path.read_text())
    index["manifests"] = [
        each
        for each in index["manifests"]
        if each["annotations"]["org.opencontainers.image.ref.name"] not in lost
    ]
    path.write_text(json.dumps(index))


@pytest.mark.parametrize(
    "lost", [pytest.param({APP, LOCALE, RUNTIME}, marks=pytest.mark.thorough), {APP}]
)
def test_an_update_brings_what_the_list_has_lost(
    person: Person, server: RegistryServer, lost: set[str]
) -> None:
    """Its content is there still."""
    person.make("reg:org.test.Notes")
    before = person.listed()
    unlist(person, lost)
    sent = [server.sent.count(layer) for layer in server.layers(APP)]
    person.make(update=True)
    assert person.listed() == before
    assert person.check().ok
    assert [server.sent.count(layer) for layer in server.layers(APP)] == sent


def test_an_update_says_what_cannot_be_listed_again(person: Person, server: RegistryServer) -> None:
    person.make("reg:org.test.Notes")
    (person.layout / "index.json").unlink()
    blobs = person.blobs()
    server.stop()
    plan = person.plan(update=True)
    assert any(
        APP in str(notice.message) and "list of images" in str(notice.message)
        for notice in plan.notices
    )
    assert plan.unasked
    person.known = Known(())
    assert "reg" in " ".join(str(each.message) for each in person.plan(update=True).notices)
    assert person.blobs() == blobs


def test_of_many_lost_images_a_registry_that_is_away_is_asked_once(
    person: Person, server: RegistryServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    person.make("reg:org.test.Notes", "reg:org.test.Paint")
    (person.layout / "index.json").unlink()
    server.stop()
    asked = Mock(wraps=fetch_list)
    monkeypatch.setattr("app.stick.planning.registries.fetch_list", asked)
    said = " ".join(str(each.message) for each in person.plan(update=True).notices)
    assert asked.call_count == 1
    assert APP in said
    assert OTHER in said


def test_what_an_interrupted_job_took_off_does_not_come_back(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list names it no more, as of what is lost."""
    person.make("reg:org.test.Notes", "reg:org.test.Paint")
    with monkeypatch.context() as cut:
        cut.setattr("app.stick.writing.job.name_kit", Mock(side_effect=OSError(EIO, "cut")))
        with pytest.raises(SatchelError):
            person.make(without=("org.test.Paint",))
    assert OTHER not in person.listed()
    person.make(update=True)
    person.make(update=True)
    assert OTHER not in person.listed()
    assert person.check().ok


class TestWhatNeedsIsLost:
    """An app is lost from the drive's list, and what it needs is not, or is to be had no more."""

    def test_while_nobody_is_asked_it_stays(self, person: Person, server: RegistryServer) -> None:
        person.make("reg:org.test.Notes")
        unlist(person, {APP})
        before = person.listed()
        server.stop()
        plan = person.plan(update=True)
        assert plan.removed == ()
        person.carry_out(plan)
        assert person.listed() == before

    def test_what_its_registry_has_no_more_stays(
        self, person: Person, server: RegistryServer
    ) -> None:
        person.make("reg:org.test.Notes")
        before = person.listed()
        unlist(person, {APP})
        server.withdraw(RUNTIME)
        assert person.make(update=True).status == 0
        assert person.listed() == before

    def test_without_its_runtime_it_does_not_come(
        self, person: Person, server: RegistryServer
    ) -> None:
        person.make("reg:org.test.Notes")
        unlist(person, {APP, RUNTIME})
        before = person.listed()
        server.withdraw(RUNTIME)
        plan = person.plan(update=True)
        assert any("cannot be listed again" in str(each.message) for each in plan.notices)
        assert plan.removed == ()
        person.carry_out(plan)
        assert person.listed() == before


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
