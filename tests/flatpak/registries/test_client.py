"""Container registries: what they list, and how content of theirs is fetched and checked."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import UpstreamError
from app.flatpak.registries.client import DamagedBlobError, RegistryClient, place_of
from app.flatpak.registries.image import (
    Descriptor,
    ImageError,
    digest_of,
    read_config,
    read_list,
    read_manifest,
)
from app.flatpak.remotes.remote import Registry
from app.ostree.pull.fetch import Network
from app.progress import CancelToken
from tests.build_contents import PLATFORM
from tests.registry import RegistryServer
from tests.servers import Exchange, HostileServer, cut
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
APP = f"app/org.test.Notes/{ARCH}/stable"
CONTENT = bytes(range(256)) * 400
BLOB = Descriptor(digest_of(CONTENT), len(CONTENT))
AT = f"/v2/apps/notes/blobs/{BLOB.digest}"

HostileStarter = Callable[..., HostileServer]


def client(registry: Registry, **network: Any) -> RegistryClient:
    return RegistryClient(registry, Network(first_pause=0, **network), CancelToken())


class Bad:
    """A registry that answers as it is told to, for one image, ``apps/notes``.

    Attributes:
        server: its rules.
    """

    def __init__(self, server: HostileServer, *, user: str = "") -> None:
        self.server = server
        self.url = f"oci+http://{user}127.0.0.1:{server.port}"
        server.everything = self._answer

    def _answer(self, exchange: Exchange) -> None:
        if exchange.path.startswith("/index/static?"):
            exchange.send("200 OK", json.dumps({"Registry": "/", "Results": []}).encode())
        else:
            exchange.good()

    def client(self, **network: Any) -> RegistryClient:
        made = client(Registry("reg", self.url, self.url), **network)
        made.list(ARCH)
        return made


@pytest.fixture
def bad(hostile: HostileStarter, tmp_path: Path) -> Bad:
    place = tmp_path / AT.lstrip("/")
    place.parent.mkdir(parents=True)
    place.write_bytes(CONTENT)
    return Bad(hostile(tmp_path))


def test_a_registry_lists_apps_and_hands_out_their_images(
    default_upstream: Upstream, tmp_path: Path
) -> None:
    runtime = next(ref for ref in default_upstream.refs if PLATFORM in ref)
    with RegistryServer(tmp_path) as server:
        digest = server.add(default_upstream, runtime)
        reader = client(server.registry())
        listed = reader.list(ARCH).images[runtime]
        manifest = read_manifest(reader.manifest(listed.repository, digest), runtime)
        labels = read_config(reader.small(listed.repository, manifest.config), runtime).labels
        (layer,) = manifest.layers
        pieces: list[bytes] = []
        reader.fetch(listed.repository, layer, 0, pieces.append)
        reader.close()
    assert listed.digest == digest
    assert digest_of(b"".join(pieces)) == layer.digest
    assert str(labels.ref) == runtime
    assert "[Runtime]" in str(labels.metadata)
    assert labels.installed_size > 0
    assert labels.timestamp is not None


def test_what_breaks_off_goes_on_where_it_was(bad: Bad) -> None:
    bad.server.rules[AT] = [cut(1000), cut(20_000)]
    pieces: list[bytes] = []
    bad.client().fetch("apps/notes", BLOB, 0, pieces.append)
    assert b"".join(pieces) == CONTENT
    asked = [each.headers.get("range") for each in bad.server.asked if each.path == AT]
    assert asked[0] is None
    assert None not in asked[1:3]
    assert len(asked) == 3


def test_a_server_without_ranges_sends_it_again(bad: Bad) -> None:
    bad.server.always[AT] = lambda exchange: exchange.send("200 OK", CONTENT)
    pieces: list[bytes] = []
    bad.client().fetch("apps/notes", BLOB, 70_000, pieces.append)
    assert b"".join(pieces) == CONTENT[70_000:]


def test_more_than_was_said_is_not_taken(bad: Bad) -> None:
    bad.server.always[AT] = lambda exchange: exchange.send("200 OK", CONTENT + b"x")
    with pytest.raises(UpstreamError):
        bad.client(retries=0).fetch("apps/notes", BLOB, 0, lambda _: None)


def test_other_content_is_recognised(bad: Bad) -> None:
    bad.server.always[AT] = lambda exchange: exchange.send("200 OK", CONTENT[::-1])
    with pytest.raises(DamagedBlobError):
        bad.client().small("apps/notes", BLOB)


def test_a_token_is_fetched_once_for_a_repository(bad: Bad) -> None:
    realm = f"http://127.0.0.1:{bad.server.port}/token"

    def guarded(exchange: Exchange) -> None:
        if exchange.headers.get("authorization") == "Bearer sesame":
            exchange.good()
        else:
            exchange.send(
                "401 Unauthorized",
                b"",
                f'WWW-Authenticate: Bearer realm="{realm}",service="reg",scope="repository:x:pull"',
            )

    asked = "/token?scope=repository%3Ax%3Apull&service=reg"
    bad.server.always[AT] = guarded
    bad.server.always[asked] = lambda exchange: exchange.send("200 OK", b'{"token": "sesame"}')
    reader = bad.client()
    assert reader.small("apps/notes", BLOB) == CONTENT
    assert reader.small("apps/notes", BLOB) == CONTENT
    assert bad.server.paths().count(asked) == 1


def test_the_name_in_the_address_answers_a_registry_that_asks(
    hostile: HostileStarter, tmp_path: Path, bad: Bad
) -> None:
    named = Bad(hostile(tmp_path), user="anna:geheim@")
    expected = f"Basic {base64.b64encode(b'anna:geheim').decode()}"

    def guarded(exchange: Exchange) -> None:
        if exchange.headers.get("authorization") == expected:
            exchange.good()
        else:
            exchange.send("401 Unauthorized", b"", 'WWW-Authenticate: Basic realm="reg"')

    named.server.always[AT] = bad.server.always[AT] = guarded
    assert named.client().small("apps/notes", BLOB) == CONTENT
    with pytest.raises(UpstreamError, match="denies access"):
        bad.client().small("apps/notes", BLOB)


@pytest.mark.parametrize(
    ("address", "url", "tag"),
    [
        ("oci+https://example.org", "https://example.org/index/static", "latest"),
        ("oci+https://example.org/a/#beta", "https://example.org/a/index/static", "beta"),
        ("oci+http://example.org/index", "http://example.org/index/static", "latest"),
        ("oci+http://example.org/index/", "http://example.org/index/static", "latest"),
    ],
)
def test_where_the_list_is(address: str, url: str, tag: str) -> None:
    place = place_of(Registry("reg", address, address))
    assert (place.url, place.tag) == (url, tag)


def _list(**image: Any) -> bytes:
    labels = {"org.flatpak.ref": APP, "org.flatpak.metadata": "[Application]\n"}
    whole = {"Digest": BLOB.digest, "Architecture": "amd64", "Labels": labels, **image}
    return json.dumps(
        {"Registry": "/", "Results": [{"Name": "notes", "Images": [whole], "Lists": []}]}
    ).encode()


@pytest.mark.parametrize(
    "image",
    [
        {"Digest": "sha512:" + "0" * 128},
        {"Digest": "sha256:../../x"},
        {"Labels": {}},
        {"Labels": {"org.flatpak.ref": "app/../x/y", "org.flatpak.metadata": "x"}},
        {"Labels": {"org.flatpak.ref": APP}},
        {"Labels": None},
    ],
)
def test_what_is_no_flatpak_is_not_listed(image: dict[str, Any]) -> None:
    assert APP in read_list(_list(), ARCH, "url")
    assert not read_list(_list(**image), ARCH, "url").images


@given(st.binary() | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner)
    | st.dictionaries(st.sampled_from(["Registry", "Results", "Name", "Images", "config"]), inner),
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    for read in (
        lambda: read_list(data, ARCH, "url"),
        lambda: read_manifest(data, "app"),
        lambda: read_config(data, "app"),
    ):
        with contextlib.suppress(ImageError):
            read()


class Asked:
    """A token that is paused until it was asked twice whether it is."""

    times = 0

    def check(self) -> None:
        pass

    @property
    def paused(self) -> bool:
        self.times += 1
        return self.times < 3


def test_paused_nothing_new_is_asked_for(bad: Bad) -> None:
    bad.client()
    asked = Asked()
    paused = RegistryClient(Registry("reg", bad.url, bad.url), Network(first_pause=0), asked)

    assert not paused.list(ARCH).images
    assert asked.times > 2


# ---- How registries answer


@pytest.mark.parametrize(
    ("answer", "headers", "says"),
    [
        (
            "401 Unauthorized",
            'WWW-Authenticate: Bearer realm="https://a.example/t"',
            "denies access",
        ),
        ("401 Unauthorized", "WWW-Authenticate: Basic", "denies access"),
        ("403 Forbidden", "", "denies access"),
        ("404 Not Found", "", "404"),
        ("429 Too Many Requests", "Retry-After: 0", "429"),
        ("503 Service Unavailable", "", "503"),
    ],
)
def test_a_list_that_is_refused_is_told(bad: Bad, answer: str, headers: str, says: str) -> None:
    bad.server.everything = lambda exchange: exchange.send(answer, b"", *filter(None, [headers]))
    with pytest.raises(UpstreamError) as told:
        bad.client(retries=1)
    assert says in f"{told.value.message} {told.value.hint}"


def test_a_list_may_come_packed(bad: Bad) -> None:
    asked: list[str] = []

    def packed(exchange: Exchange) -> None:
        asked.append(exchange.headers["accept-encoding"])
        exchange.send("200 OK", gzip.compress(_list()), "Content-Encoding: gzip")

    bad.server.everything = packed
    reader = client(Registry("reg", bad.url, bad.url))
    assert APP in reader.list(ARCH)
    assert "gzip" in asked[0]


def test_content_is_never_unpacked_on_the_way(bad: Bad) -> None:
    """Its digest is that of what is stored."""
    bad.client().small("apps/notes", BLOB)
    (asked,) = (each for each in bad.server.asked if each.path == AT)
    assert "accept-encoding" not in asked.headers


@pytest.mark.parametrize(
    "challenge",
    [
        ("Bearer realm={realm},service=reg",),
        ('Basic realm="reg"', 'Bearer realm="{realm}",service="reg"'),
        ('Basic realm="reg", Bearer realm="{realm}", service="reg"',),
        ('Bearer realm="{realm}", service="reg", Basic realm="other"',),
        ('bearer Realm="{realm}",Service="reg"',),
    ],
)
def test_a_registry_may_ask_in_several_ways(bad: Bad, challenge: tuple[str, ...]) -> None:
    realm = f"http://127.0.0.1:{bad.server.port}/token"

    def guarded(exchange: Exchange) -> None:
        if exchange.headers.get("authorization") == "Bearer sesame":
            exchange.good()
        else:
            said = (f"WWW-Authenticate: {each.format(realm=realm)}" for each in challenge)
            exchange.send("401 Unauthorized", b"", *said)

    asked = "/token?scope=repository%3Aapps%2Fnotes%3Apull&service=reg"
    bad.server.always[AT] = guarded
    bad.server.always[asked] = lambda exchange: exchange.send(
        "200 OK", b'{"access_token": "sesame"}'
    )
    assert bad.client().small("apps/notes", BLOB) == CONTENT


def test_content_may_be_elsewhere_and_nobody_there_is_told_who_asks(
    bad: Bad, hostile: HostileStarter, tmp_path: Path
) -> None:
    elsewhere = bad.server
    moved = f"Location: http://localhost:{elsewhere.port}{AT}"
    named = Bad(hostile(tmp_path), user="anna:geheim@")

    def guarded(exchange: Exchange) -> None:
        if "authorization" not in exchange.headers:
            exchange.send("401 Unauthorized", b"", 'WWW-Authenticate: Basic realm="reg"')
        else:
            exchange.send("307 Temporary Redirect", b"", moved)

    named.server.always[AT] = guarded
    pieces: list[bytes] = []
    named.client().fetch("apps/notes", BLOB, 0, pieces.append)
    assert b"".join(pieces) == CONTENT
    assert all("authorization" not in each.headers for each in elsewhere.asked)


def test_what_a_list_has_besides_does_no_harm() -> None:
    known = json.loads(_list())
    (result,) = known["Results"]
    (image,) = result["Images"]
    delta = {"Digest": BLOB.digest, "MediaType": "application/vnd.redhat.delta.config.v1+json"}
    result |= {"Rating": 5, "Tags": ["stable", "latest"], "Lists": None}
    image |= {"MediaType": "application/vnd.oci.image.manifest.v1+json", "OS": "linux"}
    image |= {"Tags": ["latest", "beta"], "Annotations": {"a": None}, "DeltaUrl": "../d"}
    result["Images"] = [None, 5, delta, {"Digest": 7}, image]
    known |= {"Results": [None, [], {"Name": 5}, {"Name": "empty", "Images": None}, result]}
    known["Version"] = 2
    assert list(read_list(json.dumps(known).encode(), ARCH, "url").images) == [APP]


def test_a_list_of_lists_has_images_for_several_architectures() -> None:
    known = json.loads(_list())
    (result,) = known["Results"]
    (image,) = result.pop("Images")
    labels = {**image["Labels"], "org.flatpak.ref": "app/org.test.Notes/aarch64/stable"}
    arm = {"Digest": digest_of(b"arm"), "Architecture": "arm64", "Labels": labels}
    result["Lists"] = [{"Digest": digest_of(b"list"), "Images": [arm, image]}]
    data = json.dumps(known).encode()
    assert list(read_list(data, ARCH, "url").images) == [APP]
    assert list(read_list(data, "aarch64", "url").images) == [labels["org.flatpak.ref"]]


def test_a_large_list_is_read_and_one_without_end_is_not(
    bad: Bad, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = json.loads(_list())
    (result,) = known["Results"]
    (image,) = result["Images"]
    picture = "data:image/png;base64," + "A" * 20_000
    result["Images"] = [
        {
            **image,
            "Labels": {
                "org.flatpak.ref": f"app/org.test.A{number}/{ARCH}/stable",
                "org.flatpak.metadata": "[Application]\n",
                "org.freedesktop.appstream.icon-64": picture,
            },
        }
        for number in range(1_000)
    ]
    data = json.dumps(known).encode()
    bad.server.everything = lambda exchange: exchange.send(
        "200 OK", gzip.compress(data, 1), "Content-Encoding: gzip"
    )
    reader = client(Registry("reg", bad.url, bad.url), retries=0)
    assert len(reader.list(ARCH).images) == 1_000
    monkeypatch.setattr("app.flatpak.registries.client.MAX_INDEX", len(data) - 1)
    with pytest.raises(UpstreamError):
        reader.list(ARCH)
