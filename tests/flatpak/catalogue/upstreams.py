"""The upstream whose catalogues are tried, and what is looked up in it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

from app.flatpak.catalogue.database import Catalogue, Hit
from app.flatpak.upstream.upstream import Upstream
from app.fs.root import Root
from app.ostree.objects import DirTree, ObjectKind, ObjectName
from app.ostree.repository import Repository

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


def cache_file(tmp_path: Path) -> Path:
    (file,) = (tmp_path / "cache").rglob("*.sqlite")
    return file


def appstream_commit(repo: Path, ref: str) -> str:
    return (repo / "refs/heads" / ref).read_text().strip()


def appstream_file(repo: Path, ref: str) -> ObjectName:
    repository = Repository.open(Root(repo))
    commit = repository.read_commit(appstream_commit(repo, ref))
    tree = DirTree.parse(repository.read_object(ObjectName(commit.tree, ObjectKind.DIRTREE)))
    files = [checksum for name, checksum in tree.files if name.startswith("appstream.xml")]
    return ObjectName(files[0], ObjectKind.FILE)


def names(hits: Iterable[Hit]) -> list[str]:
    return [hit.component.id.removeprefix("org.example.") for hit in hits]
