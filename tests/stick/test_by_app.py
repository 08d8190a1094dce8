"""A plan by app: sizes with translations, what others share, and what there is to say."""

from __future__ import annotations

from app.drive.space import FAT_MAX_FILE
from app.message import Message
from app.replacing import replace
from app.stick.findings import Code
from app.stick.planning.by_app import (
    Ending,
    LargeFile,
    PlannedApp,
    PlannedApps,
    Sharing,
    by_app,
)
from app.stick.planning.outline import Branch, outline
from app.stick.planning.plan import Action, Plan
from app.stick.store.record import LeftOut
from tests.stick.offers import (
    APP,
    COLLECTION,
    OTHER,
    RUNTIME,
)
from tests.stick.planned_apps import (
    GB,
    RUNTIME_LOCALE,
    SPACE,
    SYSTEM,
    app,
    locale,
    other,
    planned,
    runtime,
    runtime_locale,
    system,
)


def apps(plan: Plan) -> dict[str, PlannedApp]:
    return {each.item.ref: each for each in by_app(plan).apps}


def kept(plan: Plan) -> Plan:
    return replace(
        plan,
        collections=tuple(
            replace(
                collection,
                items=tuple(replace(item, action=Action.KEEP) for item in collection.items),
            )
            for collection in plan.collections
        ),
        estimate=replace(plan.estimate, parts=()),
    )


def test_translations_are_the_apps_and_the_rest_is_what_they_need() -> None:
    plan = planned(app, other, runtime, locale, runtime_locale)
    sorted_ = by_app(plan)
    assert [each.item.ref for each in sorted_.apps] == [APP, OTHER]
    assert {item.ref for item in sorted_.needs} == {RUNTIME, RUNTIME_LOCALE}
    assert apps(plan)[APP].fetch > apps(plan)[OTHER].fetch
    assert sorted_.sharing is Sharing.ALL
    whole = sum(part.takes for part in plan.estimate.parts)
    assert sum(each.takes for each in sorted_.apps) + sorted_.needs_take == whole


def test_what_a_single_app_needs_is_shared_by_nobody() -> None:
    assert by_app(planned(app, runtime)).sharing is Sharing.ALONE


def test_what_nobody_asks_for_and_stays_is_not_listed() -> None:
    plan = kept(planned(app, other, runtime))
    unnamed = replace(
        plan,
        collections=tuple(
            replace(
                collection,
                items=tuple(
                    replace(item, named=item.ref == APP and item.named) for item in collection.items
                ),
            )
            for collection in plan.collections
        ),
    )
    sorted_ = by_app(unnamed)
    assert [each.item.ref for each in sorted_.apps] == [APP]
    assert plan.nothing_to_do
    assert not replace(plan, unfinished=True).nothing_to_do


def test_an_end_is_told_once_an_app() -> None:
    """Not for its translations, nor for its runtime too."""
    ended = [
        replace(each, ended="Nobody looks after it.")
        for each in (app, locale, runtime, runtime_locale)
    ]
    plan = planned(*ended, other)
    assert {ref: each.ending for ref, each in apps(plan).items()} == {
        APP: Ending.ITSELF,
        OTHER: Ending.BASE,
    }
    said = [str(notice.message) for notice in plan.notices if "end of life" in str(notice.message)]
    assert [text.split()[0] for text in said] == [APP, RUNTIME]


def test_a_renamed_app() -> None:
    renamed = replace(app, renamed_to=OTHER)
    assert apps(planned(renamed, other, runtime))[APP].ending is Ending.RENAMED


def test_a_file_that_is_or_may_be_too_large() -> None:
    fat = replace(SPACE, file_system="vfat", max_file=FAT_MAX_FILE)
    large = replace(app, size=5 * GB)
    sizes = apps(planned(large, other, runtime, space=fat))
    assert sizes[APP].large_file is LargeFile.MAYBE
    assert sizes[OTHER].large_file is LargeFile.NONE
    assert apps(planned(large, runtime))[APP].large_file is LargeFile.NONE


def test_languages_and_what_is_blocked() -> None:
    plan = replace(
        planned(app, other, runtime),
        lacking={"de": ("org.test.App",)},
        left_out=(LeftOut(COLLECTION, "app/x", Code.EXTRA_DATA_MISSING, Message("No."), True),),
    )
    assert apps(plan)[APP].lacks == ("de",)
    assert apps(plan)[OTHER].lacks == ()
    sorted_: PlannedApps = by_app(plan)
    assert [each.ref for each in sorted_.blocked] == ["app/x"]


def test_what_several_need_has_the_reason_of_the_place_where_it_stands() -> None:
    """It said "The runtime of Firefox" below Audacity."""
    plan = planned(other, app, runtime)
    parts = outline(plan.items)
    reasons: dict[str, str] = {}

    def walk(branch: Branch) -> None:
        for need in branch.needs:
            reasons[branch.item.ref] = str(need.reason)
            walk(need)

    for branch in parts.chosen:
        walk(branch)
    for branch in parts.chosen:
        for need in branch.needs:
            assert branch.item.ref.split("/")[1] in str(need.reason)
    assert reasons


def test_an_operating_system_stands_among_the_apps() -> None:
    plan = planned(app, runtime, system)
    sorted_ = by_app(plan)
    assert [each.item.ref for each in sorted_.apps] == [APP, SYSTEM]
    assert [item.ref for item in sorted_.needs] == [RUNTIME]
    assert plan.estimate.unsized == (SYSTEM,)
