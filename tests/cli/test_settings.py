"""What a person sets once, and the remotes a person adds: kept, used by every command, repaired."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.syntax.settings import APPEARANCES, GRAPHICS
from app.flatpak.upstream.cache import RemoteCache, cache_size, trim_cache
from app.replacing import replace
from app.settings import (
    FILE,
    MIN_CACHE_LIMIT,
    Appearance,
    Graphics,
    SettingError,
    Settings,
    SettingsNotSavedError,
    load_settings,
    save_settings,
)
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.servers import Server
from tests.upstream import COLLECTION, Upstream, host_arch


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / ".config/satchel"


@pytest.fixture
def repo_file(default_upstream: Upstream, tmp_path: Path) -> Path:
    path = tmp_path / "school.flatpakrepo"
    path.write_text(default_upstream.flatpakrepo(default_upstream.path.as_uri()))
    return path


class TestFile:
    def test_nothing_set_is_no_file(self, config: Path) -> None:
        assert load_settings(config).settings == Settings()
        assert not config.exists()

    def test_only_what_differs_is_written(self, config: Path) -> None:
        save_settings(config, Settings().with_value("languages", ["de_AT", "en"]))
        assert json.loads((config / FILE).read_text()) == {"languages": ["de_AT", "en"]}
        assert load_settings(config).settings.languages == ("de_AT", "en")

    def test_unknown_keys_outlive_a_change(self, config: Path) -> None:
        config.mkdir(parents=True)
        (config / FILE).write_text('{"later": {"a": [1]}, "connections": 4}')
        loaded = load_settings(config)
        assert not loaded.notices
        save_settings(config, loaded.settings.with_value("connections", 5))
        assert json.loads((config / FILE).read_text()) == {"later": {"a": [1]}, "connections": 5}

    def test_a_damaged_file_is_set_aside_and_what_is_good_in_it_kept(self, config: Path) -> None:
        config.mkdir(parents=True)
        text = '{"languages": ["de"], "connections": "many"}'
        (config / FILE).write_text(text)
        loaded = load_settings(config)
        assert loaded.settings == Settings(languages=("de",))
        (notice,) = loaded.notices
        assert "connections" in str(notice.message)
        assert (config / f"{FILE}.damaged-1").read_text() == text
        again = load_settings(config)
        assert (again.settings, again.notices) == (loaded.settings, ())

    def test_damage_twice_keeps_both(self, config: Path) -> None:
        config.mkdir(parents=True)
        for number in (1, 2):
            (config / FILE).write_text("}" * number)
            assert load_settings(config).settings == Settings()
        kept = sorted(path.name for path in config.iterdir())
        assert kept == [f"{FILE}.damaged-1", f"{FILE}.damaged-2"]

    @pytest.mark.parametrize("kind", ["directory", "pipe", "huge"])
    def test_what_is_no_file_is_left_alone(self, config: Path, kind: str) -> None:
        config.mkdir(parents=True)
        path = config / FILE
        if kind == "directory":
            path.mkdir()
        elif kind == "pipe":
            os.mkfifo(path)
        else:
            path.write_bytes(b" " * 2_000_000)
        loaded = load_settings(config)
        assert loaded.settings == Settings()
        assert len(loaded.notices) == 1
        assert path.exists()

    def test_what_cannot_be_saved_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(SettingsNotSavedError, match="cannot be saved"):
            save_settings(tmp_path / "file", Settings(languages=("de",)))

    @given(st.binary(max_size=200))
    def test_any_bytes_are_settings_or_set_aside(
        self, tmp_path_factory: pytest.TempPathFactory, data: bytes
    ) -> None:
        config = tmp_path_factory.mktemp("config")
        (config / FILE).write_bytes(data)
        loaded = load_settings(config)
        assert bool(loaded.notices) == (config / f"{FILE}.damaged-1").exists()

    @given(
        st.dictionaries(
            st.one_of(st.sampled_from(sorted(Settings().values())), st.text()),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
                lambda inner: st.lists(inner, max_size=3),
                max_leaves=4,
            ),
        )
    )
    def test_what_was_loaded_can_be_saved_and_loaded(
        self, tmp_path_factory: pytest.TempPathFactory, values: dict[str, object]
    ) -> None:
        config = tmp_path_factory.mktemp("config")
        (config / FILE).write_text(json.dumps(values))
        first = load_settings(config).settings
        save_settings(config, first)
        again = load_settings(config)
        assert again.notices == ()
        assert again.settings.values() == first.values()
        assert json.dumps(again.settings.others) == json.dumps(first.others)


class TestValues:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("languages", "de"),
            ("languages", ["de", 5]),
            ("languages", ["../de"]),
            ("languages", ["de"] * 100),
            ("architecture", "x86-64"),
            ("cache", "relative"),
            ("cache", "/a\0b"),
            ("cache", "/\udcff"),
            ("cache_limit", 1),
            ("cache_limit", 1e9),
            ("connections", 0),
            ("connections", True),
            ("connections", 10**6),
            ("colour", "blue"),
            ("appearance", "blue"),
            ("appearance", ["dark"]),
            ("sound", 1),
            ("screenshots", "no"),
            ("classroom_languages", ["../de"]),
            ("graphics", "intel"),
            ("gpus", ["nvidia 550"]),
            ("sources_off", [""]),
            ("sets_address", "school.example"),
            ("sets_address", "ftp://school.example/sets"),
            ("sets_address", "https://school.example/a b"),
            ("sets_address", "https:///"),
        ],
    )
    def test_refused(self, name: str, value: object) -> None:
        with pytest.raises(SettingError):
            Settings().with_value(name, value)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("appearance", "dark"),
            ("sound", False),
            ("notifications", False),
            ("screenshots", False),
            ("classroom_languages", ["de", "ar"]),
            ("graphics", "nvidia"),
            ("gpus", ["nvidia-550-120"]),
            ("sets_address", "https://school.example/sets.json"),
            ("sources_off", ["school"]),
            ("sets_address", "file:///srv/sets.json"),
        ],
    )
    def test_kept(self, config: Path, name: str, value: object) -> None:
        save_settings(config, Settings().with_value(name, value))
        assert json.loads((config / FILE).read_text()) == {name: value}
        assert load_settings(config).settings.values()[name] == value

    def test_drivers_count_where_the_cards_need_them(self, tmp_path: Path) -> None:
        settings = Settings(gpus=("nvidia-550-120",))
        computer = environment_in(tmp_path)
        assert replace(computer, settings=settings).gpus == ()
        settings = settings.with_value("graphics", "nvidia")
        assert replace(computer, settings=settings).gpus == ("nvidia-550-120",)

    def test_a_classroom_reads_what_its_teacher_reads_first(self, tmp_path: Path) -> None:
        computer = environment_in(tmp_path, languages=("de_AT", "en"))
        assert computer.classroom_languages == ("de_AT",)
        settings = Settings(classroom_languages=("ar", "de"))
        assert replace(computer, settings=settings).classroom_languages == ("ar", "de")

    def test_reset(self) -> None:
        assert Settings(connections=5).without("connections") == Settings()


class TestCommand:
    def test_what_is_offered_is_what_there_is(self) -> None:
        assert tuple(each.value for each in Appearance) == APPEARANCES
        assert tuple(each.value for each in Graphics) == GRAPHICS

    def test_set_show_reset(self, tmp_path: Path) -> None:
        satchel("settings", "languages", "de", "fr", home=tmp_path)
        satchel("settings", "connections", "8", home=tmp_path)
        shown = satchel("settings", "--json", home=tmp_path).json
        assert (shown["languages"], shown["connections"]) == (["de", "fr"], 8)
        assert "languages: de fr" in satchel("settings", home=tmp_path).stdout
        assert "sound: off" in satchel("settings", "sound", "off", home=tmp_path).stdout
        assert satchel("settings", "sound", "--json", home=tmp_path).json == {"sound": False}
        satchel("settings", "connections", "--reset", home=tmp_path)
        assert satchel("settings", "connections", "--json", home=tmp_path).json == {
            "connections": 32
        }

    @pytest.mark.parametrize(
        "arguments",
        [
            ("colour",),
            ("colour", "blue"),
            ("connections", "none"),
            ("sound", "loud"),
            ("connections", "8", "9"),
            ("connections", "8", "--reset"),
            ("--reset",),
        ],
    )
    def test_refused(self, tmp_path: Path, arguments: tuple[str, ...]) -> None:
        satchel("settings", *arguments, home=tmp_path, check=2)
        assert satchel("settings", "--json", home=tmp_path).json == Settings().values()

    def test_a_damaged_file_stops_no_command(self, tmp_path: Path, config: Path) -> None:
        config.mkdir(parents=True)
        (config / FILE).write_text("[")
        assert "Warning" in satchel("settings", home=tmp_path).stderr
        assert satchel("settings", home=tmp_path).stderr == ""

    def test_languages_and_architecture_are_those_set(
        self, tmp_path: Path, repo_file: Path
    ) -> None:
        satchel("remotes", "add", repo_file, home=tmp_path)
        satchel("settings", "architecture", "riscv64", home=tmp_path)
        (drive := tmp_path / "drive").mkdir()
        done = satchel("plan", drive, "school:org.test.Hello", home=tmp_path, check=2)
        assert "riscv64" in done.stderr
        assert host_arch() in done.stderr

    def test_the_cache_lies_where_it_was_put(self, tmp_path: Path, repo_file: Path) -> None:
        place = tmp_path / "elsewhere"
        satchel("remotes", "add", repo_file, home=tmp_path)
        satchel("settings", "cache", place, home=tmp_path)
        (drive := tmp_path / "drive").mkdir()
        satchel("plan", drive, "school:org.test.Hello", home=tmp_path)
        assert cache_size(place / "satchel") > 0
        assert not (tmp_path / ".cache/satchel").exists()


class TestCacheLimit:
    def test_what_was_used_last_stays(self, tmp_path: Path) -> None:
        cache = RemoteCache(tmp_path, "https://example.org/")
        for age, name in enumerate(("new", "old", "older")):
            cache.write(name, bytes(8192))
            (path,) = tmp_path.rglob(name)
            os.utime(path, (1_000_000 - age, 1_000_000 - age))
        each = cache_size(tmp_path) // 3
        trim_cache(tmp_path, 2 * each)
        assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"new", "old"}
        trim_cache(tmp_path, each)
        assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {"new"}

    def test_other_files_are_not_the_cache(self, tmp_path: Path) -> None:
        (tmp_path / "letter").write_bytes(bytes(8192))
        trim_cache(tmp_path, 0)
        assert (tmp_path / "letter").exists()

    def test_an_emptied_cache_is_filled_again(self, tmp_path: Path, repo_file: Path) -> None:
        satchel("remotes", "add", repo_file, home=tmp_path)
        (drive := tmp_path / "drive").mkdir()
        plan = ("plan", drive, "school:org.test.Hello", "--json")
        first = satchel(*plan, home=tmp_path).json
        trim_cache(tmp_path / ".cache/satchel", 0)
        assert satchel(*plan, home=tmp_path).json["items"] == first["items"]

    def test_the_least_limit_is_enough_for_a_large_remote(self) -> None:
        assert MIN_CACHE_LIMIT >= 50_000_000


class TestAddedRemotes:
    def test_added_listed_used_removed(
        self, upstream_key: SigningKey, tmp_path: Path, repo_file: Path
    ) -> None:
        done = satchel("remotes", "add", repo_file, home=tmp_path)
        assert upstream_key.fingerprint in done.stdout
        repo_file.unlink()
        listed = satchel("remotes", "--json", home=tmp_path).json
        (added,) = (remote for remote in listed if remote["source"] == "added")
        assert (added["name"], added["collection_id"]) == ("school", COLLECTION)
        assert added["keys"] == [upstream_key.fingerprint]
        (drive := tmp_path / "drive").mkdir()
        satchel("plan", drive, "school:org.test.Hello", home=tmp_path)
        satchel("remotes", "remove", "school", home=tmp_path)
        assert "school" not in satchel("remotes", home=tmp_path).stdout

    def test_one_that_is_off_is_known_and_not_searched(
        self, tmp_path: Path, repo_file: Path
    ) -> None:
        satchel("remotes", "add", repo_file, home=tmp_path)
        satchel("settings", "sources_off", "school", home=tmp_path)
        listed = satchel("remotes", "--json", home=tmp_path).json
        assert [each["listed"] for each in listed if each["name"] == "school"] == [False]
        (drive := tmp_path / "drive").mkdir()
        satchel("plan", drive, "org.test.Hello", home=tmp_path, check=False)
        satchel("plan", drive, "school:org.test.Hello", home=tmp_path)

    def test_from_an_address(
        self, upstream_key: SigningKey, tmp_path: Path, repo_file: Path
    ) -> None:
        with Server(tmp_path) as server:
            url = f"{server.url}/{repo_file.name}"
            done = satchel("remotes", "add", url, "--name", "mine", home=tmp_path)
            assert "without encryption" in done.stderr
            assert upstream_key.fingerprint in done.stdout
        assert "mine" in satchel("remotes", home=tmp_path).stdout

    def test_from_a_repository_with_its_key(
        self, default_upstream: Upstream, upstream_key: SigningKey, tmp_path: Path
    ) -> None:
        (tmp_path / "key.gpg").write_bytes(upstream_key.public)
        satchel(
            "remotes", "add", default_upstream.path.as_uri(), "--name", "local",
            "--gpg-key", tmp_path / "key.gpg", home=tmp_path,
        )  # fmt: skip
        (drive := tmp_path / "drive").mkdir()
        satchel("plan", drive, "local:org.test.Hello", home=tmp_path)

    def test_refused(
        self,
        default_upstream: Upstream,
        upstream_key: SigningKey,
        tmp_path: Path,
        repo_file: Path,
    ) -> None:
        def refused(status: int, *arguments: str | bytes | Path) -> str:
            return satchel("remotes", *arguments, home=tmp_path, check=status).stderr

        without = repo_file.read_text().partition("GPGKey=")[0]
        (tmp_path / "bare.flatpakrepo").write_text(without)
        assert "key" in refused(5, "add", tmp_path / "bare.flatpakrepo")
        assert "key" in refused(5, "add", default_upstream.path.as_uri())
        assert "name" in refused(2, "add", repo_file, "--name", "../up")
        assert "name" in refused(2, "add", repo_file, "--name", "x" * 300)
        assert "flathub" in refused(2, "add", repo_file, "--name", "flathub")
        refused(2, "add", tmp_path / "none.flatpakrepo")
        refused(2, "add", "http://[/x.flatpakrepo")
        key = tmp_path / "key"
        key.write_bytes(upstream_key.public)
        refused(2, "add", b"https://example.org/\xff", "--gpg-key", key)
        refused(4, "add", "http://127.0.0.1:9/x.flatpakrepo")
        refused(2, "add", repo_file, "--gpg-key", repo_file)
        refused(2, "add")
        refused(2, "lose", "school")
        assert "built-in" in refused(2, "remove", "flathub")
        refused(2, "remove", "nobody")
        refused(2, "remove", "../../x")
        satchel("remotes", "add", repo_file, home=tmp_path)
        assert "already" in refused(2, "add", repo_file, "--name", "again")
        sources = [remote["source"] for remote in satchel("remotes", "--json", home=tmp_path).json]
        assert sorted(sources) == ["added", "built-in"]

    def test_a_damaged_one_is_left_out(self, tmp_path: Path, config: Path) -> None:
        (config / "remotes").mkdir(parents=True)
        (config / "remotes/bad.flatpakrepo").write_bytes(b"\xff\0")
        done = satchel("remotes", home=tmp_path)
        assert "bad" in done.stderr
        assert "flathub" in done.stdout
