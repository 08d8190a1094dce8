"""A remote's filter hides what flatpak hides, held against flatpak."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.flatpak.remotes.filters import FilterError, RefFilter
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.opening import UpstreamOpener
from app.ostree.pull.fetch import Network
from app.progress import CancelToken
from tests.client import Client
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"

GOOD = [
    b"",
    b"# nothing\n\n",
    b"deny *\n",
    b"deny *\nallow org.test.Hello\n",
    b"deny *\nallow runtime/*  # all of them\n",
    b"deny *\nallow runtime/org.test.Platform\nallow app/org.test.H*/*/stable\n",
    b"\tdeny  org.test.*//stable\r\nallow org.test.Hello*\n",
    b"deny app/*\nallow org.test.Large/%s/master" % ARCH.encode(),
    b"allow org.test.Hello\n",
    b"deny org.test.Hello.Locale\ndeny runtime/*.Locale\n",
    b"deny org.test.Hell\ndeny rg.test.Hello\ndeny org-test-Hello\n",
    b"deny org.test.Hello/\ndeny //stable\n",
    b"deny runtime/*/%s\n" % ARCH.encode(),
]
BAD = [
    b"deny\n",
    b"deny *\nforbid *\n",
    b"deny * *\n",
    b"deny app/\n",
    b"deny a/b/c/d\n",
    b"deny org.test.H$\n",
    b"deny [a]\n",
    b"Deny *\n",
]


def shown_by_flatpak(client: Client) -> set[str] | None:
    """What a client is shown of its only remote; None if it fails."""
    done = client.run("remote-ls", "--user", "--all", "--columns=ref", "up", check=False)
    return set(done.stdout.split()) if done.returncode == 0 else None


@pytest.fixture(scope="module")
def shop(default_upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Client:
    client = Client(tmp_path_factory.mktemp("filters") / "client")
    client.remote_add_upstream("up", default_upstream, default_upstream.path.as_uri())
    return client


@pytest.mark.parametrize("content", [*GOOD, *BAD])
def test_a_filter_hides_what_flatpak_hides(
    shop: Client, default_upstream: Upstream, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "filter"
    path.write_bytes(content)
    config = shop.repo / "config"
    lines = [line for line in config.read_text().splitlines() if not line.startswith("xa.filter")]
    place = lines.index('[remote "up"]') + 1
    config.write_text("\n".join([*lines[:place], f"xa.filter={path}", *lines[place:], ""]))
    theirs = shown_by_flatpak(shop)
    if content in BAD:
        assert theirs is None
        with pytest.raises(FilterError):
            RefFilter.parse(content)
        return
    remote = Remote(
        "up",
        default_upstream.path.as_uri(),
        keys=(default_upstream.key.public,),
        filter=RefFilter.parse(content),
    )
    upstream = UpstreamOpener(tmp_path / "cache", Network(), CancelToken()).open(remote)
    assert theirs is not None
    ours = {str(ref) for ref in upstream.table(ARCH).refs() if ref.arch == ARCH}
    assert ours == theirs
    assert (upstream.lookup(HELLO, ARCH) is not None) == (HELLO in theirs)
    assert upstream.lookup(f"appstream2/{ARCH}", ARCH) is not None
    upstream.close()
