"""The real flatpak, offline, with sticks that `satchel make` made from real upstreams."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.kept import kept_key, kept_upstream
from tests.satchel import satchel
from tests.servers import Server
from tests.stick.makers import REPO, findings, make
from tests.upstream import COLLECTION, Upstream, host_arch
from tests.volumes import mounted

pytestmark = pytest.mark.slow

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
HELLO_LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/stable"
OTHER = f"app/org.test.Other/{ARCH}/stable"
PLATFORM = f"runtime/org.test.Platform/{ARCH}/1"
PLATFORM_LOCALE = f"runtime/org.test.Platform.Locale/{ARCH}/1"
DRIVER = f"runtime/org.test.Platform.GL.default/{ARCH}/1"
PLUGIN = f"runtime/org.test.Hello.Plugin.fun/{ARCH}/v1"
APPSTREAM = f"appstream2/{ARCH}"
COPY = f"{REPO}/extensions/satchel/upstream/{COLLECTION}"
CARRIED = {HELLO, HELLO_LOCALE, PLATFORM, PLATFORM_LOCALE, DRIVER}
"""Hello and all that comes along."""

OLD, NEW = "Hello from upstream\n", "newer\n"


@dataclass(frozen=True)
class Made:
    """A stick and what it was made from; read-only."""

    stick: Path
    upstream: Upstream


@pytest.fixture(scope="module")
def old(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Hello as it is at first."""
    here = tmp_path_factory.mktemp("old")
    make(default_upstream, here / "stick", "org.test.Hello", home=here / "home")
    return Made(here / "stick", default_upstream)


@pytest.fixture(scope="module")
def new(old: Made, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The same stick, made again after upstream published a newer Hello."""
    here = tmp_path_factory.mktemp("new")
    upstream = old.upstream.copy(here / "upstream")
    upstream.bump(HELLO, {"bin/start": "#!/bin/sh\necho newer\n"})
    upstream.update()
    shutil.copytree(old.stick, here / "stick")
    make(upstream, here / "stick", "org.test.Hello", home=here / "home")
    return Made(here / "stick", upstream)


def knows(client: Client, stick: Path, name: str = "up") -> None:
    """Add the remote from the file on the stick."""
    client.run("remote-add", "--user", name, stick / "satchel" / f"{name}.flatpakrepo")


def link(client: Client, target: Path, name: str = "stick") -> None:
    links = client.directory / "user" / "sideload-repos"
    links.mkdir(exist_ok=True)
    (links / name).symlink_to(target)


def commits(upstream: Upstream, refs: set[str]) -> dict[str, str]:
    return {ref: upstream.refs[ref] for ref in refs}


def refs_of(stick: Path, home: Path, collection: str = COLLECTION) -> dict[str, str]:
    """Ref → commit, as inspect tells."""
    found = satchel("inspect", "--json", stick, home=home).json
    collections = {one["id"]: one for one in found["collections"]}
    return {one["ref"]: one["commit"] for one in collections[collection]["refs"]}


# ---- Every kind of upstream


@pytest.mark.parametrize("metadata", ["without", "bare", "with cache"])
@pytest.mark.parametrize("index", [True, False], ids=["index", "no index"])
def test_every_kind_of_upstream(
    own_upstream: Upstream, client: Client, tmp_path: Path, index: bool, metadata: str
) -> None:
    own_upstream.update(
        index=index, ostree_metadata=metadata != "without", cache=metadata == "with cache"
    )
    stick, home = tmp_path / "stick", tmp_path / "home"
    done = make(own_upstream, stick, "org.test.Hello", home=home)
    assert done.finished["verify"]["findings"] == []
    assert findings(stick, home=home) == {}

    knows(client, stick)
    client.languages("de")
    client.install("up", "org.test.Hello", DRIVER, sideload=stick / REPO)
    assert client.flatpak_run("org.test.Hello") == OLD
    assert client.installed() == commits(own_upstream, CARRIED)
    german = "/app/share/locale/de/LC_MESSAGES/org.test.Hello.txt"
    said = client.flatpak_run("org.test.Hello", german, command="cat")
    assert said == "org.test.Hello in de\n"

    # What upstream signed is there byte for byte, and nothing that it did not.
    copied = {
        path.relative_to(stick / COPY).as_posix(): path.read_bytes()
        for path in (stick / COPY).rglob("*")
        if path.is_file() and path.name != "up.flatpakrepo"
    }
    assert {name: (own_upstream.path / name).read_bytes() for name in copied} == copied
    signed = {"summary", "summary.sig"} | ({"summary.idx", "summary.idx.sig"} if index else set())
    assert signed <= copied.keys()
    assert len(copied) == len(signed) + index  # one architecture

    written = (stick / REPO / f"refs/mirrors/{COLLECTION}/ostree-metadata").read_text().strip()
    if metadata == "without":
        assert not list(own_upstream.path.rglob(f"{written[2:]}.commit"))
    else:
        assert written == own_upstream.commit("ostree-metadata")
        for kind in ("commit", "commitmeta"):
            path = f"objects/{written[:2]}/{written[2:]}.{kind}"
            assert (stick / REPO / path).read_bytes() == (own_upstream.path / path).read_bytes()
    told = satchel("inspect", "--json", stick, home=home).json["collections"][0]
    assert told["metadata"]["source"] == ("satchel" if metadata == "without" else "upstream")
    assert told["metadata"]["signed"] == (metadata != "without")


def test_stale_metadata_is_replaced(own_upstream: Upstream, client: Client, tmp_path: Path) -> None:
    own_upstream.update(ostree_metadata=True)
    stale = own_upstream.commit("ostree-metadata")
    own_upstream.bump(HELLO)
    own_upstream._run("flatpak", "build-update-repo", *own_upstream._signing(), own_upstream.path)
    assert own_upstream.commit("ostree-metadata") == stale
    stick, home = tmp_path / "stick", tmp_path / "home"
    make(own_upstream, stick, "org.test.Hello", home=home)
    written = (stick / REPO / f"refs/mirrors/{COLLECTION}/ostree-metadata").read_text().strip()
    assert written != stale
    assert findings(stick, home=home) == {}
    knows(client, stick)
    client.install("up", "org.test.Hello", sideload=stick)
    assert client.installed()[HELLO] == own_upstream.refs[HELLO]


# ---- Every way to the stick


@pytest.mark.parametrize("place", [REPO, "."], ids=["repository", "mount point"])
@pytest.mark.parametrize("option", [True, False], ids=["option", "link"])
def test_sideload(old: Made, client: Client, place: str, option: bool) -> None:
    knows(client, old.stick)
    if option:
        client.install("up", "org.test.Hello", sideload=old.stick / place)
    else:
        link(client, old.stick / place)
        client.install("up", "org.test.Hello")
    assert client.flatpak_run("org.test.Hello") == OLD
    assert client.installed() == commits(old.upstream, CARRIED - {DRIVER})


def install_sh(client: Client, stick: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["sh", stick / "satchel" / "install.sh", *arguments],
        env=client.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_install_sh(old: Made, new: Made, client: Client) -> None:
    install_sh(client, old.stick, "--user")
    assert client.flatpak_run("org.test.Hello") == OLD
    assert client.installed() == commits(old.upstream, CARRIED)
    install_sh(client, new.stick, "--user")
    assert client.flatpak_run("org.test.Hello") == NEW
    install_sh(client, old.stick, "--user")
    assert client.flatpak_run("org.test.Hello") == NEW


def test_the_stick_is_a_remote_of_its_own(old: Made, client: Client) -> None:
    key = old.upstream.key.public
    client.remote_add("stick", f"file://{old.stick / REPO}", key, COLLECTION)
    client.install("stick", "org.test.Hello", DRIVER)
    assert client.flatpak_run("org.test.Hello") == OLD
    assert client.installed() == commits(old.upstream, CARRIED)
    assert "Hello" in client.run("search", "Hello").stdout
    # It serves what it carries: the signed index knows more, but cannot be changed.
    assert client.install("stick", "org.test.Other", check=False).returncode != 0


def test_software_centres_show_the_apps(old: Made, client: Client) -> None:
    knows(client, old.stick)
    link(client, old.stick)
    client.run("update", "--user", "--appstream")
    assert "org.test.Hello" in client.run("search", "Hello").stdout
    listed = client.run("remote-ls", "--user", "--sideloaded", "--all", "--columns=ref", "up")
    assert set(listed.stdout.split()) >= CARRIED


# ---- Newer and older


def test_updates_but_never_goes_back(old: Made, new: Made, client: Client) -> None:
    knows(client, old.stick)
    client.install("up", "org.test.Hello", sideload=old.stick)
    client.update(f"--sideload-repo={new.stick}")
    assert client.flatpak_run("org.test.Hello") == NEW
    client.update(f"--sideload-repo={old.stick}")
    assert client.installed()[HELLO] == new.upstream.refs[HELLO]
    # With both plugged in, whichever is newer counts.
    client.run("uninstall", "--user", "-y", "--noninteractive", "--all")
    for name, made in {"a": old, "b": new, "c": old}.items():
        link(client, made.stick, name)
    client.install("up", "org.test.Hello")
    assert client.flatpak_run("org.test.Hello") == NEW


def test_an_older_snapshot_is_refused(old: Made, new: Made, tmp_path: Path) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    shutil.copytree(new.stick, stick)
    before = refs_of(stick, home)
    make(old.upstream, stick, "org.test.Other", home=home, check=5)
    assert refs_of(stick, home) == before
    done = make(old.upstream, stick, "org.test.Other", "--allow-older", home=home)
    assert done.finished["ok"]
    assert refs_of(stick, home)[HELLO] == old.upstream.refs[HELLO]


def test_adding_moves_everything_to_one_snapshot(
    old: Made, new: Made, client: Client, tmp_path: Path
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    shutil.copytree(old.stick, stick)
    done = make(new.upstream, stick, "org.test.Other", home=home)
    notices = [event["message"] for event in done.events if event["event"] == "notice"]
    assert any("will be updated" in notice for notice in notices), notices
    carried = refs_of(stick, home)
    appstream = carried.pop(APPSTREAM)
    assert appstream == new.upstream.commit(APPSTREAM)
    assert carried == commits(new.upstream, CARRIED | {OTHER})
    assert findings(stick, home=home).keys() <= {"end-of-life", "orphan-objects"}
    knows(client, stick)
    client.install("up", "org.test.Hello", "org.test.Other", sideload=stick)
    assert client.flatpak_run("org.test.Hello") == NEW
    assert client.flatpak_run("org.test.Other") == "Other: hello\n"


def test_keeping_versions(old: Made, new: Made, client: Client, tmp_path: Path) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    shutil.copytree(old.stick, stick)
    make(new.upstream, stick, "org.test.Other", "--keep-versions", home=home)
    carried = refs_of(stick, home)
    assert carried[HELLO] == old.upstream.refs[HELLO]
    assert carried[OTHER] == new.upstream.refs[OTHER]
    found = findings(stick, home=home)
    assert HELLO in found.pop("upstream-newer")
    assert found.keys() <= {"end-of-life", "orphan-objects"}
    told = satchel("inspect", "--json", stick, home=home).json["collections"][0]["refs"]
    assert {one["ref"]: one["state"] for one in told}[HELLO] == "upstream-newer"
    knows(client, stick)
    client.install("up", "org.test.Hello", "org.test.Other", sideload=stick)
    assert client.flatpak_run("org.test.Hello") == OLD


# ---- flatpak create-usb


def create_usb(client: Client, stick: Path, *refs: str) -> None:
    stick.mkdir(exist_ok=True)
    client.run("create-usb", "--user", stick, *refs)


@pytest.fixture
def online(own_upstream: Upstream, serve: Callable[..., Server], tmp_path: Path) -> Client:
    """A client that has Other from the network, in a home of its own."""
    other = Client(tmp_path / "online")
    server = serve(own_upstream.path)
    other.remote_add_upstream("up", own_upstream, server.url)
    other.install("up", "org.test.Other")
    return other


def test_satchel_adds_to_a_stick_of_create_usb(
    own_upstream: Upstream, online: Client, client: Client, tmp_path: Path
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    create_usb(online, stick, "org.test.Other")
    known = home / "config" / "remotes.d" / "up.flatpakrepo"
    known.parent.mkdir(parents=True)
    known.write_text(own_upstream.flatpakrepo("http://127.0.0.1:9"))
    found = findings(stick, home=home)
    assert found == {
        "metadata-missing": [COLLECTION],
        "upstream-missing": [COLLECTION],
        "end-of-life": [OTHER],
    }

    done = make(own_upstream, stick, "org.test.Hello", home=home)
    assert {one["code"] for one in done.finished["verify"]["findings"]} <= {"end-of-life"}
    assert findings(stick, home=home).keys() <= {"end-of-life", "orphan-objects"}
    knows(client, stick)
    client.install("up", "org.test.Hello", "org.test.Other", sideload=stick)
    assert client.flatpak_run("org.test.Hello") == OLD
    assert client.flatpak_run("org.test.Other") == "Other: hello\n"


def test_create_usb_adds_to_our_stick(
    old: Made, own_upstream: Upstream, online: Client, client: Client, tmp_path: Path
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    shutil.copytree(old.stick, stick)
    create_usb(online, stick, "org.test.Other")
    found = findings(stick, home=home)
    assert found.pop("end-of-life", [OTHER]) == [OTHER]
    assert found.pop("metadata-out-of-sync") == [COLLECTION]
    # What Satchel wrote for people does not know of it.
    assert found.pop("kit-altered") == ["satchel/START-HERE.html", "satchel/contents.tsv"]
    assert found == {}
    knows(client, stick)
    client.install("up", "org.test.Hello", "org.test.Other", sideload=stick)
    assert client.flatpak_run("org.test.Hello") == OLD
    assert client.flatpak_run("org.test.Other") == "Other: hello\n"

    done = make(own_upstream, stick, "org.test.Hello", home=home)
    assert done.finished["ok"]
    assert findings(stick, home=home).keys() <= {"end-of-life", "orphan-objects"}
    assert OTHER in refs_of(stick, home)


# ---- Several collections


def fill_apps(upstream: Upstream) -> None:
    """Without any runtime; its app needs that of the default one."""
    upstream.add_app("org.test.Foreign")
    upstream.update(index=False)


@pytest.fixture(scope="module")
def apps_only(tmp_path_factory: pytest.TempPathFactory) -> Upstream:
    key = kept_key("Apps <apps@example.org>")
    place = tmp_path_factory.mktemp("apps") / "up"
    upstream = kept_upstream(place, key, fill_apps, "org.test.Apps")
    key.close()
    return upstream


def test_the_runtime_is_on_the_stick(
    old: Made, apps_only: Upstream, client: Client, tmp_path: Path
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    shutil.copytree(old.stick, stick)
    done = make(apps_only, stick, "org.test.Foreign", home=home, name="foreign")
    # What others put there is as it was, and nobody here knows whose it is.
    (found,) = done.finished["verify"]["findings"]
    assert (found["code"], found["severity"]) == ("unvouched", "warning")
    assert found["subject"] == COLLECTION
    assert findings(stick, home=home) == {}
    assert refs_of(stick, home)[PLATFORM] == old.upstream.refs[PLATFORM]
    # A remote has one index, and now there are two collections.
    assert not (stick / REPO / "summary.idx").exists()
    assert not (stick / REPO / "summaries").exists()
    install_sh(client, stick, "--user", "org.test.Foreign")
    assert client.flatpak_run("org.test.Foreign") == "Foreign: hello\n"
    knows_both = client.run("remotes", "--user", "--columns=name,collection").stdout.split()
    assert knows_both == ["foreign", "org.test.Apps", "up", COLLECTION]


def test_the_runtime_is_in_another_known_remote(
    default_upstream: Upstream,
    apps_only: Upstream,
    client: Client,
    serve: Callable[..., Server],
    tmp_path: Path,
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    home.mkdir()
    server = serve(default_upstream.path)
    known = home / "config" / "remotes.d" / "base.flatpakrepo"
    known.parent.mkdir(parents=True)
    known.write_text(default_upstream.flatpakrepo(server.url))
    make(apps_only, stick, "org.test.Foreign", home=home, name="foreign")
    server.close()
    assert findings(stick, home=home) == {}
    assert PLATFORM in refs_of(stick, home)
    install_sh(client, stick, "--user")
    assert client.flatpak_run("org.test.Foreign") == "Foreign: hello\n"


def test_a_runtime_that_is_nowhere(apps_only: Upstream, tmp_path: Path) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    done = make(apps_only, stick, "org.test.Foreign", home=home, check=4)
    assert PLATFORM in done.stderr
    assert list(stick.iterdir()) == []


# ---- Other places, other file systems


@pytest.mark.parametrize("kind", ["ext4", "exfat"])
def test_on_a_drive(default_upstream: Upstream, client: Client, tmp_path: Path, kind: str) -> None:
    home = tmp_path / "home"
    with mounted(kind, tmp_path / "My Drive") as drive:
        make(default_upstream, drive, "org.test.Hello", home=home)
        make(default_upstream, drive, "org.test.Large", home=home)
        # The ostree-metadata from before Large came.
        assert findings(drive, home=home) == {"orphan-objects": ["objects"]}
        install_sh(client, drive, "--user")
        assert client.flatpak_run("org.test.Hello") == OLD
        client.install("up", "org.test.Large", sideload=drive)


@pytest.mark.parametrize("kind", ["ext4", "exfat"])
def test_the_repository_elsewhere(
    default_upstream: Upstream, client: Client, tmp_path: Path, kind: str
) -> None:
    home = tmp_path / "home"
    with mounted(kind, tmp_path / "drive") as drive:
        options = ("org.test.Hello", "--destination-repo", "media/apps")
        if kind == "exfat":
            done = make(default_upstream, drive, *options, home=home, check=2)
            assert ".ostree/repos.d" in done.stderr
            found = [path for path in drive.rglob("*") if path.name != "lost+found"]
            assert found == []
            options = ("org.test.Hello", "--destination-repo", ".ostree/repos.d/apps")
        make(default_upstream, drive, *options, home=home)
        assert not (drive / REPO).exists()
        assert findings(drive, home=home) == {}
        knows(client, drive)
        client.install("up", "org.test.Hello", sideload=drive)
        assert client.flatpak_run("org.test.Hello") == OLD
        client.run("uninstall", "--user", "-y", "--noninteractive", "--all")
        install_sh(client, drive, "--user")
        assert client.flatpak_run("org.test.Hello") == OLD
        # It is found again, without being named.
        make(default_upstream, drive, "org.test.Large", home=home)
        assert not (drive / REPO).exists()


def test_a_file_upstream(default_upstream: Upstream, client: Client, tmp_path: Path) -> None:
    stick, home, key = tmp_path / "stick", tmp_path / "home", tmp_path / "key.gpg"
    stick.mkdir()
    home.mkdir()
    key.write_bytes(default_upstream.key.public)
    url = f"file://{default_upstream.path}"
    satchel(
        "make", stick, "org.test.Hello", "--remote", url, "--gpg-key", key,
        "--collection-id", COLLECTION, home=home,
    )  # fmt: skip
    assert findings(stick, home=home) == {}
    install_sh(client, stick, "--user")
    assert client.flatpak_run("org.test.Hello") == OLD


# ---- The maker's own key


def test_the_makers_key(old: Made, client: Client, tmp_path: Path) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    maker = SigningKey("Maker <maker@example.org>")
    try:
        home.mkdir()
        (home / ".gnupg").symlink_to(maker.homedir)
        options = ("org.test.Hello", "--sign-key", maker.fingerprint)
        done = make(old.upstream, stick, *options, home=home)
        metadata = (stick / REPO / f"refs/mirrors/{COLLECTION}/ostree-metadata").read_text()
        # The real ostree takes it from the stick with that key alone.
        mirror = tmp_path / "mirror"
        key = tmp_path / "maker.gpg"
        key.write_bytes(maker.public)
        for command in (
            ("init", "--mode=archive"),
            ("remote", "add", f"--gpg-import={key}", f"--collection-id={COLLECTION}",
             "stick", f"file://{stick / REPO}"),
            ("pull", "stick", metadata.strip()),
        ):  # fmt: skip
            subprocess.run(["ostree", f"--repo={mirror}", *command], check=True)
    finally:
        maker.close()
    assert done.finished["verify"]["findings"] == []
    # Without the maker's home, with what is on the stick alone.
    assert findings(stick, home=tmp_path / "elsewhere") == {}
    told = satchel("inspect", "--json", stick, home=tmp_path / "elsewhere").json
    assert told["collections"][0]["metadata"]["signed"]
    knows(client, stick)
    client.install("up", "org.test.Hello", sideload=stick)
    assert client.flatpak_run("org.test.Hello") == OLD


def test_create_usb_brings_newer_and_partial_commits(
    old: Made, new: Made, client: Client, serve: Callable[..., Server], tmp_path: Path
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    shutil.copytree(old.stick, stick)
    other = Client(tmp_path / "online")
    other.remote_add_upstream("up", new.upstream, serve(new.upstream.path).url)
    other.languages("de")
    other.install("up", "org.test.Hello")
    create_usb(other, stick, "--allow-partial", "org.test.Hello")
    found = findings(stick, home=home)
    assert HELLO in found.pop("upstream-older")
    assert found.pop("metadata-out-of-sync") == [COLLECTION]
    assert found.pop("kit-altered") == ["satchel/START-HERE.html"]
    # What was complete stays so.
    assert found.keys() <= {"orphan-objects"}

    make(new.upstream, stick, "org.test.Hello", home=home)
    assert findings(stick, home=home).keys() <= {"orphan-objects"}
    knows(client, stick)
    client.languages("fr")
    client.install("up", "org.test.Hello", sideload=stick)
    assert client.flatpak_run("org.test.Hello") == NEW


def test_a_partial_stick_of_create_usb_is_completed(
    old: Made, client: Client, serve: Callable[..., Server], tmp_path: Path
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    other = Client(tmp_path / "online")
    other.remote_add_upstream("up", old.upstream, serve(old.upstream.path).url)
    other.languages("de")
    other.install("up", "org.test.Hello")
    create_usb(other, stick, "--allow-partial", "org.test.Hello")
    found = findings(stick, home=home)
    assert found == {
        # Nobody here knows the remote.
        "unknown-key": [COLLECTION],
        "unvouched": [COLLECTION],
        "metadata-missing": [COLLECTION],
        "upstream-missing": [COLLECTION],
        "language-missing": sorted([HELLO_LOCALE, PLATFORM_LOCALE]),
    }
    make(old.upstream, stick, "org.test.Hello", home=home)
    assert findings(stick, home=home) == {}
    knows(client, stick)
    client.languages("fr")
    client.install("up", "org.test.Hello", sideload=stick)
    french = "/app/share/locale/fr/LC_MESSAGES/org.test.Hello.txt"
    said = client.flatpak_run("org.test.Hello", french, command="cat")
    assert said == "org.test.Hello in fr\n"


# ---- Online, and for other computers


def test_online_the_stick_saves_the_download(
    old: Made, client: Client, serve: Callable[..., Server]
) -> None:
    server = serve(old.upstream.path)
    client.remote_add_upstream("up", old.upstream, server.url)
    client.install("up", "org.test.Hello", sideload=old.stick)
    assert client.installed() == commits(old.upstream, CARRIED)
    assert not [path for path in server.paths() if path.endswith((".filez", ".dirtree"))]


@pytest.mark.parametrize("options", [(), ("--keep-versions",)], ids=["updating", "keeping"])
@pytest.mark.parametrize("index", [True, False], ids=["index", "no index"])
def test_several_architectures(
    own_upstream: Upstream, client: Client, tmp_path: Path, options: tuple[str, ...], index: bool
) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    own_upstream.add_runtime(arch="riscv64", runnable=False)
    own_upstream.add_app("org.test.Hello", arch="riscv64")
    own_upstream.update(index=index)
    make(own_upstream, stick, "org.test.Hello", "--arch=riscv64", home=home)
    assert findings(stick, home=home) == {}
    own_upstream.bump("app/org.test.Hello/riscv64/stable")
    own_upstream.update(index=index)
    make(own_upstream, stick, "org.test.Hello", *options, home=home)
    assert findings(stick, home=home).keys() <= {"upstream-newer", "orphan-objects"}
    assert {f"appstream2/{ARCH}", "appstream2/riscv64"} <= refs_of(stick, home).keys()
    install_sh(client, stick, "--user")
    assert client.flatpak_run("org.test.Hello") == OLD


def test_a_write_protected_drive(
    default_upstream: Upstream, client: Client, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with mounted("ext4", tmp_path / "drive") as drive:
        make(default_upstream, drive, "org.test.Hello", home=home)
        subprocess.run(["mount", "-o", "remount,ro", drive], check=True)
        assert findings(drive, home=home) == {}
        assert refs_of(drive, home)[HELLO] == default_upstream.refs[HELLO]
        make(default_upstream, drive, "org.test.Large", home=home, check=3)
        install_sh(client, drive, "--user")
        assert client.flatpak_run("org.test.Hello") == OLD


def test_everybody_may_read_the_stick(default_upstream: Upstream, tmp_path: Path) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    careful = os.umask(0o077)
    try:
        stick.mkdir()
        make(default_upstream, stick, "org.test.Hello", home=home)
    finally:
        os.umask(careful)
    needed = {path: 0o005 if path.is_dir() else 0o004 for path in stick.rglob("*")}
    closed = [path for path, bits in needed.items() if path.stat().st_mode & bits != bits]
    # That one keeps writers apart; whoever only reads does without.
    assert [path.name for path in closed] == [".lock"]


def test_the_makers_key_only_while_it_is_asked_for(old: Made, tmp_path: Path) -> None:
    stick, home = tmp_path / "stick", tmp_path / "home"
    maker = SigningKey("Maker <maker@example.org>")
    try:
        home.mkdir()
        (home / ".gnupg").symlink_to(maker.homedir)
        options = ("org.test.Hello", "--sign-key", maker.fingerprint)
        make(old.upstream, stick, *options, home=home)
        signed = (stick / "satchel" / "up.flatpakrepo").read_bytes()
        make(old.upstream, stick, "org.test.Hello", home=home)
    finally:
        maker.close()
    assert (stick / "satchel" / "up.flatpakrepo").read_bytes() != signed
    assert findings(stick, home=home).keys() <= {"orphan-objects"}
