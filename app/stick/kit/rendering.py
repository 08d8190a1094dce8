"""The receive kit: what lies in ``satchel/`` on a finished stick, for people.

Form: ``app/stick/store/FORMAT.md``. ``install.sh`` takes what it has to know from ``contents.tsv``.

Everything here is rendered from values; nothing is written. The same values give the same bytes:
`app.stick.checking.kit` renders once more what is on a stick.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from app import __version__
from app.errors import StickDamagedError
from app.flatpak.refs import Ref, is_valid_remote_name
from app.message import Message
from app.ostree.names import is_collection_id
from app.resources import resource
from app.stick.kit.contents import (
    CONTENTS,
    FORM,
    INSTALLER,
    KEY_FILE,
    NEEDS,
    PAGE,
    KitCollection,
    KitContents,
    name_of,
    plain_field,
)
from app.stick.kit.page import page


def render(contents: KitContents) -> dict[str, bytes]:
    """The kit's files: name in `KIT_FOLDER` to bytes.

    Raises:
        RefError: a ref is not that of an app or runtime.
        StickDamagedError: another name could not be used safely by a shell or as a file name.
    """
    _check(contents)
    names = key_file_names(contents.collections)
    files = {
        INSTALLER: resource("kit", INSTALLER).read_bytes(),
        CONTENTS: _contents(contents, names).encode(),
        PAGE: page(contents),
        NEEDS: resource("kit", NEEDS).read_bytes(),
    }
    for collection in contents.collections:
        files[names[collection.id]] = collection.flatpakrepo
    return files


def _check(contents: KitContents) -> None:
    path = PurePosixPath(contents.repo)
    leads_out = path.is_absolute() or ".." in path.parts or not path.parts
    if leads_out or contents.repo != plain_field(contents.repo):
        raise StickDamagedError(
            Message(
                "The path of the repository, {repo}, does not lead into the drive.",
                repo=repr(contents.repo),
            )
        )
    known = set()
    for collection in contents.collections:
        if not is_collection_id(collection.id):
            raise StickDamagedError(
                Message("{collection} is not a collection ID.", collection=repr(collection.id))
            )
        if not is_valid_remote_name(collection.remote):
            raise StickDamagedError(
                Message("{remote} is not the name of a remote.", remote=repr(collection.remote))
            )
        if collection.id in known:
            raise StickDamagedError(
                Message("The collection {collection} is there twice.", collection=collection.id)
            )
        known.add(collection.id)
    for ref in contents.refs:
        Ref.parse(ref.ref)
        if ref.collection not in known:
            raise StickDamagedError(
                Message(
                    "{ref} is of {collection}, whose source is not known.",
                    ref=ref.ref,
                    collection=ref.collection,
                )
            )
        if ref.replaced_by:
            Ref.parse(ref.replaced_by)
        for collection_id, needed in ref.needs:
            Ref.parse(needed)
            if not is_collection_id(collection_id):
                raise StickDamagedError(
                    Message(
                        "{collection_id} is not a collection ID.", collection_id=repr(collection_id)
                    )
                )


def key_file_names(collections: Iterable[KitCollection]) -> dict[str, str]:
    """Collection ID to file name, different also where case does not count, as on FAT."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for collection in collections:
        stem, number = collection.remote, 1
        while stem.lower() in taken:
            number += 1
            stem = f"{collection.remote}-{number}"
        taken.add(stem.lower())
        names[collection.id] = f"{stem}{KEY_FILE}"
    return names


# ---- contents.tsv


def _contents(contents: KitContents, names: dict[str, str]) -> str:
    rows: list[tuple[str, ...]] = [
        ("satchel-contents", FORM),
        ("kit", __version__),
        ("repo", contents.repo),
    ]
    rows += [
        ("collection", each.id, each.remote, names[each.id], each.url, each.title or each.remote)
        for each in contents.collections
    ]
    rows += [
        ("ref", each.collection, each.ref, "chosen" if each.chosen else "needed", name_of(each))
        for each in contents.refs
    ]
    rows += [
        ("needs", each.ref, collection, needed)
        for each in contents.refs
        for collection, needed in each.needs
    ]
    rows += [
        ("replaced", each.ref, each.collection, each.replaced_by)
        for each in contents.refs
        if each.replaced_by
    ]
    rows += [("requires", each.ref, *each.requires) for each in contents.refs if each.requires]
    return "".join("\t".join(plain_field(field) or "-" for field in row) + "\n" for row in rows)
