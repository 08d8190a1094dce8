"""What people add a repository by: ``NAME.flatpakrepo``, ``APP.flatpakref`` of each app, and
``NAME.ed25519`` with a key for libostree."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from app.flatpak.refs import Ref
from app.flatpak.remotes.flatpakrepo import RepoFile
from app.formats.keyfile import dump
from app.fs.nodes import Node
from app.fs.root import Root
from app.media.publishing.maker import Maker
from app.media.publishing.publication import SCRATCH, Publication

_ENDINGS = (".flatpakrepo", ".flatpakref", ".ed25519")


def repo_files(publication: Publication, url: str, maker: Maker) -> dict[str, bytes]:
    """File name → bytes."""
    words = publication.words
    key = maker.key.public_key()
    repo = RepoFile(
        url=url,
        title=words.title or publication.name,
        homepage=words.homepage,
        comment=words.comment,
        description=words.description,
        icon=words.icon,
        default_branch=words.default_branch,
        collection_id=publication.collection,
        key=key,
    )
    name = f"{publication.name}.flatpakrepo"
    files = {name: repo.dump(secrets=True)}
    if maker.ed25519 is not None:
        files[f"{publication.name}.ed25519"] = f"{maker.ed25519.public}\n".encode()
    runtimes = f"{url.rstrip('/')}/{quote(name)}"
    refs = [ref for text in publication.refs if (ref := Ref.parse_or_none(text)) is not None]
    for file, app in _apps(refs, words.default_branch).items():
        fields = {
            "Version": "1",
            "Name": app.id,
            "Branch": app.branch,
            "Title": f"{app.id} ({repo.title})",
            "IsRuntime": "false",
            "Url": url,
            "RuntimeRepo": runtimes,
            "SuggestRemoteName": publication.name,
            "DeploySideloadCollectionID": publication.collection,
            "DeployCollectionID": publication.collection,
            "GPGKey": base64.b64encode(key).decode("ascii"),
        }
        files[file] = dump({"Flatpak Ref": fields})
    return files


def _apps(refs: Iterable[Ref], default_branch: str) -> Mapping[str, Ref]:
    """File name → app; of several branches only the usual one is called by the app alone."""
    apps: dict[tuple[str, str], Ref] = {
        (ref.id, ref.branch): ref for ref in refs if ref.kind == "app"
    }
    branches: dict[str, list[str]] = {}
    for id, branch in sorted(apps):
        branches.setdefault(id, []).append(branch)
    files = {}
    for (id, branch), ref in apps.items():
        alone = branches[id] == [branch] or branch == default_branch
        files[f"{id}.flatpakref" if alone else f"{id}-{branch}.flatpakref"] = ref
    return files


def write_repo_files(root: Root, files: Mapping[str, bytes]) -> None:
    """Those of what is published no more go. Raises OSError."""
    for name, data in files.items():
        root.replace(name, data, durable=False, scratch=SCRATCH)
    for entry in list(root.entries()):
        if entry.name.endswith(_ENDINGS) and entry.name not in files and entry.node is Node.FILE:
            root.remove(entry.path)
