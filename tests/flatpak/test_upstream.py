"""What upstreams publish beside what counts, and what their servers say of what is not there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import TrustError, UpstreamError
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.client import fetch_detached
from app.flatpak.upstream.errors import BadSummaryError
from app.flatpak.upstream.opening import UpstreamOpener
from app.flatpak.upstream.upstream import Upstream
from app.ostree.pull.answers import DeniedError, WebPageError
from app.ostree.pull.fetch import Network
from app.progress import CancelToken
from tests import upstream as made
from tests.gpg import SigningKey
from tests.servers import Exchange, HostileServer, Rule, status
from tests.upstream import COLLECTION, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
PAGE = b"<!DOCTYPE html><title>Not found</title>"

Open = Callable[..., Upstream]


@pytest.fixture
def web(own_upstream: made.Upstream, hostile: Callable[[Path], HostileServer]) -> HostileServer:
    return hostile(own_upstream.path)


@pytest.fixture
def open_it(web: HostileServer, upstream_key: SigningKey, tmp_path: Path) -> Open:
    def open_it(*, collection: str | None = COLLECTION) -> Upstream:
        remote = Remote("up", web.url, collection_id=collection, keys=(upstream_key.public,))
        network = Network(retries=0)
        return UpstreamOpener(tmp_path / "cache", network, CancelToken()).open(remote)

    return open_it


def without(answer: Rule) -> Rule:
    """What is there, and ``answer`` for what is not."""

    def rule(exchange: Exchange) -> None:
        path = exchange.web.root / exchange.path.lstrip("/")
        (Exchange.good if path.is_file() else answer)(exchange)

    return rule


ABSENT = {
    "404": status("404 Not Found"),
    "403, as S3": status("403 Forbidden"),
    "410": status("410 Gone"),
    "a page, as web sites": lambda exchange: exchange.send("200 OK", PAGE),
}


@pytest.mark.parametrize("answer", ABSENT)
def test_what_may_be_absent_is(
    own_upstream: made.Upstream, web: HostileServer, open_it: Open, answer: str
) -> None:
    web.everything = without(ABSENT[answer])
    for name in ("summary", "summary.sig"):
        (own_upstream.path / name).unlink()
    for path in (own_upstream.path / "summaries").glob("*.idx.sig"):
        path.unlink()
    upstream = open_it()
    assert upstream.snapshot.signature.good
    assert upstream.lookup(HELLO, ARCH) is not None
    assert "summary" not in upstream.signed_files([ARCH])
    upstream.close()


@pytest.mark.parametrize("answer", ABSENT)
def test_an_upstream_without_index(
    own_upstream: made.Upstream, web: HostileServer, open_it: Open, answer: str
) -> None:
    web.everything = without(ABSENT[answer])
    own_upstream.update(index=False)
    for path in ("summary.idx", "summary.idx.sig"):
        (own_upstream.path / path).unlink(missing_ok=True)
    upstream = open_it()
    assert upstream.snapshot.signature.good
    assert upstream.lookup(HELLO, ARCH) is not None
    assert set(upstream.signed_files([ARCH])) == {"summary", "summary.sig"}
    upstream.close()


def test_signatures_that_may_not_be_had_are_not_there(
    web: HostileServer, open_it: Open, own_upstream: made.Upstream
) -> None:
    commit = own_upstream.commit(HELLO)
    path = f"/objects/{commit[:2]}/{commit[2:]}.commitmeta"
    upstream = open_it()
    assert fetch_detached(upstream.client.source, [commit])[commit]
    web.always[path] = status("403 Forbidden")
    assert fetch_detached(upstream.client.source, [commit]) == {commit: None}
    web.always[path.replace("commitmeta", "commit")] = status("403 Forbidden")
    with pytest.raises(DeniedError, match="denies access"):
        upstream.commits([commit])
    upstream.close()


def test_a_server_that_denies_everything(web: HostileServer, open_it: Open) -> None:
    web.everything = status("403 Forbidden")
    with pytest.raises(DeniedError, match=f"127.0.0.1:{web.port} denies"):
        open_it()


def test_a_web_page_in_answer_to_everything(web: HostileServer, open_it: Open) -> None:
    web.everything = lambda exchange: exchange.send("200 OK", PAGE)
    with pytest.raises(WebPageError, match=f"127.0.0.1:{web.port} answers with a web page"):
        open_it()


# The summary beside an index


def unsigned(path: Path, _: SigningKey) -> None:
    (path / "summary.sig").unlink()


def rubbish(path: Path, _: SigningKey) -> None:
    (path / "summary").write_bytes(b"rubbish")


def badly_signed(path: Path, _: SigningKey) -> None:
    data = bytearray((path / "summary").read_bytes())
    data[len(data) // 2] ^= 1
    (path / "summary").write_bytes(data)


def from_elsewhere(path: Path, key: SigningKey) -> None:
    other = made.Upstream(path.with_name("other"), key, "org.test.Second")
    other.add_runtime(runnable=False)
    other.update()
    for name in ("summary", "summary.sig"):
        (path / name).write_bytes((other.path / name).read_bytes())


def broken(path: Path, _: SigningKey) -> None:
    (path / "summary").unlink()
    (path / "summary").mkdir()


@pytest.mark.parametrize("spoil", [unsigned, rubbish, badly_signed, from_elsewhere, broken])
def test_a_summary_beside_a_good_index_does_not_matter(
    own_upstream: made.Upstream,
    open_it: Open,
    upstream_key: SigningKey,
    web: HostileServer,
    spoil: Callable[[Path, SigningKey], None],
) -> None:
    if spoil is broken:
        web.always["/summary"] = status("500 Oops")
    else:
        spoil(own_upstream.path, upstream_key)
    for _ in range(2):
        upstream = open_it()
        assert upstream.snapshot.signature.good
        assert "summary" not in upstream.signed_files([ARCH])
        upstream.close()


def test_a_stale_summary_beside_a_newer_index_does_not_matter(
    own_upstream: made.Upstream, open_it: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = own_upstream.path
    stale = {name: (path / name).read_bytes() for name in ("summary", "summary.sig")}
    upstream = open_it()
    assert upstream.signed_files([ARCH])["summary"] == stale["summary"]
    upstream.close()
    own_upstream.bump(HELLO)
    own_upstream.update()
    index = (path / "summary.idx").read_bytes()
    for name, data in stale.items():
        (path / name).write_bytes(data)
    upstream = open_it()
    assert upstream.lookup(HELLO, ARCH).commit == own_upstream.commit(HELLO)  # type: ignore[union-attr]
    files = upstream.signed_files([ARCH])
    assert files["summary.idx"] == index
    upstream.close()
    # It is an hour until it is told from one of the same run.
    monkeypatch.setattr("app.flatpak.upstream.signed_files._SAME_RUN", -3600)
    upstream = open_it()
    assert "summary" not in upstream.signed_files([ARCH])
    upstream.close()


def test_an_index_that_cannot_be_trusted_is_refused_whatever_is_beside_it(
    own_upstream: made.Upstream, open_it: Open
) -> None:
    data = bytearray((own_upstream.path / "summary.idx").read_bytes())
    data[len(data) // 2] ^= 1
    (own_upstream.path / "summary.idx").write_bytes(data)
    with pytest.raises(BadSummaryError):
        open_it()
    with pytest.raises((TrustError, UpstreamError)):
        open_it(collection="org.test.Another")
