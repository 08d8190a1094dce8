"""What a remote configured on this computer says beside its address is honoured, or told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import UpstreamError
from app.flatpak.remotes.access import DIRECTLY, Access
from app.flatpak.remotes.configured import Installation, configured_remotes
from app.flatpak.remotes.known import Known, built_in_remotes
from app.flatpak.remotes.merging import merge_remotes
from app.flatpak.remotes.remote import Remote, RemoteOrigin
from app.flatpak.upstream.client import fetch_detached
from app.flatpak.upstream.opening import UpstreamOpener
from app.ostree.pull.fetch import Network
from app.progress import CancelToken
from app.stick.planning.selection import NoSuchRefError, Remotes, resolve
from tests.gpg import SigningKey
from tests.servers import HostileServer, Server
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
NETWORK = Network(retries=0, ca_bundle="/etc/ssl/certs/ca-certificates.crt")


class Computer:
    """A flatpak installation with one remote."""

    def __init__(self, directory: Path, key: bytes) -> None:
        self.installation = Installation(RemoteOrigin.SYSTEM, directory / "flatpak")
        self.repo = directory / "flatpak/repo"
        self.repo.mkdir(parents=True)
        (self.repo / "up.trustedkeys.gpg").write_bytes(key)
        self.cache = directory / "cache"

    def known(self, *lines: str) -> Known:
        text = "\n".join(("[core]", '[remote "up"]', "gpg-verify=true", *lines, ""))
        (self.repo / "config").write_text(text)
        return configured_remotes([self.installation])

    def remote(self, *lines: str) -> Remote:
        known = self.known(*lines)
        assert known.notices == ()
        return known.remotes[0]

    def look(self, remote: Remote) -> str:
        """The commit of Hello, as the remote has it."""
        upstream = UpstreamOpener(self.cache, NETWORK, CancelToken()).open(remote)
        with upstream.keyring:
            entry = upstream.lookup(HELLO, ARCH)
            assert entry is not None
            assert upstream.commits([entry.commit])
            assert fetch_detached(upstream.client.source, [entry.commit])[entry.commit]
            return entry.commit


@pytest.fixture
def computer(tmp_path: Path, upstream_key: SigningKey) -> Computer:
    return Computer(tmp_path, upstream_key.public)


def test_nothing_said_is_nothing(computer: Computer) -> None:
    remote = computer.remote("url=https://example.org", "proxy=", "contenturl=", "http2=true")
    assert remote.access == DIRECTLY
    assert remote.access.network(NETWORK) == NETWORK
    assert remote.filter is None


def test_a_proxy(
    computer: Computer, default_upstream: Upstream, hostile: Callable[[Path], HostileServer]
) -> None:
    web = hostile(default_upstream.path)
    remote = computer.remote(
        "url=http://upstream.invalid/", f"proxy=http://us%65r:p%40ss@127.0.0.1:{web.port}"
    )
    assert computer.look(remote) == default_upstream.commit(HELLO)
    assert {request.headers["proxy-authorization"] for request in web.asked} == {
        "Basic dXNlcjpwQHNz"
    }
    assert "p%40ss" not in repr(remote)


def test_objects_at_another_address(
    computer: Computer, default_upstream: Upstream, hostile: Callable[[Path], HostileServer]
) -> None:
    web, content = hostile(default_upstream.path), hostile(default_upstream.path)
    remote = computer.remote(f"url={web.url}", f"contenturl={content.url}/")
    commit = computer.look(remote)
    base = f"/objects/{commit[:2]}/{commit[2:]}"
    # As libostree: signatures stay with the summary.
    assert content.paths() == [f"{base}.commit"]
    assert f"{base}.commitmeta" in web.paths()
    assert f"{base}.commit" not in web.paths()


def test_certificates(computer: Computer, default_upstream: Upstream) -> None:
    with Server(default_upstream.path, tls=True, mutual=True) as server:
        url = f"url={server.url}"
        own = (f"tls-client-cert-path={server.ca}", f"tls-client-key-path={server.key}")
        trusted = f"tls-ca-path={server.ca}"
        some: tuple[tuple[str, ...], ...] = ((), own)
        for lines in some:
            with pytest.raises(UpstreamError, match="certificate"):
                computer.look(computer.remote(url, *lines))
        for lines in ((trusted,), ("tls-permissive=true",)):
            with pytest.raises(UpstreamError, match="denies"):
                computer.look(computer.remote(url, *lines))
            remote = computer.remote(url, *lines, *own, "http2=false")
            assert computer.look(remote) == default_upstream.commit(HELLO)
        assert {request.protocol for request in server.requests() if request.status == 200} == {
            "HTTP/1.1"
        }


def test_cookies(
    computer: Computer, default_upstream: Upstream, hostile: Callable[[Path], HostileServer]
) -> None:
    web = hostile(default_upstream.path)
    jar = computer.repo / "up.cookies.txt"
    jar.write_text("127.0.0.1\tFALSE\t/\tFALSE\t0\tticket\t1234\n")
    computer.look(computer.remote(f"url={web.url}"))
    assert {request.headers.get("cookie") for request in web.asked} == {"ticket=1234"}


def test_keys_in_other_places(
    computer: Computer, default_upstream: Upstream, upstream_key: SigningKey, tmp_path: Path
) -> None:
    url = f"url={default_upstream.path.as_uri()}"
    (computer.repo / "up.trustedkeys.gpg").unlink()
    keys = tmp_path / "keys"
    (keys / "below").mkdir(parents=True)
    (keys / "a.asc").write_bytes(upstream_key.public)
    (keys / "link.asc").symlink_to("/dev/zero")
    for where in (f"{keys}", f"{keys}/a.asc", f"{keys};", f"{keys}/a.asc,{keys};"):
        remote = computer.remote(url, f"gpgkeypath={where}")
        assert set(remote.keys) == {upstream_key.public}
        assert computer.look(remote) == default_upstream.commit(HELLO)


def test_a_filter(computer: Computer, default_upstream: Upstream, tmp_path: Path) -> None:
    url, path = f"url={default_upstream.path.as_uri()}", tmp_path / "filter"
    path.write_text("deny org.test.Hello\n")
    remote = computer.remote(url, f"xa.filter={path}")
    with pytest.raises(AssertionError):
        computer.look(remote)
    upstream = UpstreamOpener(computer.cache, NETWORK, CancelToken()).open(remote)
    with upstream.keyring:
        remotes = Remotes((remote,), None, lambda _: upstream)
        for name, said in (
            ("org.test.Hello", "up has it, but this computer hides it"),
            ("x.y.Z", "spelling"),
        ):
            with pytest.raises(NoSuchRefError) as caught:
                resolve(name, remotes, ARCH)
            assert said in str(caught.value.hint)
    # flatpak keeps a copy for when the file goes.
    path.rename(computer.repo / "up.filter")
    assert computer.remote(url, f"xa.filter={path}").filter == remote.filter
    (computer.repo / "up.filter").unlink()
    for content in (None, "deny a b c\n"):
        if content is not None:
            path.write_text(content)
        notice = computer.known(url, f"xa.filter={path}").notices[0]
        assert "Left out the remote 'up'" in str(notice.message)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("unconfigured-state=Register first: https://u:p@x.org/", "Register first: https://x.org/"),
        ("custom-backend=rpm", "custom-backend: rpm"),
        ("metalink=https://example.org/metalink", "metalink"),
        ("tls-client-cert-path=/x", "only one"),
        ("tls-client-key-path=/x", "only one"),
        ("tls-client-cert-path=pkcs11:x\ntls-client-key-path=pkcs11:x", "PKCS #11"),
        ("contenturl=mirrorlist=https://example.org/", "contenturl"),
        ("contenturl=file:///srv/repo", "contenturl"),
    ],
)
def test_what_cannot_be_done_as_libostree_does_is_said(
    computer: Computer, line: str, said: str
) -> None:
    known = computer.known("url=https://example.org/", line)
    assert known.remotes == ()
    assert "Left out the remote 'up'" in str(known.notices[0].message)
    assert said in str(known.notices[0].message)


def test_one_address_has_one_way_to_it() -> None:
    flathub = built_in_remotes()[0]
    through = Access(proxy="http://proxy.example.org:3128")
    configured = Remote("flathub", flathub.url, origin=RemoteOrigin.SYSTEM, access=through)
    added = Remote("mine", flathub.url, origin=RemoteOrigin.ADDED)
    for given in ([flathub, configured], [added, configured], [configured, added]):
        assert merge_remotes(given).remotes[0].access == through
