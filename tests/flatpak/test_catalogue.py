"""The catalogue of a real upstream: fetched, verified, kept, searched; and what must be refused."""

import gzip
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import UpstreamError
from app.flatpak.catalogue.appstream import parse_catalogue
from app.flatpak.catalogue.database import Catalogue, Hit, Match
from app.flatpak.catalogue.source import (
    CatalogueError,
    NoCatalogueError,
    UntrustedCatalogueError,
    components_from_repository,
    load_catalogue,
)
from app.flatpak.remotes.remote import Remote
from app.flatpak.upstream.opening import UpstreamOpener
from app.flatpak.upstream.upstream import Upstream
from app.fs.root import Root
from app.ostree.objects import Commit, DirTree, ObjectKind, ObjectName
from app.ostree.pull.answers import NotFoundError
from app.ostree.pull.fetch import Network
from app.ostree.repository import Repository
from app.progress import CancelToken
from tests.gpg import SigningKey
from tests.waiting import GUARD

COLLECTION = "org.example.Apps"
ARCH = "x86_64"
APPS = {
    "org.example.Maps": """<id>org.example.Maps.desktop</id>
        <name>Maps</name><name xml:lang="de">Karten</name><name xml:lang="zh_CN">世界地图</name>
        <summary>Find places around the world</summary><summary xml:lang="de">Orte finden</summary>
        <keywords><keyword>geography</keyword><keyword xml:lang="de">Erdkunde</keyword></keywords>
        <developer_name>Ünïcode Ltd</developer_name>
        <categories><category>Education</category></categories>
        <project_license>GPL-3.0-or-later</project_license>""",
    "org.example.LibreOffice": """<id>org.example.LibreOffice</id>
        <name>LibreOffice</name><summary>Office with maps</summary>
        <project_license>MPL-2.0</project_license>""",
    "org.example.desktop": """<id>org.example.desktop</id><name>Mapsco</name>
        <summary>Chat</summary><project_license>LicenseRef-proprietary</project_license>""",
}


class Open(Protocol):
    def __call__(self, repo: Path, *, signed: bool = True) -> Upstream: ...


Load = Callable[[Upstream], Catalogue]


class Run(Protocol):
    def __call__(self, *command: str | Path) -> str: ...


@pytest.fixture(scope="module")
def key() -> Iterator[SigningKey]:
    made = SigningKey("Upstream <upstream@example.org>")
    yield made
    made.close()


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    home = tmp_path_factory.mktemp("home")
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        **{
            f"FLATPAK_{name}_DIR": str(home / name.lower())
            for name in ("USER", "SYSTEM", "CONFIG", "RUN")
        },
    }


@pytest.fixture(scope="module")
def run(environment: dict[str, str]) -> Run:
    def run(*command: str | Path) -> str:
        done = subprocess.run(
            [str(part) for part in command],
            env=environment, capture_output=True, text=True, timeout=GUARD, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, key: SigningKey, run: Run) -> Path:
    """A signed upstream as the real flatpak makes it, appstream branches and all."""
    base = tmp_path_factory.mktemp("upstream")
    repo = base / "repo"
    run("ostree", "init", f"--repo={repo}", "--mode=archive-z2", f"--collection-id={COLLECTION}")
    sign = (f"--gpg-sign={key.fingerprint}", f"--gpg-homedir={key.homedir}")
    for name, inside in APPS.items():
        build = base / name
        xmls = build / "files/share/app-info/xmls"
        icons = build / "files/share/app-info/icons/flatpak/64x64"
        for directory in (xmls, icons, build / "export"):
            directory.mkdir(parents=True)
        text = (
            f'<components><component type="desktop-application">{inside}</component></components>'
        )
        (xmls / f"{name}.xml.gz").write_bytes(gzip.compress(text.encode()))
        (icons / f"{name}.png").write_bytes(b"png")
        (build / "metadata").write_text(
            f"[Application]\nname={name}\nruntime=org.example.Platform/{ARCH}/1\n"
        )
        run(
            "flatpak", "build-export", "--disable-sandbox", "--no-update-summary",
            f"--arch={ARCH}", *sign, repo, build, "stable",
        )  # fmt: skip
    run("flatpak", "build-update-repo", *sign, repo)
    return repo


@pytest.fixture
def upstream_repo(built: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(built, tmp_path / "repo", symlinks=True))


@pytest.fixture
def opening(tmp_path: Path, key: SigningKey) -> Iterator[Open]:
    """`open_it(repo)` opens an upstream, with a cache that lasts for the test."""
    opened: list[Upstream] = []

    def open_it(repo: Path, *, signed: bool = True) -> Upstream:
        remote = Remote("test", f"file://{repo}", keys=(key.public,) if signed else ())
        cache = tmp_path / "cache"
        opened.append(
            UpstreamOpener(cache, Network(), CancelToken(), allow_unsigned=not signed).open(remote)
        )
        return opened[-1]

    yield open_it
    for one in opened:
        one.close()


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Load]:
    loaded: list[Catalogue] = []

    def load(upstream: Upstream) -> Catalogue:
        loaded.append(load_catalogue(upstream, ARCH, tmp_path / "cache"))
        return loaded[-1]

    yield load
    for one in loaded:
        one.close()


@pytest.fixture(scope="module")
def maps_and_more(
    built: Path, key: SigningKey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Catalogue]:
    cache = tmp_path_factory.mktemp("cache")
    remote = Remote("test", f"file://{built}", keys=(key.public,))
    upstream = UpstreamOpener(cache, Network(), CancelToken()).open(remote)
    try:
        with load_catalogue(upstream, ARCH, cache) as found:
            yield found
    finally:
        upstream.close()


def cache_file(tmp_path: Path) -> Path:
    (found,) = (tmp_path / "cache").rglob("*.sqlite")
    return found


def appstream_commit(repo: Path, ref: str) -> str:
    return (repo / "refs/heads" / ref).read_text().strip()


def appstream_file(repo: Path, ref: str) -> ObjectName:
    repository = Repository.open(Root(repo))
    commit = repository.read_commit(appstream_commit(repo, ref))
    tree = DirTree.parse(repository.read_object(ObjectName(commit.tree, ObjectKind.DIRTREE)))
    files = [checksum for name, checksum in tree.files if name.startswith("appstream.xml")]
    return ObjectName(files[0], ObjectKind.FILE)


def names(found: Iterable[Hit]) -> list[str]:
    return [one.component.id.removeprefix("org.example.") for one in found]


# Fetched, verified, kept


def test_what_flatpak_made_of_the_apps(maps_and_more: Catalogue) -> None:
    assert [one.id for one in maps_and_more.components()] == [
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
    found = load(opening(upstream_repo))
    assert found.commit == appstream_commit(upstream_repo, f"appstream/{ARCH}")
    assert len(found) == 3


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
    with load_catalogue(upstream, ARCH, tmp_path / "cache") as found:
        assert len(found) == 3


def test_readers_while_it_is_replaced(built: Path, opening: Open, tmp_path: Path) -> None:
    upstreams = [opening(built) for _ in range(4)]
    problems: list[Exception] = []

    def work(upstream: Upstream) -> None:
        try:
            for _ in range(5):
                with load_catalogue(upstream, ARCH, tmp_path / "cache") as found:
                    assert names(found.search("karten", ["de"], 5)) == ["Maps"]
                path = next((tmp_path / "cache").rglob("*.sqlite"), None)
                if path is not None:
                    path.unlink(missing_ok=True)
        except Exception as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in upstreams]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


# Trust


def test_an_unsigned_commit_is_refused(upstream_repo: Path, opening: Open, load: Load) -> None:
    checksum = appstream_commit(upstream_repo, f"appstream2/{ARCH}")
    name = ObjectName(checksum, ObjectKind.COMMITMETA)
    (upstream_repo / "objects" / name.path).unlink()
    with pytest.raises(UntrustedCatalogueError, match="Nobody signed"):
        load(opening(upstream_repo))


def test_damaged_signatures_are_refused(upstream_repo: Path, opening: Open, load: Load) -> None:
    checksum = appstream_commit(upstream_repo, f"appstream2/{ARCH}")
    path = upstream_repo / "objects" / ObjectName(checksum, ObjectKind.COMMITMETA).path
    for content in (b"junk", path.read_bytes().replace(b"\x88", b"\x89")):
        path.write_bytes(content)
        with pytest.raises(UntrustedCatalogueError):
            load(opening(upstream_repo))


def test_another_commit_in_its_place_is_refused(
    upstream_repo: Path, opening: Open, load: Load, run: Run, key: SigningKey
) -> None:
    sign = (f"--gpg-sign={key.fingerprint}", f"--gpg-homedir={key.homedir}")
    app = appstream_commit(upstream_repo, f"app/org.example.Maps/{ARCH}/stable")
    (upstream_repo / f"refs/heads/appstream2/{ARCH}").write_text(f"{app}\n")
    run("flatpak", "build-update-repo", "--no-update-appstream", *sign, upstream_repo)
    with pytest.raises(UntrustedCatalogueError, match="something else"):
        load(opening(upstream_repo))


def test_what_was_accepted_unsigned_is_not_used_once_there_is_a_key(
    upstream_repo: Path, opening: Open, load: Load
) -> None:
    found = load(opening(upstream_repo, signed=False))
    assert len(found) == 3
    checksum = appstream_commit(upstream_repo, f"appstream2/{ARCH}")
    name = ObjectName(checksum, ObjectKind.COMMITMETA)
    (upstream_repo / "objects" / name.path).unlink()
    load(opening(upstream_repo, signed=False))
    with pytest.raises(UntrustedCatalogueError):
        load(opening(upstream_repo))


def test_a_damaged_file_is_refused(upstream_repo: Path, opening: Open, load: Load) -> None:
    name = appstream_file(upstream_repo, f"appstream2/{ARCH}")
    path = upstream_repo / "objects" / name.path
    good = path.read_bytes()
    huge = good[:8] + (1 << 40).to_bytes(8, "big") + good[16:]
    for content in (good[:-3], good[:60] + b"\0" + good[61:], huge, b""):
        path.write_bytes(content)
        with pytest.raises(CatalogueError, match="cannot be read"):
            load(opening(upstream_repo))
    path.unlink()
    with pytest.raises(NotFoundError):
        load(opening(upstream_repo))


def test_a_damaged_tree_is_refused(upstream_repo: Path, opening: Open, load: Load) -> None:
    repository = Repository.open(Root(upstream_repo))
    commit = repository.read_commit(appstream_commit(upstream_repo, f"appstream2/{ARCH}"))
    path = repository.path / "objects" / ObjectName(commit.tree, ObjectKind.DIRTREE).path
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    with pytest.raises(UpstreamError, match="cannot be read"):
        load(opening(upstream_repo))


# Searched


@pytest.mark.parametrize(
    ("text", "languages", "expected"),
    [
        ("maps", [], ["Maps", "desktop", "LibreOffice"]),
        ("MAP", ["de"], ["Maps", "desktop", "LibreOffice"]),
        ("kart", ["de_AT"], ["Maps"]),
        ("kart", ["fr"], []),
        ("kart", ["en_US", "de"], ["Maps"]),
        ("erdk", ["de"], ["Maps"]),
        ("office", [], ["LibreOffice"]),
        ("libre off", [], ["LibreOffice"]),
        ("libreoff", [], ["LibreOffice"]),
        ("unicode", [], ["Maps"]),
        ("ÜNÏ", [], ["Maps"]),
        ("地图", ["zh-Hans"], ["Maps"]),
        ("图地", ["zh_CN"], []),
        ("maps geography", [], ["Maps"]),
        ("karten places", ["de"], ["Maps"]),
        ("education", [], ["Maps"]),
        ("org.example.desktop", [], ["desktop"]),
        ("ORG.EXAMPLE.LIBREOFFICE", [], ["LibreOffice"]),
        ("example", [], ["Maps", "desktop", "LibreOffice"]),
        ("aps", [], []),
        ("", [], []),
        (' "*() ', [], []),
    ],
)
def test_search(
    maps_and_more: Catalogue, text: str, languages: list[str], expected: list[str]
) -> None:
    assert names(maps_and_more.search(text, languages, 10)) == expected


def test_where_it_was_found(maps_and_more: Catalogue) -> None:
    found = maps_and_more.search("maps", [], 10)
    assert [one.match for one in found] == [Match.NAME, Match.NAME, Match.TEXT]
    assert [one.match for one in maps_and_more.search("geogr", [], 10)] == [Match.HANDLE]


@pytest.mark.parametrize("limit", [-1, 0, 1, 2, 3, 100])
def test_limit(maps_and_more: Catalogue, limit: int) -> None:
    whole = names(maps_and_more.search("example", [], 10))
    assert names(maps_and_more.search("example", [], limit)) == whole[: max(limit, 0)]


ODD = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.sampled_from(
            ["maps", "AND", "OR", "NOT", "NEAR(", '"', "'", "*", "^", ":", "name:", "{", "}", "-",
             "+", "(", ")", "%", "_", "\\", ";", "--", "\0", "地", "图", "ü", "=", "@", "\ud800"]
        ),
        max_size=20,
    ).map(" ".join),
)  # fmt: skip


@given(ODD, st.lists(st.one_of(st.text(max_size=8), st.sampled_from(["de", "zh_CN"])), max_size=4))
def test_no_query_is_too_odd(maps_and_more: Catalogue, text: str, languages: list[str]) -> None:
    for one in maps_and_more.search(text, languages, 5):
        assert one.component.id.startswith("org.example.")


@pytest.mark.parametrize("text", ["a" * 10**6, "a " * 10**5, '"' * 10**5, "地" * 10**5])
def test_no_query_is_too_long(maps_and_more: Catalogue, text: str) -> None:
    languages = [f"l{char}" for char in "abcdefghijklmnopqrstuvwxyz"]
    assert len(maps_and_more.search(text, languages, 5)) <= 1


def test_every_name_is_found_by_itself(maps_and_more: Catalogue) -> None:
    for component in maps_and_more.components():
        for language, name in component.names.items():
            assert maps_and_more.search(name, [language], 1)[0].component == component


@given(st.data())
def test_components_survive_the_database(data: st.DataObject) -> None:
    text = st.text(max_size=10)
    (base,) = parse_catalogue(
        b"<components><component><id>org.example.App</id>"
        b"<releases><release version='1' date='2024-01-01'/></releases>"
        b"<icon type='cached' width='64'>a.png</icon>"
        b"<bundle type='flatpak'>app/org.example.App/x86_64/stable</bundle>"
        b"</component></components>"
    )
    component = replace(
        base,
        names=data.draw(st.dictionaries(st.sampled_from(["", "de", "fr"]), text)),
        keywords=data.draw(st.dictionaries(text, st.lists(text, max_size=2).map(tuple))),
        categories=tuple(data.draw(st.lists(text, max_size=2))),
        end_of_life=data.draw(st.none() | st.dates()),
    )
    about = {"commit": "", "collection": ""}
    with Catalogue.build(iter([(component, b"")]), about) as built:
        assert built.get(component.ref) == component


# From a stick


def test_a_sticks_names(built: Path) -> None:
    found = components_from_repository(Repository.open(Root(built)), COLLECTION, ARCH)
    assert found.keys() == {f"app/{name}/{ARCH}/stable" for name in APPS}
    assert found[f"app/org.example.Maps/{ARCH}/stable"].name(["de"]) == "Karten"


def test_a_stick_with_the_older_branch_only(upstream_repo: Path) -> None:
    (upstream_repo / f"refs/heads/appstream2/{ARCH}").unlink()
    assert (
        len(components_from_repository(Repository.open(Root(upstream_repo)), COLLECTION, ARCH)) == 3
    )


def test_a_stick_with_a_subset(upstream_repo: Path) -> None:
    heads = upstream_repo / "refs/heads"
    (heads / f"appstream2/{ARCH}").rename(heads / f"appstream2/verified-{ARCH}")
    (heads / f"appstream/{ARCH}").unlink()
    assert (
        len(components_from_repository(Repository.open(Root(upstream_repo)), COLLECTION, ARCH)) == 3
    )


def test_a_stick_without(built: Path) -> None:
    repository = Repository.open(Root(built))
    assert components_from_repository(repository, COLLECTION, "riscv64") == {}
    assert components_from_repository(repository, "org.example.Other", ARCH) == {}


@pytest.mark.parametrize("kind", [ObjectKind.COMMIT, ObjectKind.DIRTREE, ObjectKind.FILE])
@pytest.mark.parametrize("damage", ["gone", "flipped", "empty", "directory"])
def test_a_damaged_stick(upstream_repo: Path, kind: ObjectKind, damage: str) -> None:
    repository = Repository.open(Root(upstream_repo))
    ref = f"appstream2/{ARCH}"
    checksum = appstream_commit(upstream_repo, ref)
    commit: Commit = repository.read_commit(checksum)
    name = {
        ObjectKind.COMMIT: ObjectName(checksum, ObjectKind.COMMIT),
        ObjectKind.DIRTREE: ObjectName(commit.tree, ObjectKind.DIRTREE),
        ObjectKind.FILE: appstream_file(upstream_repo, ref),
    }[kind]
    (upstream_repo / f"refs/heads/appstream/{ARCH}").unlink()
    path = repository.path / "objects" / name.path
    content = bytearray(path.read_bytes())
    path.unlink()
    if damage == "flipped":
        content[len(content) // 2] ^= 4
        path.write_bytes(content)
    elif damage == "empty":
        path.touch()
    elif damage == "directory":
        path.mkdir()
    assert components_from_repository(repository, COLLECTION, ARCH) == {}
