"""Screenshots: from where they may come, which size, once."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.flatpak.catalogue.appstream_details import ScreenshotImage, parse_details
from app.flatpak.catalogue.screenshots import (
    MAX_SCREENSHOT,
    best_image,
    find_screenshot,
    is_allowed,
)
from app.flatpak.remotes.remote import Remote
from app.ostree.pull.fetch import Network
from app.progress import CancelToken
from tests.large import png
from tests.servers import HostileServer, endless

PICTURE = png(32, 1)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://elsewhere.example/1.png", True),
        ("http://apps.example/1.png", True),
        ("http://elsewhere.example/1.png", False),
        ("http://apps.example:81/1.png", False),
        ("https://user:word@elsewhere.example/1.png", False),
        ("file:///etc/passwd", False),
        ("ftp://apps.example/1.png", False),
        ("1.png", False),
    ],
)
def test_over_https_or_from_the_sources_own_host(address: str, allowed: bool) -> None:
    assert is_allowed(address, Remote("apps", "http://apps.example/repo")) is allowed


def test_a_directory_of_this_computer_is_no_host() -> None:
    assert not is_allowed("http:///1.png", Remote("apps", "file:///srv/repo"))


def test_the_smallest_that_is_wide_enough() -> None:
    small, middle, large = (ScreenshotImage(f"https://a/{w}", w, 1) for w in (224, 752, 1504))
    unknown = ScreenshotImage("https://a/original")
    assert best_image((unknown, large, small, middle), 600) is middle
    assert best_image((unknown, large, small, middle), 800) is large
    assert best_image((unknown, small), 800) is small
    assert best_image((unknown,), 800) is unknown
    assert best_image((), 800) is None


def test_fetched_once_and_kept(tmp_path: Path) -> None:
    (tmp_path / "1.png").write_bytes(PICTURE)
    with HostileServer(tmp_path) as web:
        remote = Remote("apps", f"{web.url}/repo")
        address = f"{web.url}/1.png"
        for _ in range(2):
            data = find_screenshot(
                address, remote, Network(retries=0), CancelToken(), tmp_path / "c"
            )
            assert data == PICTURE
        assert web.paths() == ["/1.png"]


def test_what_cannot_be_had_is_no_error(tmp_path: Path) -> None:
    with HostileServer(tmp_path) as web:
        remote = Remote("apps", f"{web.url}/repo")
        network, cancel = Network(retries=0), CancelToken()
        assert find_screenshot(f"{web.url}/1.png", remote, network, cancel, tmp_path / "c") is None
        web.on("/2.png", endless(b"x" * 65536))
        assert find_screenshot(f"{web.url}/2.png", remote, network, cancel, tmp_path / "c") is None
        assert MAX_SCREENSHOT < 10_000_000
        other = Remote("other", "http://elsewhere.example/repo")
        assert find_screenshot(f"{web.url}/1.png", other, network, cancel, tmp_path / "c") is None


def test_addresses_that_are_none_are_left_out() -> None:
    xml = b"""<component><screenshots>
        <screenshot><image width='9' height='5'>https://a.example/\xc3\xa4.png</image></screenshot>
        <screenshot><image>javascript:alert(1)</image><image>/etc/passwd</image></screenshot>
        <screenshot><video>https://a.example/1.webm</video></screenshot>
        </screenshots></component>"""
    (screenshot,) = parse_details(xml, ()).screenshots
    assert screenshot.images == (ScreenshotImage("https://a.example/%C3%A4.png", 9, 5),)
