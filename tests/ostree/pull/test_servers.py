"""Servers as they are: busy, behind proxies, with web pages, or unable to go on from the middle."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from email.utils import formatdate
from multiprocessing import Pipe
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.errors import UpstreamError
from app.fs.root import Root
from app.ostree.objects import ObjectKind
from app.ostree.pull.answers import LONGEST_WAIT, DeniedError, WebPageError
from app.ostree.pull.delivery import Busy, ObjectDeniedError, ObjectRejectedError
from app.ostree.pull.fetch import Network, open_source
from app.ostree.pull.fetch_processes import _Tasks
from app.ostree.pull.http_engine import HttpEngine
from app.ostree.pull.object_writer import ObjectStore
from app.ostree.pull.pacing import RequestPace
from app.ostree.repository import Repository
from app.progress import CancelToken, Event, Notice
from app.replacing import replace as change
from tests.ostree.conftest import Made
from tests.ostree.pull.target import IMPATIENT, QUICK, Target, url_path
from tests.ostree.web import Exchange, Web, cut, replace, status
from tests.servers import Gate, Server

SMALL = 1_000_000
PAGE = b"<!DOCTYPE html>\n<html><body>Please log in.</body></html>"

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_left")]


def notices(events: list[Event]) -> list[str]:
    return [str(event.message) for event in events if isinstance(event, Notice)]


# Busy servers


def in_a_second() -> int:
    return 1


def as_a_date() -> str:
    # A date has no parts of a second.
    return formatdate(time.time() + 2, usegmt=True)


@pytest.mark.parametrize(
    ("answer", "when"),
    [("429 Too Many Requests", in_a_second), ("503 Unavailable", as_a_date)],
)
def test_a_server_that_wants_a_pause_gets_it(
    upstream: Made, web: Web, target: Target, answer: str, when: Callable[[], object]
) -> None:
    gate = web.everything = Gate(30, answer, when)
    target.pull(upstream, web.url)
    assert target.same_as(upstream)
    assert gate.let_through == len(upstream.objects()) - 1
    # What was under way when it said so, once or twice; never all that is wanted, again and again.
    assert 0 < gate.refused <= 3 * QUICK.connections
    told = notices(target.events)
    assert told
    assert all(f"127.0.0.1:{web.port}" in sentence and "waiting" in sentence for sentence in told)


@pytest.mark.parametrize("answer", ["429 Slow", "503 Busy", "500 Oops", "502 Bad Gateway"])
def test_a_server_that_refuses_everything_is_not_hammered(
    upstream: Made, web: Web, target: Target, answer: str
) -> None:
    web.everything = status(answer)
    with pytest.raises(UpstreamError, match=answer[:3]):
        target.pull(upstream, web.url, network=IMPATIENT)
    assert len(web.asked) <= QUICK.connections * (1 + QUICK.retries)


def test_a_pause_that_nobody_waits_for(upstream: Made, web: Web, target: Target) -> None:
    web.everything = status("429 Later", f"Retry-After: {LONGEST_WAIT + 3600}")
    with pytest.raises(UpstreamError, match=r"429.* again in 1 h"):
        target.pull(upstream, web.url)
    assert len(web.asked) <= QUICK.connections
    with pytest.raises(UpstreamError, match=r"429.* again in 1 h"):
        open_source(web.url, QUICK, CancelToken()).get("config", SMALL)


def test_a_small_file_of_a_busy_server(upstream: Made, web: Web) -> None:
    web.rules["/config"] = [status("429 Later", "Retry-After: 1")]
    told: list[Event] = []
    source = open_source(web.url, change(QUICK, first_pause=600), CancelToken(), told.append)
    assert source.get("config", SMALL).data == (upstream.path / "config").read_bytes()
    assert len(notices(told)) == 1
    assert "(429)" in notices(told)[0]


def test_all_processes_heed_what_one_was_told(tmp_path: Path) -> None:
    ours, theirs = Pipe()
    with ours, theirs, ObjectStore(Repository.create(Root(tmp_path, "stick")).root) as store:
        tasks = _Tasks(theirs, store, (), 32)
        ours.send(([], [b"\x01" + bytes(32)]))
        ours.send(1e9)
        tasks.exchange(0)
        assert tasks.not_before == 1e9
        tasks.busy(Busy(2e9, "example.org", 429, 5.0))
        assert tasks.not_before == 2e9
        assert ours.recv() == Busy(2e9, "example.org", 429, 5.0)


def test_the_pace_after_a_pause() -> None:
    pace = RequestPace(4, 1.0)
    assert pace.room == 4
    assert pace.pause(7) == 7.0
    assert pace.pause(0) == 1.0
    assert pace.rests(time.monotonic() + 1000)
    assert pace.pause(0) is None
    assert not RequestPace(4, 1.0).rests(1.0)
    rooms = []
    for _ in range(4):
        rooms.append(pace.room)
        pace.answered()
    assert rooms == [1, 2, 3, 4]


def test_an_engine_that_may_start_nothing_sleeps() -> None:
    """What waits for its turn is due, and another request is still under way."""
    ours, theirs = socket.socketpair()
    tasks = SimpleNamespace(fileno=theirs.fileno, patience=5.0, not_before=1.0)
    store = SimpleNamespace(parts=set, max_file=None)
    with ours, theirs:
        engine = HttpEngine("http://127.0.0.1:9", QUICK, cast(Any, store), cast(Any, tasks))
        engine._pace.rests(tasks.not_before)
        engine._later.append((0.0, 1, cast(Any, None)))
        assert engine._wait() == 0
        slot = engine._new_slot()
        engine._active.add(slot)
        assert engine._wait() > 1000
        engine._active.clear()
        engine._idle.append(slot)
        engine._close()


# Not for us


def test_an_object_that_may_not_be_had(upstream: Made, web: Web, target: Target) -> None:
    name = upstream.small()
    web.always[url_path(name)] = status("403 Forbidden")
    with pytest.raises(ObjectDeniedError, match=name.checksum) as caught:
        target.pull(upstream, web.url)
    assert isinstance(caught.value, DeniedError)
    assert web.paths().count(url_path(name)) == 1


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("answer", ["407 Proxy Authentication Required", "403 Forbidden"])
def test_a_proxy_that_refuses_is_named(
    upstream: Made, web: Web, target: Target, scheme: str, answer: str
) -> None:
    web.everything = status(answer)
    through = change(QUICK, proxy=f"http://user:s3cr3t@127.0.0.1:{web.port}")
    address = f"{scheme}://upstream.example.org/repo"
    expected = f"proxy 127.0.0.1:{web.port} .*upstream.example.org"
    if scheme == "http" and "403" in answer:
        expected = "upstream.example.org denies"
    with pytest.raises(UpstreamError, match=expected) as caught:
        open_source(address, through, CancelToken()).get("config", SMALL)
    assert "s3cr3t" not in f"{caught.value.message}{caught.value.hint}"
    asked = len(web.asked)
    with pytest.raises(UpstreamError, match=answer[:3]):
        target.pull(upstream, address, network=through)
    assert asked == 1
    assert len(web.asked) <= 1 + QUICK.connections


def test_a_proxy_with_a_password(upstream: Made, web: Web) -> None:
    through = change(QUICK, proxy=f"http://us%65r:p%40ss@127.0.0.1:{web.port}")
    source = open_source("http://upstream.example.org/", through, CancelToken())
    assert source.get("config", SMALL).data == (upstream.path / "config").read_bytes()
    assert web.asked[0].headers["proxy-authorization"] == "Basic dXNlcjpwQHNz"


def test_a_proxy_that_is_not_there(web: Web) -> None:
    for proxy in ("http://user:s3cr3t@127.0.0.1:1", "htp://user:s3cr3t@x", "user:s3cr3t@:x"):
        with pytest.raises(UpstreamError) as caught:
            open_source(web.url, change(QUICK, proxy=proxy), CancelToken()).get("config", SMALL)
        assert "s3cr3t" not in f"{caught.value.message}{caught.value.hint}"


# Pages for people


def test_a_web_page_in_place_of_a_file(web: Web) -> None:
    for page in (
        PAGE,
        b"\xef\xbb\xbf \r\n<HTML>",
        b"<?xml version='1.0'?>\n<!-- <x> -->\n<!DOCTYPE html PUBLIC>",
        b"<script>location='/login'</script>",
    ):
        web.everything = replace(lambda _, page=page: page)  # type: ignore[misc]
        with pytest.raises(WebPageError, match=f"127.0.0.1:{web.port} answers with a web page"):
            open_source(web.url, QUICK, CancelToken()).get("config", SMALL)
    web.everything = status("511 Network Authentication Required")
    with pytest.raises(WebPageError, match="answers with a web page"):
        open_source(web.url, QUICK, CancelToken()).get("config", SMALL)


def test_a_web_page_in_place_of_an_object(upstream: Made, web: Web, target: Target) -> None:
    web.everything = lambda exchange: exchange.send("200 OK", PAGE)
    with pytest.raises(WebPageError, match="answers with a web page"):
        target.pull(upstream, web.url)
    web.everything = None
    name = upstream.small(ObjectKind.DIRMETA)
    web.rules[url_path(name)] = [lambda exchange: exchange.send("200 OK", PAGE)]
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


# Secrets


def test_credentials_are_sent_and_not_shown(upstream: Made, web: Web, target: Target) -> None:
    secret = f"http://us%65r:p%40ss@127.0.0.1:{web.port}/?token=s3cr3t"
    web.always["/config?token=s3cr3t"] = lambda e: e.send("200 OK", b"x")
    source = open_source(secret, QUICK, CancelToken())
    assert source.get("config", SMALL).data == b"x"
    assert web.asked[0].headers["authorization"] == "Basic dXNlcjpwQHNz"
    assert source.url == web.url

    def strip(exchange: Exchange) -> None:
        assert exchange.headers["authorization"] == "Basic dXNlcjpwQHNz"
        assert exchange.path.endswith("?token=s3cr3t")
        exchange.path = exchange.path.partition("?")[0]
        exchange.good()

    web.everything = strip
    target.pull(upstream, secret)
    assert target.same_as(upstream)


@pytest.mark.parametrize("answer", ["404 No", "403 No", "401 No", "500 No", "416 No", "308 To"])
def test_no_error_shows_credentials(upstream: Made, web: Web, target: Target, answer: str) -> None:
    secret = f"http://user:s3cr3t@127.0.0.1:{web.port}/repo?token=t0k3n"
    web.everything = status(answer, "Location: ftp://user:s3cr3t@x/?t0k3n")
    with pytest.raises(UpstreamError) as small:
        open_source(secret, QUICK, CancelToken()).get("config", SMALL)
    with pytest.raises(UpstreamError) as many:
        target.pull(upstream, secret)
    for error in (small.value, many.value):
        assert not [
            secret for secret in ("s3cr3t", "t0k3n") if secret in f"{error.message}{error.hint}"
        ]
        assert "127.0.0.1" in str(error.message) or upstream.objects(ObjectKind.DIRTREE)


# From https only to https


def test_https_is_never_left(upstream: Made, web: Web, target: Target, tmp_path: Path) -> None:
    with (
        Server(upstream.path, tls=True, redirect=web.url) as away,
        Server(upstream.path, tls=True) as end,
        Server(upstream.path, tls=True, redirect=end.url) as on,
    ):
        for server in (away, on):
            trusting = change(QUICK, ca_bundle=str(server.ca))
            with pytest.raises(UpstreamError, match=r"redirect|certificate") as caught:
                open_source(server.url, trusting, CancelToken()).get("config", SMALL)
            assert ("redirect" in str(caught.value.message)) == (server is away)
        with pytest.raises(UpstreamError, match="redirect"):
            target.pull(upstream, away.url, network=change(QUICK, ca_bundle=str(away.ca)))
        assert web.asked == []
        both = tmp_path / "both.pem"
        both.write_bytes(b"".join(Path(server.ca or "").read_bytes() for server in (on, end)))
        trusting = change(QUICK, ca_bundle=str(both))
        assert open_source(on.url, trusting, CancelToken()).get("config", SMALL).data
        target.pull(upstream, on.url, network=trusting)
    assert target.same_as(upstream)


def test_from_http_to_https(upstream: Made, web: Web) -> None:
    with Server(upstream.path, tls=True) as end:
        web.always["/config"] = status("301 There", f"Location: {end.url}/config")
        trusting = change(QUICK, ca_bundle=str(end.ca))
        assert open_source(web.url, trusting, CancelToken()).get("config", SMALL).data


# Going on from the middle


def rubbish(exchange: Exchange) -> None:
    """What goes on from the middle is something else."""
    body, offset = exchange.body, exchange.offset
    where = f"Content-Range: bytes {offset}-{len(body) - 1}/{len(body)}"
    exchange.send("206 Partial Content", bytes(len(body) - offset), where)


def several_parts(exchange: Exchange) -> None:
    exchange.send(
        "206 Partial Content", b"--x\r\n", "Content-Type: multipart/byteranges; boundary=x"
    )


@pytest.mark.parametrize(
    "resumed",
    [
        status("416 Range Not Satisfiable"),
        status("416 Range Not Satisfiable", "Content-Range: bytes */5"),
        status("400 Bad Request"),
        status("403 Forbidden"),
        status("404 Not Found"),
        status("501 Not Implemented"),
        rubbish,
        several_parts,
        replace(lambda body: body),
        replace(lambda _: PAGE),
    ],
)
def test_what_cannot_be_gone_on_with_comes_from_its_start(
    upstream: Made, web: Web, target: Target, resumed: Callable[[Exchange], None]
) -> None:
    big = url_path(upstream.big)
    web.rules[big] = [cut(1_000_000), resumed, cut(2_000_000)]
    target.pull(upstream, web.url)
    assert target.same_as(upstream)
    offsets = [exchange.offset for exchange in web.asked if exchange.path == big]
    assert offsets == [0, 1_000_000, 0, 0]


def test_a_server_that_breaks_off_and_goes_on_with_rubbish_is_no_forger(
    upstream: Made, web: Web, target: Target
) -> None:
    web.always[url_path(upstream.big)] = lambda e: rubbish(e) if e.offset else cut(1_000_000)(e)
    with pytest.raises(UpstreamError) as caught:
        target.pull(upstream, web.url)
    assert not isinstance(caught.value, ObjectRejectedError)
    assert "broke off" in str(caught.value.message)
    assert len(web.asked) < 200


def test_options_of_a_remote_reach_the_processes(upstream: Made, target: Target) -> None:
    with Server(upstream.path, tls=True) as server:
        with pytest.raises(UpstreamError, match="certificate"):
            target.pull(upstream, server.url, network=Network(retries=0))
        permissive = change(QUICK, verify=False, http2=False)
        target.pull(upstream, server.url, network=permissive)
        protocols = {request.protocol for request in server.requests()}
    assert target.same_as(upstream)
    assert protocols == {"HTTP/1.1"}


def test_objects_from_another_place(upstream: Made, web: Web) -> None:
    content = Web(upstream.path)
    try:
        both = open_source(web.url, QUICK, CancelToken(), content=f"{content.url}/")
        assert both.get("config", SMALL).data
        assert web.paths() == ["/config"]
        for kind in (ObjectKind.COMMIT, ObjectKind.DIRTREE, ObjectKind.FILE):
            name = next(iter(upstream.objects(kind)))
            assert both.get(f"objects/{name.path}", 32_000_000).data
            assert content.paths()[-1] == url_path(name)
        assert web.paths() == ["/config"]
    finally:
        content.close()
