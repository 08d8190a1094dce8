"""Which commit a computer takes: by the published algorithm, and where flatpak differs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flatpak.sideloading.alone import outcome_alone
from app.flatpak.sideloading.as_flatpak import decide_as_flatpak
from app.flatpak.sideloading.decision import Decision, MetadataSource, Outcome, Source, decide
from app.flatpak.sideloading.situation import (
    ListKind,
    Presence,
    Situation,
    StickEntry,
    UpstreamList,
    Version,
)
from app.message import Message
from app.replacing import replace

REF = "app/org.test.App/x86_64/stable"
OLD, MIDDLE, NEW = Version("a" * 64, 100), Version("b" * 64, 200), Version("c" * 64, 300)
TWIN = Version("d" * 64, 200)
"""Another commit of the same second as MIDDLE."""

UNFIT = Message("its ostree-metadata names another commit")


def stick(name: str, version: Version | None, **changes: object) -> StickEntry:
    holds = frozenset({version.commit} if version is not None else ())
    made = version.timestamp if version is not None else None
    entry = StickEntry(name, version, made, metadata=f"by {name}", commit_metadata="by commit")
    return replace(entry, **{"holds": holds, **changes})


def live(version: Version | None) -> UpstreamList:
    return UpstreamList(ListKind.LIVE, 1000, version, "by upstream")


def kept(version: Version | None, made: int = 900) -> UpstreamList:
    return UpstreamList(ListKind.CACHED, made, version, "by upstream")


def carried(name: str, version: Version | None, made: int) -> UpstreamList:
    return UpstreamList(ListKind.CARRIED, made, version, "by upstream", name)


def situation(
    *sticks: StickEntry,
    upstream: tuple[UpstreamList, ...] = (),
    installed: Version | None = None,
    online: bool = False,
) -> Situation:
    return Situation(REF, online, upstream, sticks, installed)


def taken(decision: Decision) -> tuple[Outcome, Version | None, str]:
    return decision.outcome, decision.version, decision.stick


@pytest.mark.parametrize(
    ("there", "outcome"),
    [
        (Version("b", 11), Outcome.UPDATE),
        # Times have no finer grain than a second.
        (Version("b", 10), Outcome.UPDATE),
        (Version("b", 9), Outcome.KEEP),
        (Version("a", 11), Outcome.KEEP),
    ],
)
def test_newer_than_here_is_another_commit_that_is_not_older(
    there: Version, outcome: Outcome
) -> None:
    assert outcome_alone(REF, (stick("one", there),), (Version("a", 10),)) is outcome


def test_an_update_in_any_installation_is_one() -> None:
    drive = (stick("one", MIDDLE),)
    assert outcome_alone(REF, drive, ()) is Outcome.INSTALL
    assert outcome_alone(REF, drive, (NEW, OLD)) is Outcome.UPDATE
    assert outcome_alone(REF, drive, (NEW, MIDDLE)) is Outcome.KEEP
    # The newest on the drive counts, whichever repository has it.
    assert outcome_alone(REF, (*drive, stick("two", NEW)), (MIDDLE,)) is Outcome.UPDATE


@pytest.mark.parametrize("algorithm", [decide, decide_as_flatpak])
def test_the_newest_of_what_is_in_hand(algorithm: object) -> None:
    assert callable(algorithm)
    sticks = stick("one", OLD), stick("two", NEW), stick("three", MIDDLE)
    assert taken(algorithm(situation(*sticks))) == (Outcome.INSTALL, NEW, "two")
    update = algorithm(situation(*sticks, installed=MIDDLE))
    assert taken(update) == (Outcome.UPDATE, NEW, "two")
    # Of two as new the first.
    tie = algorithm(situation(stick("one", MIDDLE), stick("two", TWIN)))
    assert taken(tie) == (Outcome.INSTALL, MIDDLE, "one")


@pytest.mark.parametrize("algorithm", [decide, decide_as_flatpak])
def test_never_older_than_what_is_installed(algorithm: object) -> None:
    assert callable(algorithm)
    for installed in (NEW, OLD):
        decision = algorithm(situation(stick("one", OLD), installed=installed))
        assert taken(decision) == (Outcome.KEEP, installed, "")
        assert decision.source is None
    # Times have no finer grain than a second: another one of the same second is taken.
    twin = algorithm(situation(stick("one", TWIN), installed=MIDDLE))
    assert taken(twin) == (Outcome.UPDATE, TWIN, "one")


def test_upstream_contributes_only_while_it_can_be_asked() -> None:
    sticks = (stick("one", OLD),)
    online = decide(situation(*sticks, upstream=(live(NEW),), online=True))
    assert taken(online) == (Outcome.INSTALL, NEW, "")
    assert online.source is Source.UPSTREAM
    assert online.deliverable == NEW
    offline = decide(situation(*sticks, upstream=(kept(NEW),)))
    assert taken(offline) == (Outcome.INSTALL, OLD, "one")
    # What it names, what it could deliver, and what is in hand are three things.
    assert offline.named is not None
    assert offline.named.names == NEW
    assert offline.deliverable is None
    assert [each.version for each in offline.in_hand] == [OLD]
    alone = decide(situation(upstream=(kept(NEW),)))
    assert taken(alone) == (Outcome.UNAVAILABLE, None, "")
    assert alone.named is not None
    assert alone.named.names == NEW


def test_a_stick_wins_a_tie_with_upstream() -> None:
    same = decide(situation(stick("one", NEW), upstream=(live(NEW),), online=True))
    assert (same.source, same.stick) == (Source.STICK, "one")
    twin = decide(situation(stick("one", MIDDLE), upstream=(live(TWIN),), online=True))
    assert taken(twin) == (Outcome.INSTALL, MIDDLE, "one")


def test_a_list_that_tells_no_time_names_the_newest() -> None:
    timeless = Version(NEW.commit, None)
    there = decide(situation(stick("one", OLD), upstream=(live(timeless),), online=True))
    assert taken(there) == (Outcome.INSTALL, timeless, "")
    # Unless a stick has the very same.
    same = decide(situation(stick("one", NEW), upstream=(live(timeless),), online=True))
    assert (same.source, same.stick) == (Source.STICK, "one")


@pytest.mark.parametrize(
    "changes",
    [
        {"disagreement": UNFIT},
        {"presence": Presence.PARTIAL, "holds": frozenset()},
        {"presence": Presence.MISSING, "made": None, "holds": frozenset()},
    ],
)
def test_an_entry_that_does_not_count(changes: dict[str, object]) -> None:
    decision = decide(situation(stick("one", NEW, **changes), stick("two", OLD)))
    assert taken(decision) == (Outcome.INSTALL, OLD, "two")
    ignored = {each.stick: each.ignored for each in decision.in_hand}
    assert ignored["one"] is not None
    assert ignored["two"] is None
    assert any("one" in str(reason) for reason in decision.reasons)


def test_the_commit_knows_its_time_better_than_a_list() -> None:
    lie = stick("one", Version(OLD.commit, 999), made=OLD.timestamp)
    assert taken(decide(situation(lie, stick("two", NEW))))[1:] == (NEW, "two")


def test_which_list_of_upstreams_counts() -> None:
    lists = kept(OLD, 900), carried("one", MIDDLE, 950), carried("two", NEW, 940)
    newest = decide(situation(upstream=lists)).named
    assert newest is not None
    assert (newest.names, newest.stick) == (MIDDLE, "one")
    # Of two as new what this computer has; a live one before all.
    both = decide(situation(upstream=(carried("one", NEW, 900), kept(OLD, 900)))).named
    assert both is not None
    assert both.kind is ListKind.CACHED
    asked = decide(situation(upstream=(*lists, live(None)), online=True)).named
    assert asked is not None
    assert asked.kind is ListKind.LIVE


def test_whose_word_the_metadata_is() -> None:
    def told(decision: Decision) -> tuple[str, MetadataSource | None]:
        return decision.metadata, decision.metadata_from

    upstream = decide(situation(upstream=(live(NEW),), online=True))
    assert told(upstream) == ("by upstream", MetadataSource.SUMMARY)
    both = decide(situation(stick("one", NEW), upstream=(live(NEW),), online=True))
    assert told(both) == ("by one", MetadataSource.OSTREE_METADATA)
    silent = decide(situation(stick("one", NEW, metadata="")))
    assert told(silent) == ("by commit", MetadataSource.COMMIT)
    # flatpak reads no ostree-metadata: upstream's list while it can be asked, else the commit.
    real = decide_as_flatpak(situation(stick("one", NEW), upstream=(live(NEW),), online=True))
    assert told(real) == ("by upstream", MetadataSource.SUMMARY)
    assert told(decide_as_flatpak(situation(stick("one", NEW)))) == (
        "by commit",
        MetadataSource.COMMIT,
    )


DIFFERENCES = {
    "flatpak compares with no ostree-metadata": (
        situation(stick("one", NEW, disagreement=UNFIT), stick("two", OLD)),
        (Outcome.INSTALL, OLD, "two"),
        (Outcome.INSTALL, NEW, "one"),
    ),
    "flatpak believes the times in lists, and fails with a list that is ahead": (
        situation(stick("one", NEW, presence=Presence.MISSING), stick("two", OLD)),
        (Outcome.INSTALL, OLD, "two"),
        (Outcome.UNAVAILABLE, None, ""),
    ),
    "flatpak fails with a commit that is there in part": (
        situation(stick("one", NEW, presence=Presence.PARTIAL), stick("two", OLD)),
        (Outcome.INSTALL, OLD, "two"),
        (Outcome.UNAVAILABLE, None, ""),
    ),
    "online flatpak takes what upstream names, were it older": (
        situation(stick("one", NEW), upstream=(live(MIDDLE),), online=True),
        (Outcome.INSTALL, NEW, "one"),
        (Outcome.INSTALL, MIDDLE, ""),
    ),
    "online flatpak does not take from a stick what upstream has no more": (
        situation(stick("one", NEW), upstream=(live(None),), online=True),
        (Outcome.INSTALL, NEW, "one"),
        (Outcome.UNAVAILABLE, None, ""),
    ),
    "online flatpak takes a commit from a stick that lists another": (
        situation(
            stick("one", OLD, holds=frozenset({OLD.commit, NEW.commit})),
            upstream=(live(NEW),),
            online=True,
        ),
        (Outcome.INSTALL, NEW, ""),
        (Outcome.INSTALL, NEW, "one"),
    ),
    "flatpak finds no names in a main list": (
        situation(stick("one", NEW, main=True)),
        (Outcome.INSTALL, NEW, "one"),
        (Outcome.UNAVAILABLE, None, ""),
    ),
    "without a collection ID flatpak looks at no stick": (
        replace(situation(stick("one", NEW)), sideloads=False),
        (Outcome.INSTALL, NEW, "one"),
        (Outcome.UNAVAILABLE, None, ""),
    ),
    "without a remote flatpak installs nothing": (
        replace(situation(stick("one", NEW)), has_remote=False, sideloads=False),
        (Outcome.INSTALL, NEW, "one"),
        (Outcome.UNAVAILABLE, None, ""),
    ),
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_where_flatpak_differs(name: str) -> None:
    before, published, real = DIFFERENCES[name]
    assert taken(decide(before)) == published
    assert taken(decide_as_flatpak(before)) == real


def test_what_this_computer_hides_is_not_there() -> None:
    hidden = replace(situation(stick("one", NEW), installed=OLD), hidden=True)
    for algorithm in (decide, decide_as_flatpak):
        assert taken(algorithm(hidden)) == (Outcome.KEEP, OLD, "")


_versions = st.sampled_from([OLD, MIDDLE, NEW, TWIN])
_sticks = st.lists(
    st.builds(
        stick,
        st.uuids().map(str),
        st.none() | _versions,
        disagreement=st.none() | st.just(UNFIT),
        presence=st.sampled_from(Presence),
    ),
    max_size=4,
)
_situations = st.builds(
    lambda sticks, named, installed, online: situation(
        *sticks,
        upstream=((live if online else kept)(named),),
        installed=installed,
        online=online,
    ),
    _sticks,
    st.none() | _versions,
    st.none() | _versions,
    st.booleans(),
)


@given(_situations)
def test_what_is_decided_can_be_had_and_is_not_older(before: Situation) -> None:
    for algorithm in (decide, decide_as_flatpak):
        decision = algorithm(before)
        within_reach = {
            *(each.version for each in decision.in_hand if each.ignored is None),
            decision.deliverable,
            before.installed,
        }
        assert decision.version in within_reach
        if before.installed is not None:
            assert decision.version is not None
            assert (decision.version.timestamp or 0) >= (before.installed.timestamp or 0)
        assert (decision.version is None) == (decision.outcome is Outcome.UNAVAILABLE)
