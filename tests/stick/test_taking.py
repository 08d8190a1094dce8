"""What is dropped on the window or opened with it comes to apps, a source, or a word."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from app.flatpak.remotes.known import Known
from app.flatpak.remotes.remote import Remote
from app.ostree.pull.fetch import Network
from app.progress import CancelToken
from app.stick.choices.taking import Taken, take
from tests.environments import environment_in
from tests.gpg import SigningKey
from tests.servers import Server
from tests.upstream import Upstream, host_arch

ARCH = host_arch()
HELLO = f"app/org.test.Hello/{ARCH}/stable"


@pytest.fixture
def school(default_upstream: Upstream, upstream_key: SigningKey) -> Remote:
    return Remote("school", default_upstream.path.as_uri(), keys=(upstream_key.public,))


def taken(place: Path, word: str | Path, *remotes: Remote) -> Taken:
    environment = environment_in(place, network=Network(retries=0))
    (only,) = take([str(word)], ARCH, environment, Known(remotes), CancelToken())
    return only


def ref_file(upstream: Upstream, name: str = "org.test.Hello", *, key: bool = True) -> str:
    public = base64.b64encode(upstream.key.public).decode()
    return (
        f"[Flatpak Ref]\nName={name}\nBranch=stable\nTitle=Hello\nIsRuntime=false\n"
        f"Url={upstream.path.as_uri()}\n" + (f"GPGKey={public}\n" if key else "")
    )


def said(result: Taken) -> str:
    (refusal,) = result.refused
    return f"{refusal.error.message} {refusal.error.hint}"


def test_an_app_of_a_known_source(
    default_upstream: Upstream, school: Remote, tmp_path: Path
) -> None:
    (path := tmp_path / "hello.flatpakref").write_text(ref_file(default_upstream))
    result = taken(tmp_path, path, school)
    assert [(app.ref, app.remote) for app in result.offered] == [(HELLO, "school")]
    assert result.offered[0].name
    assert not result.sources


def test_a_file_by_its_address_is_the_same(
    default_upstream: Upstream, school: Remote, tmp_path: Path
) -> None:
    (path := tmp_path / "so schön.flatpakref").write_text(ref_file(default_upstream))
    result = taken(tmp_path, path.as_uri(), school)
    assert [app.ref for app in result.offered] == [HELLO]
    assert result.name == "so schön.flatpakref"


def test_an_app_of_a_source_that_nobody_has_added(
    default_upstream: Upstream, upstream_key: SigningKey, tmp_path: Path
) -> None:
    (path := tmp_path / "hello.flatpakref").write_text(ref_file(default_upstream))
    result = taken(tmp_path, path)
    (source,) = result.sources
    assert source.fingerprints == (upstream_key.fingerprint,)
    assert source.remote.url == default_upstream.path.as_uri()
    assert not result.offered


def test_an_app_whose_source_has_no_key(default_upstream: Upstream, tmp_path: Path) -> None:
    """Whoever adds that source has to say that nobody vouches for it."""
    (path := tmp_path / "hello.flatpakref").write_text(ref_file(default_upstream, key=False))
    result = taken(tmp_path, path)
    assert not result.offered
    assert [offered.remote.keys for offered in result.sources] == [()]


def test_an_app_that_is_gone(default_upstream: Upstream, school: Remote, tmp_path: Path) -> None:
    text = ref_file(default_upstream, "org.test.Gone")
    (path := tmp_path / "gone.flatpakref").write_text(text)
    assert "org.test.Gone" in said(taken(tmp_path, path, school))


def test_a_source(default_upstream: Upstream, school: Remote, tmp_path: Path) -> None:
    path = tmp_path / "school.flatpakrepo"
    path.write_text(default_upstream.flatpakrepo(default_upstream.path.as_uri()))
    assert [offer.remote.name for offer in taken(tmp_path, path).sources] == ["school"]
    again = taken(tmp_path, path, school)
    assert again.known
    assert not again.sources


def test_a_list_and_what_of_it_cannot_be_had(school: Remote, tmp_path: Path) -> None:
    (path := tmp_path / "apps.txt").write_text("org.test.Hello\norg.test.Gone\n")
    result = taken(tmp_path, path, school)
    assert [app.ref for app in result.offered] == [HELLO]
    (refusal,) = result.refused
    assert "org.test.Gone" in refusal.name


def test_a_set(school: Remote, tmp_path: Path) -> None:
    path = tmp_path / "school.satchel-set"
    path.write_text('refs = ["org.test.Hello"]\n')
    assert [app.ref for app in taken(tmp_path, path, school).offered] == [HELLO]


def test_a_list_of_sets_is_for_the_settings(school: Remote, tmp_path: Path) -> None:
    (tmp_path / "a.satchel-set").write_text('refs = ["org.test.Hello"]\n')
    (tmp_path / "b.satchel-set").write_text('refs = ["org.test.Hello"]\n')
    path = tmp_path / "index.satchel-set"
    path.write_text('sets = ["a.satchel-set", "b.satchel-set"]\n')
    assert "list of sets" in said(taken(tmp_path, path, school))


def test_over_https_and_never_without(
    default_upstream: Upstream, school: Remote, tmp_path: Path
) -> None:
    (site := tmp_path / "site").mkdir()
    (site / "hello.flatpakref").write_text(ref_file(default_upstream))
    (site / "apps.txt").write_text("org.test.Hello\n")
    with Server(site) as server:
        for name in ("hello.flatpakref", "apps.txt"):
            result = taken(tmp_path, f"{server.url}/{name}", school)
            assert [app.ref for app in result.offered] == [HELLO], said(result)
    for name in ("hello.flatpakref", "apps.txt", "a.satchel-set"):
        assert "encryption" in said(taken(tmp_path, f"http://school.example/{name}", school))


def test_a_file_that_is_no_bundle(tmp_path: Path) -> None:
    (path := tmp_path / "hello.flatpak").write_bytes(b"flatpak\0" + bytes(4000))
    assert "it is no bundle, or damaged" in said(taken(tmp_path, path))


@pytest.mark.parametrize("kind", ["empty", "picture", "pipe", "gone", "huge"])
def test_anything_else_is_said(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "thing"
    match kind:
        case "empty":
            path.touch()
        case "picture":
            path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50)
        case "pipe":
            os.mkfifo(path)
        case "huge":
            path.write_bytes(b"\0" * 3_000_000)
    result = taken(tmp_path, path)
    assert "thing" in said(result)
    assert not result.offered
    assert not result.sources


def test_a_folder_is_to_be_looked_at(tmp_path: Path) -> None:
    """Whatever is in it: where drives are looked at, that is said as well."""
    assert taken(tmp_path, tmp_path).folder == tmp_path
    assert not taken(tmp_path, tmp_path).refused


@pytest.mark.parametrize("scheme", ["smb", "ftp", "trash", "mtp"])
def test_what_lies_where_nobody_can_fetch_it_is_said(tmp_path: Path, scheme: str) -> None:
    told = said(taken(tmp_path, f"{scheme}://nas/share/hello.flatpak"))
    assert told.startswith("hello.flatpak cannot be fetched")
    assert "Copy it to this computer" in told


def test_an_image_is_none_of_these(tmp_path: Path) -> None:
    (path := tmp_path / "class.img").write_bytes(bytes(100_000))
    assert "a whole drive in one file" in said(taken(tmp_path, path))


def test_one_that_cannot_be_used_stops_no_other(
    default_upstream: Upstream, school: Remote, tmp_path: Path
) -> None:
    (path := tmp_path / "hello.flatpakref").write_text(ref_file(default_upstream))
    environment = environment_in(tmp_path)
    results = take(
        [str(tmp_path / "gone"), str(path)], ARCH, environment, Known((school,)), CancelToken()
    )
    assert [bool(result.offered) for result in results] == [False, True]
