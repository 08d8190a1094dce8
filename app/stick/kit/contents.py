"""What the kit tells about a stick, as values, and what its files are called."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from app.flatpak.extra_data import Payload
from app.flatpak.refs import Ref
from app.message import Message
from app.ostree.names import origin_remote
from app.text import Policy, clean

INSTALLER = "install.sh"
CONTENTS = "contents.tsv"
PAGE = "START-HERE.html"
NEEDS = "needs.sh"
KEY_FILE = ".flatpakrepo"

FORM = "1"
"""Of ``contents.tsv``."""


class KitCollection(Struct, frozen=True):
    """A source of apps.

    Attributes:
        id: the collection ID, or the origin of a remote that has none.
        remote: what the remote is called where it has to be added.
        title: what people call it; may be empty.
        url: where the remote's repository is.
        flatpakrepo: the file that adds the remote, with key and collection ID if it has them.
        snapshot: when upstream made the list of which the stick has a copy, seconds since 1970;
            None if there is none or it does not tell.
        parts: of that list, by the names that the index has for them, the digests.
        catalogues: of the commits of appstream, by architecture.
        unsigned: it has no key, so nobody vouches for what comes from it.
        formerly: where it was before it moved.
    """

    id: str
    remote: str
    title: str
    url: str
    flatpakrepo: bytes
    snapshot: int | None = None
    parts: tuple[tuple[str, str], ...] = ()
    catalogues: tuple[tuple[str, str], ...] = ()
    unsigned: bool = False
    formerly: tuple[str, ...] = ()


class KitRef(Struct, frozen=True):
    """An app, runtime or extension on the stick.

    Attributes:
        chosen: asked for by the maker of the stick, rather than needed by something else.
        name: what people call it; may be empty.
        size: bytes when installed; 0 if unknown.
        needs: collection and ref of its runtime and of everything else that should come along.
        replaced_by: the ref, of the same collection, that flatpak installs in its place; or empty.
        requires: versions of flatpak, as ``required-flatpak`` has them; what is none is left out.
        commit: its checksum; may be empty.
        listed: the copied list of upstream names this very commit.
        payloads: extra data that flatpak asks for, whether it is on the stick or not.
        licence: of what has any, an SPDX expression; may be empty.
        languages: of a Locale extension, where any were chosen on the stick, those that are there;
            else None.
        left_languages: those that are not.
        unsigned: its commit has no signature, though its source has a key.
        lacks: of an app, its runtime, where the stick has that from nowhere; or empty.
    """

    collection: str
    ref: str
    chosen: bool
    name: str = ""
    summary: str = ""
    version: str = ""
    size: int = 0
    needs: tuple[tuple[str, str], ...] = ()
    replaced_by: str = ""
    requires: tuple[str, ...] = ()
    commit: str = ""
    listed: bool = False
    payloads: tuple[Payload, ...] = ()
    licence: str = ""
    languages: tuple[str, ...] | None = None
    left_languages: tuple[str, ...] = ()
    unsigned: bool = False
    lacks: str = ""


class KitBundle(Struct, frozen=True):
    """An app or runtime that is on the stick as a file.

    Attributes:
        file: its name in the folder for bundles.
        sha256: of the file.
        about: what it is, as of any other; in place of a collection it has `bundle_source`.
        unvouched: nobody vouches for it.
        made: when its commit was made, seconds since 1970.
    """

    file: str
    sha256: str
    about: KitRef
    unvouched: bool
    made: int


class KitSystem(Struct, frozen=True):
    """An operating system on the stick, for which its own updater looks.

    Attributes:
        source: what people call its collection.
        version: as its publisher has it; may be empty.
        made: when its commit was made, seconds since 1970.
    """

    collection: str
    source: str
    ref: str
    version: str
    made: int


class KitRegistry(Struct, frozen=True):
    """A container registry that images on the stick are of.

    Attributes:
        source: `registry_source` of it.
        remote: what the remote is called where it has to be added.
        url: its address, as flatpak has it.
        title: what people call it; may be empty.
    """

    source: str
    remote: str
    url: str
    title: str


class WarningKind(Enum):
    """What people should know; the page has the words.

    Attributes:
        LEFT_OUT: of a ref, it is not on the drive.
        EXTRA_DATA: that as well, since part of it may only be had from its makers.
        FILE: of an app that comes as a file, nobody vouches for it; the value is the file.
        UNSIGNED: of what people call a source, nobody vouches for it; the values are its apps.
        UNSIGNABLE: of what people call a source, the values cannot be installed: their signature
            is missing, and flatpak wants it.
        REGISTRY: of what people call a container registry, what it means that nothing of it is
            signed; the values are which flatpak it needs, and its apps.
        RUNTIME: of what people call an app, the value is the runtime that the stick lacks for it.
        RENAMED: of a ref; the value is the one that is installed instead.
        NEWER_FLATPAK: of a ref; the values are which flatpak it needs, the newest first.
        TERMS: of what people call it, a part of it is its maker's; the value is its licence, which
            may be empty.
        LANGUAGES: there are translations into the values only.
        PARTLY_TRANSLATED: of a language, the values lack it.
        SEVERAL_SOURCES: of what people call an app, a computer has it from one source only; the
            values are what people call that, and the others.
    """

    LEFT_OUT = "left-out"
    EXTRA_DATA = "extra-data"
    FILE = "file"
    UNSIGNED = "unsigned"
    UNSIGNABLE = "signature-missing"
    REGISTRY = "registry"
    RUNTIME = "runtime"
    RENAMED = "renamed"
    NEWER_FLATPAK = "newer-flatpak"
    TERMS = "terms"
    LANGUAGES = "languages"
    PARTLY_TRANSLATED = "partly-translated"
    SEVERAL_SOURCES = "several-sources"


class KitWarning(Struct, frozen=True):
    """``subject``: the ref, source or language that it is about."""

    kind: WarningKind
    subject: str
    values: tuple[str, ...] = ()


class KitContents(Struct, frozen=True):
    """What the kit tells people and their computers about a stick.

    Attributes:
        repo: path of the repository, relative to the mount point.
        made_at: seconds since 1970.
        systems: what is on it beside, and is not for flatpak.
        bundles: apps as files.
        registries, images: container registries, and what is of them.
        warnings: what people should know.
        label: the drive's label, for the commands in START-HERE.html; may be empty.
        until: when the first key or signature on it ends, seconds since 1970; None if none does.
    """

    repo: str
    collections: tuple[KitCollection, ...]
    refs: tuple[KitRef, ...]
    made_at: int
    warnings: tuple[KitWarning, ...] = ()
    label: str = ""
    until: int | None = None
    systems: tuple[KitSystem, ...] = ()
    bundles: tuple[KitBundle, ...] = ()
    registries: tuple[KitRegistry, ...] = ()
    images: tuple[KitRef, ...] = ()


class Several(Struct, frozen=True):
    """An app that is on the stick from several sources; flatpak has a ref once.

    Attributes:
        name: what people call it.
        taken: the source that install.sh takes it from, `KitRef.collection`.
        sources: what people call that, and the others.
    """

    ref: str
    name: str
    taken: str
    sources: tuple[str, ...]

    @property
    def words(self) -> Message:
        return Message(
            "{name} is on the drive from several sources, and a computer has it once: install.sh "
            "installs that of {taken}, not that of {others}.",
            name=self.name,
            taken=self.sources[0],
            others=self.sources[1:],
        )


def taken_from(contents: KitContents) -> dict[str, str]:
    """Of refs the source that install.sh takes each from: the first, or the first that is vouched
    for."""
    unvouched = {each.id for each in contents.collections if each.unsigned}
    unvouched |= {each.about.collection for each in contents.bundles if each.unvouched}
    unvouched |= {each.source for each in contents.registries}
    taken: dict[str, str] = {}
    for each in all_refs(contents):
        first = taken.setdefault(each.ref, each.collection)
        if first in unvouched and each.collection not in unvouched:
            taken[each.ref] = each.collection
    return taken


def all_refs(contents: KitContents) -> tuple[KitRef, ...]:
    """In the order in which install.sh looks at them."""
    return (*contents.refs, *(each.about for each in contents.bundles), *contents.images)


def unvouched_refs(contents: KitContents) -> frozenset[tuple[str, str]]:
    """What is not signed though its source signs, and what needs such, as (source, ref): flatpak
    brings the one along with the other, and looks at no signature of what lies on a drive. Without
    what it refuses."""
    unvouched = {
        (each.collection, each.ref)
        for each in contents.refs
        if each.unsigned and origin_remote(each.collection) is None
    }
    grown = bool(unvouched)
    while grown:
        more = {
            (each.collection, each.ref)
            for each in all_refs(contents)
            if not unvouched.isdisjoint(each.needs)
        }
        grown = not more <= unvouched
        unvouched |= more
    return frozenset(unvouched - refused_refs(contents).keys())


def refused_refs(
    contents: KitContents, *, sideloads: bool = True
) -> dict[tuple[str, str], tuple[str, str]]:
    """What flatpak installs from no drive, as (source, ref), by what is not signed, itself or what
    it runs on: of a source that signs and has no collection ID it takes nothing without; of any
    that signs, where it does not sideload, as from a network."""
    unsigned = {
        (each.collection, each.ref)
        for each in contents.refs
        if each.unsigned and not (sideloads and origin_remote(each.collection) is None)
    }
    refused = {place: place for place in unsigned}
    for each in all_refs(contents):
        runtime = runs_on(each)
        if runtime in unsigned:
            refused.setdefault((each.collection, each.ref), runtime)
    return refused


def runs_on(app: KitRef) -> tuple[str, str] | None:
    """The runtime of an app, the first of what it needs; None if that is not on the stick."""
    ref = Ref.parse(app.ref)
    first = app.needs[0] if app.needs and ref.kind == "app" else None
    if first is None or Ref.parse(first[1]).id.startswith(f"{ref.id}."):
        return None
    return first


def several_sources(contents: KitContents) -> tuple[Several, ...]:
    """The apps of which a computer gets one of several."""
    by_ref: dict[str, list[KitRef]] = {}
    for each in all_refs(contents):
        if each.ref.startswith("app/"):
            by_ref.setdefault(each.ref, []).append(each)
    several = {ref: found for ref, found in by_ref.items() if len(found) > 1}
    if not several:
        return ()
    taken, called = taken_from(contents), _source_names(contents)
    told = []
    for ref, found in several.items():
        sources = sorted((each.collection for each in found), key=lambda id: id != taken[ref])
        first = next(each for each in found if each.collection == taken[ref])
        told.append(Several(ref, name_of(first), taken[ref], tuple(called[id] for id in sources)))
    return tuple(told)


def _source_names(contents: KitContents) -> dict[str, str]:
    names = {each.about.collection: each.file for each in contents.bundles}
    for collection in contents.collections:
        title = collection.title or collection.remote
        names[collection.id] = with_address(title, collection.url)
    for each in contents.registries:
        names[each.source] = with_address(each.title or each.remote, each.url)
    return names


def with_address(title: str, url: str) -> str:
    """What a drive calls a source, and what it cannot make up: where the source is."""
    return f"{title}, {url}" if url else title


def registry_source(remote: str) -> str:
    """What stands for a container registry as a source. For nobody but the kit."""
    return f"registry:{remote}"


def bundle_source(file: str) -> str:
    """What stands for the source of a bundle. For nobody but the kit."""
    return f"bundle:{file}"


def is_bundle_source(source: str) -> bool:
    return source.startswith(bundle_source(""))


def name_of(ref: KitRef) -> str:
    """What people call it; else its ID. Raises RefError."""
    return plain_field(ref.name) or Ref.parse(ref.ref).id


def with_id(name: str, id: str) -> str:
    """What people call something, and its ID; once, if it has no other name."""
    return id if name == id else f"{name} ({id})"


def plain_field(text: str) -> str:
    """Text that ends no line and no field; it comes from upstream and ends up in a terminal."""
    return clean(text, Policy.FIELD)
