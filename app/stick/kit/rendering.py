"""The receive kit: what lies in ``satchel/`` on a finished stick, for people.

Form: ``app/stick/store/FORMAT.md``. ``install.sh`` takes what it has to know from ``contents.tsv``.

Everything here is rendered from values; nothing is written. The same values give the same bytes:
`app.stick.checking.kit` renders once more what is on a stick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import PurePosixPath

from app import __version__
from app.errors import StickDamagedError
from app.flatpak.refs import Ref, is_valid_remote_name
from app.message import Message
from app.ostree.names import is_origin, origin_remote
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
    KitRef,
    WarningKind,
    all_refs,
    name_of,
    plain_field,
    refused_refs,
    several_sources,
    taken_from,
    unvouched_refs,
)
from app.stick.kit.installer import installer
from app.stick.kit.page import moment, page
from app.stick.store.images import NEEDED_FLATPAK

MakePage = Callable[[KitContents], bytes]
"""As `page` does it."""


def render(contents: KitContents, make_page: MakePage = page) -> dict[str, bytes]:
    """The kit's files: name in `KIT_FOLDER` to bytes.

    Raises:
        RefError: a ref is not that of an app or runtime.
        StickDamagedError: another name could not be used safely by a shell or as a file name.
    """
    _check(contents)
    names = key_file_names(contents.collections)
    files = {
        INSTALLER: installer(),
        CONTENTS: _contents(contents, names).encode(),
        PAGE: make_page(contents),
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
        if not is_origin(collection.id):
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
    files = {bundle.about.collection for bundle in contents.bundles}
    for bundle in contents.bundles:
        Ref.parse(bundle.about.ref)
    for image in contents.images:
        Ref.parse(image.ref)
    _check_registries(contents)
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
            if collection_id not in files and not is_origin(collection_id):
                raise StickDamagedError(
                    Message(
                        "{collection_id} is not a collection ID.", collection_id=repr(collection_id)
                    )
                )


def _check_registries(contents: KitContents) -> None:
    for registry in contents.registries:
        if not is_valid_remote_name(registry.remote) or registry.url != plain_field(registry.url):
            raise StickDamagedError(
                Message("{remote} is not the name of a remote.", remote=repr(registry.remote))
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

_DAY = 24 * 60 * 60
_VOUCHED = {True: "vouched", False: "unvouched"}
_Row = tuple[str, ...]
_LISTED = {True: "listed", False: "unlisted"}


def _days(made_at: int) -> tuple[str, str]:
    """The first day that a clock may show, and the day it was made.

    Clocks that count local time as UTC may be behind by hours.
    """
    # Whoever made the drive may have written any number: then as if it were of 1970.
    made = moment(made_at) if made_at > _DAY else None
    first = datetime.fromtimestamp(made_at - _DAY if made else 0, UTC)
    return f"{first:%Y%m%d}", f"{made or first:%Y-%m-%d}"


def _list_of(collection: KitCollection) -> Iterator[tuple[str, ...]]:
    """The copy of upstream's list, and the catalogues."""
    if collection.snapshot is not None:
        made = datetime.fromtimestamp(collection.snapshot, UTC)
        yield "list", collection.id, f"{made:%Y%m%d%H%M.%S}"
    for name, digest in collection.parts:
        yield "part", collection.id, name, digest
    for arch, commit in collection.catalogues:
        yield "catalogue", collection.id, arch, commit


def _contents(contents: KitContents, names: dict[str, str]) -> str:
    rows: list[_Row] = [
        ("satchel-contents", FORM),
        ("kit", __version__),
        ("repo", contents.repo),
        ("made", *_days(contents.made_at)),
        *_sources(contents, names),
    ]
    refs = all_refs(contents)
    rows += [
        ("ref", each.collection, each.ref, "chosen" if each.chosen else "needed", name_of(each))
        for each in refs
    ]
    rows += [row for each in contents.collections for row in _list_of(each)]
    rows += _about(contents, refs)
    rows += [("unvouched", *place) for place in sorted(unvouched_refs(contents))]
    rows += [
        ("unvouched", *place, "refused", *cause)
        for place, cause in sorted(refused_refs(contents).items())
    ]
    rows += [
        ("left-out", each.subject, each.kind.value)
        for each in contents.warnings
        if each.kind in (WarningKind.LEFT_OUT, WarningKind.EXTRA_DATA)
    ]
    return "".join("\t".join(plain_field(field) or "-" for field in row) + "\n" for row in rows)


def _sources(contents: KitContents, names: Mapping[str, str]) -> list[_Row]:
    rows: list[_Row] = [
        (
            "collection" if origin_remote(each.id) is None else "remote",
            each.id,
            each.remote,
            names[each.id],
            each.url,
            each.title or each.remote,
        )
        for each in contents.collections
    ]
    rows += [("unsigned", each.id) for each in contents.collections if each.unsigned]
    rows += [("formerly", each.id, url) for each in contents.collections for url in each.formerly]
    rows += [
        (
            "bundle",
            each.about.collection,
            each.sha256,
            _VOUCHED[not each.unvouched],
            str(each.made),
        )
        for each in contents.bundles
    ]
    rows += [
        ("registry", each.source, each.remote, NEEDED_FLATPAK, each.url, each.title or each.remote)
        for each in contents.registries
    ]
    return rows


def _about(contents: KitContents, refs: Sequence[KitRef]) -> list[_Row]:
    """What is known of refs beside what they are called."""
    taken = taken_from(contents)
    rows: list[_Row] = [
        ("commit", each.ref, each.collection, each.commit, _LISTED[each.listed], str(each.size))
        for each in refs
        if each.commit
    ]
    rows += [
        ("needs", each.ref, collection, needed)
        for each in refs
        if each.collection == taken[each.ref]
        for collection, needed in each.needs
    ]
    rows += [
        ("replaced", each.ref, each.collection, each.replaced_by)
        for each in contents.refs
        if each.replaced_by
    ]
    rows += [
        (
            "languages",
            each.ref,
            each.collection,
            ",".join(each.languages),
            ",".join(each.left_languages),
        )
        for each in contents.refs
        if each.languages is not None
    ]
    rows += [("requires", each.ref, *each.requires) for each in refs if each.requires]
    rows += [
        (
            "several",
            each.ref,
            plain_field(each.sources[0]),
            plain_field(", ".join(each.sources[1:])),
        )
        for each in several_sources(contents)
    ]
    rows += [
        ("extra", each.ref, each.collection, payload.sha256, payload.name, str(payload.size))
        for each in contents.refs
        for payload in each.payloads
    ]
    return rows
