"""One file from upstream: what is retried, what is refused, what is remembered."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.errors import InterruptedByUser, UpstreamError, UsageError
from app.fs.root import Root
from app.ostree.objects import ObjectKind, ObjectName
from app.ostree.pull.answers import NotFoundError
from app.ostree.pull.fetch import (
    HttpSource,
    LocalSource,
    Network,
    Validators,
    below,
    get_file,
    open_source,
)
from app.ostree.pull.many_requests import contents, sizes
from app.ostree.pull.pulling import pull
from app.ostree.repository import Repository
from app.progress import CancelToken, Meter, Phase, silent
from app.replacing import replace as change
from tests.ostree.conftest import Made
from tests.ostree.web import Exchange, Web, cut, endless, hang_up, replace, stall, status

QUICK = Network(first_pause=0.001)
IMPATIENT = change(QUICK, stall_timeout=1)
"""Where it is waited for that a server is given up: a busy machine may look like one that hangs."""
LIMIT = 1_000_000

pytestmark = pytest.mark.usefixtures("no_proxy")


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def source(web: Web, network: Network = QUICK) -> HttpSource:
    opened = open_source(web.url, network, CancelToken())
    assert isinstance(opened, HttpSource)
    return opened


# Plain


def test_a_file(upstream: Made, web: Web) -> None:
    reply = source(web).get("config", LIMIT)
    assert reply.data == (upstream.path / "config").read_bytes()
    assert reply.validators == Validators()


def test_a_slash_at_the_end_of_the_address(web: Web) -> None:
    open_source(web.url + "/", QUICK, CancelToken()).get("config", LIMIT)
    assert web.paths() == ["/config"]


def test_a_missing_file_is_asked_for_once(web: Web) -> None:
    with pytest.raises(NotFoundError):
        source(web).get("nothing", LIMIT)
    assert web.paths() == ["/nothing"]


@pytest.mark.parametrize("answer", ["401 Unauthorized", "403 Forbidden", "400 Bad", "451 No"])
def test_a_clear_no_is_not_retried(web: Web, answer: str) -> None:
    web.always["/config"] = status(answer)
    with pytest.raises(UpstreamError, match=answer[:3]) as caught:
        source(web).get("config", LIMIT)
    assert not isinstance(caught.value, NotFoundError)
    assert len(web.asked) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        status("503 Busy"),
        status("500 Oops"),
        hang_up,
        cut(5),
        pytest.param(stall(5), marks=pytest.mark.slow),
    ],
)
def test_trouble_that_passes_even_at_the_first_request(web: Web, trouble: object) -> None:
    web.rules["/config"] = [trouble]  # type: ignore[list-item]
    assert source(web, IMPATIENT).get("config", LIMIT).data
    assert len(web.asked) == 2


def test_trouble_that_stays(web: Web) -> None:
    web.always["/config"] = status("502 Bad Gateway")
    with pytest.raises(UpstreamError, match="502"):
        source(web).get("config", LIMIT)
    assert len(web.asked) == 1 + QUICK.retries


def test_many_at_once_are_tried_once(upstream: Made, web: Web) -> None:
    """What did not come, whyever, is left out, and asked for by `get` if it is needed."""
    commit = ObjectName(upstream.commit, ObjectKind.COMMIT).path
    paths = ["config", "nothing", f"objects/{commit}"]
    whole = {path: (upstream.path / path).read_bytes() for path in (paths[0], paths[2])}
    assert contents(source(web), paths, LIMIT) == whole
    assert contents(source(web), ["config"], len(whole["config"]) - 1) == {}
    told: list[str] = []

    def further(path: str, data: bytes) -> list[str]:
        assert data == whole[path]
        told.append(path)
        return paths[1:] if path == "config" else []

    assert contents(source(web), ["config"], LIMIT, further) == whole
    assert sorted(told) == sorted(whole)
    web.always["/config"] = replace(lambda _: b"<!DOCTYPE html><p>Please log in")
    assert contents(source(web), ["config"], LIMIT) == {}


def test_several_rounds_share_their_connections(upstream: Made, web: Web) -> None:
    one = change(QUICK, connections=1, http2=False)
    opened, size = source(web, one), (upstream.path / "config").stat().st_size
    assert contents(opened, ["config"], LIMIT).keys() == {"config"}
    assert sizes(opened, ["config"]) == {"config": size}
    assert contents(opened, ["config"], LIMIT).keys() == {"config"}
    assert web.connections == 1
    assert contents(opened, ["config"], size - 1) == {}


def test_a_server_in_trouble_is_asked_for_no_more(web: Web) -> None:
    few = change(QUICK, connections=2, http2=False)
    paths = [f"{number}" for number in range(50)]
    web.always.update({f"/{path}": status("503 Busy") for path in paths})
    assert contents(source(web, few), paths, LIMIT) == {}
    assert len(web.asked) <= 4
    web.asked.clear()
    assert contents(source(web, few), ["config", "0"], LIMIT, lambda *_: paths).keys() <= {"config"}
    assert len(web.asked) <= 6


@pytest.mark.slow
def test_a_server_that_hangs_is_given_up(web: Web) -> None:
    web.always["/config"] = stall(5)
    with pytest.raises(UpstreamError, match="does not answer"):
        source(web, change(IMPATIENT, retries=1)).get("config", LIMIT)


def test_a_server_that_is_not_there_is_not_waited_for(web: Web) -> None:
    web.close()
    slow = change(QUICK, first_pause=1000)
    with pytest.raises(UpstreamError, match="could not be reached"):
        source(web, slow).get("config", LIMIT)


# Sizes


def test_a_file_that_is_too_large(upstream: Made, web: Web) -> None:
    size = (upstream.path / "config").stat().st_size
    assert source(web).get("config", size).data
    with pytest.raises(UpstreamError, match="larger"):
        source(web).get("config", size - 1)


def test_a_file_without_end(web: Web) -> None:
    web.always["/config"] = endless(b"x")
    with pytest.raises(UpstreamError, match="larger"):
        source(web).get("config", LIMIT)


def test_a_compressed_answer_is_not_unpacked(web: Web) -> None:
    web.always["/config"] = lambda e: e.send("200 OK", b"bomb", "Content-Encoding: gzip")
    assert source(web).get("config", LIMIT).data == b"bomb"
    assert "accept-encoding" not in web.asked[0].headers


# Validators


def test_conditional_requests(web: Web) -> None:
    def answer(exchange: Exchange) -> None:
        if exchange.headers.get("if-none-match") == '"v1"':
            exchange.send("304 Not Modified")
        elif exchange.headers.get("if-modified-since") == "Thu, 01 Jan 2026 00:00:00 GMT":
            exchange.send("304 Not Modified", b"", 'ETag: "v2"')
        else:
            exchange.send("200 OK: fine", b"data", 'ETAG:"v1"', "last-modified: yesterday")

    web.always["/summary"] = answer
    reply = source(web).get("summary", LIMIT)
    assert reply.validators == Validators('"v1"', "yesterday")
    again = source(web).get("summary", LIMIT, reply.validators)
    assert (again.data, again.validators) == (None, reply.validators)
    known = Validators("", "Thu, 01 Jan 2026 00:00:00 GMT")
    again = source(web).get("summary", LIMIT, known)
    assert (again.data, again.validators) == (None, Validators('"v2"'))
    assert source(web).get("summary", LIMIT, Validators('"v0"')).data == b"data"


def test_a_conditional_request_leaves_nothing_behind(web: Web) -> None:
    same = source(web)
    same.get("config", LIMIT, Validators('"x"'))
    same.get("config", LIMIT)
    assert "if-none-match" not in web.asked[1].headers


def test_validators_of_a_local_file(upstream: Made, tmp_path: Path) -> None:
    shutil.copy(upstream.path / "config", tmp_path)
    local = LocalSource(tmp_path)
    reply = local.get("config", LIMIT)
    assert local.get("config", LIMIT, reply.validators).data is None
    (tmp_path / "config").write_bytes(b"changed")
    assert local.get("config", LIMIT, reply.validators).data == b"changed"


# Redirects


def test_redirects(upstream: Made, web: Web) -> None:
    there = f"Location: {web.url}/config"
    web.always["/moved"] = status("301 Moved", there, 'ETag: "of the redirect"')
    reply = source(web).get("moved", LIMIT)
    assert reply.data == (upstream.path / "config").read_bytes()
    assert reply.validators == Validators()


@pytest.mark.parametrize("where", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x/"])
def test_redirects_elsewhere_are_refused(web: Web, where: str) -> None:
    web.always["/config"] = status("302 Found", f"Location: {where}")
    with pytest.raises(UpstreamError, match="redirect"):
        source(web).get("config", LIMIT)
    assert len(web.asked) == 1


def test_redirects_in_a_circle(web: Web) -> None:
    web.always["/config"] = status("302 Found", f"Location: {web.url}/config")
    with pytest.raises(UpstreamError, match="redirect"):
        source(web).get("config", LIMIT)
    assert len(web.asked) <= 12


# Stopping


def test_stopping_while_nothing_comes(web: Web) -> None:
    cancel = CancelToken()

    def stop_and_wait(exchange: Exchange) -> None:
        cancel.request()
        stall(0)(exchange)

    web.always["/config"] = stop_and_wait
    with pytest.raises(InterruptedByUser):
        HttpSource(web.url, change(QUICK, stall_timeout=600), cancel).get("config", LIMIT)


def test_stopping_during_a_pause(web: Web) -> None:
    cancel = CancelToken()

    def stop_and_fail(exchange: Exchange) -> None:
        cancel.request()
        exchange.send("503 Busy")

    web.always["/config"] = stop_and_fail
    with pytest.raises(InterruptedByUser):
        HttpSource(web.url, change(QUICK, first_pause=600), cancel).get("config", LIMIT)


# Addresses


def test_a_local_repository(upstream: Made, tmp_path: Path) -> None:
    odd = tmp_path / "with spaces & größe"
    odd.symlink_to(upstream.path)
    for url in (upstream.path.as_uri(), odd.as_uri(), f"file://localhost{upstream.path}"):
        local = open_source(url, QUICK, CancelToken())
        assert local.get("config", LIMIT).data == (upstream.path / "config").read_bytes()


def test_what_is_wrong_with_local_files(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    (tmp_path / "large").write_bytes(bytes(100))
    os.mkfifo(tmp_path / "pipe")
    local = LocalSource(tmp_path)
    for missing in ("nothing", "large/below"):
        with pytest.raises(NotFoundError):
            local.get(missing, LIMIT)
    for wrong in ("directory", "pipe"):
        with pytest.raises(UpstreamError, match="cannot be read"):
            local.get(wrong, LIMIT)
    with pytest.raises(UpstreamError, match="larger"):
        local.get("large", 99)


@pytest.mark.parametrize(
    "url",
    ["", "x", "/srv/repo", "ftp://x/y", "file://elsewhere/x", "file:///a%00b", "http://",
     "http:///path", "http://[", "http://ex ample/", "http://x/\n", "http://exämple/", "https://:80/"],
)  # fmt: skip
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(UsageError):
        open_source(url, QUICK, CancelToken())


def test_what_is_below_an_address(web: Web) -> None:
    assert below("https://example.org", "summary") == "https://example.org/summary"
    assert below("https://u:p@example.org/r/", "a/b") == "https://u:p@example.org/r/a/b"
    assert below("https://example.org/r/?t=a/b", "a") == "https://example.org/r/a?t=a/b"
    web.always["/dir/x.flatpakrepo?t=a/b"] = lambda exchange: exchange.send("200 OK", b"x")
    url = f"{web.url}/dir/x.flatpakrepo?t=a/b#here"
    assert get_file(url, 1, QUICK, CancelToken()) == b"x"
    with pytest.raises(UsageError):
        get_file("/dir/x.flatpakrepo", 1, QUICK, CancelToken())


# The real thing


@contextmanager
def nginx(root: Path, directory: Path) -> Iterator[int]:
    """Serves ``root`` by HTTP/2 with TLS; the certificate is ``directory/cert.pem``."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-keyout", directory / "key.pem", "-out", directory / "cert.pem",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"],
        check=True, capture_output=True,
    )  # fmt: skip
    temporary = "".join(
        f"{kind}_temp_path {directory}/t;"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (directory / "nginx.conf").write_text(
        # Workers that may read what only this user may.
        f"{'user root; ' if os.geteuid() == 0 else ''}daemon off; "
        f"pid {directory}/pid; error_log {directory}/error;"
        "events {} http { keepalive_requests 100000;"
        f"log_format p '$server_protocol'; access_log {directory}/access p; {temporary}"
        f"server {{ listen 127.0.0.1:{port} ssl http2; root {root};"
        f"ssl_certificate {directory}/cert.pem; ssl_certificate_key {directory}/key.pem; }} }}"
    )
    server = subprocess.Popen(["nginx", "-c", directory / "nginx.conf", "-p", directory])
    try:
        waiting = threading.Event()
        for _ in range(500):
            with socket.socket() as attempt:
                if attempt.connect_ex(("127.0.0.1", port)) == 0:
                    break
            waiting.wait(0.01)
        yield port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait()


@pytest.mark.usefixtures("nothing_left")
def test_http2_with_tls(upstream: Made, tmp_path: Path) -> None:
    (tmp_path / "nginx").mkdir()
    with nginx(upstream.path, tmp_path / "nginx") as port:
        url = f"https://127.0.0.1:{port}"
        with pytest.raises(UpstreamError, match="certificate"):
            open_source(url, QUICK, CancelToken()).get("config", LIMIT)
        trusting = change(QUICK, ca_bundle=str(tmp_path / "nginx/cert.pem"))
        cancel = CancelToken()
        tls = open_source(url, trusting, cancel)
        repository = Repository.create(Root(tmp_path).below("stick"))
        pull(
            repository,
            tls,
            [(upstream.commit, upstream.commit_bytes)],
            Meter(silent, Phase.DOWNLOAD),
            cancel,
            distrust=False,
        )
        for name in upstream.objects():
            assert repository.read_object(name) == upstream.file(name).read_bytes()
        del tls
    protocols = (tmp_path / "nginx/access").read_text().split()
    assert set(protocols) == {"HTTP/2.0"}
    assert len(protocols) == len(upstream.objects()) - 1


def test_proxies_of_the_environment(
    upstream: Made, web: Web, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A proxy is asked for whole addresses.
    monkeypatch.setenv("http_proxy", web.url)
    cancel = CancelToken()
    through = open_source("http://upstream.invalid/", QUICK, cancel)
    assert through.get("config", LIMIT).data == (upstream.path / "config").read_bytes()
    repository = Repository.create(Root(tmp_path).below("stick"))
    commits = [(upstream.commit, upstream.commit_bytes)]
    pull(repository, through, commits, Meter(silent, Phase.DOWNLOAD), cancel, distrust=False)
    assert all(e.headers["host"] == "upstream.invalid" for e in web.asked)


def test_an_empty_answer_is_an_answer(web: Web) -> None:
    web.always["/config"] = replace(lambda _: b"")
    assert source(web).get("config", LIMIT).data == b""
