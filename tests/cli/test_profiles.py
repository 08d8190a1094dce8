"""Saved choices: written by people, made from what flatpak says, used by plan and make."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flatpak.remotes.remote import Remote
from app.stick.choices.importing import import_choice
from app.stick.choices.profile import Profile, ProfileError, Profiles
from tests.client import Client
from tests.satchel import satchel
from tests.stick.makers import make
from tests.upstream import COLLECTION, Upstream, host_arch

REMOTES = (Remote("flathub", "https://a/"), Remote("school", "https://b/", collection_id="org.b"))
MAPS = "org.gnome.Maps"


def imported(text: str | bytes) -> tuple[str, ...]:
    data = text.encode() if isinstance(text, str) else text
    return import_choice(data, "the list", REMOTES).profile.refs


class TestFile:
    def test_as_a_person_writes_it(self) -> None:
        profile = Profile.parse(
            b"""# our classroom
            refs = ["org.gnome.Maps", "flathub:org.gnome.Calculator//stable"]
            architecture = "aarch64"  # the old ones
            languages = ["de", "pt_BR"]
            gpus = ["nvidia-550"]
            related = false
            """,
            "it",
        )
        assert profile.refs == (MAPS, "flathub:org.gnome.Calculator//stable")
        assert (profile.architecture, profile.languages) == ("aarch64", ("de", "pt_BR"))
        assert (profile.related, profile.keep_versions) == (False, False)

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            (b"", "refs"),
            (b"refs = []", "refs"),
            (b"refs = ['a b']", "refs (line 1)"),
            (b"\n\nrefs = [5]", "refs (line 3)"),
            (b"refs = 'org.gnome.Maps'", "list"),
            (b"refs = ['org.gnome.Maps'", "end of document"),
            (b"refs = ['org.gnome.Maps']\nrelated = 'no'", "related (line 2)"),
            (b"refs = ['org.gnome.Maps']\narchitecture = 'x 86'", "architecture (line 2)"),
            (b"refs = ['org.gnome.Maps']\nlanguages = ['../x']", "languages (line 2)"),
            (b"refs = ['org.gnome.Maps']\ncolour = 1", "colour"),
            (b"\xff\xfe", "text"),
            (b"[" * 100_000, "cannot be used"),
        ],
    )
    def test_what_is_wrong_is_named(self, text: bytes, named: str) -> None:
        with pytest.raises(ProfileError) as caught:
            Profile.parse(text, "it")
        assert named in str(caught.value.message)
        assert len(str(caught.value.message)) < 500

    @given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
    def test_any_bytes_are_a_choice_or_refused(self, data: bytes) -> None:
        try:
            profile = Profile.parse(data, "it")
        except ProfileError:
            return
        assert Profile.parse(profile.dump(), "it") == profile

    @given(
        st.builds(
            Profile,
            refs=st.lists(
                st.sampled_from([MAPS, "a:org.b.C//beta", "app/org.b.C/x86_64/stable"]),
                min_size=1,
                unique=True,
            ).map(tuple),
            gpus=st.lists(
                st.text(min_size=1, max_size=20).filter(str.isprintable), unique=True
            ).map(tuple),
            languages=st.lists(st.sampled_from(["de", "pt_BR", "sr@latin"]), unique=True).map(
                tuple
            ),
            related=st.booleans(),
            keep_versions=st.booleans(),
        )
    )
    def test_what_is_saved_is_what_is_loaded(self, profile: Profile) -> None:
        assert Profile.parse(profile.dump(), "it") == profile

    def test_kept_under_a_name(self, tmp_path: Path) -> None:
        profiles = Profiles(tmp_path / "profiles")
        profile = Profile((MAPS,))
        for name in ("Klasse 5b", "ß", "a.b"):
            profiles.save(name, profile)
            assert profiles.load(name) == profile
        assert profiles.names() == ["Klasse 5b", "a.b", "ß"]
        (tmp_path / "profiles/broken.toml").write_text("x")
        (tmp_path / "profiles/notes.txt").write_text("x")
        saved, notices = profiles.all()
        assert set(saved) == {"Klasse 5b", "a.b", "ß"}
        assert len(notices) == 1

    @pytest.mark.parametrize("name", ["", " ", "../x", ".x", "-x", "a/b", "a\nb", "x" * 200, "\0"])
    def test_names_that_cannot_be(self, tmp_path: Path, name: str) -> None:
        with pytest.raises(ProfileError):
            Profiles(tmp_path).save(name, Profile((MAPS,)))
        assert list(tmp_path.iterdir()) == []


class TestImport:
    @pytest.mark.parametrize(
        "text",
        [
            # flatpak 1.14, to a file
            "Maps\torg.gnome.Maps\t45.1\tstable\tsystem\n",
            # on a terminal, German
            "Name    Anwendungskennung   Version   Zweig    Installation\n"
            "Karten  org.gnome.Maps      45.1      stable   system\n",
            # an app without a version, and a description with full stops
            "Name      Description            Application ID    Version  Branch  Installation\n"
            "Maps      A map. See foo.bar.    org.gnome.Maps             stable  user\n",
            # flatpak 1.0
            "Ref                                 Options\n"
            "org.gnome.Maps/x86_64/stable        system,current\n"
            "org.gnome.Platform/x86_64/45        system,runtime\n",
            # chosen columns
            "org.gnome.Maps/x86_64/stable\n",
            "app/org.gnome.Maps/x86_64/stable\n",
            "x86_64\torg.gnome.Maps\tstable\n",
            "org.gnome.Maps/x86_64/stable\torg.gnome.Maps\n",
            "org.gnome.Platform/x86_64/45\torg.gnome.Maps\tstable\n",
            # copied, DOS line ends, a byte order mark
            "\ufeffMaps org.gnome.Maps 45.1 stable system\r\n",
        ],
    )
    def test_lists_of_many_versions_and_languages(self, text: str) -> None:
        (ref,) = imported(text)
        assert ref in {f"{MAPS}//stable", f"app/{MAPS}//stable"}

    def test_only_the_name(self) -> None:
        assert imported("org.gnome.Maps\norg.gnome.Calculator\norg.gnome.Maps\n") == (
            MAPS,
            "org.gnome.Calculator",
        )

    def test_versions_are_not_branches(self) -> None:
        assert imported("Maps\torg.gnome.Maps\t45.1\n") == (MAPS,)

    def test_a_known_origin_is_the_remote(self) -> None:
        text = "org.gnome.Maps/x86_64/stable\tflathub\norg.b.C.D/x86_64/beta\telsewhere\n"
        profile = import_choice(text.encode(), "it", REMOTES).profile
        assert profile.refs == (f"flathub:{MAPS}//stable", "org.b.C.D//beta")
        assert profile.architecture == "x86_64"

    def test_several_architectures_stay_with_the_refs(self) -> None:
        text = "org.gnome.Maps/x86_64/stable\norg.gnome.Maps/aarch64/stable\n"
        assert imported(text) == (f"{MAPS}/x86_64/stable", f"{MAPS}/aarch64/stable")

    def test_what_apps_bring_along_is_passed_over(self) -> None:
        text = (
            "Maps\torg.gnome.Maps\t1\tstable\n"
            "GNOME\torg.gnome.Platform\t\t45\n"
            "Mesa\torg.freedesktop.Platform.GL.default\t23\t22.08\n"
            "x\torg.gnome.Maps.Locale\t\tstable\n"
            "x\truntime/org.a.B/x86_64/1\n"
        )
        imported = import_choice(text.encode(), "it", ())
        assert imported.profile.refs == (f"{MAPS}//stable",)
        assert "4 runtimes" in str(imported.notices[0].message)

    def test_names_that_were_cut_off_are_said(self) -> None:
        imported = import_choice("Maps org.gnome.Maps\nCalc org.gnome.Cal…\n".encode(), "it", ())
        assert "line 2" in str(imported.notices[0].message)

    @pytest.mark.parametrize("text", ["", "Name\tVersion\n", "nothing here\n", "\0\0", "1.2.3\n"])
    def test_nothing_in_it(self, text: str) -> None:
        with pytest.raises(ProfileError, match="names no apps"):
            imported(text)

    def test_preinstall(self) -> None:
        text = (
            "[Flatpak Preinstall org.gnome.Maps]\nBranch=stable\nCollectionID=org.b\n"
            "[Flatpak Preinstall org.gnome.Calculator]\n"
            "[Flatpak Preinstall org.gnome.Platform]\nIsRuntime=true\nBranch=45\n"
            "[Flatpak Preinstall org.gnome.Not]\nInstall=false\n"
            "[Flatpak Preinstall not a name]\n"
            "[Flatpak Preinstall org.gnome.Far]\nCollectionID=org.unknown\n"
        )
        choice = import_choice(text.encode(), "it", REMOTES)
        assert choice.profile.refs == (
            f"school:app/{MAPS}//stable",
            "app/org.gnome.Calculator//master",
            "runtime/org.gnome.Platform//45",
            "app/org.gnome.Far//master",
        )
        assert len(choice.notices) == 2
        with pytest.raises(ProfileError):
            imported("[Flatpak Preinstall x]\nrubbish\n")

    @given(
        st.binary(max_size=400)
        | st.lists(
            st.sampled_from(
                ["org.a.B", "\t", "  ", " ", "\n", "org.a.B/x/y", "app/org.a.B/x/y", "…", "stable",
                 "[Flatpak Preinstall ", "]", "Branch=", "runtime", "\u2028", "\0", "ä"]
            )
        ).map(lambda parts: "".join(parts).encode())
    )  # fmt: skip
    def test_any_bytes_are_a_choice_or_refused(self, data: bytes) -> None:
        try:
            profile = import_choice(data, "it", REMOTES).profile
        except ProfileError:
            return
        assert Profile.parse(profile.dump(), "it") == profile

    def test_what_the_real_flatpak_prints(
        self, default_upstream: Upstream, client: Client, tmp_path: Path
    ) -> None:
        drive = tmp_path / "drive"
        make(default_upstream, drive, "org.test.Hello", "org.test.Other", home=tmp_path / "home")
        subprocess.run(
            ["sh", drive / "satchel/install.sh", "--user"],
            env=client.environment, check=True, capture_output=True,
        )  # fmt: skip
        for options in ([], ["--app"], ["--columns=ref"], ["--columns=application,branch"],
                        ["--columns=all"], ["--app", "--columns=name,ref,origin"]):  # fmt: skip
            listed = subprocess.run(
                ["flatpak", "list", "--user", *options],
                env=client.environment, check=True, capture_output=True,
            ).stdout  # fmt: skip
            refs = import_choice(listed, "it", ()).profile.refs
            ids = {ref.removeprefix("app/").partition("/")[0] for ref in refs}
            assert ids == {"org.test.Hello", "org.test.Other"}, (options, listed)


class TestCommand:
    @pytest.fixture
    def place(self, default_upstream: Upstream, tmp_path: Path) -> Path:
        repo_file = tmp_path / "up.flatpakrepo"
        repo_file.write_text(default_upstream.flatpakrepo(default_upstream.path.as_uri()))
        satchel("remotes", "add", repo_file, home=tmp_path)
        (tmp_path / "drive").mkdir()
        return tmp_path

    def test_saved_shown_planned_removed(self, place: Path) -> None:
        satchel("profiles", "save", "class 5b", "up:org.test.Hello", home=place)
        assert "class 5b" in satchel("profiles", home=place).stdout
        text = satchel("profiles", "show", "class 5b", home=place).stdout
        (place / "mine.toml").write_text(text)
        for choice in ("class 5b", place / "mine.toml", "mine.toml"):
            plan = satchel("plan", "--profile", choice, "drive", "--json", home=place).json
            chosen = [item["ref"] for item in plan["items"] if item["chosen"]]
            assert chosen == [f"app/org.test.Hello/{host_arch()}/stable"]
        both = satchel(
            "plan", "drive", "org.test.Other", "--profile", "class 5b", "--json", home=place
        ).json
        assert sum(item["chosen"] for item in both["items"]) == 2
        satchel("profiles", "remove", "class 5b", home=place)
        assert satchel("profiles", "--json", home=place).json == []

    def test_make_with_a_profile(self, place: Path) -> None:
        satchel("profiles", "save", "one", "up:org.test.Hello", home=place)
        done = satchel("make", "--profile", "one", "drive", "--json", home=place)
        assert done.finished["verify"]["ok"]

    def test_what_a_profile_says_counts_unless_the_command_says_else(self, place: Path) -> None:
        satchel("profiles", "save", "far", "up:org.test.Hello", "--arch", "riscv64", home=place)
        assert "riscv64" in satchel("plan", "--profile", "far", "drive", home=place, check=2).stderr
        satchel("plan", "--profile", "far", "--arch", host_arch(), "drive", home=place)

    def test_import(self, place: Path) -> None:
        (place / "list").write_text("Hello\torg.test.Hello\t1\tstable\nP\torg.test.Platform\t\t1\n")
        done = satchel("profiles", "import", "old", "list", home=place)
        assert "passed over" in done.stderr
        (saved,) = satchel("profiles", "--json", home=place).json
        assert (saved["name"], saved["refs"]) == ("old", ["org.test.Hello//stable"])
        (place / "a.preinstall").write_text(
            f"[Flatpak Preinstall org.test.Hello]\nBranch=stable\nCollectionID={COLLECTION}\n"
        )
        value = satchel("profiles", "import", "pre", "a.preinstall", "--json", home=place).json
        assert value["refs"] == ["up:app/org.test.Hello//stable"]
        satchel("plan", "--profile", "pre", "drive", home=place)

    def test_a_set_names_its_source_and_brings_none_along(self, place: Path) -> None:
        words = 'refs = ["school:org.test.Hello"]\n[about]\nname = "Ours"\ndate = 2026-11-28\n'
        source = '[sources.school]\ntitle = "School apps"\ncollection = "{}"\n'
        (place / "ours.satchel-set").write_text(words + source.format(COLLECTION))
        (place / "theirs.satchel-set").write_text(words + source.format("org.school.Apps"))
        plan = satchel("plan", "--profile", "ours.satchel-set", "drive", "--json", home=place).json
        chosen = [item["ref"] for item in plan["items"] if item["chosen"]]
        assert chosen == [f"app/org.test.Hello/{host_arch()}/stable"]
        done = satchel("plan", "--profile", "theirs.satchel-set", "drive", home=place, check=2)
        assert "School apps, which is not among the sources here" in done.stderr
        saved = satchel("profiles", "import", "kept", "ours.satchel-set", "--json", home=place).json
        assert saved["about"]["date"] == "2026-11-28"
        satchel("profiles", "check", "kept", home=place)

    def test_check_names_what_no_remote_has(self, place: Path) -> None:
        satchel("profiles", "save", "all", "up:org.test.Hello", home=place)
        assert "Hello" in satchel("profiles", "check", "all", home=place).stdout
        satchel("profiles", "save", "some", "org.test.Hello", "org.test.Gone", home=place)
        done = satchel("profiles", "check", "some", "--json", home=place, check=1)
        assert [app["ref"] for app in done.json["missing"]] == ["org.test.Gone"]
        (offered,) = done.json["offered"]
        assert offered["ref"] == f"app/org.test.Hello/{host_arch()}/stable"
        assert offered["remote"] == "up"

    def test_refused(self, place: Path) -> None:
        for arguments in (
            ("profiles", "show"),
            ("profiles", "show", "nobody"),
            ("profiles", "show", "a", "b"),
            ("profiles", "save", "name"),
            ("profiles", "save", "../x", "org.test.Hello"),
            ("profiles", "save", "x", "not a ref"),
            ("profiles", "save", "x", os.fsencode("\udcff")),
            ("profiles", "save", os.fsencode("\udcff"), "org.test.Hello"),
            ("profiles", "save", "x", "org.test.Hello", "--language", "../.."),
            ("profiles", "import", "x", "no-such-file"),
            ("profiles", "import", "x", "/dev/null"),
            ("profiles", "lose", "x"),
            ("profiles", "remove", "nobody"),
            ("plan", "drive"),
            ("plan", "drive", "--profile", "nobody"),
            ("plan", "drive", "--profile", "./nobody.toml"),
            ("plan", "drive", "--profile", "."),
            ("plan", "drive", "--profile", "up.flatpakrepo"),
        ):
            done = satchel(*arguments, home=place, check=2)
            assert len(done.stderr) < 1000
        assert satchel("profiles", "--json", home=place).json == []
