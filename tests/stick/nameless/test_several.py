"""Several sources, with a collection ID and without, and what they need of each other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.kept import kept_upstream
from tests.satchel import satchel
from tests.stick.installer.running import run
from tests.stick.makers import make
from tests.stick.nameless.conftest import carried, fill
from tests.stick.nameless.sticks import DRIVER, HELLO, OTHER, RUNTIME, leads_home, settings
from tests.stick.nameless.test_remotes import origin
from tests.stick.receiving.computers import Computer
from tests.upstream import COLLECTION, Upstream

pytestmark = [pytest.mark.slow, pytest.mark.thorough]


def fill_tool(upstream: Upstream) -> None:
    """An app whose runtime is elsewhere."""
    upstream.add_app("org.test.Tool", languages=("de",), says="Tool")
    upstream.update()


def fill_later(upstream: Upstream) -> None:
    """The same apps, newer."""
    upstream.now += 1000
    fill(upstream)


def fill_tool_in_languages(upstream: Upstream) -> None:
    upstream.add_app("org.test.Tool", languages=("de", "fr"))
    upstream.update()


TOOL = HELLO.replace("Hello", "Tool")


def test_two_that_have_the_same_title_are_told_apart(
    upstream_key: SigningKey, tmp_path: Path
) -> None:
    base = kept_upstream(tmp_path / "base", upstream_key, fill, "")
    tools = kept_upstream(tmp_path / "tools", upstream_key, fill_tool, "", signed=False)
    home, stick = tmp_path / "home", tmp_path / "stick"
    make(base, stick, "org.test.Hello", home=home, name="base")
    make(tools, stick, "org.test.Tool", "--allow-unsigned", home=home, name="tools")
    said = " ".join(satchel("verify", stick, home=home, check=1).stdout.split())
    installer = run(Computer(tmp_path / "computer"), stick, "--allow-unsigned")
    for name, text in (
        ("base", "Test upstream ({}) is signed by"),
        ("tools", "Nobody vouches for Test upstream ({}): it has no key"),
    ):
        lines = (stick / f"satchel/{name}.flatpakrepo").read_text().splitlines()
        [address] = [line.removeprefix("Url=") for line in lines if line.startswith("Url=")]
        assert text.format(address) in said
        assert f'Source Test upstream ({address}): added as "{name}".' in installer


def test_a_drive_has_as_many_as_one_likes(upstream_key: SigningKey, tmp_path: Path) -> None:
    tools = kept_upstream(tmp_path / "tools", upstream_key, fill_tool, "")
    home, stick = tmp_path / "home", tmp_path / "stick"
    for directory in (home, stick):
        directory.mkdir()
    for number in range(17):
        place = tmp_path / f"place{number}"
        shutil.copytree(tools.path, place)
        remote = home / f"tools{number}.flatpakrepo"
        remote.write_text(tools.flatpakrepo(f"file://{place}"))
        satchel("remotes", "add", remote, home=home)
        satchel("make", stick, "--no-runtime", f"tools{number}:app/org.test.Tool", home=home)
    assert satchel("update", stick, "--yes", "--json", home=home).finished["changed"] is False
    told = satchel("verify", stick, "--json", home=home, check=1).json["findings"]
    codes = {each["code"] for each in told}
    assert codes == {"runtime-missing", "several-sources"}


@pytest.mark.parametrize("collection", [COLLECTION, ""])
@pytest.mark.parametrize("signed", [True, False])
def test_the_runtime_is_another_sources(
    computer: Computer, upstream_key: SigningKey, tmp_path: Path, collection: str, *, signed: bool
) -> None:
    """Of a collection or of a source that has no ID either; in one run."""
    base = kept_upstream(tmp_path / "base", upstream_key, fill, collection)
    tools = kept_upstream(tmp_path / "tools", upstream_key, fill_tool, "", signed=signed)
    home = tmp_path / "home"
    make(base, tmp_path / "stick", "org.test.Hello", home=home, name="base")
    allowed = () if signed else ("--allow-unsigned",)
    make(tools, tmp_path / "stick", "org.test.Tool", *allowed, home=home, name="tools")

    run(computer, tmp_path / "stick", *allowed)

    there = computer.installed()
    expected = {HELLO: base, RUNTIME: base, DRIVER: base, TOOL: tools}
    assert {ref: there.get(ref) for ref in expected} == {
        ref: upstream.refs[ref] for ref, upstream in expected.items()
    }
    assert "Tool" in computer.flatpak("run", "org.test.Tool")
    assert "127.0.0.1" in " ".join(settings(computer, "base"))
    assert "satchel" not in computer.config
    # The one app alone brings its runtime as well.
    fresh = Computer(tmp_path / "fresh", computer.scope)
    run(fresh, tmp_path / "stick", *allowed, "org.test.Tool")
    assert {TOOL, RUNTIME} <= fresh.installed().keys()
    assert HELLO not in fresh.installed()


def test_without_the_option_what_is_signed_is_installed_all_the_same(
    somebody: Computer, upstream_key: SigningKey, tmp_path: Path
) -> None:
    base = kept_upstream(tmp_path / "base", upstream_key, fill, "")
    tools = kept_upstream(tmp_path / "tools", upstream_key, fill_tool, "", signed=False)
    home = tmp_path / "home"
    make(base, tmp_path / "stick", "org.test.Hello", home=home, name="base")
    make(tools, tmp_path / "stick", "org.test.Tool", "--allow-unsigned", home=home, name="tools")
    said = run(somebody, tmp_path / "stick", expect=1)
    assert "Installed:\n  Hello" in said
    assert "NOT installed:\n  Tool" in said
    assert TOOL not in somebody.installed()


def test_an_app_of_two_sources_comes_from_the_one_that_is_signed(
    somebody: Computer, upstream_key: SigningKey, tmp_path: Path
) -> None:
    signed = kept_upstream(tmp_path / "signed", upstream_key, fill, "")
    unsigned = kept_upstream(tmp_path / "unsigned", upstream_key, fill_later, "", signed=False)
    home = tmp_path / "home"
    allowed = "--allow-unsigned"
    make(unsigned, tmp_path / "stick", "org.test.Hello", allowed, home=home, name="a")
    make(signed, tmp_path / "stick", "org.test.Hello", allowed, home=home, name="b")
    run(somebody, tmp_path / "stick")
    assert somebody.installed()[HELLO] == signed.refs[HELLO]


def test_what_only_the_other_source_needs_is_in_nobodys_way(
    somebody: Computer, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """The same app of a source that is not signed runs on another runtime, which only that has."""

    def fill_otherwise(upstream: Upstream) -> None:
        upstream.add_runtime(branch="2")
        upstream.add_app("org.test.Hello", runtime="org.test.Platform//2")
        upstream.update()

    signed = kept_upstream(tmp_path / "signed", upstream_key, fill, "")
    unsigned = kept_upstream(tmp_path / "other", upstream_key, fill_otherwise, "", signed=False)
    home = tmp_path / "home"
    allowed = "--allow-unsigned"
    make(unsigned, tmp_path / "stick", "org.test.Hello", allowed, home=home, name="a")
    make(signed, tmp_path / "stick", "org.test.Hello", allowed, home=home, name="b")
    run(somebody, tmp_path / "stick", "org.test.Hello")
    assert somebody.installed()[HELLO] == signed.refs[HELLO]


def test_two_drives_call_two_sources_the_same(
    somebody: Computer, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """Each is added under a name of its own, and each app comes from its own."""
    first = kept_upstream(tmp_path / "first", upstream_key, fill, "")
    second = kept_upstream(tmp_path / "second", upstream_key, fill, "")
    second.bump(RUNTIME)
    second.update()
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one = carried(first, tmp_path / "one", "org.test.Hello")
    two = carried(second, tmp_path / "two", "org.test.Other")
    trusted = f"--trust-key={upstream_key.fingerprint}"
    somebody.receive(one.drive, two.drive, trusted)
    assert {HELLO, OTHER} <= somebody.installed().keys()
    assert origin(somebody, "org.test.Hello") == "up"
    assert leads_home(somebody, one)
    assert leads_home(somebody, two, origin(somebody, "org.test.Other"))


def test_translations_that_only_the_apps_of_one_source_have(
    somebody: Computer, upstream_key: SigningKey, tmp_path: Path
) -> None:
    """Another language was added when the other source could not be asked."""
    base = kept_upstream(tmp_path / "base", upstream_key, fill, "")
    tools = kept_upstream(tmp_path / "tools", upstream_key, fill_tool_in_languages, "")
    home, stick = tmp_path / "home", tmp_path / "stick"
    make(base, stick, "org.test.Hello", "--language=de", home=home, name="base")
    make(tools, stick, "org.test.Tool", "--language=fr", home=home, name="tools")
    page = (stick / "satchel/START-HERE.html").read_text()
    assert "there are only those into: de, fr." in page
    assert (
        "Into fr they are there for some of the apps only, not for: Hello, org.test.Platform."
        in page
    )
    somebody.flatpak("config", "--set", "languages", "de;fr")
    said = run(somebody, stick)
    assert "Translations that are not on this drive" not in said
    told = "Translations into fr are on this drive for some of the apps only, not for: {}.\n"
    assert told.format("Hello, org.test.Platform") in said
    locale = TOOL.replace("app/", "runtime/").replace("Tool/", "Tool.Locale/")
    assert any("/fr/" in f"/{path}" for path in somebody.files(locale))
