"""A file of which nothing is known beforehand: gone on with, recognised, never of two versions."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.errors import UpstreamError, UsageError
from app.ostree.pull.fetch import Network
from app.ostree.pull.whole_file import bring
from app.progress import CancelToken, Meter, Phase, silent
from tests.ostree.web import Exchange, Hangup, Web

QUICK = Network(first_pause=0.001, retries=2)
ONCE = Network(first_pause=0.001, retries=0)
LIMIT = 1_000_000
NAME = "/hello.flatpak"
CONTENT = os.urandom(100_000)


@pytest.fixture
def served(web: Web) -> Web:
    (web.root / NAME[1:]).write_bytes(CONTENT)
    web.always[NAME] = tagged
    return web


def tagged(exchange: Exchange) -> None:
    """As a good server, with a tag for what is there now."""
    body, tag = exchange.body, f'"{hash(exchange.body)}"'
    if exchange.headers.get("if-none-match") == tag:
        exchange.send("304 Not Modified", b"", f"ETag: {tag}")
        return
    offset = exchange.offset if exchange.headers.get("if-range") == tag else 0
    if offset:
        where = f"Content-Range: bytes {offset}-{len(body) - 1}/{len(body)}"
        exchange.send("206 Partial Content", body[offset:], f"ETag: {tag}", where)
    else:
        exchange.send("200 OK", body, f"ETag: {tag}")


def breaks_off(exchange: Exchange) -> None:
    body = exchange.body
    exchange.send("200 OK", body[:60_000], f'ETag: "{hash(body)}"', length=len(body))
    raise Hangup


def fetch(web: Web, path: Path, network: Network = QUICK, limit: int = LIMIT) -> None:
    meter = Meter(silent, Phase.DOWNLOAD)
    bring(web.url.rstrip("/") + NAME, path, limit, network, CancelToken(), meter)


def test_it_comes_whole(served: Web, tmp_path: Path) -> None:
    fetch(served, tmp_path / "cache/hello")
    assert (tmp_path / "cache/hello").read_bytes() == CONTENT


def test_what_has_not_changed_does_not_come_again(served: Web, tmp_path: Path) -> None:
    fetch(served, tmp_path / "hello")
    fetch(served, tmp_path / "hello")
    assert served.asked[-1].headers["if-none-match"]
    assert (tmp_path / "hello").read_bytes() == CONTENT
    (served.root / NAME[1:]).write_bytes(b"new" * 30)
    fetch(served, tmp_path / "hello")
    assert (tmp_path / "hello").read_bytes() == b"new" * 30


def test_it_goes_on_where_it_broke_off(served: Web, tmp_path: Path) -> None:
    served.always[NAME] = breaks_off
    with pytest.raises(UpstreamError):
        fetch(served, tmp_path / "hello", ONCE)
    assert not (tmp_path / "hello").exists()
    served.always[NAME] = tagged
    fetch(served, tmp_path / "hello")
    assert served.asked[-1].offset == 60_000
    assert (tmp_path / "hello").read_bytes() == CONTENT


def test_of_another_version_nothing_is_taken_over(served: Web, tmp_path: Path) -> None:
    served.always[NAME] = breaks_off
    with pytest.raises(UpstreamError):
        fetch(served, tmp_path / "hello", ONCE)
    served.always[NAME] = tagged
    other = os.urandom(90_000)
    (served.root / NAME[1:]).write_bytes(other)
    fetch(served, tmp_path / "hello")
    assert (tmp_path / "hello").read_bytes() == other


def test_a_page_is_no_file(served: Web, tmp_path: Path) -> None:
    served.always[NAME] = lambda exchange: exchange.send("200 OK", b"<!DOCTYPE html><html></html>")
    with pytest.raises(UpstreamError, match="web page"):
        fetch(served, tmp_path / "hello")
    assert not (tmp_path / "hello").exists()


def test_what_is_too_large_or_nowhere_is_told(served: Web, tmp_path: Path) -> None:
    with pytest.raises(UpstreamError, match="larger"):
        fetch(served, tmp_path / "hello", limit=10)
    with pytest.raises(UsageError):
        bring("ftp://x/y", tmp_path / "y", 9, QUICK, CancelToken(), Meter(silent, Phase.DOWNLOAD))
