"""What container registries list stands beside what remotes do: found, described, with icons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.flatpak.catalogue.browse import AppFilter
from app.flatpak.catalogue.catalogues import Catalogues
from app.flatpak.catalogue.opening import open_catalogues
from app.flatpak.registries.client import RegistryClient
from app.flatpak.registries.listing import fetch_list
from app.flatpak.remotes.remote import Registry
from app.flatpak.upstream.opening import UpstreamOpener
from app.ostree.pull.fetch import Network
from app.progress import CancelToken, silent
from tests.registry import RegistryServer
from tests.servers import HostileServer
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"
OTHER = f"app/org.test.Other/{ARCH}/stable"


def opened(cache: Path, registry: Registry) -> Catalogues:
    opener = UpstreamOpener(cache, Network(first_pause=0), CancelToken())
    return open_catalogues((), opener, ARCH, ("en",), 0, silent, (registry,))


def test_its_apps_are_found_described_and_have_icons(
    default_upstream: Upstream, tmp_path: Path
) -> None:
    with RegistryServer(tmp_path / "registry") as server:
        for ref in (HELLO, OTHER):
            server.add(default_upstream, ref)
        registry = server.registry()
        catalogues = opened(tmp_path / "cache", registry)
        selection = catalogues.select(AppFilter(text="hello"))
        (row,) = selection.rows(0, 1)
        assert (row.remote.name, row.ref) == ("reg", HELLO)
        assert row.component.summary(("en",))
        assert not row.remote.gpg_verify
        other = catalogues.find("reg", OTHER)
        assert other is not None
        assert other.ended
        icons = catalogues.icons([row], 64)
        assert icons["reg", HELLO].startswith(b"\x89PNG")
        about = catalogues.of("reg").about(HELLO)
        assert about.runtime is not None
        assert about.installed_size > 0
        catalogues.close()
    # Without the server it is as it was the last time.
    again = opened(tmp_path / "cache", registry)
    assert again.opened[0].stale is not None
    same = again.find("reg", HELLO)
    assert same is not None
    assert again.icons([same], 64) == icons
    again.close()


def test_a_list_that_has_not_changed_is_not_sent_again(
    hostile: Callable[..., HostileServer], tmp_path: Path
) -> None:
    server = hostile(tmp_path)
    body = b'{"Registry": "/", "Results": []}'
    server.everything = lambda exchange: (
        exchange.send("304 Not Modified")
        if exchange.headers.get("if-none-match") == '"one"'
        else exchange.send("200 OK", body, 'ETag: "one"')
    )
    url = f"oci+http://127.0.0.1:{server.port}"
    for _ in range(2):
        client = RegistryClient(Registry("reg", url, url), Network(), CancelToken())
        listed = fetch_list(client, ARCH, tmp_path / "cache", offline=False)
        assert not listed.content.images
    assert [exchange.headers.get("if-none-match") for exchange in server.asked] == [None, '"one"']
