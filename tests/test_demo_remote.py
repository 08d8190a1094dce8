"""The demo remote that comes with Satchel: small, complete, signed, and its apps run."""

from __future__ import annotations

import base64
import shutil
import subprocess
from collections.abc import Callable
from configparser import ConfigParser
from pathlib import Path

import pytest

from app.resources import resource
from app.stick.demo import APP, DemoRemote
from tests.client import Client
from tests.demo import APPS, NEEDS_INTERNET
from tests.satchel import satchel
from tests.servers import Server
from tests.upstream import host_arch

DEMO = resource("demo")
REPO = DEMO / "repo"
ARCH = host_arch()
ARCHES = ("aarch64", "x86_64")
LANGUAGES = ("de", "en")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(ARCH not in ARCHES, reason="the demo has no apps for this computer"),
]


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that libostree opens: Git keeps no empty directories."""
    copied = tmp_path_factory.mktemp("demo") / "repo"
    shutil.copytree(REPO, copied)
    for name in ("tmp", "state", "extensions", "refs/remotes"):
        (copied / name).mkdir(parents=True)
    return copied


@pytest.fixture
def demo_client(client: Client, serve: Callable[..., Server]) -> Client:
    """Knows the demo by its .flatpakrepo, with the address put in as the demo itself does."""
    server = serve(REPO)
    text = (DEMO / "demo.flatpakrepo").read_text()
    placeholder = "Url=http://127.0.0.1/\n"
    assert text.count(placeholder) == 1
    file = client.directory / "demo.flatpakrepo"
    file.write_text(text.replace(placeholder, f"Url={server.url}/\n"))
    client.run("remote-add", "--user", "demo", file)
    return client


def ostree(repo: Path, command: str, *arguments: str) -> str:
    return subprocess.run(
        ["ostree", command, f"--repo={repo}", *arguments],
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_small() -> None:
    assert sum(path.stat().st_size for path in DEMO.rglob("*")) < 4_000_000


def test_nothing_that_git_would_lose() -> None:
    assert not [path for path in DEMO.rglob("*") if path.is_dir() and not any(path.iterdir())]
    assert (DEMO / ".gitattributes").read_text() == "repo/** binary\n"


def test_complete(repo: Path) -> None:
    expected = set()
    for arch in ARCHES:
        expected |= {f"app/org.satchel.Demo.{app}/{arch}/stable" for app in APPS}
        expected |= {
            f"appstream/{arch}",
            f"appstream2/{arch}",
            f"runtime/org.satchel.Demo.Platform/{arch}/1",
            f"runtime/org.satchel.Demo.Platform.Locale/{arch}/1",
            f"runtime/org.satchel.Demo.Atlas.Locale/{arch}/stable",
            f"runtime/org.satchel.Demo.Planets.Extras/{arch}/stable",
        }
    assert set(ostree(repo, "refs").split()) == expected
    assert "collection-id=org.satchel.Demo" in (repo / "config").read_text()
    assert len(list((repo / "summaries").glob("*.gz"))) == len(ARCHES)
    for signed in ("summary", "summary.idx"):
        assert (repo / f"{signed}.sig").stat().st_size
    assert "no errors found" in ostree(repo, "fsck")
    for ref in expected:
        assert "ostree.collection-binding" in ostree(repo, "show", "--raw", ref)


def test_catalogue(repo: Path) -> None:
    for arch in ARCHES:
        text = ostree(repo, "cat", f"appstream2/{arch}", "/appstream.xml")
        for name in ("Classroom Atlas", "Klassenatlas", "Field Notes", "Planeten"):
            assert name in text
        icons = ostree(repo, "ls", f"appstream2/{arch}", "/icons/64x64")
        for app in APPS:
            assert f"app/org.satchel.Demo.{app}/{arch}/stable" in text
            assert f"org.satchel.Demo.{app}.png" in icons


def test_locales_have_both_languages(repo: Path) -> None:
    for arch in ARCHES:
        for id, branch in (("Platform", "1"), ("Atlas", "stable")):
            ref = f"runtime/org.satchel.Demo.{id}.Locale/{arch}/{branch}"
            listed = ostree(repo, "ls", "--nul-filenames-only", ref, "/files").split("\0")
            assert {path.rpartition("/")[2] for path in listed[1:] if path} == set(LANGUAGES)


def test_the_key_lasts_and_signed_everything(repo: Path, tmp_path: Path) -> None:
    parsed = ConfigParser(interpolation=None)
    parsed.read(DEMO / "demo.flatpakrepo")
    described = parsed["Flatpak Repo"]
    for name in ("DeploySideloadCollectionID", "DeployCollectionID"):
        assert described[name] == "org.satchel.Demo"
    (tmp_path / "key").write_bytes(base64.b64decode(described["GPGKey"], validate=True))
    gpg = ["gpg", "--no-options", "--batch", "--no-autostart", f"--homedir={tmp_path}"]
    shown = subprocess.run(
        [*gpg, "--with-colons", "--show-keys", tmp_path / "key"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    public = next(line.split(":") for line in shown.splitlines() if line.startswith("pub:"))
    assert public[6] == ""  # expires
    assert "sec:" not in shown

    other = tmp_path / "client"
    ostree(other, "init", "--mode=archive")
    subprocess.run(
        [
            "ostree", f"--repo={other}", "remote", "add", f"--gpg-import={tmp_path / 'key'}",
            "--set=gpg-verify-summary=true", "demo", f"file://{repo}",
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    refs = ostree(repo, "refs").split()
    # Fails at the first commit without a good signature.
    ostree(other, "pull", "demo", *refs)
    assert set(ostree(other, "refs").split()) == {f"demo:{ref}" for ref in refs}


@pytest.mark.parametrize("app", [app for app in APPS if app != NEEDS_INTERNET])
def test_apps_run(demo_client: Client, app: str) -> None:
    demo_client.install("demo", f"org.satchel.Demo.{app}")
    assert demo_client.flatpak_run(f"org.satchel.Demo.{app}") == f"{app}: hello from the stick\n"


def test_german_and_the_addon(demo_client: Client) -> None:
    demo_client.languages("de")
    demo_client.install("demo", "org.satchel.Demo.Atlas", "org.satchel.Demo.Planets")
    assert f"runtime/org.satchel.Demo.Planets.Extras/{ARCH}/stable" not in demo_client.installed()
    german = demo_client.flatpak_run("org.satchel.Demo.Atlas", env={"LC_ALL": "de_DE.UTF-8"})
    assert german == "Atlas: Hallo vom Stick\n"
    demo_client.install("demo", "org.satchel.Demo.Planets.Extras")
    extra = "/app/share/planets/extras/dwarf-planets.txt"
    shown = demo_client.flatpak_run("org.satchel.Demo.Planets", extra, command="say")
    assert shown.startswith("Pluto")


def test_appstream_as_the_client_reads_it(demo_client: Client) -> None:
    demo_client.run("update", "--user", "--appstream", "demo")
    shown = demo_client.run("search", "--user", "--columns=application", "solar").stdout
    assert shown.split() == ["org.satchel.Demo.Planets"]


def test_what_is_on_a_drive_is_named_in_the_language_of_who_looks(tmp_path: Path) -> None:
    """Not of who made it, nor some of it in the one and some in the other."""
    drive = tmp_path / "drive"
    drive.mkdir()
    home = tmp_path / "home"
    with DemoRemote() as demo:
        file = tmp_path / "demo.flatpakrepo"
        text = (DEMO / "demo.flatpakrepo").read_text()
        file.write_text(text.replace("Url=http://127.0.0.1/", f"Url={demo.remote.url}"))
        satchel("make", drive, APP, "--remote", file, "--yes", home=home)
    for language, name in (("C.UTF-8", "Classroom Atlas"), ("de_DE.UTF-8", "Klassenatlas")):
        inspection = satchel("inspect", drive, "--json", home=home, env={"LC_ALL": language}).json
        refs = {
            ref["ref"]: ref["name"]
            for collection in inspection["collections"]
            for ref in collection["refs"]
        }
        assert refs[f"app/{APP}/{ARCH}/stable"] == name
        assert refs[f"runtime/{APP}.Locale/{ARCH}/stable"] == name
