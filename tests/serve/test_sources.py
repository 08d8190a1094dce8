"""Sources of every kind: without a collection ID, without lists, of one name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.client import Client
from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.serve.conftest import Online
from tests.serve.served import say, serving
from tests.servers import Server
from tests.stick.clients.sticks import create_usb
from tests.stick.makers import make
from tests.stick.nameless.sticks import OTHER
from tests.stick.receiving.test_lost_signatures import drive_without
from tests.upstream import Upstream

pytestmark = pytest.mark.thorough


def nameless(directory: Path, key: SigningKey, app: str, *, signed: bool = True) -> Upstream:
    """An upstream without a collection ID, as most are."""
    upstream = Upstream(directory, key, collection="", signed=signed)
    upstream.add_runtime()
    upstream.add_app(app, says=f"Hello from {app}")
    upstream.update()
    return upstream


def test_without_a_collection_id(upstream_key: SigningKey, client: Client, tmp_path: Path) -> None:
    """Two sources that have the same name on their sticks are two here as well."""
    home = tmp_path / "home"
    for number, app in enumerate(("org.test.First", "org.test.Second")):
        upstream = nameless(tmp_path / f"upstream{number}", upstream_key, app)
        make(upstream, tmp_path / f"stick{number}", app, home=home, name="up")
    with serving(tmp_path / "stick0", tmp_path / "stick1", home=home) as served:
        remotes = served.serving["remotes"]
        assert {each["name"] for each in remotes} == {"up", "up-2"}
        for remote in remotes:
            say(client, remote["command_new"])
            app = remote["apps"][0]["ref"].split("/")[1]
            client.install(remote["name"], app)
            assert client.flatpak_run(app) == f"Hello from {app}\n"
        assert served.get("0/summary")[0] == 404


def test_one_that_comes_with_a_later_stick(
    upstream_key: SigningKey, client: Client, tmp_path: Path
) -> None:
    """What that stick does not have comes from its upstream, too."""
    home, later = tmp_path / "home", tmp_path / "later"
    for place in (home, later):
        place.mkdir()
    for number, app in enumerate(("org.test.First", "org.test.Second")):
        upstream = nameless(tmp_path / f"upstream{number}", upstream_key, app)
        upstream.add_app("org.test.Third")
        upstream.update()
        file, stick = tmp_path / f"up{number}.flatpakrepo", tmp_path / f"stick{number}"
        file.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
        stick.mkdir()
        satchel("remotes", "add", file, home=home)
        satchel("make", stick, app, "--remote", f"up{number}", "--yes", home=home)
    with serving(tmp_path / "stick0", later, "--upstream", home=home) as served:
        later.rmdir()
        (tmp_path / "stick1").rename(later)
        served.event("serving", lambda event: len(event["remotes"]) == 2)
        client.run("remote-add", "--user", "up1", f"{served.base}up1.flatpakrepo")
        client.install("up1", "org.test.Second", "org.test.Third")


def test_what_a_lock_file_decided(online: Online, client: Client, tmp_path: Path) -> None:
    """It has no lists: that and what helps is told, and upstream's are served if it may be asked;
    what they name comes from the stick."""
    stick, lock = tmp_path / "locked", tmp_path / "satchel.lock"
    stick.mkdir()
    home, remote = online.home, online.remote
    satchel("remotes", "add", remote, home=home)
    satchel("lock", "-o", lock, "org.test.Hello", "--remote", "up", home=home)
    satchel("make", "--json", stick, "--locked", lock, home=home)
    done = satchel("serve", stick, "--listen", "127.0.0.1:0", home=home, check=3)
    assert "satchel lock --with-lists" in done.said
    assert "--upstream" in done.said
    online.server.forget()
    with serving(stick, "--upstream", home=home) as served:
        (source,) = served.event("serving", lambda event: event["remotes"] != [])["remotes"]
        assert [app["name"] for app in source["apps"]] == ["Hello"]
        say(client, source["command_new"])
        client.install("up", "org.test.Hello")
    asked = [path for path in online.server.paths() if path.endswith((".commit", ".filez"))]
    assert asked == [], "all of it is on the stick"


def test_nothing_of_it_is_signed(upstream_key: SigningKey, client: Client, tmp_path: Path) -> None:
    """It is handed out if whoever serves says so, and everybody is told."""
    home, stick = tmp_path / "home", tmp_path / "stick"
    upstream = nameless(tmp_path / "upstream", upstream_key, "org.test.First", signed=False)
    make(upstream, stick, "org.test.First", "--allow-unsigned", home=home)
    done = satchel("serve", stick, "--listen", "127.0.0.1:0", home=home, check=5)
    assert "Nobody vouches" in done.said
    assert "To hand it out all the same: --allow-unsigned" in done.said
    with serving(stick, "--allow-unsigned", home=home) as served:
        (remote,) = served.serving["remotes"]
        assert remote["unsigned"]
        assert b"Nobody vouches for this source" in served.get("")[1]
        say(client, remote["command_new"])
        client.install(remote["name"], "org.test.First")
    assert client.flatpak_run("org.test.First") == "Hello from org.test.First\n"


def test_what_has_lost_its_signature(
    upstream_key: SigningKey, client: Client, tmp_path: Path
) -> None:
    """From a network flatpak takes it from nobody, so nobody is told that it is there."""
    stick, _ = drive_without(tmp_path, upstream_key, OTHER)
    home = tmp_path / "home"
    with serving(stick, "--allow-unsigned", home=home) as served:
        told = served.told("not-served", lambda event: event["origin"] == OTHER)
        assert "from a network flatpak takes nothing without" in told["reason"]
        (remote,) = served.serving["remotes"]
        assert [app["name"] for app in remote["apps"]] == ["Hello"]
        page = served.get("")[1]
        assert b"Hello" in page
        assert b"Other" not in page
        say(client, remote["command_new"])
        client.install(remote["name"], "org.test.Hello")
        client.run("install", "--user", "-y", remote["name"], "org.test.Other", check=False)
        assert OTHER not in client.installed()


def test_nobody_here_knows_the_key(
    upstream_key: SigningKey, client: Client, tmp_path: Path
) -> None:
    """The drive's own counts if whoever serves says so."""
    stick, stranger = tmp_path / "stick", tmp_path / "stranger"
    stranger.mkdir()
    upstream = nameless(tmp_path / "upstream", upstream_key, "org.test.First")
    make(upstream, stick, "org.test.First", home=tmp_path / "home")
    satchel("serve", stick, "--listen", "127.0.0.1:0", home=stranger, check=5)
    with serving(stick, "--trust-drive-keys", home=stranger) as served:
        (remote,) = served.serving["remotes"]
        assert not remote["unsigned"]
        say(client, remote["command_new"])
        client.install(remote["name"], "org.test.First")
    assert client.flatpak_run("org.test.First") == "Hello from org.test.First\n"


def test_a_stick_of_create_usb(own_upstream: Upstream, client: Client, tmp_path: Path) -> None:
    """It has no list that anybody would take over the network; that is told."""
    home, stick = tmp_path / "home", tmp_path / "stick"
    home.mkdir()
    with Server(own_upstream.path) as server:
        remote = tmp_path / "up.flatpakrepo"
        remote.write_text(own_upstream.flatpakrepo(server.url))
        satchel("remotes", "add", remote, home=home)
        client.run("remote-add", "--user", "up", remote)
        client.install("up", "org.test.Other")
        create_usb(client, stick, "org.test.Other")
    done = satchel("serve", stick, "--listen", "127.0.0.1:0", home=home, check=6)
    assert "no copy of upstream's signed lists" in done.said
    assert "satchel update adds it" in done.said


def test_what_was_made_without_a_list(online: Online, client: Client, tmp_path: Path) -> None:
    """Upstream's is fetched if it may be asked; what it names comes from the stick."""
    first, stick, home = online.path, tmp_path / "unlisted", online.home
    repository = first / ".ostree/repo"
    for lists in (repository / "extensions", repository / "summaries", home / ".cache"):
        shutil.rmtree(lists)
    for index in repository.glob("summary.*"):
        index.unlink()
    stick.mkdir()
    satchel("remotes", "add", online.remote, home=home)
    satchel("make", stick, "org.test.Hello", "--from", first, "--offline", home=home)
    done = satchel("serve", stick, "--listen", "127.0.0.1:0", home=home, check=3)
    assert "no signed list" in done.said
    assert "--upstream" in done.said
    with serving(stick, "--upstream", home=home) as served:
        (source,) = served.event("serving", lambda event: event["remotes"] != [])["remotes"]
        say(client, source["command_new"])
        client.install("up", "org.test.Hello")


def test_an_upstream_that_has_moved(own_upstream: Upstream, client: Client, tmp_path: Path) -> None:
    """Its lists say where to; computers that are told this address stay."""
    own_upstream.update(options=("--redirect-url=http://127.0.0.1:9/",))
    make(own_upstream, tmp_path / "stick", "org.test.Hello", home=tmp_path / "home")
    with serving(tmp_path / "stick", home=tmp_path / "home") as served:
        for command in served.remote["command_new"].split(" && "):
            say(client, command)
        client.install("up", "org.test.Hello")
        client.update()
        assert f"url={served.base}up\n" in (client.repo / "config").read_text()


def test_lists_that_no_stick_has(upstream_key: SigningKey, client: Client, tmp_path: Path) -> None:
    """For another architecture, or a part of the source: it is told who wanted which."""
    upstream = Upstream(tmp_path / "upstream", upstream_key, arch="x86_64")
    for arch in ("x86_64", "aarch64"):
        upstream.add_runtime(arch=arch)
        upstream.add_app("org.test.Hello", arch=arch, subset="free")
    upstream.update()
    make(upstream, tmp_path / "stick", "org.test.Hello", "--arch=x86_64", home=tmp_path / "home")
    with serving(tmp_path / "stick", home=tmp_path / "home") as served:
        say(client, served.remote["command_new"])
        client.run("remote-ls", "--user", "--arch=aarch64", "up", check=False)
        told = served.event("notice")
        assert "Test upstream for aarch64" in told["message"]
        assert "--arch aarch64" in told["hint"]
        client.run("remote-modify", "--user", "--subset=free", "up")
        assert client.run("remote-ls", "--user", "--arch=x86_64", "up", check=False).returncode
        told = served.event("notice")
        assert "(free)" in told["message"]
        assert "--subset= NAME" in told["hint"]
        client.run("remote-modify", "--user", "--subset=", "up")
        listed = client.run("remote-ls", "--user", "--arch=x86_64", "up").stdout
        assert "org.test.Hello" in listed


def test_of_two_sticks_in_other_languages(upstream_key: SigningKey, tmp_path: Path) -> None:
    """What one has of one app says nothing of the other app's; a whole one lacks nothing."""
    home = tmp_path / "home"
    upstream = Upstream(tmp_path / "upstream", upstream_key, collection="")
    upstream.add_runtime()
    for app, languages in (("Hello", "de fr pl"), ("Other", "de fr"), ("Whole", "de fr")):
        upstream.add_app(f"org.test.{app}", languages=languages.split())
    upstream.update()
    remote = tmp_path / "up.flatpakrepo"
    remote.write_text(upstream.flatpakrepo(upstream.path.as_uri()))
    both = [tmp_path / f"stick{number}" for number in range(3)]
    words = ("Hello --language=de", "Other --language=fr", "Whole")
    for place in (home, *both):
        place.mkdir()
    for stick, what in zip(both, words, strict=True):
        wanted = f"org.test.{what}".split()
        satchel("make", stick, *wanted, "--remote", remote, "--yes", home=home)
    with serving(*both, home=home) as served:
        told = [each["languages"] for each in served.serving["remotes"]]
    assert told == [
        [
            {"languages": ["de"], "apps": ["Hello"]},
            {"languages": ["fr"], "apps": ["Other"]},
        ]
    ]
    with serving(both[0], home=home) as served:
        told = [each["languages"] for each in served.serving["remotes"]]
    assert told == [[{"languages": ["de"], "apps": []}]]
