"""What the rows of the apps on a drive say, and in which order they stand."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication

from app.fs.root import Root
from app.replacing import replace
from app.stick.inspecting.inspection import InspectedCollection, Inspection
from app.stick.inspecting.sizes import Share, Sizes
from app.stick.planning.news import News
from app.stick.store.location import Location
from app.trust.verdict import Verdict
from tests.ui.controllers.values import drive_ref, space
from ui.models.drive_apps import DriveApp, apps_of, freed_by
from ui.pages.contents.apps_model import AppsModel, AppState, Upkeep


def app(name: str, *, ended: bool = False) -> DriveApp:
    return DriveApp(f"app/org.test.{name}/x86_64/stable", name, "", "1.0", (), ended, 1000, 0)


ALPHA, BETA, GAMMA, DELTA = (app(name) for name in ("Alpha", "Beta", "Gamma", "Delta"))
ALL = (ALPHA, BETA, GAMMA, DELTA)


def order(model: AppsModel) -> list[str]:
    return [line.app.name for line in model.lines]


def test_updates_and_trouble_first_then_by_name(qapp: QApplication) -> None:
    model = AppsModel(qapp)
    old = app("Old", ended=True)
    news = News(
        newer={GAMMA.ref: "2.0", BETA.ref: ""},
        gone=frozenset({DELTA.ref}),
        renamed={ALPHA.ref: "app/org.test.New/x86_64/stable"},
    )
    model.show_apps((*ALL, old), Upkeep(news, damaged={old.ref}))
    assert [(line.app.name, line.pill) for line in model.lines] == [
        ("Old", "Damaged"),
        ("Beta", "Update"),
        ("Gamma", "Update to 2.0"),
        ("Alpha", "Now called New"),
        ("Delta", "No longer offered"),
    ]
    (beta,) = (line for line in model.lines if line.app is BETA)
    assert beta.about.startswith("Apps of one source are updated together")
    model.show_apps((*ALL, old), Upkeep())
    assert order(model) == ["Old", "Alpha", "Beta", "Delta", "Gamma"]
    assert model.lines[0].state is AppState.ENDED


def test_rows_stay_where_they_are_while_somebody_points_at_them(qapp: QApplication) -> None:
    model = AppsModel(qapp)
    model.show_apps(ALL, Upkeep())
    before = order(model)
    news = Upkeep(News(newer={GAMMA.ref: "2.0"}))
    model.show_apps(ALL, news, still=True)
    assert order(model) == before
    assert model.lines[before.index("Gamma")].pill == "Update to 2.0"
    model.show_apps(ALL, news)
    assert order(model)[0] == "Gamma"
    # What has gone leaves no gap, whoever points where.
    model.show_apps(ALL[1:], news, still=True)
    assert order(model) == ["Gamma", "Beta", "Delta"]


def test_a_marked_row_says_what_it_frees(qapp: QApplication) -> None:
    model = AppsModel(qapp)
    model.show_apps(ALL, Upkeep(marked=(BETA.ref,), changeable=True))
    line = next(line for line in model.lines if line.app is BETA)
    assert line.marked
    assert "frees 1.0" in line.spoken
    assert all(line.can_come_off for line in model.lines)
    model.show_apps(ALL, Upkeep(News(newer={BETA.ref: "2"})))
    assert not any(line.can_come_off or line.can_update for line in model.lines)


def test_what_two_share_is_free_once_both_come_off() -> None:
    alpha, beta = drive_ref(ALPHA.ref, chosen=True), drive_ref(BETA.ref, chosen=True)
    both = drive_ref("runtime/org.test.P/x86_64/1", needed_by=(ALPHA.ref, BETA.ref))
    everything = InspectedCollection("c", "up", "", "", False, None, None, (alpha, beta, both), ())
    location = Location(Root(Path("/media/APPS")), ".ostree/repo")
    inspection = Inspection(location, "", 1, False, (everything,), space())
    sizes = Sizes(
        {},
        (
            Share((("c", ALPHA.ref),), 1, 100),
            Share((("c", BETA.ref),), 1, 10),
            Share((("c", both.ref),), 1, 1),
        ),
        0,
        0,
    )
    assert freed_by(inspection, sizes, ()) == 0
    assert freed_by(inspection, sizes, (ALPHA.ref,)) == 100
    assert freed_by(inspection, sizes, (BETA.ref, ALPHA.ref)) == 111


def test_what_nobody_has_signed_is_marked(qapp: QApplication) -> None:
    """Also where its source signs, and where only what it runs on is not signed."""
    assert qapp
    lost = replace(drive_ref(ALPHA.ref), signed=False, signature=Verdict.UNSIGNED)
    signed = drive_ref(BETA.ref)
    raw = drive_ref("runtime/org.raw.Platform/x86_64/1", needed_by=(GAMMA.ref,))
    collections = (
        InspectedCollection("c", "up", "", "", False, None, None, (lost, signed), ()),
        InspectedCollection("d", "on", "", "", False, None, None, (drive_ref(GAMMA.ref),), ()),
        InspectedCollection("e", "raw", "", "", True, None, None, (raw,), ()),
    )
    drive = Location(Root(Path("/media/APPS")), ".ostree/repo")
    apps = apps_of(Inspection(drive, "", 1, False, collections, space()), None)
    assert {each.ref for each in apps if each.unsigned} == {ALPHA.ref, GAMMA.ref}


def test_what_needs_what_may_be_told_in_a_long_chain(qapp: QApplication) -> None:
    """A record is a stranger's: nothing says how long it is, nor that it comes to an end."""
    assert qapp
    chain = [f"runtime/org.test.R{number}/x86_64/stable" for number in range(3000)]
    parts = [
        drive_ref(part, needed_by=(above,))
        for above, part in zip((ALPHA.ref, *chain), chain, strict=False)
    ]
    ring = [f"runtime/org.test.Ring{number}/x86_64/stable" for number in range(3)]
    parts += [
        drive_ref(part, needed_by=(above,))
        for above, part in zip((ring[-1], *ring), ring, strict=False)
    ]
    refs = (*reversed(parts), drive_ref(ALPHA.ref, chosen=True), drive_ref(BETA.ref, chosen=True))
    collection = InspectedCollection("org.test", "up", "", "", False, None, None, refs, ())
    drive = Location(Root(Path("/media/APPS")), ".ostree/repo")
    inspection = Inspection(drive, "", 1, False, (collection,), space())
    shares = (Share((("org.test", chain[-1]),), 1, 700),)
    alpha, beta = apps_of(inspection, Sizes({}, shares, 700, 0))
    assert (alpha.alone, beta.alone) == (700, 0)


def test_what_another_source_has_unsigned_makes_no_app_of_a_signed_one_doubtful(
    qapp: QApplication,
) -> None:
    """Where its own source has what it needs, a computer takes it from there."""
    assert qapp
    app, other = "app/org.test.App/x86_64/stable", "app/org.test.Other/x86_64/stable"
    both, alone = "runtime/org.test.P/x86_64/1", "runtime/org.test.Q/x86_64/1"
    signed = InspectedCollection(
        "org.test",
        "up",
        "",
        "",
        False,
        None,
        None,
        (drive_ref(app), drive_ref(other), drive_ref(both, needed_by=(app,))),
        (),
    )
    unsigned = InspectedCollection(
        "remote:other",
        "other",
        "",
        "",
        True,
        None,
        None,
        (drive_ref(both, needed_by=(app,)), drive_ref(alone, needed_by=(other,))),
        (),
    )
    location = Location(Root(Path("/media/APPS")), ".ostree/repo")
    inspection = Inspection(location, "", 1, False, (signed, unsigned), space())
    assert {each.ref: each.unsigned for each in apps_of(inspection, None)} == {
        app: False,
        other: True,
    }
