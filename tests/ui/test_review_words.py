"""What Review says about a plan, on values: no window, no drive."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.drive.space import FAT_MAX_FILE
from app.message import Message
from app.replacing import replace
from app.stick.findings import Code
from app.stick.memory.accepted_snapshots import SeenSnapshots
from app.stick.planning.changes import Changes
from app.stick.planning.duration import Expected
from app.stick.planning.freeing import Freed
from app.stick.planning.in_part import InPart
from app.stick.planning.options import Options
from app.stick.planning.plan import Action, Plan
from app.stick.planning.planner import Planner
from app.stick.planning.sizes import Part, TooLarge
from app.stick.store.record import LeftOut
from tests.stick.offers import (
    APP,
    APP_TEXT,
    ARCH,
    COLLECTION,
    OTHER,
    Published,
    ValueOffer,
    remotes,
)
from tests.stick.planned_apps import (
    GB,
    SPACE,
    SYSTEM,
    app,
    locale,
    other,
    planned,
    runtime,
    system,
)
from tests.stick.test_leaving_values import recorded
from ui.models.planned_drive import PlannedDrive
from ui.models.removal_words import come_off
from ui.models.review_values import ERASE, NO_SIZE, Kind, PlanRemark, ReviewWords
from ui.models.review_words import review_words
from ui.models.several_words import SeveralWords
from ui.state.session import Target

MB = 10**6
NAMES = {APP: "Atlas", OTHER: "Maps"}

pytestmark = pytest.mark.usefixtures("qapp")


def words(
    plan: Plan, expected: Expected | None = None, names: dict[str, str] = NAMES
) -> ReviewWords:
    return review_words(plan, names, "CLASSROOM", expected, {})


def coming(named: dict[bytes, int]) -> Plan:
    """A plan of which this comes over the network, and more is here."""
    part = Part(COLLECTION, APP, 9 * MB, 0, 9 * MB, 0, named)
    return both(parts=(part,), loose={}, fetch=9 * MB, local=9 * MB - part.download)


def of_apps(said: ReviewWords) -> list[PlanRemark]:
    """Without that the made-up source is not signed."""
    return [remark for remark in said.remarks if remark.kind is not Kind.UNSIGNED]


def both(**estimate: object) -> Plan:
    plan = planned(app, other, runtime, locale)
    return replace(plan, estimate=replace(plan.estimate, **estimate))


def test_who_where_and_how_much() -> None:
    said = words(both(there=700_000_000))
    assert said.title.endswith("onto CLASSROOM")
    assert [line.name for line in said.lines] == ["Atlas", "Maps"]
    assert said.numbers[0].remark == "700\N{NO-BREAK SPACE}MB is here already"
    assert said.numbers[1].remark.endswith("stay free")
    assert said.has_room
    assert not of_apps(said)


def test_how_much_is_here_is_told_where_it_makes_a_difference() -> None:
    assert words(both(fetch=75_000, there=12)).numbers[0].remark == ""
    assert words(both(fetch=0, there=12)).numbers[0].remark.startswith("12")
    assert words(both(fetch=75_000, there=1_000)).numbers[0].remark.endswith("is here already")


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        (None, "a few minutes"),
        (Expected(10, 50, 1e6), "under 1 min"),
        (Expected(100, 130, 1e6), "2 min"),
        (Expected(180, 300, 1e6), "3\N{EN DASH}5 min"),
        (Expected(6000, 10_000, 1e6), "2\N{EN DASH}3 h"),
    ],
)
def test_a_time_is_a_range(expected: Expected | None, text: str) -> None:
    assert words(both(), expected).numbers[2].number == text


def test_what_does_not_fit_says_how_much_and_offers_the_largest_first() -> None:
    plan = planned(replace(app, size=2 * GB), replace(other, size=3 * GB), runtime)
    small = replace(plan.estimate.space, free=GB)
    said = words(replace(plan, estimate=replace(plan.estimate, space=small)))
    assert not said.has_room
    assert [line.name for line in said.lines] == ["Maps", "Atlas"]
    assert all(line.may_be_left_out for line in said.lines)
    assert said.numbers[1].wrong
    assert said.numbers[1].remark.endswith("too much")
    assert said.numbers[2].number == NO_SIZE
    assert said.duration == ""


def test_what_may_not_fit_is_no_obstacle() -> None:
    plan = both()
    tight = replace(plan.estimate.space, free=plan.estimate.write - 1)
    said = words(replace(plan, estimate=replace(plan.estimate, space=tight, least=1)))
    assert said.has_room
    assert said.numbers[1].remark.startswith("may be")


def test_what_another_kind_of_drive_would_hold() -> None:
    fat = replace(SPACE, file_system="vfat", max_file=FAT_MAX_FILE)
    plan = both(space=fat, too_large=(TooLarge(APP, 5 * GB),))
    large, again = of_apps(words(plan))
    assert (large.kind, large.ref, large.bad) == (Kind.LARGE, APP, True)
    assert large.strong == "Atlas is too large for this kind of drive."
    assert (again.ref, again.action) == (ERASE, "Erase and set up again…")


def test_on_a_drive_that_wastes_room_setting_it_up_again_is_offered() -> None:
    plan = both()
    small = replace(plan.estimate.space, free=plan.estimate.least - 1)
    wasteful = replace(plan.estimate, space=small, on_ext4=small.free)
    [again] = of_apps(words(replace(plan, estimate=wasteful)))
    assert again.kind is Kind.AGAIN
    full = replace(wasteful, on_ext4=small.free + 1)
    assert not of_apps(words(replace(plan, estimate=full)))


@pytest.mark.parametrize(
    "code", [Code.EXTRA_DATA_MISSING, Code.RUNTIME_MISSING, Code.RELATED_MISSING]
)
def test_what_cannot_be_carried_is_said_without_refs(code: Code) -> None:
    reason = Message("It needs runtime/org.test.Platform/x86_64/1.")
    plan = replace(both(), left_out=(LeftOut(COLLECTION, APP, code, reason, chosen=True),))
    [remark] = of_apps(words(plan))
    assert remark.strong == "Atlas cannot go on a drive."
    assert "org.test" not in remark.strong + remark.text
    assert remark.bad


def test_what_was_left_out_of_the_choice_is_gone_at_once() -> None:
    """While it is counted again."""
    ended = replace(app, ended="Nobody looks after it.")
    plan = planned(ended, other, runtime)
    assert len(of_apps(words(plan))) == 1
    said = words(plan, names={OTHER: "Maps"})
    assert [line.name for line in said.lines] == ["Maps"]
    assert not of_apps(said)


def test_needs_are_called_by_what_can_be_read() -> None:
    said = words(both())
    assert [line.name for line in said.needs] == ["Test Platform 1"]
    assert "shared by all apps" in said.needs_beside
    assert QApplication.instance() is not None


def test_a_source_that_is_not_signed_is_told() -> None:
    assert "Nobody vouches for up." in {remark.strong for remark in words(both()).remarks}


@pytest.mark.parametrize(
    ("keys", "collection_id", "told"),
    [((), "org.test.Upstream", True), ((), None, False)],
)
def test_a_collection_without_a_key_is_told(
    keys: tuple[bytes, ...], collection_id: str | None, *, told: bool
) -> None:
    """flatpak refuses to add it so; computers get it without its ID."""
    plan = both()
    remotes = (
        replace(each.remote, keys=keys, collection_id=collection_id) for each in plan.collections
    )
    changed = (
        replace(each, remote=remote) for each, remote in zip(plan.collections, remotes, strict=True)
    )
    said = words(replace(plan, collections=tuple(changed)))
    (remark,) = [remark for remark in said.remarks if remark.kind is Kind.UNSIGNED]
    assert ("START-HERE" in remark.text) == told
    # That is not a word of the window.
    assert "collection" not in remark.text


def test_a_list_that_is_not_signed_is_no_app_that_is_not() -> None:
    """There is a key, by which each of them is checked."""
    plan = both()
    changed = (
        replace(each, remote=replace(each.remote, keys=(b"key",))) for each in plan.collections
    )
    said = words(replace(plan, collections=tuple(changed)))
    (remark,) = [remark for remark in said.remarks if remark.kind is Kind.LIST]
    assert remark.strong == "The list of up is not signed."
    assert not any("vouches" in remark.strong for remark in said.remarks)
    assert not any(told == "Unsigned" for line in said.lines for told, _ in line.remarks)


def test_of_an_update_the_download_is_a_bound() -> None:
    plan = both()
    assert not words(plan).numbers[0].number.startswith("up to")
    collections = tuple(
        replace(each, items=tuple(replace(item, action=Action.UPDATE) for item in each.items))
        for each in plan.collections
    )
    assert words(replace(plan, collections=collections)).numbers[0].number.startswith("up to")


def test_what_has_no_name_is_called_by_its_id() -> None:
    said = words(both(), names={APP: APP, OTHER: "Maps"})
    assert [line.name for line in said.lines] == ["Maps", "org.test.App"]


def test_how_many_come_in_a_language_and_which_do_not() -> None:
    plan = both()
    id_of = APP.split("/")[1]
    assert words(plan).spoken == ()
    [german] = words(replace(plan, lacking={"de": (id_of,)})).spoken
    assert german.text.startswith("German ✓ in 1 of 2")
    assert german.link == "Show the 1"
    assert german.lacking == {APP}


def test_which_languages_would_bring_translations_along() -> None:
    """Where this computer, without a network, has some only, and a drive would have all."""
    part = InPart((f"runtime/{APP.split('/')[1]}.Locale/x86_64/stable",), ("de", "fr"))
    (remark,) = of_apps(words(replace(both(), in_part=part)))
    assert remark.strong == "No translations come for Atlas."
    assert "has only some of them: German, French." in remark.text
    assert "“Carry only these”" in remark.text
    assert not of_apps(words(both()))


def test_an_operating_system_is_named_and_is_no_app() -> None:
    said = words(planned(app, runtime, system), names={APP: "Atlas"})
    assert [line.name for line in said.lines] == ["Atlas"]
    said = words(planned(app, runtime, system), names={APP: "Atlas", SYSTEM: SYSTEM})
    assert [line.name for line in said.lines] == ["Atlas", "Operating system update"]
    assert said.heading == "1 app(s), 1 operating system(s)"


def going(*more: Published, texts: tuple[str, ...] = (), off: tuple[str, ...] = (APP,)) -> Plan:
    """A drive with both apps, of which some come off."""
    state = recorded(app, other, runtime, locale, chosen=(app, other))
    offer = ValueOffer(app, other, runtime, locale, *more)
    changes = Changes(off=tuple((COLLECTION, ref) for ref in off))
    made = Planner(state, SeenSnapshots(), remotes(offer), Options(ARCH), changes).plan(texts)
    freed = Freed(100, 205_000_000)
    return replace(made, estimate=replace(made.estimate, freed=freed))


class TestComingOff:
    def test_it_is_said_before_anything_goes(self) -> None:
        said = review_words(going(), {}, "CLASSROOM", None, {}, {APP: "Atlas"})
        assert said.title == "Taking 1 app(s) off CLASSROOM"
        assert said.sentence == "1 app(s) come(s) off: Atlas."
        assert [(line.name, line.may_be_kept) for line in said.off_lines] == [("Atlas", True)]
        assert "part" in said.off_beside
        assert not said.lines
        assert not said.heading
        label, number = said.numbers[1].label, said.numbers[1].number
        assert (label, number) == ("Becomes free", "205\N{NO-BREAK SPACE}MB")
        assert said.numbers[0].number == NO_SIZE

    def test_beside_what_is_new(self) -> None:
        new = Published("app/org.test.New/x86_64/stable", APP_TEXT.replace(".App", ".New"))
        made = going(new, texts=(new.ref,))
        said = review_words(made, {new.ref: "New"}, "CLASSROOM", None, {}, {APP: "Atlas"})
        assert said.title.endswith("onto CLASSROOM")
        assert said.sentence.endswith("come(s) off: Atlas.")
        assert "New" in [line.name for line in said.lines]
        assert said.numbers[1].label == "Takes on the drive"
        assert said.numbers[1].remark.endswith("stay free")
        assert said.off_beside.startswith("205\N{NO-BREAK SPACE}MB become free, with ")

    def test_what_was_just_kept_is_not_named_until_it_is_counted_again(self) -> None:
        both_go = going(off=(APP, OTHER))
        said = review_words(both_go, {}, "CLASSROOM", None, {}, {OTHER: "Maps"})
        assert [line.name for line in said.off_lines] == ["Maps"]
        assert said.sentence.endswith(": Maps.")

    def test_many_are_counted(self) -> None:
        assert come_off(list("ABCDEF")).endswith(": A, B, C, D and 2 more.")
        assert not come_off(())

    def test_no_plan_without_the_sentence(self) -> None:
        assert "lost" in words(both()).sentence

    def test_of_several_drives_all_that_comes_is_summed(self) -> None:
        """What both lack once, and nothing of what is on this computer."""
        first = coming({b"shared": 5 * MB, b"one": 2 * MB})
        second = coming({b"shared": 5 * MB, b"other": MB})
        drives = [
            (PlannedDrive(Target(Path("A"), "A"), first), "A"),
            (PlannedDrive(Target(Path("B"), "B"), second), "B"),
        ]
        told = []
        for once in (True, False):
            several = SeveralWords(drives, {}, once=once)
            said = review_words(first, NAMES, "2 drives", None, {}, download=several.download)
            download, *_ = several.summed(said).numbers
            told.append((download.number.split()[0], download.remark.split()[0]))
        assert told == [("8.0", "once"), ("13", "for")]

    def test_of_several_drives_each_says_what_comes_off_it(self) -> None:
        """Also where the one with most to do loses nothing."""
        loses, keeps = going(), both()
        drives = [
            (PlannedDrive(Target(Path(name), name), plan), name)
            for name, plan in (("A", loses), ("B", keeps))
        ]
        leaving = {APP: "Atlas"}
        of_the_largest = review_words(keeps, NAMES, "2 drives", None, {}, leaving)
        assert not of_the_largest.off_lines
        several = SeveralWords(drives, leaving)
        said = several.summed(of_the_largest)
        assert said.sentence == "1 app(s) come(s) off: Atlas."
        assert [(line.name, line.may_be_kept) for line in said.off_lines] == [("Atlas", True)]
        first, second = several.lines()
        assert first.leaves == "1 app(s) come(s) off: Atlas."
        assert first.said == "Nothing to write"
        assert second.leaves == "Nothing comes off."
        kept = SeveralWords(drives[1:], {}).lines()
        assert [line.leaves for line in kept] == [""]
