"""Whatever is asked for: only what is meant to be served is ever answered."""

from __future__ import annotations

import gzip
import http.client
import socket
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.serve.conftest import Stick
from tests.serve.served import Served, serving
from tests.stick.damage import copy_stick
from tests.waiting import GUARD

COPY = ".ostree/repo/extensions/satchel/upstream"


@pytest.fixture(scope="module")
def served(stick: Stick) -> Iterator[Served]:
    with serving(stick.path, home=stick.home) as served:
        yield served


@pytest.fixture(scope="module")
def known(served: Served, stick: Stick) -> frozenset[str]:
    """Digests of everything that may be answered."""
    repository = stick.path / ".ostree/repo"
    copy = next((stick.path / COPY).iterdir())
    files = [path for path in (repository / "objects").rglob("*") if path.is_file()]
    files += [path for path in copy.rglob("*") if path.is_file()]
    bodies = [path.read_bytes() for path in files]
    collection = ("config", "summary")
    own = ["", "up.flatpakrepo", "up/config", *collection, *(f"0/{name}" for name in collection)]
    bodies += [served.get(path)[1] for path in own]
    bodies.append(served.get("", {"Accept-Language": "de"})[1])
    bodies += [commit.encode() + b"\n" for commit in stick.upstream.refs.values()]
    bodies += [f"{stick.upstream.commit(ref)}\n".encode() for ref in _others(stick)]
    assert all(bodies)
    return frozenset(sha256(body).hexdigest() for body in bodies)


def _others(stick: Stick) -> list[str]:
    return [ref for ref in stick.upstream.ostree("refs", "--list").split() if "appstream" in ref]


def answer(served: Served, request: bytes) -> tuple[int, bytes]:
    """Status and body of what a raw request gets; 0 where the connection just ends."""
    place = urlsplit(served.base)
    with socket.create_connection((place.hostname, place.port or 0), GUARD) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        got = http.client.HTTPResponse(connection)
        try:
            got.begin()
            return got.status, got.read()
        except (http.client.HTTPException, OSError):
            return 0, b""


def check(served: Served, known: frozenset[str], target: bytes, host: bytes = b"here") -> None:
    request = b"GET " + target + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"
    status, body = answer(served, request)
    if 200 <= status < 300:
        assert sha256(body).hexdigest() in known, (target, body[:200])
    else:
        assert status == 0 or status >= 400, (target, status)
        for secret in (b"root:", b"worker_processes", b"[core]"):
            assert secret not in body


TRICKS = (
    *(b"/../../etc/passwd", b"/up/../../../etc/passwd", b"/up/objects/../../../etc/passwd"),
    *(b"/%2e%2e/%2e%2e/etc/passwd", b"/up/%2e%2e%2f%2e%2e%2fnginx.conf", b"/up/..%2fnginx.conf"),
    *(b"/up/summary.idx%00.txt", b"/up/summary.idx/..", b"/up/summary.idx/", b"//up//summary.idx"),
    *(b"/..;/nginx.conf", b"/up/objects/", b"/up/objects", b"/up/", b"/up", b"/.", b"/..", b"/\\"),
    *(b"/nginx.conf", b"/logs/access.log", b"/pid", b"/error.log", b"/lists/up/summary.idx"),
    *(b"/pages/a0/index.en.html", b"/.kept/up/objects/00/0", b"/missing", b"/later.sock"),
    *(b"/proc/self/environ", b"/up/objects/00/" + b"0" * 62 + b".filez/../../../../config"),
    *(b"/0/refs/../../../nginx.conf", b"/0/refs/heads/..%2f..%2f..%2fnginx.conf"),
    *(b"/0/refs/heads", b"/0/refs/", b"/refs/heads/%2e%2e/%2e%2e/x", b"/satchel/install.sh"),
    *(b"/summary.sig", b"/up/summary", b"/up/refs/heads", b"/up/extensions/satchel/stick.json"),
    *(
        b"/up/.lock",
        b"/up/state",
        b"/up/tmp",
        b"/bundles/",
        b"/extra-data/",
        b"/.ostree/repo/config",
    ),
    *(b"http://other.example/up/summary.idx", b"http://127.0.0.1/../nginx.conf", b"*", b"x"),
    *(b"/" + b"a" * 9000, b"/?" + b"a" * 9000, b"/" + b"../" * 2000 + b"etc/passwd"),
    *(b"/up/summary.idx?/../../x", b"/up/summary.idx#x", b"/UP/summary.idx", b"/up/SUMMARY.IDX"),
)


@pytest.mark.thorough
@pytest.mark.parametrize("target", TRICKS, ids=[repr(each)[2:40] for each in TRICKS])
def test_tricks(served: Served, known: frozenset[str], target: bytes) -> None:
    check(served, known, target)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "host", [b"", b"..", b"up", b"/etc/passwd", b"a\x00b", b"[::1", b"a" * 9000, b"$root"]
)
def test_hosts(served: Served, known: frozenset[str], host: bytes) -> None:
    for target in (b"/", b"/up/summary.idx", b"/nginx.conf"):
        check(served, known, target, host)


STEPS = st.one_of(
    st.sampled_from(
        [
            *(
                "up",
                "objects",
                "summaries",
                "summary.idx",
                "summary",
                "config",
                "refs",
                "0",
                "heads",
            ),
            *("..", ".", "", "%2e%2e", "%2f", "%5c", "..%2f", "%00", "proc", "self", "fd", "etc"),
            *("passwd", "nginx.conf", "lists", "pages", "a0", "logs", ".kept", "stick.json", "$1"),
            *("extensions", "satchel", "bundles", "extra-data", "index.en.html", "tmp", "state"),
        ]
    ),
    st.text(max_size=12).map(lambda text: quote(text, safe="")),
    st.integers(3, 40).map(lambda number: f"%2fproc%2fself%2ffd%2f{number}"),
)


@pytest.mark.thorough
@given(st.lists(STEPS, max_size=8), st.sampled_from(["/", "//", "/./", "\\", "%2f"]))
def test_any_path(served: Served, known: frozenset[str], steps: list[str], between: str) -> None:
    check(served, known, f"/{between.join(steps)}".encode())


@pytest.mark.thorough
@given(st.binary(max_size=60).filter(lambda data: b"\r" not in data and b"\n" not in data))
def test_any_bytes(served: Served, known: frozenset[str], target: bytes) -> None:
    check(served, known, b"/" + target)


def test_what_is_served(served: Served, stick: Stick) -> None:
    """Upstream's lists byte for byte, objects, pages; nothing that changes anything; no more."""
    upstream = stick.upstream.path
    for name in ("summary.idx", "summary.idx.sig", "summary", "summary.sig"):
        assert served.get(f"up/{name}") == (200, (upstream / name).read_bytes())
    index = sha256((upstream / "summary.idx").read_bytes()).hexdigest()
    signature = (upstream / "summary.idx.sig").read_bytes()
    assert served.get(f"up/summaries/{index}.idx.sig") == (200, signature)
    for part in (upstream / "summaries").glob("*.gz"):
        status, data = served.get(f"up/summaries/{part.name}")
        # Of every architecture that is on the stick; there is one.
        assert status == 404 or gzip.decompress(data) == gzip.decompress(part.read_bytes())
    objects = stick.path / ".ostree/repo/objects"
    some = next(path for path in objects.rglob("*.filez"))
    path = f"up/objects/{some.relative_to(objects)}"
    assert served.get(path) == (200, some.read_bytes())
    assert served.ask("HEAD", path)[:2] == (200, b"")
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "TRACE"):
        assert served.ask(method, path)[0] == 405
    # The stick's own list is not signed, and lists less.
    assert served.get("up/summary")[1] != (stick.path / ".ostree/repo/summary").read_bytes()
    english, german = (
        served.get("", {"Accept-Language": language})[1].decode()
        for language in ("fr, en;q=0.5", "de-AT, de;q=0.9, en;q=0.5")
    )
    assert "Apps from this network" in english
    assert "Apps aus diesem Netzwerk" in german
    for command in ("command", "command_back", "command_new"):
        assert served.remote[command] in english
        assert served.remote[command] in german
    file = served.get("up.flatpakrepo")[1].decode()
    assert f"Url={served.base}up\n" in file
    assert "GPGKey=" in file
    assert "<script" not in english


@pytest.mark.thorough
def test_limits(served: Served) -> None:
    """Whoever sends slowly, or too much, holds nobody up."""
    place = urlsplit(served.base)
    slow = [socket.create_connection((place.hostname, place.port or 0), GUARD) for _ in range(300)]
    for each in slow:
        each.sendall(b"GET /up/summary.idx HTTP/1.1\r\nHost: here\r\nX: ")
    assert served.get("up/summary.idx")[0] == 200
    for each in slow:
        each.close()
    long = b"GET / HTTP/1.1\r\nHost: here\r\n" + b"X: y\r\n" * 20_000 + b"\r\n"
    assert answer(served, long)[0] in (0, 400, 431)
    body = b"GET / HTTP/1.1\r\nHost: here\r\nContent-Length: 999999\r\n\r\n" + b"x" * 1000
    assert answer(served, body)[0] in (0, 413)


@pytest.mark.thorough
def test_links_on_a_stick_lead_nowhere(stick: Stick, tmp_path: Path) -> None:
    """Nor do those that come after the check."""
    copied = copy_stick(stick.path, tmp_path / "stick")
    secret = tmp_path / "secret"
    secret.write_text("secret")
    with serving(copied.root, home=stick.home) as served:
        objects = copied.root / ".ostree/repo/objects"
        (objects / "ff").mkdir(exist_ok=True)
        link = objects / "ff" / f"{'f' * 62}.filez"
        link.symlink_to(secret)
        directory = next(path for path in objects.iterdir() if path.is_dir() and path.name != "ff")
        directory.rename(tmp_path / "moved")
        directory.symlink_to(tmp_path / "moved")
        moved = next((tmp_path / "moved").iterdir()).name
        assert served.get(f"up/objects/ff/{'f' * 62}.filez")[0] == 404
        assert served.get(f"up/objects/{directory.name}/{moved}")[0] == 404
