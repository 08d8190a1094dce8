"""The upstreams, servers and clients that other tests stand on: accepted by the real flatpak."""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.build_contents import ExtraData
from tests.client import Client
from tests.gpg import SigningKey
from tests.servers import (
    HostileServer,
    Server,
    cut,
    ignore_range,
    lie_about_length,
    redirect,
    slow,
    status,
    unavailable,
)
from tests.upstream import Upstream, fill_default, host_arch
from tests.waiting import GUARD

pytestmark = pytest.mark.slow

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
LOCALE = f"runtime/org.test.Hello.Locale/{ARCH}/stable"
PLUGIN = f"runtime/org.test.Hello.Plugin.fun/{ARCH}/v1"
PLATFORM = f"runtime/org.test.Platform/{ARCH}/1"
DRIVER = f"runtime/org.test.Platform.GL.default/{ARCH}/1"
THEME = f"runtime/org.test.Theme.Night/{ARCH}/3.22"

Serve = Callable[..., Server]


# ---- Upstreams


@pytest.mark.thorough
def test_the_one_that_is_kept_is_as_one_made_now(
    upstream_key: SigningKey, default_upstream: Upstream, tmp_path: Path
) -> None:
    fresh = Upstream(tmp_path / "up", upstream_key)
    fill_default(fresh)
    kept = default_upstream.copy(tmp_path / "kept")
    assert fresh.state() == kept.state()
    for upstream in (fresh, kept):
        upstream.bump(THEME, {"more": "more"})
        upstream.update()
    assert fresh.refs == kept.refs


@pytest.mark.parametrize("metadata", ["without", "bare", "with cache"])
@pytest.mark.parametrize("index", [True, False])
def test_every_kind_of_summary_serves_a_real_client(
    own_upstream: Upstream, serve: Serve, client: Client, index: bool, metadata: str
) -> None:
    own_upstream.update(
        index=index, ostree_metadata=metadata != "without", cache=metadata == "with cache"
    )
    fsck = own_upstream.ostree("fsck")
    assert "no errors found" in fsck
    assert own_upstream.path.joinpath("summary.idx").exists() == index
    assert own_upstream.path.joinpath("summaries").exists() == index
    assert ("ostree-metadata" in own_upstream.ostree("refs")) == (metadata != "without")

    server = serve(own_upstream.path)
    client.remote_add_upstream("up", own_upstream, server.url)
    client.install("up", "org.test.Hello")
    assert client.flatpak_run("org.test.Hello") == "Hello from upstream\n"
    installed = client.installed()
    assert installed == {ref: own_upstream.refs[ref] for ref in installed}
    assert {HELLO, PLATFORM, LOCALE} <= installed.keys()
    assert PLUGIN not in installed  # no-autodownload

    asked = server.paths()
    assert "/summary.idx" in asked
    assert ("/summary" in asked) != index
    assert any(path.startswith("/summaries/") for path in asked) == index
    assert not server.errors.count("[error]"), server.errors


def test_metadata_is_as_older_flatpaks_wrote_it(own_upstream: Upstream) -> None:
    own_upstream.update(ostree_metadata=True)
    key = "--print-metadata-key={}"
    cache = own_upstream.ostree("show", key.format("xa.cache"), "ostree-metadata")
    summary = own_upstream.ostree("summary", "--view")
    for ref in own_upstream.refs:
        sizes = re.compile(rf"'{re.escape(ref)}': \((?:uint64 )?(\d+), (?:uint64 )?(\d+), ")
        assert sizes.findall(cache) == sizes.findall(summary) != []
    bindings = own_upstream.ostree("show", key.format("ostree.ref-binding"), "ostree-metadata")
    assert bindings.strip() == "['ostree-metadata']"
    binding = own_upstream.ostree(
        "show", key.format("ostree.collection-binding"), "ostree-metadata"
    )
    assert binding.strip() == f"'{own_upstream.collection}'"


def test_commits_say_where_they_belong(default_upstream: Upstream) -> None:
    for ref in default_upstream.refs:
        raw = default_upstream.ostree("show", "--raw", ref)
        for key in (
            "ostree.ref-binding", "ostree.collection-binding", "xa.metadata", "xa.installed-size",
            "xa.download-size",
        ):  # fmt: skip
            assert f"'{key}'" in raw, (ref, key)
        assert f"<['{ref}']>" in raw
    assert {DRIVER, THEME, PLUGIN} <= default_upstream.refs.keys()
    assert {f"appstream/{ARCH}", f"appstream2/{ARCH}"} <= set(
        default_upstream.ostree("refs").split()
    )
    catalogue = default_upstream.ostree("cat", f"appstream2/{ARCH}", "/appstream.xml")
    assert "<id>org.test.Hello</id>" in catalogue
    icons = default_upstream.ostree("ls", f"appstream2/{ARCH}", "/icons/64x64")
    assert "org.test.Hello.png" in icons


def test_a_client_refuses_another_key(
    default_upstream: Upstream, serve: Serve, client: Client
) -> None:
    url = serve(default_upstream.path).url
    stranger = SigningKey("Stranger <stranger@example.org>")
    try:
        refused = client.remote_add("stranger", url, stranger.public, check=False)
    finally:
        stranger.close()
    assert refused.returncode != 0
    assert "public key not found" in refused.stdout
    key = default_upstream.key.public
    client.remote_add("up", url, key, default_upstream.collection)
    client.install("up", "org.test.Hello")


def test_languages_plugins_and_drivers(
    default_upstream: Upstream, serve: Serve, client: Client
) -> None:
    client.remote_add_upstream("up", default_upstream, serve(default_upstream.path).url)
    client.languages("de")
    client.install("up", "org.test.Hello", PLUGIN, DRIVER)
    assert {PLUGIN, DRIVER} <= client.installed().keys()
    locale = client.location(LOCALE)
    assert [path.name for path in sorted(locale.glob("*/share"))] == ["share"]
    assert (locale / "de/share/de").is_dir()
    seen = client.flatpak_run(
        "org.test.Hello",
        "/app/share/hello/plugins/fun/fun",
        "/app/share/locale/de/LC_MESSAGES/org.test.Hello.txt",
        command="cat",
    )
    assert seen == "fun\norg.test.Hello in de\n"


@pytest.mark.thorough
def test_bumped_apps_are_updated(own_upstream: Upstream, serve: Serve, client: Client) -> None:
    server = serve(own_upstream.path)
    client.remote_add_upstream("up", own_upstream, server.url)
    client.install("up", "org.test.Hello")
    old = own_upstream.refs[HELLO]
    new = own_upstream.bump(HELLO, {"bin/start": "#!/bin/sh\necho newer\n"})
    assert new not in (old, client.installed()[HELLO])
    own_upstream.update()
    client.update()
    assert client.installed()[HELLO] == new
    assert client.flatpak_run("org.test.Hello") == "newer\n"


def test_copies_are_independent(default_upstream: Upstream, own_upstream: Upstream) -> None:
    summary = hashlib.sha256((default_upstream.path / "summary").read_bytes()).digest()
    own_upstream.bump(HELLO)
    own_upstream.remove(PLUGIN)
    own_upstream.update()
    assert PLUGIN not in own_upstream.ostree("refs").split()
    assert PLUGIN in default_upstream.refs
    assert (
        default_upstream.commit(HELLO) == default_upstream.refs[HELLO] != own_upstream.refs[HELLO]
    )
    now = hashlib.sha256((default_upstream.path / "summary").read_bytes()).digest()
    assert summary == now


def test_extra_data_and_end_of_life(
    own_upstream: Upstream, serve: Serve, client: Client, tmp_path: Path
) -> None:
    payloads = tmp_path / "payloads"
    payloads.mkdir()
    (payloads / "blob").write_bytes(b"not to be redistributed\n")
    extra = ExtraData(b"not to be redistributed\n", f"{serve(payloads).url}/blob")
    own_upstream.add_app("org.test.Extra", extra_data=extra)
    own_upstream.add_app("org.test.Gone", eol_rebase="org.test.Hello")
    own_upstream.update()
    client.remote_add_upstream("up", own_upstream, serve(own_upstream.path).url)
    client.install("up", "org.test.Extra")
    got = client.flatpak_run("org.test.Extra", "/app/extra/payload.bin", command="cat")
    assert got == "not to be redistributed\n"
    told = client.run("remote-info", "--user", "up", "org.test.Other").stdout
    assert "Nobody looks after it" in told
    raw = own_upstream.ostree("show", "--raw", f"app/org.test.Gone/{ARCH}/stable")
    assert "ostree.endoflife-rebase" in raw


def test_subsets_and_other_architectures(own_upstream: Upstream) -> None:
    own_upstream.add_app("org.test.Checked", subset="verified")
    other = own_upstream.add_runtime(arch="riscv64", runnable=False)
    own_upstream.add_app("org.test.Elsewhere", arch="riscv64")
    own_upstream.update()
    assert other == "runtime/org.test.Platform/riscv64/1"
    index = (own_upstream.path / "summary.idx").read_bytes()
    for name in (ARCH, "riscv64", f"verified-{ARCH}"):
        assert name.encode() + b"\0" in index


# ---- Servers


def fetch(server: Server | HostileServer, path: str, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=GUARD)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "file").write_bytes(bytes(range(256)) * 40)
    return tmp_path / "site"


def test_the_log_tells_everything(site: Path, serve: Serve) -> None:
    server = serve(site)
    fetch(server, "/file")
    fetch(server, "/file", Range="bytes=100-199")
    fetch(server, "/missing")
    asked = [
        (request.path, request.status, request.bytes, request.range)
        for request in server.requests()
    ]
    assert asked[:2] == [("/file", 200, 10240, ""), ("/file", 206, 100, "bytes=100-199")]
    assert asked[2][:2] == ("/missing", 404)
    server.forget()
    assert server.paths() == []


def test_http2_over_tls(site: Path, serve: Serve) -> None:
    server = serve(site, tls=True)
    assert server.ca is not None
    curl = ["curl", "--silent", "--fail", "--noproxy", "*", "--cacert", str(server.ca)]
    subprocess.run([*curl, f"{server.url}/file", "-o", os.devnull], check=True)
    assert [request.protocol for request in server.requests()] == ["HTTP/2.0"]


def test_latency(site: Path, serve: Serve) -> None:
    server = serve(site, latency=0.2)
    start = time.monotonic()
    assert fetch(server, "/file") == (200, (site / "file").read_bytes())
    assert time.monotonic() - start >= 0.2
    assert server.paths() == ["/file"]


def test_nothing_of_nginx_stays(site: Path) -> None:
    with Server(site) as server:
        port = server.port
        process = server._process
        assert process is not None
    assert process.returncode == 0
    with pytest.raises(ConnectionRefusedError):
        http.client.HTTPConnection("127.0.0.1", port).connect()
    assert not server._directory.exists()


def test_hostility(site: Path, hostile: Callable[[Path], HostileServer]) -> None:
    server = hostile(site)
    whole = (site / "file").read_bytes()
    assert fetch(server, "/file", Range="bytes=100-") == (206, whole[100:])

    server.on("/file", *unavailable(2))
    assert [fetch(server, "/file")[0] for _ in range(3)] == [503, 503, 200]
    server.on("/file", status("418 I'm a teapot"), ignore_range)
    assert fetch(server, "/file")[0] == 418
    assert fetch(server, "/file", Range="bytes=100-") == (200, whole)
    server.on("/file", cut(1000), lie_about_length(5), lie_about_length(-5))
    for _ in range(2):
        with pytest.raises(http.client.IncompleteRead):
            fetch(server, "/file")
    assert fetch(server, "/file") == (200, whole[:-5])
    server.on("/file", slow(1_000_000))
    assert fetch(server, "/file") == (200, whole)

    server.always["/away"] = redirect("file:///etc/passwd")
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=GUARD)
    connection.request("GET", "/away")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (302, "file:///etc/passwd")
    connection.close()
