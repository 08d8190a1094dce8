"""Catalogues are fetched, kept, and taken anew."""

import threading
from hashlib import sha256
from pathlib import Path

import pytest

from app.flatpak.catalogue.database import Catalogue
from app.flatpak.catalogue.source import NoCatalogueError, load_catalogue
from app.flatpak.upstream.upstream import Upstream
from tests.flatpak.catalogue.upstreams import (
    ARCH,
    Load,
    Open,
    Run,
    appstream_commit,
    cache_file,
    names,
)
from tests.gpg import SigningKey


def test_what_flatpak_made_of_the_apps(maps_and_more: Catalogue) -> None:
    assert [component.id for component in maps_and_more.components()] == [
        "org.example.LibreOffice",
        "org.example.Maps",
        "org.example.desktop",
    ]
    assert len(maps_and_more) == 3
    maps = maps_and_more.get("org.example.Maps")
    assert maps is not None
    assert maps == maps_and_more.get(f"app/org.example.Maps/{ARCH}/stable")
    assert maps.name(["de_AT"]) == "Karten"
    assert maps.summary(["fr"]) == "Find places around the world"
    assert maps.developer == "Ünïcode Ltd"
    assert maps.keywords == {"": ("geography",), "de": ("Erdkunde",)}
    assert maps.is_free
    proprietary = maps_and_more.get("org.example.desktop")
    assert proprietary is not None
    assert not proprietary.is_free
    assert maps_and_more.get("org.example.Nothing") is None
    assert maps_and_more.get("app/' OR 1=1 --/x/y") is None


def test_a_second_time_nothing_is_requested(
    built: Path, opening: Open, load: Load, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = load(opening(built))
    again = opening(built)

    def refuse(*_: object) -> None:
        raise AssertionError("a request")

    again.table(ARCH)
    monkeypatch.setattr(again.client.source, "get", refuse)
    monkeypatch.setattr("app.flatpak.catalogue.source.read_catalogue", refuse)
    second = load(again)
    assert list(second.components()) == list(first.components())
    assert second.commit == first.commit == appstream_commit(built, f"appstream2/{ARCH}")
    assert cache_file(tmp_path).read_bytes().startswith(b"SQLite format 3\0")


def test_a_new_commit_is_taken(
    upstream_repo: Path, opening: Open, load: Load, run: Run, key: SigningKey
) -> None:
    old = load(opening(upstream_repo))
    sign = (f"--gpg-sign={key.fingerprint}", f"--gpg-homedir={key.homedir}")
    ref = f"app/org.example.Maps/{ARCH}/stable"
    run("ostree", f"--repo={upstream_repo}", "refs", "--delete", ref)
    run("flatpak", "build-update-repo", *sign, upstream_repo)
    new = load(opening(upstream_repo))
    assert len(new) == 2
    assert len(old) == 3, "readers of the old one are not disturbed"


def test_only_the_older_branch(
    upstream_repo: Path, opening: Open, load: Load, run: Run, key: SigningKey
) -> None:
    sign = (f"--gpg-sign={key.fingerprint}", f"--gpg-homedir={key.homedir}")
    run("ostree", f"--repo={upstream_repo}", "refs", "--delete", f"appstream2/{ARCH}")
    run("flatpak", "build-update-repo", "--no-update-appstream", *sign, upstream_repo)
    catalogue = load(opening(upstream_repo))
    assert catalogue.commit == appstream_commit(upstream_repo, f"appstream/{ARCH}")
    assert len(catalogue) == 3


def test_no_catalogue(built: Path, opening: Open, tmp_path: Path) -> None:
    upstream = opening(built)
    for arch in ("riscv64", "../../x86_64", ""):
        with pytest.raises(NoCatalogueError, match="no catalogue"):
            load_catalogue(upstream, arch, tmp_path / "cache")


@pytest.mark.parametrize("position", [0, 30, 5000, -40, -1])
def test_a_damaged_cache_is_made_anew(
    position: int, built: Path, opening: Open, load: Load, tmp_path: Path
) -> None:
    expected = list(load(opening(built)).components())
    path = cache_file(tmp_path)
    good = path.read_bytes()
    bad = bytearray(good)
    bad[position] ^= 1
    path.write_bytes(bad)
    assert list(load(opening(built)).components()) == expected
    assert path.read_bytes() == good


@pytest.mark.parametrize(
    "content", [b"", b"x" * 31, sha256(b"").digest(), b"junk" * 99 + sha256(b"junk" * 99).digest()]
)
def test_something_else_in_the_cache(
    content: bytes, built: Path, opening: Open, load: Load, tmp_path: Path
) -> None:
    load(opening(built))
    cache_file(tmp_path).write_bytes(content)
    assert len(load(opening(built))) == 3


def test_a_cache_that_cannot_be_written(
    built: Path, opening: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upstream = opening(built)

    def deny(*_: object, **__: object) -> None:
        raise PermissionError("no")

    monkeypatch.setattr("app.flatpak.upstream.cache.replace_file", deny)
    with load_catalogue(upstream, ARCH, tmp_path / "cache") as catalogue:
        assert len(catalogue) == 3


def test_readers_while_it_is_replaced(built: Path, opening: Open, tmp_path: Path) -> None:
    upstreams = [opening(built) for _ in range(4)]
    problems: list[Exception] = []

    def work(upstream: Upstream) -> None:
        try:
            for _ in range(5):
                with load_catalogue(upstream, ARCH, tmp_path / "cache") as catalogue:
                    assert names(catalogue.search("karten", ["de"], 5)) == ["Maps"]
                path = next((tmp_path / "cache").rglob("*.sqlite"), None)
                if path is not None:
                    path.unlink(missing_ok=True)
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(upstream,)) for upstream in upstreams]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
