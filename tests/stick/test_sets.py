"""Sets of apps: as files, hosted or carried, and held against what there is."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import SatchelError
from app.flatpak.refs import PartialRef
from app.flatpak.remotes.known import Known, built_in_remotes
from app.flatpak.remotes.remote import Remote
from app.languages import UNTRANSLATED
from app.ostree.pull.fetch import Network
from app.progress import CancelToken, silent
from app.replacing import replace
from app.resources import resource
from app.stick.choices.about import About, SetWords, Source, source_of
from app.stick.choices.app_sets import (
    MAX_SET_SIZE,
    MAX_SETS,
    AppSet,
    ReadyMadeSets,
    SetsUnprotectedError,
    named_set,
    ready_made_sets,
    set_of,
    sets_at,
)
from app.stick.choices.importing import read_choice
from app.stick.choices.profile import Profile, ProfileError, read_profile
from app.stick.choices.set_check import CheckedSet, OfferedApp, check_sets
from app.stick.choices.sources import UnknownSourceError, known_ref
from app.stick.demo import DemoRemote, in_demo
from app.stick.environment import Environment
from app.stick.planning.imagined_drive import imagined_drive, smallest_drive
from app.stick.planning.options import Options
from app.stick.planning.session import PlanSession
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.servers import Server
from tests.upstream import COLLECTION, Upstream, host_arch

ARCH = host_arch()
MAPS = "org.gnome.Maps"
WHOLE = b"""
refs = ["school:org.gnome.Maps"]

[about]
name = "Primary school"
audience = "Ages 6 to 10"
keeper = "Media centre"
date = 2026-11-28
colour = "green"

[about.de]
name = "Grundschule"

[about."pt-BR"]
audience = "6 a 10 anos"

[sources.school]
title = "School apps"
address = "https://apps.example/repo/"
collection = "org.example.Apps"
"""


def parsed(text: str | bytes) -> Profile:
    return Profile.parse(text.encode() if isinstance(text, str) else text, "it")


class TestFile:
    def test_what_a_set_says_of_itself(self) -> None:
        profile = parsed(WHOLE)
        about = profile.about
        assert about is not None
        assert (about.name(("en",)), about.audience(("en",))) == ("Primary school", "Ages 6 to 10")
        assert (about.name(("de_AT",)), about.audience(("de",))) == ("Grundschule", "Ages 6 to 10")
        assert (about.name(("pt_BR",)), about.audience(("pt_BR",))) == (
            "Primary school",
            "6 a 10 anos",
        )
        assert (about.keeper, about.date) == ("Media centre", datetime.date(2026, 11, 28))
        assert profile.sources == (
            Source("school", "School apps", "https://apps.example/repo/", "org.example.Apps"),
        )
        assert parsed(profile.dump()) == profile

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("about = 'x'", "about (line 2): a table"),
            ("[about]\nkeeper = 'x'", "the set has no name"),
            ("[about]\nname = ' '", "the set has no name"),
            ("[about]\nname = 5", "about"),
            ("[about]\nname = 'x'\ndate = 'yesterday'", "2026-11-28"),
            ("[about]\nname = 'x'\n[about.de]\nname = []", "about"),
            ("[sources]\nschool = 5", "sources"),
            ("[sources.school]\ntitle = 'x'", "neither address nor collection"),
            ("[sources.'../x']\naddress = 'https://a/'", "cannot be the name of a source"),
            ("[sources.a]\ncollection = 'x y'", "org.flathub.Stable"),
        ],
    )
    def test_what_is_wrong_is_named(self, text: str, named: str) -> None:
        with pytest.raises(ProfileError) as caught:
            parsed(f"refs = ['{MAPS}']\n{text}")
        shown = str(caught.value.message)
        assert named in shown
        assert len(shown) < 500

    def test_texts_are_made_harmless(self) -> None:
        profile = parsed(
            f"refs = ['{MAPS}']\n[about]\nname = 'Harm\\u202eless {'x' * 500}'\n".replace("'", '"')
            + '[sources.a]\naddress = "https://me:secret@a.example/repo?token=1"'
        )
        assert profile.about is not None
        name = profile.about.name(())
        assert name.isprintable()
        assert len(name) <= 100
        assert profile.sources[0].address == "https://a.example/repo"

    @given(
        st.builds(
            Profile,
            refs=st.just((MAPS,)),
            about=st.builds(
                About,
                words=st.lists(
                    st.tuples(
                        st.sampled_from(["de", "pt_BR", "sr@latin"]),
                        st.builds(SetWords, st.just("Ä \\\"' x"), st.sampled_from(["", "a]b"])),
                    ),
                    unique_by=lambda words: words[0],
                ).map(lambda others: ((UNTRANSLATED, SetWords("Name", "for")), *others)),
                keeper=st.sampled_from(["", "we # you"]),
                date=st.none() | st.dates(),
            ),
            sources=st.lists(
                st.builds(
                    Source,
                    st.sampled_from(["a", "b.c"]),
                    title=st.sampled_from(["", "A"]),
                    address=st.sampled_from(["https://a.example/", "file:///srv/a"]),
                    collection=st.sampled_from(["", "org.a.B"]),
                ),
                unique_by=lambda source: source.name,
            ).map(tuple),
        )
    )
    def test_what_is_written_is_what_is_read(self, profile: Profile) -> None:
        assert parsed(profile.dump()) == profile

    def test_opened_as_a_list_it_is_taken_as_it_is(self) -> None:
        profile = parsed(WHOLE)
        assert read_choice(profile.dump(), "/x/ours.satchel-set", ()).profile == profile

    def test_a_choice_without_a_name_is_called_as_its_file(self) -> None:
        app_set = named_set("https://a.example/Klasse%205b.satchel-set?token=x", Profile((MAPS,)))
        assert app_set.about.name(("de",)) == "Klasse 5b"
        assert app_set.id == "https://a.example/Klasse%205b.satchel-set"


class TestSources:
    HERE = (
        Remote("flathub", "https://dl.flathub.org/repo/", collection_id="org.flathub.Stable"),
        Remote("own", "https://me:secret@apps.example/repo/"),
    )

    @pytest.mark.parametrize(
        ("source", "name"),
        [
            (Source("fh", collection="org.flathub.Stable"), "flathub"),
            (Source("fh", address="https://dl.flathub.org/repo"), "flathub"),
            (Source("flathub", address="https://apps.example/repo"), "own"),
        ],
    )
    def test_known_here_by_another_name(self, source: Source, name: str) -> None:
        text = f"{source.name}:{MAPS}//stable"
        assert known_ref(text, (source,), self.HERE) == f"{name}:{MAPS}//stable"

    def test_one_of_the_same_name_elsewhere_is_another(self) -> None:
        source = Source("flathub", "Flathub", "https://evil.example/", "org.evil.Apps")
        with pytest.raises(UnknownSourceError) as caught:
            known_ref(f"flathub:{MAPS}", (source,), self.HERE)
        assert str(caught.value.message) == (
            "org.gnome.Maps comes from Flathub, which is not among the sources here."
        )

    def test_names_that_are_not_explained_are_those_here(self) -> None:
        assert known_ref(f"own:{MAPS}", (), self.HERE) == f"own:{MAPS}"
        assert known_ref(MAPS, (Source("a", collection="org.a.B"),), self.HERE) == MAPS

    def test_a_set_tells_no_secrets_and_no_computer(self) -> None:
        assert source_of(self.HERE[1]).address == "https://apps.example/repo/"
        about = About(((UNTRANSLATED, SetWords("Ours")),))
        chosen = [
            ("flathub", f"app/{MAPS}/{ARCH}/stable"),
            ("own", f"app/org.example.App/{ARCH}/stable"),
        ]
        profile = set_of(chosen, about, ARCH, self.HERE)
        assert profile.refs == (f"flathub:app/{MAPS}//stable", "own:app/org.example.App//stable")
        assert [source.name for source in profile.sources] == ["flathub", "own"]
        assert b"secret" not in profile.dump()
        assert ARCH.encode() not in profile.dump()
        assert parsed(profile.dump()) == profile


class TestReadyMade:
    @pytest.fixture
    def environment(self, tmp_path: Path) -> Environment:
        return environment_in(tmp_path, network=Network(retries=0))

    def test_those_that_come_with_satchel(self, environment: Environment) -> None:
        ready = ready_made_sets(environment, CancelToken())
        assert not ready.notices
        assert len(ready.sets) >= 9
        files = {path.name for path in resource("sets").iterdir()} - {"index.satchel-set"}
        assert {Path(each.id).name for each in ready.sets} == files
        names = [each.about.name(("en",)) for each in ready.sets]
        german = [each.about.name(("de",)) for each in ready.sets]
        assert len(set(names)) == len(set(german)) == len(names)
        for each in ready.sets:
            assert dict(each.about.words).keys() == {UNTRANSLATED, "de"}
            assert all(words.name and words.audience for _, words in each.about.words)
            assert each.about.keeper
            assert each.about.date
            for text in each.profile.refs:
                meant = known_ref(text, each.profile.sources, built_in_remotes())
                assert PartialRef.parse(meant).remote == "flathub"

    def test_of_an_address_and_without_internet(
        self, environment: Environment, tmp_path: Path
    ) -> None:
        place = tmp_path / "hosted"
        place.mkdir()
        (place / "ours.satchel-set").write_bytes(parsed(f"refs = ['{MAPS}']").dump())
        (place / "bad.satchel-set").write_text("colour = 1")
        (place / "list.satchel-set").write_text(
            'sets = ["ours.satchel-set", "bad.satchel-set", "gone.satchel-set"]'
        )
        with Server(place) as server:
            there = self._set(environment, f"{server.url}/list.satchel-set")
            first = ready_made_sets(there, CancelToken())
        assert [each.about.name(()) for each in first.sets] == ["ours"]
        assert len(first.notices) == 2
        # The server has gone; what was fetched is there.
        again = ready_made_sets(there, CancelToken())
        assert again.sets == first.sets

    def test_that_cannot_be_had_at_all_leaves_satchels_own(self, environment: Environment) -> None:
        ready = ready_made_sets(self._set(environment, "http://127.0.0.1:9/sets"), CancelToken())
        assert len(ready.sets) >= 9
        assert len(ready.notices) == 1

    def test_only_protected(self, environment: Environment) -> None:
        with pytest.raises(SetsUnprotectedError):
            sets_at("http://schools.example/sets", environment, CancelToken())

    def test_of_a_shared_directory(self, environment: Environment, tmp_path: Path) -> None:
        file = tmp_path / "one.satchel-set"
        file.write_bytes(parsed(WHOLE).dump())
        ready = sets_at(file.as_uri(), environment, CancelToken())
        assert [each.about.name(("de",)) for each in ready.sets] == ["Grundschule"]
        assert read_profile(file) == ready.sets[0].profile

    @pytest.mark.parametrize(
        "name", ["../secret", "/etc/passwd", "file:///etc/passwd", "a/../../b"]
    )
    def test_a_list_leads_nowhere_else_on_this_computer(
        self, environment: Environment, tmp_path: Path, name: str
    ) -> None:
        (tmp_path / "in").mkdir()
        (tmp_path / "secret").write_text(f"refs = ['{MAPS}']")
        (tmp_path / "b").write_text(f"refs = ['{MAPS}']")
        (tmp_path / "in/list").write_text(f"sets = ['{name}']")
        ready = sets_at(str(tmp_path / "in/list"), environment, CancelToken())
        assert not ready.sets
        assert "leads elsewhere" in str(ready.notices[0].message)

    def test_a_hosted_list_leads_to_no_file(self, environment: Environment, tmp_path: Path) -> None:
        (tmp_path / "list").write_text("sets = ['file:///etc/passwd', 'http://a.example/x']")
        with Server(tmp_path) as server:
            ready = sets_at(f"{server.url}/list", environment, CancelToken())
        assert not ready.sets
        assert "leads elsewhere" in str(ready.notices[0].message)
        assert "without encryption" in str(ready.notices[1].message)

    @pytest.mark.parametrize(
        "data",
        [
            b"x" * (MAX_SET_SIZE + 1),
            b"sets = 5",
            b"sets = [5]",
            f"sets = {[str(n) for n in range(MAX_SETS + 1)]}".encode(),
            b"\xff\xfe",
            b"[" * 100_000,
        ],
    )
    def test_hostile_files_are_refused(
        self, environment: Environment, tmp_path: Path, data: bytes
    ) -> None:
        (tmp_path / "x").write_bytes(data)
        with pytest.raises(SatchelError):
            sets_at(str(tmp_path / "x"), environment, CancelToken())

    def _set(self, environment: Environment, address: str) -> Environment:
        return replace(environment, settings=replace(environment.settings, sets_address=address))


def fill(upstream: Upstream) -> None:
    upstream.add_runtime(runnable=False, size=2_000_000)
    upstream.add_app("org.test.Hello", size=500_000)
    upstream.add_app("org.test.Other", size=100_000, eol="It is over.")
    upstream.update()


Check = Callable[..., CheckedSet]


@pytest.fixture(scope="module")
def upstream(upstream_key: SigningKey, tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    return kept_upstream(tmp_path_factory.mktemp("sets") / "up", upstream_key, fill)


@pytest.fixture
def check(upstream: Upstream, upstream_key: SigningKey, tmp_path: Path) -> Iterator[Check]:
    environment = environment_in(tmp_path)
    remote = Remote(
        "up", upstream.path.as_uri(), collection_id=COLLECTION, keys=(upstream_key.public,)
    )
    token = CancelToken()
    session = PlanSession(imagined_drive(), environment, Known((remote,)), silent, token)

    def check_it(*refs: str, sources: tuple[Source, ...] = ()) -> CheckedSet:
        app_set = named_set("it", Profile(refs, sources=sources))
        (checked,) = check_sets((app_set,), session, Options(ARCH), token)
        return checked

    yield check_it
    session.close()


class TestCheck:
    def test_what_can_be_had_and_what_it_takes_together(self, check: Check) -> None:
        both = check("org.test.Hello", "org.test.Other")
        hello, other = check("org.test.Hello"), check("org.test.Other")
        assert both.offered == (
            OfferedApp("up", f"app/org.test.Hello/{ARCH}/stable"),
            OfferedApp("up", f"app/org.test.Other/{ARCH}/stable", ended=True),
        )
        assert max(hello.size, other.size) < both.size < hello.size + other.size - 1_500_000

    def test_what_cannot_be_had_is_told_and_not_counted(self, check: Check) -> None:
        checked = check(
            "org.test.Hello",
            "org.test.Gone",
            "school:org.test.Other",
            sources=(Source("school", "School apps", collection="org.school.Apps"),),
        )
        assert len(checked.offered) == 1
        assert checked.size == check("org.test.Hello").size
        assert [each.text for each in checked.missing] == [
            "org.test.Gone",
            "school:org.test.Other",
        ]
        assert "School apps" in str(checked.missing[1].error.message)

    def test_none_of_it(self, check: Check) -> None:
        assert check("org.test.Gone").offered == ()
        assert check("org.test.Gone").size == 0

    def test_its_source_under_another_name(self, check: Check) -> None:
        checked = check("x:org.test.Hello", sources=(Source("x", collection=COLLECTION),))
        assert [each.remote for each in checked.offered] == ["up"]


@pytest.mark.parametrize(
    ("needed", "size"),
    [(0, 2), (1_500_000_000, 2), (1_900_000_000, 4), (7_000_000_000, 8), (7_900_000_000, 16)],
)
def test_the_smallest_drive_that_will_do(needed: int, size: int) -> None:
    assert smallest_drive(needed) == size * 1000**3


def test_those_of_the_demo_can_be_had(tmp_path: Path) -> None:
    with DemoRemote() as demo:
        environment = in_demo(environment_in(tmp_path), tmp_path, demo.remote)
        known = environment.known_remotes()
        token = CancelToken()
        ready: ReadyMadeSets = ready_made_sets(environment, token)
        with PlanSession(imagined_drive(), environment, known, silent, token) as session:
            checked = check_sets(ready.sets, session, Options(environment.arch), token)
    assert len(checked) >= 2
    assert not ready.notices
    for each in checked:
        assert isinstance(each.set, AppSet)
        assert not each.missing
        assert len(each.offered) == len(each.set.profile.refs)
        assert each.size > 0
