"""Pulling from upstreams that lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import UpstreamError
from app.ostree.objects import ObjectKind
from app.ostree.pull.delivery import ObjectRejectedError
from app.progress import Advanced
from tests.ostree.conftest import Made, make
from tests.ostree.pull.target import Target, a_file, url_path
from tests.ostree.web import Exchange, Hangup, Web, endless, replace, status

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_left")]

BAD = {
    "empty": lambda _: b"",
    "short": lambda body: body[:-1],
    "long": lambda body: body + b"x",
    "flipped at the end": lambda body: body[:-9] + bytes([body[-9] ^ 1]) + body[-8:],
    "flipped at the start": lambda body: bytes([body[0] ^ 1]) + body[1:],
    "something else": lambda _: b"<html>Please log in</html>" * 20_000,
}


@pytest.mark.parametrize("how", BAD)
@pytest.mark.parametrize("kind", ["big", ObjectKind.FILE, ObjectKind.DIRTREE, ObjectKind.DIRMETA])
def test_bytes_that_are_wrong_once(
    upstream: Made, web: Web, target: Target, kind: str, how: str
) -> None:
    name = upstream.big if kind == "big" else upstream.small(ObjectKind(kind))
    # Trouble before does not use up the second chance.
    web.rules[url_path(name)] = [status("503 Busy"), replace(BAD[how])]
    target.pull(upstream, web.url)
    assert target.same_as(upstream)
    last = target.events[-1]
    assert isinstance(last, Advanced)
    total = sum(upstream.file(n).stat().st_size for n in upstream.objects())
    assert last.bytes == total - len(upstream.commit_bytes)


@pytest.mark.parametrize("how", BAD)
@pytest.mark.parametrize("kind", ["big", ObjectKind.FILE, ObjectKind.DIRTREE])
def test_bytes_that_are_always_wrong(
    upstream: Made, web: Web, target: Target, kind: str, how: str
) -> None:
    name = upstream.big if kind == "big" else upstream.small(ObjectKind(kind))
    web.always[url_path(name)] = replace(BAD[how])
    with pytest.raises(ObjectRejectedError, match=name.checksum):
        target.pull(upstream, web.url)
    assert not target.repository.has(name)
    assert target.wrong() == []
    assert f"satchel-{name}" not in target.leftovers()
    assert target.repository.partial_commits() == {upstream.commit}


def test_objects_under_each_others_names(upstream: Made, web: Web, target: Target) -> None:
    first, other = upstream.objects(ObjectKind.FILE)[:2]
    data = upstream.file(other).read_bytes()
    web.always[url_path(first)] = replace(lambda _: data)
    with pytest.raises(ObjectRejectedError):
        target.pull(upstream, web.url)
    assert not target.repository.has(first)


def test_a_local_upstream_that_is_damaged(tmp_path: Path, target: Target) -> None:
    made = make(tmp_path / "local", a_file)
    with open(made.file(made.small()), "ab") as file:
        file.write(b"x")
    with pytest.raises(ObjectRejectedError):
        target.pull(made, made.path.as_uri())
    assert not target.repository.has(made.small())


@pytest.mark.parametrize("length", [-1, +1, 10**12])
def test_a_content_length_that_lies(upstream: Made, web: Web, target: Target, length: int) -> None:
    def lie(exchange: Exchange) -> None:
        body = exchange.body
        exchange.send("200 OK", body, length=len(body) + length)
        raise Hangup

    for name in (upstream.big, upstream.small()):
        web.rules[url_path(name)] = [lie]
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


def test_a_body_without_end(upstream: Made, web: Web, target: Target) -> None:
    for name in (upstream.big, upstream.small(ObjectKind.FILE)):
        web.rules[url_path(name)] = [endless(upstream.file(name).read_bytes())]
    web.rules[url_path(upstream.small(ObjectKind.DIRMETA))] = [endless(b"")]
    target.pull(upstream, web.url)
    assert target.same_as(upstream)


def test_a_redirect_to_a_file_is_refused(upstream: Made, web: Web, target: Target) -> None:
    name = upstream.small()
    where = f"Location: file://{upstream.file(name)}"
    web.always[url_path(name)] = status("302 Found", where)
    with pytest.raises(UpstreamError, match="redirect"):
        target.pull(upstream, web.url)
    assert web.paths().count(url_path(name)) == 1


def test_redirects_to_another_server(upstream: Made, web: Web, target: Target) -> None:
    other = Web(upstream.path)
    web.everything = lambda e: e.send("302 Found", b"over there", f"Location: {other.url}{e.path}")
    try:
        target.pull(upstream, web.url)
    finally:
        other.close()
    assert target.same_as(upstream)
