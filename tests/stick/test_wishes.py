"""What computers need of what remotes offer, on values: no drive, no network, no files."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from app.errors import UpstreamError
from app.flatpak.refs import Ref
from app.message import Message
from app.stick.planning.computers import NothingNeededError, wishes
from app.stick.planning.for_computer import ForComputer
from app.stick.planning.plan import Action, Item
from app.stick.planning.selection import Remotes
from app.stick.planning.wanted import CHOSEN
from app.stick.store.needs import (
    ClientInstallation,
    ClientRef,
    ClientRemote,
    Needs,
    Scope,
)
from tests.stick.offers import (
    APP,
    APP_TEXT,
    ARCH,
    COLLECTION,
    EXTRA_DATA,
    OTHER,
    RUNTIME,
    RUNTIME_TEXT,
    Published,
    ValueOffer,
    remotes,
)

OLD = "0" * 64
REMOTE = ClientRemote("up", COLLECTION)
GL = (
    "[Extension org.test.Platform.GL]\ndirectory=GL\nversion=1\nsubdirectories=true\n"
    "download-if=active-gl-driver\nno-autodownload=true\n"
)
NVIDIA = f"runtime/org.test.Platform.GL.nvidia-550/{ARCH}/1"
DRIVER = f"runtime/org.test.Platform.GL.default/{ARCH}/1"
LOCALE = f"runtime/org.test.App.Locale/{ARCH}/stable"
TRANSLATED = f"{APP_TEXT}\n[Extension org.test.App.Locale]\ndirectory=l\nlocale-subset=true\n"

app = Published(APP, APP_TEXT)
other = Published(OTHER, APP_TEXT.replace("org.test.App", "org.test.Other"))
runtime = Published(RUNTIME, RUNTIME_TEXT)


def current(published: Published) -> tuple[str, str]:
    return published.ref, published.checksum(COLLECTION)


def computer(
    *installed: tuple[str, str],
    host: str = "lab",
    remote: ClientRemote = REMOTE,
    origin: str = "up",
    flatpak: str = "1.14.10",
    drivers: Sequence[str] = ("default", "host"),
    free: int = 1 << 40,
    architectures: tuple[str, ...] = (ARCH,),
) -> Needs:
    refs = tuple(ClientRef(Ref.parse(ref), commit, origin) for ref, commit in installed)
    place = ClientInstallation(Scope.SYSTEM, free, (remote,), refs)
    return Needs(host, 1, architectures, flatpak, tuple(drivers), ("de",), (place,))


def wished(*needs: Needs, offers: Sequence[ValueOffer]) -> list[str]:
    return sorted(wishes(needs, remotes(*offers)).refs)


def item(published: Published, *needed_by: str, named: bool = False) -> Item:
    return Item(
        COLLECTION,
        published.ref,
        published.checksum(COLLECTION),
        None,
        Action.ADD,
        chosen=named,
        reason=CHOSEN if named else Message("Needed by the computers {hosts}.", hosts=("x",)),
        needed_by=needed_by,
        named=named,
        installed_size=100,
        metadata=published.text,
    )


def told(*needs: Needs, offer: ValueOffer, items: Sequence[Item]) -> tuple[ForComputer, ...]:
    return wishes(needs, remotes(offer)).per_computer(items, CHOSEN)


def gets(each: ForComputer) -> dict[str, bool]:
    return {get.ref: get.update for get in each.gets}


# What is brought


def test_what_is_newer_upstream_is_brought() -> None:
    offer = ValueOffer(app, other, runtime)
    needs = computer((APP, OLD), current(other), current(runtime))
    assert wished(needs, offers=[offer]) == [f"up:{APP}"]


def test_several_computers_get_what_any_of_them_needs() -> None:
    offer = ValueOffer(app, other, runtime)
    one = computer((APP, OLD), current(runtime), host="one")
    two = computer((OTHER, OLD), (RUNTIME, OLD), host="two")
    together = wishes([one, two], remotes(offer))
    assert sorted(together.refs) == [f"up:{APP}", f"up:{OTHER}", f"up:{RUNTIME}"]
    assert "one" in str(together.refs[f"up:{APP}"])
    many = wishes([computer((APP, OLD), host=f"lab-{n}") for n in range(9)], remotes(offer))
    assert str(many.refs[f"up:{APP}"]) == "Needed by 9 computers."


def test_the_driver_of_a_graphics_card_is_brought() -> None:
    """It was exchanged, or its driver got newer: the runtime is the same."""
    platform = Published(RUNTIME, f"{RUNTIME_TEXT}\n{GL}")
    offer = ValueOffer(
        app, platform, Published(NVIDIA, RUNTIME_TEXT), Published(DRIVER, RUNTIME_TEXT)
    )
    there = (current(app), current(platform), current(Published(DRIVER, RUNTIME_TEXT)))
    ordinary = computer(*there)
    vendor = computer(*there, drivers=("nvidia-550", "default", "host"))
    assert wished(ordinary, offers=[offer]) == []
    assert wished(vendor, offers=[offer]) == [f"up:{NVIDIA}"]


def test_translations_and_runtimes_that_are_not_there_are_brought() -> None:
    translated = Published(APP, TRANSLATED)
    offer = ValueOffer(translated, runtime, Published(LOCALE, RUNTIME_TEXT))
    assert wished(computer(current(translated)), offers=[offer]) == [
        f"up:{LOCALE}",
        f"up:{RUNTIME}",
    ]


def test_a_source_is_recognised_by_collection_or_address() -> None:
    offer = ValueOffer(app, runtime)
    here = ValueOffer(other, name="another", collection="org.test.Another")
    by_address = ClientRemote("theirs", "", "https://up.example.org/repo/")
    needs = computer((APP, OLD), remote=by_address, origin="theirs")
    assert wished(needs, offers=[here, offer]) == [f"up:{APP}"]
    # The address of another collection is none of it.
    wrong = ClientRemote("up", "org.test.Third", "https://up.example.org/repo")
    assert wished(computer((APP, OLD), remote=wrong), offers=[here, offer]) == []


@pytest.mark.parametrize(
    "remote",
    [
        ClientRemote("up", "org.test.Unknown"),
        ClientRemote("up", "", "https://unknown.example/"),
        ClientRemote("other", COLLECTION),
        ClientRemote("up", COLLECTION, disabled=True),
    ],
)
def test_no_source_comes_along(remote: ClientRemote) -> None:
    offer = ValueOffer(app, runtime)
    needs = computer((APP, OLD), remote=remote)
    assert wished(needs, offers=[offer]) == []
    (about,) = told(needs, offer=offer, items=())
    assert "not known here" in str(about.remarks[0])
    with pytest.raises(NothingNeededError):
        wishes([needs], remotes(offer)).require([])
    wishes([needs], remotes(offer)).require([APP])


def test_a_source_that_does_not_answer_ends_it_only_where_nothing_is_left() -> None:
    def refuse(_: object) -> ValueOffer:
        raise UpstreamError(Message("It does not answer."))

    silent = Remotes([ValueOffer(app).remote], None, refuse)
    by_address = ClientRemote("up", COLLECTION, "https://up.example.org/repo")
    needs = [computer((APP, OLD), remote=by_address)]
    with pytest.raises(UpstreamError, match="does not answer"):
        wishes(needs, silent).require([])


def test_what_cannot_come_is_told() -> None:
    bound = Published(APP, f"{APP_TEXT}\n{EXTRA_DATA}")
    offer = ValueOffer(bound, runtime)
    needs = computer((APP, OLD), (OTHER, OLD), current(runtime))
    assert wished(needs, offers=[offer]) == []
    (about,) = told(needs, offer=offer, items=())
    gone, downloaded = map(str, about.remarks)
    assert "Nobody offers it any more" in gone
    assert OTHER in gone
    assert "downloaded by each computer itself" in downloaded
    assert APP in downloaded


# What each gets


def test_each_gets_what_it_has_and_what_was_asked_for() -> None:
    offer = ValueOffer(app, other, runtime)
    one = computer((APP, OLD), (RUNTIME, OLD), host="one")
    two = computer(current(runtime), host="two")
    items = [item(runtime, APP, OTHER), item(app), item(other, named=True)]
    first, second = told(one, two, offer=offer, items=items)
    assert gets(first) == {APP: True, OTHER: False, RUNTIME: True}
    assert gets(second) == {OTHER: False}
    assert (first.updates, first.size) == (2, 300)


def test_what_comes_along_with_something_is_for_those_that_get_it() -> None:
    offer = ValueOffer(app, other, runtime)
    one = computer((APP, OLD), host="one")
    two = computer(current(app), current(runtime), host="two")
    first, second = told(one, two, offer=offer, items=[item(runtime, APP), item(app)])
    assert gets(first) == {APP: True, RUNTIME: False}
    assert gets(second) == {}


def test_another_kind_of_computer_gets_its_own() -> None:
    foreign = Published("app/org.test.App/aarch64/stable", APP_TEXT)
    offer = ValueOffer(app, foreign, runtime)
    items = [item(app, named=True), item(foreign, named=True), item(runtime, APP)]
    (about,) = told(computer(architectures=("aarch64",)), offer=offer, items=items)
    assert gets(about) == {foreign.ref: False}
    nvidia = Published(NVIDIA, RUNTIME_TEXT)
    with_card = computer(drivers=("nvidia-550", "default"), host="card")
    items = [item(app, named=True), item(nvidia, APP)]
    plain, card = told(computer(), with_card, offer=ValueOffer(app, nvidia), items=items)
    assert gets(plain) == {APP: False}
    assert gets(card) == {APP: False, NVIDIA: False}


@pytest.mark.parametrize(
    ("needs", "says"),
    [
        (computer((APP, OLD), flatpak="", free=1000), "no flatpak"),
        (computer((APP, OLD), flatpak="1.12.0"), "needs flatpak 1.16.0 or newer; it has 1.12.0"),
        (computer((APP, OLD), free=50), " free, and what is new takes"),
        (computer(remote=ClientRemote("up", "org.test.X")), "install.sh adds it"),
    ],
)
def test_what_is_in_the_way_is_told(needs: Needs, says: str) -> None:
    newer = Published(APP, APP_TEXT.replace("runtime=", "required-flatpak=1.16.0;\nruntime="))
    offer = ValueOffer(newer, other, runtime)
    items = [item(newer), item(other, named=True), item(runtime, APP, OTHER)]
    (about,) = told(needs, offer=offer, items=items)
    assert any(says in str(remark) for remark in about.remarks), about.remarks
