"""A password, a token and a proxy's password: sent to the server, and found nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.satchel import Done, satchel
from tests.servers import Exchange, HostileServer, Rule, status
from tests.upstream import Upstream

SECRETS = ("us%65r", "p%40ss", "p@ss", "t0k3n", "pr0xy", "user:")
HELLO = "org.test.Hello"


def guarded(exchange: Exchange) -> None:
    """Nothing without name, password and token."""
    path, _, query = exchange.path.partition("?")
    if exchange.headers.get("authorization") != "Basic dXNlcjpwQHNz" or query != "token=t0k3n":
        exchange.send("401 Unauthorized")
        return
    exchange.path = path
    exchange.good()


class Person:
    """Runs commands with a remote whose address is full of secrets, and remembers what they say."""

    def __init__(self, directory: Path, web: HostileServer, upstream: Upstream) -> None:
        self.home = directory / "home"
        self.home.mkdir()
        self.drive = directory / "drive"
        self.drive.mkdir()
        self.file = directory / "given" / "private.flatpakrepo"
        self.file.parent.mkdir()
        self.url = f"http://us%65r:p%40ss@127.0.0.1:{web.port}/?token=t0k3n"
        self.file.write_text(upstream.flatpakrepo(self.url))
        self.said: list[str] = []

    def __call__(self, *arguments: str | Path, check: bool | int = True, **env: str) -> Done:
        done = satchel(*arguments, home=self.home, check=check, env=env)
        self.said.append(done.said)
        return done

    def stored(self) -> dict[str, bytes]:
        """Every file of the drive and of the person's home, with its name."""
        places = (self.drive, self.home)
        contents = {
            str(p): p.read_bytes() for place in places for p in place.rglob("*") if p.is_file()
        }
        # What the person told Satchel about the remote; only they can read it.
        own = self.home / ".config/satchel/remotes/private.flatpakrepo"
        if own.exists():
            assert own.stat().st_mode & 0o077 == 0
            assert b"p%40ss" in contents.pop(str(own))
        return contents


@pytest.fixture
def web(default_upstream: Upstream, hostile: Callable[[Path], HostileServer]) -> HostileServer:
    server = hostile(default_upstream.path)
    server.everything = guarded
    return server


@pytest.fixture
def person(tmp_path: Path, web: HostileServer, default_upstream: Upstream) -> Person:
    return Person(tmp_path, web, default_upstream)


def assert_discreet(person: Person) -> None:
    for text in person.said:
        assert not [secret for secret in SECRETS if secret in text], text
    for path, data in person.stored().items():
        assert not [secret for secret in SECRETS[:-1] if secret.encode() in data], path


def test_what_succeeds_shows_no_secret(person: Person, web: HostileServer) -> None:
    person("plan", person.drive, HELLO, "--remote", person.file)
    person("plan", "--json", person.drive, HELLO, "--remote", person.url, check=5)
    person("remotes", "add", person.file, "--json")
    person("remotes")
    listed = person("remotes", "--json").json
    assert f"http://127.0.0.1:{web.port}/" in [remote["url"] for remote in listed]
    person("remotes", "add", person.file, check=2)
    assert person("make", "--json", person.drive, HELLO).finished["ok"]
    assert all(exchange.headers["authorization"] for exchange in web.asked)
    assert person("inspect", "--json", person.drive).json["collections"][0]["url"]
    person("inspect", person.drive)
    person("verify", person.drive, "--report", person.drive / "report.html", check=False)
    person("search", "hello", check=False)
    assert_discreet(person)


@pytest.mark.parametrize(
    "answer",
    [
        status("401 Unauthorized"),
        status("403 Forbidden"),
        status("302 There", "Location: ftp://user:p@ss@127.0.0.1/?token=t0k3n"),
        lambda exchange: exchange.send("200 OK", b"<html>p@ss"),
    ],
)
def test_what_fails_shows_no_secret(person: Person, web: HostileServer, answer: Rule) -> None:
    web.everything = answer
    person("plan", person.drive, HELLO, "--remote", person.file, check=False)
    person("remotes", "add", person.url + "#x", check=False)
    assert f"127.0.0.1:{web.port}" in person.said[0]
    assert_discreet(person)


def test_a_proxy_s_password_is_not_shown(person: Person, web: HostileServer) -> None:
    web.everything = status("407 Proxy Authentication Required")
    for proxy in (f"http://user:pr0xy@127.0.0.1:{web.port}", "htp://user:pr0xy@x", "user:pr0xy@:x"):
        person("plan", person.drive, HELLO, "--remote", person.file, check=4, http_proxy=proxy)
    assert f"The proxy 127.0.0.1:{web.port} wants a name and a password" in person.said[0]
    assert_discreet(person)


def test_what_cannot_be_an_address_shows_no_secret(person: Person) -> None:
    for url in (
        "http://user:p@ss@[::1/repo",
        "http://user:p@ss@127.0.0.1:port/repo",
        "ftp://user:p@ss@127.0.0.1/repo",
        "oci+https://user:p@ss@127.0.0.1/repo",
        "http://us%65r%3Ap%40ss%40127.0.0.1/repo",
    ):
        person.file.write_text(f"[Flatpak Repo]\nUrl={url}\n")
        for remote in (url, person.file):
            person("plan", person.drive, HELLO, "--remote", remote, check=False)
            person("remotes", "add", remote, check=False)
    assert_discreet(person)
