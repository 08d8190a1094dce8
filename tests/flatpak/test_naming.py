"""Addresses in every alphabet, and what remotes are called that bring no name."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from app.flatpak.remotes.addresses import (
    ascii_address,
    file_name,
    is_protected,
    local_path,
    same_place,
)
from app.flatpak.remotes.flatpakrepo import RepoFile
from app.flatpak.remotes.given import is_ref_file, is_repo_file
from app.flatpak.remotes.known import built_in_remotes
from app.flatpak.remotes.naming import free_name, name_from, origin_name, own_name, poses
from app.flatpak.remotes.remote import Remote
from app.ostree.pull.fetch import HttpSource, Network, open_source
from app.progress import CancelToken

HOSTS = (
    "bücher.example",
    "Bücher.Example",
    "straße.de",
    "faß.de",
    "例え.テスト",
    "a。bücher.de",
    "\uff42ücher.de",
    "пример.рф",
    "I❤.ws",
    "bu\u0308cher.example",
)


@pytest.fixture(scope="module")
def glib() -> ctypes.CDLL:
    """What flatpak writes hosts with."""
    library = ctypes.CDLL("libglib-2.0.so.0")
    library.g_hostname_to_ascii.restype = ctypes.c_char_p
    return library


@pytest.mark.parametrize("host", HOSTS)
def test_hosts_are_written_as_flatpak_writes_them(host: str, glib: ctypes.CDLL) -> None:
    expected = glib.g_hostname_to_ascii(host.encode()).decode()

    address = ascii_address(f"https://{host}:8443/repo/")

    assert address == f"https://{expected}:8443/repo/"
    assert isinstance(open_source(address, Network(), CancelToken()), HttpSource)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/repo/", "https://example.org/repo/"),
        ("https://example.org/a%20b%C3%A4?x=%2F", "https://example.org/a%20b%C3%A4?x=%2F"),
        ("https://example.org/wörter/a b/", "https://example.org/w%C3%B6rter/a%20b/"),
        ("https://ü:ä@example.org/", "https://%C3%BC:%C3%A4@example.org/"),
        ("http://[::1]:9/ä?ö=ü", "http://[::1]:9/%C3%A4?%C3%B6=%C3%BC"),
        ("file:///srv/ä b/repo", "file:///srv/ä b/repo"),
        # To be refused where they are used.
        ("https://exa mple.org/", "https://exa mple.org/"),
        ("https://" + "ü" * 64 + ".de/", "https://" + "ü" * 64 + ".de/"),
        ("https://example.org/\udcff", "https://example.org/\udcff"),
        ("https://example.org/\u202e", "https://example.org/\u202e"),
        ("https://exam\nple.org/ä", "https://exam\nple.org/ä"),
        ("https://a℀b.org/", "https://a℀b.org/"),
        ("nothing", "nothing"),
    ],
)
def test_addresses_in_ascii(url: str, expected: str) -> None:
    assert ascii_address(url) == expected


def test_the_same_place() -> None:
    assert same_place("https://bücher.example/repo", "https://xn--bcher-kva.example/repo/")
    assert not same_place("https://bücher.example/repo", "https://bucher.example/repo")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://example.org/x.flatpakrepo", "x.flatpakrepo"),
        ("https://example.org/x.flatpakrepo?a=b/c", "x.flatpakrepo"),
        ("https://example.org/a%20b.flatpakrepo#x", "a b.flatpakrepo"),
        ("some/ä.flatpakrepo", "ä.flatpakrepo"),
        ("https://example.org/?x.flatpakrepo", ""),
    ],
)
def test_what_a_file_is_called(text: str, name: str) -> None:
    assert file_name(text) == name
    assert is_repo_file(text) == bool(name)
    assert not is_ref_file(text)


def test_files_of_this_computer() -> None:
    assert local_path("a/b c") == Path("a/b c")
    assert local_path("file:///a/b%20%C3%A4") == Path("/a/b ä")
    assert local_path("https://example.org/a") is None
    assert local_path("file://elsewhere/a") is None


@pytest.mark.parametrize(
    ("url", "protected"),
    [
        ("https://example.org/", True),
        ("file:///srv/x", True),
        ("http://127.0.0.1:80/", True),
        ("http://[::1]/", True),
        ("http://localhost/", True),
        ("http://example.org/", False),
        ("http://localhost.example.org/", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://192.168.0.1/", False),
    ],
)
def test_who_may_exchange_it_on_the_way(url: str, protected: bool) -> None:
    assert is_protected(url) is protected


@pytest.mark.parametrize(
    ("file", "title", "url", "name"),
    [
        ("gnome-nightly.flatpakrepo", "GNOME", "https://nightly.gnome.org/repo/", "gnome-nightly"),
        ("Müller.flatpakrepo", "", "https://example.org/", "Muller"),
        ("例え.flatpakrepo", "", "https://example.org/", "example.org"),
        ("index.flatpakrepo", "", "https://apps.example.org/repo", "apps.example.org"),
        ("index.flatpakrepo", "Über Apps", "https://apps.example.org/repo", "uber-apps"),
        ("index.flatpakrepo", "Repository", "https://apps.example.org/repo", "apps.example.org"),
        ("index.flatpakrepo", "Flathub", "https://apps.example.org/repo", "apps.example.org"),
        ("Repo.flatpakrepo", "", "https://bücher.example/", "bucher.example"),
        (".flatpakrepo", "", "https://example.org/", "example.org"),
        ("index.flatpakrepo", "", "file:///srv/my%20apps/", "my-apps"),
        ("index.flatpakrepo", "", "file:///", "remote"),
    ],
)
def test_a_file_whose_name_says_nothing_is_called_by_its_title_or_host(
    file: str, title: str, url: str, name: str
) -> None:
    assert own_name(file, RepoFile(url=url, title=title)) == name


def test_long_names_are_cut() -> None:
    long = "x" * 250
    assert own_name(f"{long}.flatpakrepo", RepoFile(url="https://example.org/")) == "x" * 100
    assert origin_name(f"org.test.{long}", ()) == f"{'x' * 100}-origin"
    # As a remote of this computer may be called.
    assert Remote("a", "https://example.org/", f" {long}\n{long}").label == "x" * 100


def test_names_that_are_taken() -> None:
    assert name_from("https://user:secret@apps.example.org:8443/repo") == "apps.example.org"
    assert free_name("shop", ()) == "shop"
    assert free_name("shop", {"shop", "shop-1"}) == "shop-2"
    assert origin_name("org.test.Hello", ()) == "hello-origin"
    assert origin_name("org.test.Hello", {"hello-origin"}) == "hello1-origin"


@pytest.mark.parametrize(
    ("name", "title", "url"),
    [
        ("shop", "Flathub", "https://evil.example/repo"),
        ("shop", "FLATHUB (official)", "https://evil.example/repo"),
        ("shop", "My Flat-Hub", "https://evil.example/repo"),
        # Letters that only look like them.
        ("shop", "Fl\u0430thub", "https://evil.example/repo"),
        ("shop", "FIathub", "https://evil.example/repo"),
        ("shop", "F1athub", "https://evil.example/repo"),
        ("shop", "Fl\u0101thub", "https://evil.example/repo"),
        ("shop", "\uff26lathub", "https://evil.example/repo"),
        ("flathub", "", "https://evil.example/repo"),
        ("flathub-2", "Apps", "https://evil.example/repo"),
        ("shop", "Flathub", "https://dl.flathub.org.evil.example/repo"),
        ("shop", "Flathub", "https://evilflathub.org/repo"),
        # Anybody on the way can be it.
        ("shop", "Flathub", "http://dl.flathub.org/repo"),
        ("shop", "Flathub", "file:///media/stick/repo"),
    ],
)
def test_a_foreign_remote_that_calls_itself_flathub(name: str, title: str, url: str) -> None:
    assert poses(name, title, url)
    remote = Remote(name, url.replace("://", "://me:secret@") if "http" in url else url, title)
    assert remote.label == f"{title or name} ({url})"
    assert remote.told_name == f"{name} ({url})"
    # What clients are given stays as upstream calls it.
    assert remote.repo_file().title == (title or name)


@pytest.mark.parametrize(
    ("name", "title", "url"),
    [
        ("flathub", "Flathub", "https://dl.flathub.org/repo/"),
        ("beta", "Flathub Beta", "https://dl.flathub.org/beta-repo/"),
        ("shop", "Hub of flats", "https://example.org/"),
        ("flat", "Hub", "https://example.org/"),
    ],
)
def test_others_are_called_as_they_say(name: str, title: str, url: str) -> None:
    remote = Remote(name, url, title)
    assert (remote.label, remote.told_name) == (title, name)
    assert built_in_remotes()[0].label == "Flathub"
