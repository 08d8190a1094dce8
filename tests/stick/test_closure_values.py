"""What refs need, on values: no drive, no network, no files."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from app.flatpak.refs import Ref
from app.flatpak.related import RelatedPolicy
from app.ostree.objects import Commit
from app.stick.findings import Code
from app.stick.planning.closure import Closure
from app.stick.planning.refusal import (
    NeedsExtraDataError,
    NotDeliveredError,
    ReplacementMissingError,
    RuntimeMissingError,
    UnboundCommitError,
)
from app.stick.planning.wanted import CHOSEN, Wanted
from tests.stick.offers import (
    APP,
    APP_TEXT,
    ARCH,
    COLLECTION,
    EXTENSION,
    EXTENSION_POINT,
    EXTENSION_TEXT,
    EXTRA_DATA,
    OTHER,
    RUNTIME,
    RUNTIME_TEXT,
    Published,
    ValueOffer,
    remotes,
)

app = Published(APP, APP_TEXT)
other = Published(OTHER, APP_TEXT.replace("org.test.App", "org.test.Other"))
runtime = Published(RUNTIME, f"{RUNTIME_TEXT}\n{EXTENSION_POINT}")
extension = Published(EXTENSION, EXTENSION_TEXT)
with_extra_data = Published(APP, f"{APP_TEXT}\n{EXTRA_DATA}")
NEW_NAME = f"app/org.test.New/{ARCH}/stable"


def closed(
    *offers: ValueOffer,
    names: tuple[str, ...] = (APP,),
    stick: Mapping[str, Mapping[str, str]] | None = None,
    gpus: tuple[str, ...] = (),
    related: bool = True,
    runtimes: bool = True,
    strict: bool = False,
) -> Closure:
    """The closure of ``names``, each from the first of the remotes that has it."""

    def commit_of(wanted: Wanted) -> tuple[str, Commit | None]:
        return wanted.entry.commit, None

    closure = Closure(
        remotes(*offers),
        stick or {},
        RelatedPolicy(gpus, frozenset(map(Ref.parse, names))),
        related=related,
        runtimes=runtimes,
        strict=strict,
        commit_of=commit_of,
    )
    for name in names:
        offer = next(offer for offer in offers if offer.lookup(name, ARCH) is not None)
        entry = offer.lookup(name, ARCH)
        assert entry is not None
        closure.want(offer, entry, CHOSEN, chosen=True, named=True)
    closure.close()
    return closure


def carried(closure: Closure) -> set[str]:
    return {name for _, name in closure.wanted}


# What comes along


def test_the_runtime_and_its_extensions() -> None:
    closure = closed(ValueOffer(app, runtime, extension))
    assert carried(closure) == {APP, RUNTIME, EXTENSION}
    assert closure.wanted[COLLECTION, APP].requires == [(COLLECTION, RUNTIME)]
    assert closure.wanted[COLLECTION, RUNTIME].needed_by == [APP]
    assert closure.wanted[COLLECTION, EXTENSION].needed_by == [RUNTIME]
    assert closure.wanted[COLLECTION, APP].reason == CHOSEN
    assert "org.test.App" in str(closure.wanted[COLLECTION, RUNTIME].reason)
    assert closure.essential == {(COLLECTION, APP), (COLLECTION, RUNTIME)}
    assert (closure.left_out, closure.notices) == ({}, [])


def test_a_runtime_from_another_remote() -> None:
    there = ValueOffer(runtime, name="there", collection="org.test.There")
    closure = closed(ValueOffer(app), there)
    assert closure.wanted.keys() == {(COLLECTION, APP), ("org.test.There", RUNTIME)}
    assert closure.touched().keys() == {COLLECTION, "org.test.There"}


def test_its_own_remote_comes_first() -> None:
    there = ValueOffer(runtime, name="there", collection="org.test.There")
    closure = closed(ValueOffer(app, runtime), there)
    assert closure.wanted.keys() == {(COLLECTION, APP), (COLLECTION, RUNTIME)}


def test_a_runtime_that_is_on_the_stick() -> None:
    stick = {"org.test.There": {RUNTIME: "0" * 64}}
    assert carried(closed(ValueOffer(app), stick=stick)) == {APP}


def test_of_one_collection_everything_comes_from_one_remote() -> None:
    mirror = ValueOffer(other, runtime, app, name="mirror")
    closure = closed(ValueOffer(app, runtime), mirror)
    assert {wanted.upstream.remote.name for wanted in closure.wanted.values()} == {"up"}


def test_without_extensions() -> None:
    assert carried(closed(ValueOffer(app, runtime, extension), related=False)) == {APP, RUNTIME}
    named = closed(ValueOffer(app, runtime, extension), names=(APP, EXTENSION), related=False)
    assert carried(named) == {APP, RUNTIME, EXTENSION}
    assert (COLLECTION, EXTENSION) not in named.essential


def test_without_runtimes() -> None:
    closure = closed(ValueOffer(app, runtime, extension), runtimes=False)
    assert carried(closure) == {APP}
    (left_out,) = closure.left_out.values()
    assert (left_out.ref, left_out.code, left_out.chosen) == (RUNTIME, Code.RUNTIME_MISSING, False)
    assert len(closure.notices) == 1
    named = closed(ValueOffer(app, runtime), names=(APP, RUNTIME), runtimes=False)
    assert (carried(named), named.left_out) == ({APP, RUNTIME}, {})


def test_graphics_drivers_are_noted() -> None:
    driver = Published(f"runtime/org.test.GL.nvidia-550-54-14/{ARCH}/1", "[Runtime]\nname=x\n")
    point = "[Extension org.test.GL]\nsubdirectories=true\ndownload-if=active-gl-driver\n"
    offer = ValueOffer(app, Published(RUNTIME, f"{RUNTIME_TEXT}\n{point}"), driver)
    assert carried(closed(offer)) == {APP, RUNTIME}
    closure = closed(offer, gpus=("nvidia-550-54-14",))
    assert carried(closure) == {APP, RUNTIME, driver.ref}
    assert closure.gpus_found == {"nvidia-550-54-14"}


# Renamed


def test_what_replaces_it_comes_along_and_nothing_that_it_needed() -> None:
    old = Published(APP, APP_TEXT, renamed_to=NEW_NAME)
    new = Published(NEW_NAME, "[Application]\nname=org.test.New\n")
    closure = closed(ValueOffer(old, new, runtime))
    assert carried(closure) == {APP, NEW_NAME}
    assert closure.installed() == {Ref.parse(NEW_NAME)}
    assert (COLLECTION, NEW_NAME) in closure.essential


def test_the_commit_counts_and_not_the_summary() -> None:
    old = Published(APP, APP_TEXT, renamed_to=NEW_NAME, hushed=True)
    offer = ValueOffer(old, Published(NEW_NAME, "[Application]\nname=org.test.New\n"), runtime)
    assert carried(closed(offer)) == {APP, NEW_NAME}


def test_renamed_to_nowhere() -> None:
    old = Published(APP, APP_TEXT, renamed_to=NEW_NAME)
    with pytest.raises(ReplacementMissingError):
        closed(ValueOffer(old, runtime))
    closure = closed(ValueOffer(old, other, runtime), names=(APP, OTHER))
    assert carried(closure) == {OTHER, RUNTIME}
    (left_out,) = closure.left_out.values()
    assert (left_out.code, left_out.chosen) == (Code.REPLACEMENT_MISSING, True)


# Refused


def test_no_runtime_anywhere() -> None:
    with pytest.raises(RuntimeMissingError, match=RUNTIME):
        closed(ValueOffer(app))
    with pytest.raises(RuntimeMissingError):
        closed(ValueOffer(app, Published(OTHER, "[Application]\nname=x\n")), names=(APP, OTHER))


def test_extra_data_alone() -> None:
    with pytest.raises(NeedsExtraDataError, match=APP):
        closed(ValueOffer(with_extra_data, runtime))


def test_extra_data_beside_something_else() -> None:
    offer = ValueOffer(with_extra_data, other, runtime, extension)
    closure = closed(offer, names=(APP, OTHER))
    assert carried(closure) == {OTHER, RUNTIME, EXTENSION}
    (left_out,) = closure.left_out.values()
    assert (left_out.ref, left_out.code, left_out.chosen) == (APP, Code.EXTRA_DATA_MISSING, True)
    assert [notice.severity for notice in closure.notices] == ["warning"]
    with pytest.raises(NeedsExtraDataError):
        closed(offer, names=(APP, OTHER), strict=True)


def test_what_only_the_refused_needed_goes_with_it() -> None:
    alone = Published(OTHER, "[Application]\nname=org.test.Other\n")
    closure = closed(ValueOffer(with_extra_data, alone, runtime, extension), names=(APP, OTHER))
    assert carried(closure) == {OTHER}


def test_what_requires_the_refused_is_refused() -> None:
    runtime_with = Published(RUNTIME, f"{RUNTIME_TEXT}\n{EXTRA_DATA}")
    alone = Published(OTHER, "[Application]\nname=org.test.Other\n")
    closure = closed(ValueOffer(app, runtime_with, alone), names=(APP, OTHER))
    assert carried(closure) == {OTHER}
    assert closure.left_out[COLLECTION, APP].code == Code.EXTRA_DATA_MISSING
    assert RUNTIME in str(closure.left_out[COLLECTION, APP].reason)


def test_what_is_on_the_stick_stays_as_it_is() -> None:
    stick = {COLLECTION: {RUNTIME: "0" * 64}}
    withheld = Published(RUNTIME, RUNTIME_TEXT, withheld=True)
    closure = closed(ValueOffer(app, withheld), stick=stick)
    assert carried(closure) == {APP}
    assert (closure.left_out, len(closure.notices)) == ({}, 1)


def test_an_extension_that_cannot_be_carried() -> None:
    for refused in (
        Published(EXTENSION, f"{EXTENSION_TEXT}\n{EXTRA_DATA}"),
        Published(EXTENSION, EXTENSION_TEXT, withheld=True),
        Published(EXTENSION, EXTENSION_TEXT, bound="org.test.Elsewhere"),
    ):
        closure = closed(ValueOffer(app, runtime, refused))
        assert carried(closure) == {APP, RUNTIME}
        (left_out,) = closure.left_out.values()
        assert (left_out.ref, left_out.chosen) == (EXTENSION, False)


def test_what_is_not_handed_out() -> None:
    with pytest.raises(NotDeliveredError):
        closed(ValueOffer(Published(APP, APP_TEXT, withheld=True), other, runtime))


def test_what_was_published_for_another_collection() -> None:
    with pytest.raises(UnboundCommitError):
        closed(ValueOffer(Published(APP, APP_TEXT, bound="org.test.Elsewhere"), runtime))


def test_commits_are_asked_for_side_by_side() -> None:
    offer = ValueOffer(app, runtime, extension)
    closed(offer)
    assert len(offer.asked[0]) == 3
