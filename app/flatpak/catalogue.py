"""The catalogue of a remote: fetched and verified, kept on this computer, searched while one types.

It is an SQLite database with FTS5 that is built in memory and kept as one file, its digest at the
end. Readers load the whole file, some 20 MB for Flathub, and check it: nobody ever sees a half
written, exchanged or damaged one, and nothing has to be locked.

Words are cut and folded here, not by SQLite: then FTS5 never sees a character of a query that it
could take for syntax, "office" finds LibreOffice, and scripts without spaces can be searched.
Every word carries its language, so that a search reads nothing of the languages nobody asked for.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.closing import Closing
from app.errors import TrustError, UpstreamError
from app.files import read_bounded
from app.flatpak.appstream import (
    MAX_CATALOGUE_SIZE,
    Component,
    Icon,
    main_components,
    parse_catalogue,
    read_catalogue,
)
from app.flatpak.appstream_details import Details, parse_details
from app.flatpak.cache import RemoteCache
from app.flatpak.index import UpstreamRef
from app.flatpak.upstream import MAX_SIGNATURE_SIZE, Upstream
from app.languages import UNTRANSLATED, fallbacks
from app.ostree.content import check_content, unpack_content
from app.ostree.fetch import NotFoundError
from app.ostree.gvariant import FormatError
from app.ostree.names import is_ref_name
from app.ostree.objects import (
    MAX_METADATA_SIZE,
    Commit,
    DirTree,
    Kind,
    ObjectName,
    check_metadata,
    detached_signatures,
)
from app.ostree.repository import Repository
from app.trust.verdict import Judgement, Verdict

MAX_FILE_SIZE = 128 * 1024 * 1024
"""Bytes of the catalogue as the repository stores it. Flathub has some 10 MB."""

MAX_QUERY = 200
"""Characters of a query that count."""

_FORMAT = "2"
_EFFORT = 3
_SEPARATOR = "\n"
_DIGEST_BYTES = 32
_MAX_WORDS = 8
_MAX_LANGUAGES = 16
_EVERYTHING = 1_000_000
_FILES = ("appstream.xml", "appstream.xml.gz")


class CatalogueError(UpstreamError):
    """The catalogue of a remote cannot be had."""


class NoCatalogueError(CatalogueError):
    """The remote publishes none for this architecture."""


class UntrustedCatalogueError(TrustError):
    """The catalogue's commit is not signed as it has to be, or is another collection's."""


class Match(StrEnum):
    """Where a search found its words."""

    NAME = "name"
    HANDLE = "handle"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Found:
    """A hit. ``match``: all words in the name; in the name, ID or keywords; or anywhere."""

    component: Component
    match: Match


@dataclass(frozen=True, slots=True)
class Outline:
    """What lists are filtered and sorted by. ``number``: of the component in its catalogue.

    ``released`` and ``ends`` are days such as 2026-05-03, or empty.
    """

    number: int
    ref: str
    main: bool
    free: bool
    verified: bool
    released: str
    ends: str
    categories: tuple[str, ...]


class Catalogue(Closing):
    """The apps of one remote and architecture. May be used from several threads."""

    def __init__(self, connection: sqlite3.Connection, about: Mapping[str, str]) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self.commit = about["commit"]
        self.collection = about["collection"]

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def __len__(self) -> int:
        count: int = self._query("SELECT count(*) FROM component")[0][0]
        return count

    def components(self) -> Iterator[Component]:
        """All of them, by ID."""
        for (data,) in self._query("SELECT data FROM component ORDER BY id, number"):
            yield _decode(data)

    def get(self, name: str) -> Component | None:
        """The component of a full ref or of an ID; None if there is none."""
        column = "ref" if "/" in name else "id"
        rows = self._query(
            f"SELECT data FROM component WHERE {column} = ? ORDER BY number LIMIT 1", name
        )
        return _decode(rows[0][0]) if rows else None

    def details(self, name: str, languages: Sequence[str]) -> Details:
        """The rest about the component of a full ref or of an ID; empty if there is none."""
        column = "ref" if "/" in name else "id"
        rows = self._query(
            "SELECT xml FROM element WHERE number = "
            f"(SELECT min(number) FROM component WHERE {column} = ?)",
            name,
        )
        return parse_details(zlib.decompress(rows[0][0]), languages) if rows else Details()

    def outlines(self) -> list[Outline]:
        """All components, by number."""
        return [
            Outline(
                number, ref, bool(main), bool(free), bool(verified), released, ends,
                tuple(categories.split(_SEPARATOR)) if categories else (),
            )
            for number, ref, main, free, verified, released, ends, categories in self._query(
                "SELECT number, ref, main, free, verified, released, ends, categories "
                "FROM component ORDER BY number"
            )
        ]  # fmt: skip

    def labels(self, languages: Sequence[str]) -> dict[int, str]:
        """Number → name to sort by, in the most preferred of ``languages`` that there is."""
        found: dict[int, str] = {}
        for language in fallbacks(languages)[:_MAX_LANGUAGES]:
            for number, folded in self._query(
                "SELECT number, min(folded) FROM label WHERE language = ? GROUP BY number", language
            ):
                found.setdefault(number, folded)
        return found

    def rows(self, numbers: Sequence[int]) -> list[Component]:
        """The components of these numbers, in this order."""
        marks = ",".join("?" * len(numbers))
        data = dict(
            self._query(f"SELECT number, data FROM component WHERE number IN ({marks})", *numbers)
        )
        return [_decode(data[number]) for number in numbers]

    def matching(self, text: str, languages: Sequence[str]) -> list[int]:
        """The numbers of all that `search` would find, best first."""
        return list(self._ranked(text, languages, _EVERYTHING))

    def search(self, text: str, languages: Sequence[str], limit: int) -> list[Found]:
        """What a person may mean by ``text``; every word has to be the beginning of some word.

        Best first: the exact ID, names that begin with the text, names with all the words, then
        IDs and keywords, then summaries, developers and categories; in each the shortest names
        first. Texts in ``languages`` (such as ``de_AT``) and untranslated ones are looked at.
        """
        best = list(self._ranked(text, languages, limit).items())[: max(limit, 0)]
        components = self.rows([number for number, _ in best])
        return [Found(one, match) for one, (_, match) in zip(components, best, strict=True)]

    def _ranked(self, text: str, languages: Sequence[str], limit: int) -> dict[int, Match]:
        # Arguments of a command that are not UTF-8 arrive as lone surrogates.
        text = text[:MAX_QUERY].encode(errors="replace").decode()
        words = _words(text)[:_MAX_WORDS]
        if not words or limit < 1:
            return {}
        spoken = tuple(dict.fromkeys((*fallbacks(languages)[:_MAX_LANGUAGES], UNTRANSLATED)))
        found: dict[int, Match] = {}
        for match, rows in self._tiers(text, words, spoken, limit):
            for (number,) in rows:
                found.setdefault(number, match)
            if len(found) >= limit:
                break
        return found

    def _tiers(
        self, text: str, words: list[tuple[str, ...]], languages: Sequence[str], limit: int
    ) -> Iterator[tuple[Match, list[Any]]]:
        yield (
            Match.HANDLE,
            self._query(
                "SELECT number FROM component WHERE id = ? COLLATE NOCASE ORDER BY number LIMIT ?",
                text.strip(),
                limit,
            ),
        )
        start = _label(text)
        marks = ",".join("?" * len(languages))
        yield (
            Match.NAME,
            self._query(
                f"SELECT number FROM label WHERE language IN ({marks}) AND folded >= ? "
                "AND folded < ? ORDER BY length(folded), number LIMIT ?",
                *languages,
                start,
                start + "\U0010ffff",
                # One component may have several such names.
                limit * len(languages),
            ),
        )
        expression = _expression(words, languages)
        for columns, match in (
            ("{name}", Match.NAME),
            ("{name handle}", Match.HANDLE),
            ("{name handle rest}", Match.TEXT),
        ):
            yield (
                match,
                self._query(
                    # Numbers are given out in the order wanted: FTS5 stops at the limit.
                    "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?",
                    f"{columns} : ({expression})",
                    2 * limit,
                ),
            )

    def _query(self, statement: str, *values: str | int) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


# From an upstream


def load_catalogue(upstream: Upstream, arch: str, cache_directory: Path) -> Catalogue:
    """The catalogue that belongs to the upstream's snapshot.

    Nothing is requested while the cached one is of the same commit. Raises `NoCatalogueError`,
    `UntrustedCatalogueError`, `UpstreamError`. The caller closes it.
    """
    ref = catalogue_ref(upstream, arch)
    cache = RemoteCache(cache_directory, upstream.remote.url)
    path = f"catalogue/{ref.name.replace('/', '-')}.sqlite"
    about = {
        "format": _FORMAT,
        "collection": upstream.snapshot.collection,
        "ref": ref.name,
        "commit": ref.commit,
        # A catalogue that other keys vouched for is not this remote's.
        "keys": sha256(b"".join(sha256(key).digest() for key in upstream.remote.keys)).hexdigest(),
    }
    cached = cache.read(path)
    if cached is not None:
        catalogue = _open(cached, about, unsigned=_unsigned_allowed(upstream))
        if catalogue is not None:
            return catalogue
    del cached
    commit, judgement = _trusted_commit(upstream, ref)
    about["signature"] = judgement.verdict.value
    try:
        data = _read_catalogue(commit, lambda name, limit: _request(upstream, name, limit))
        connection = _build(read_catalogue(data), about)
    except (FormatError, sqlite3.Error) as error:
        # SQLite can be without FTS5, though nobody's is.
        raise CatalogueError(
            f"The catalogue of {upstream.remote.label} cannot be read: {error}.",
            "Apps can still be named by their IDs. Try again later, or from another network.",
        ) from error
    content = connection.serialize()
    cache.write(path, content + sha256(content).digest())
    return Catalogue(connection, about)


def catalogue_refs(arch: str, subset: str = "") -> tuple[str, ...]:
    """The refs that may hold a catalogue, best first, as flatpak looks for them."""
    name = f"{subset}-{arch}" if subset else arch
    return f"appstream2/{name}", f"appstream/{name}"


def catalogue_ref(upstream: Upstream, arch: str) -> UpstreamRef:
    """The ref that holds the catalogue. Raises `NoCatalogueError`."""
    for name in catalogue_refs(arch, upstream.remote.subset):
        ref = upstream.lookup(name, arch) if is_ref_name(name) else None
        if ref is not None:
            return ref
    raise NoCatalogueError(
        f"{upstream.remote.label} publishes no catalogue of its apps for {arch}.",
        "Name the apps by their IDs.",
    )


def _unsigned_allowed(upstream: Upstream) -> bool:
    """A snapshot without signature is only there because somebody accepted that."""
    return upstream.snapshot.signature.verdict is Verdict.UNSIGNED


def _trusted_commit(upstream: Upstream, ref: UpstreamRef) -> tuple[Commit, Judgement]:
    label = upstream.remote.label
    hint = "Nothing was used. Check the remote's key, or try again from another network."
    data = upstream.commits([ref.commit])[ref.commit]
    judgement = Judgement(Verdict.UNSIGNED)
    try:
        commit = Commit.parse(data)
        if upstream.remote.keys:
            judgement = upstream.keyring.verify(data, _signatures(upstream, ref.commit))
    except FormatError as error:
        raise UntrustedCatalogueError(
            f"The signature of {label}'s catalogue is damaged: {error}.", hint
        ) from error
    unsigned = judgement.verdict is Verdict.UNSIGNED and _unsigned_allowed(upstream)
    if not judgement.good and not unsigned:
        raise UntrustedCatalogueError(
            f"The catalogue of {label} cannot be trusted: {judgement.describe()}", hint
        )
    collection = upstream.snapshot.collection
    if commit.collection_binding != collection or ref.name not in commit.ref_bindings:
        raise UntrustedCatalogueError(
            f"What {label} publishes as its catalogue was made for something else: it does not "
            f"name {ref.name} of {collection}.",
            hint,
        )
    return commit, judgement


def _signatures(upstream: Upstream, commit: str) -> tuple[bytes, ...]:
    try:
        detached = _request(upstream, ObjectName(commit, Kind.COMMITMETA), MAX_SIGNATURE_SIZE)
    except NotFoundError:
        return ()
    return detached_signatures(detached)


def _request(upstream: Upstream, name: ObjectName, limit: int) -> bytes:
    data = upstream.source.get(f"objects/{name.path}", limit).data
    assert data is not None
    return data


def _read_catalogue(commit: Commit, read: Callable[[ObjectName, int], bytes]) -> bytes:
    """The catalogue's file in a commit; every object is checked against its name."""
    root = ObjectName(commit.tree, Kind.DIRTREE)
    tree = read(root, MAX_METADATA_SIZE)
    check_metadata(root, tree)
    files = dict(DirTree.parse(tree).files)
    checksum = next((files[name] for name in _FILES if name in files), None)
    if checksum is None:
        raise FormatError("its commit holds no catalogue")
    data = read(ObjectName(checksum, Kind.FILE), MAX_FILE_SIZE)
    # The size stands first in the file's header. Never unpacks to more than it says.
    if int.from_bytes(data[8:16], "big") > MAX_CATALOGUE_SIZE:
        raise FormatError("the catalogue is larger than it can be")
    check_content(checksum, data)
    _, target, content = unpack_content(data)
    if target:
        raise FormatError("the catalogue is a symbolic link")
    return content


# From a stick


def components_from_repository(
    repository: Repository, collection: str, arch: str
) -> dict[str, Component]:
    """Ref → component, from the catalogue a repository carries; empty if it is damaged or missing.

    For showing names: checksums are checked, signatures are not.
    """
    refs: Mapping[str, str] = {}
    with suppress(OSError):
        refs = repository.mirror_refs(collection)
    subsets = [
        name for name in refs if name.startswith("appstream2/") and name.endswith(f"-{arch}")
    ]
    for name in (*catalogue_refs(arch), *sorted(subsets)):
        if name in refs:
            with suppress(OSError, FormatError):
                return main_components(_carried(repository, refs[name]))
    return {}


def _carried(repository: Repository, checksum: str) -> Iterator[Component]:
    name = ObjectName(checksum, Kind.COMMIT)
    commit = repository.read_object(name)
    check_metadata(name, commit)
    return parse_catalogue(
        _read_catalogue(
            Commit.parse(commit),
            lambda name, limit: read_bounded(repository.object_path(name), limit),
        )
    )


# The database

_SCHEMA = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE component (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, ref TEXT NOT NULL, main INTEGER NOT NULL,
    free INTEGER NOT NULL, verified INTEGER NOT NULL, released TEXT NOT NULL, ends TEXT NOT NULL,
    categories TEXT NOT NULL, data TEXT NOT NULL
);
CREATE TABLE element (number INTEGER PRIMARY KEY, xml BLOB NOT NULL);
CREATE INDEX component_id ON component (id COLLATE NOCASE);
CREATE INDEX component_ref ON component (ref);
CREATE TABLE label (
    language TEXT, folded TEXT, number INTEGER, PRIMARY KEY (language, folded, number)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (
    name, handle, rest, content = '', columnsize = 0, tokenize = "ascii tokenchars '=@_'"
);
"""


def _build(
    components: Iterator[tuple[Component, bytes]], about: Mapping[str, str]
) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    try:
        connection.executescript(_SCHEMA)
        connection.executemany("INSERT INTO about VALUES (?, ?)", about.items())
        # Packed at once: all together they are sixty megabytes.
        packed = [(component, zlib.compress(xml, _EFFORT)) for component, xml in components]
        packed.sort(key=lambda one: _order(one[0]))
        for number, (component, xml) in enumerate(packed):
            connection.execute(
                "INSERT INTO component VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (number, *_columns(component), _encode(component)),
            )
            connection.execute("INSERT INTO element VALUES (?, ?)", (number, xml))
            connection.executemany(
                "INSERT OR IGNORE INTO label VALUES (?, ?, ?)",
                (
                    (language, _label(name), number)
                    for language, name in (component.names or {UNTRANSLATED: component.id}).items()
                ),
            )
            connection.execute(
                "INSERT INTO words (rowid, name, handle, rest) VALUES (?, ?, ?, ?)",
                (number, *_index_columns(component)),
            )
        connection.commit()
    except BaseException:
        connection.close()
        raise
    return connection


def _open(data: bytes, about: Mapping[str, str], *, unsigned: bool) -> Catalogue | None:
    """A cached catalogue if it is undamaged and the one that is wanted."""
    view = memoryview(data)
    content, digest = view[:-_DIGEST_BYTES], view[-_DIGEST_BYTES:]
    if not content or sha256(content).digest() != digest:
        return None
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    try:
        connection.deserialize(content)
        connection.execute("PRAGMA query_only = ON")
        found = dict(connection.execute("SELECT key, value FROM about"))
    except sqlite3.Error:
        found = {}
    signature = found.pop("signature", "")
    good = signature == Verdict.GOOD.value
    good = good or (unsigned and signature == Verdict.UNSIGNED.value)
    if found != about or not good:
        connection.close()
        return None
    return Catalogue(connection, found)


def _order(component: Component) -> tuple[bool, bool, int, str, str]:
    label = _label(component.name(()))
    return (
        not component.ref.startswith("app/"),
        not component.is_main,
        len(label),
        label,
        component.ref,
    )


def _columns(component: Component) -> tuple[str | int, ...]:
    return (
        component.id,
        component.ref,
        component.is_main,
        component.is_free,
        component.verified,
        component.release_date.isoformat() if component.release_date else "",
        component.end_of_life.isoformat() if component.end_of_life else "",
        _SEPARATOR.join(component.categories),
    )


def _encode(component: Component) -> str:
    values = [getattr(component, name) for name in Component.__slots__]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Icon):
        return [value.name, value.width, value.height]
    raise TypeError(type(value))


def _decode(data: str) -> Component:
    values = dict(zip(Component.__slots__, json.loads(data), strict=True))
    return Component(
        **values
        | {
            "keywords": {name: tuple(words) for name, words in values["keywords"].items()},
            "categories": tuple(values["categories"]),
            "icons": tuple(Icon(*icon) for icon in values["icons"]),
            "release_date": values["release_date"] and date.fromisoformat(values["release_date"]),
            "end_of_life": values["end_of_life"] and date.fromisoformat(values["end_of_life"]),
        }
    )


# Words

# Scripts written without spaces between words: Thai to Burmese, Khmer, kana, Han.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUNS = re.compile(rf"([{_UNSPACED}]+)|[^\W_{_UNSPACED}]+")
_ASCII_WORDS = re.compile(r"[a-z0-9]+")
_MIXED = re.compile(r"\b[A-Za-z0-9]+[a-z0-9][A-Z][A-Za-z0-9]*\b")
_CAMEL = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")


def _fold(text: str) -> str:
    """Without case, accents and compatibility forms."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()


def _label(text: str) -> str:
    return " ".join(_fold(text).split())


def _words(text: str) -> list[tuple[str, ...]]:
    """The words of a text, folded; a run of characters without spaces is a tuple of several."""
    return [tuple(match[0]) if match[1] else (match[0],) for match in _RUNS.finditer(_fold(text))]


def _tagged(language: str, text: str) -> Iterator[str]:
    """The words of a text as the index has them, and the parts of a CamelCase word."""
    tag = language.lower()
    for word in _words(text):
        for part in word:
            yield f"{tag}={part}"
    for word in _MIXED.findall(text):
        for part in _CAMEL.findall(word):
            yield f"{tag}={part.lower()}"


def _index_columns(component: Component) -> tuple[str, str, str]:
    def joined(*texts: tuple[str, str]) -> str:
        return " ".join(word for language, text in texts for word in _tagged(language, text))

    keywords = [(language, word) for language, ws in component.keywords.items() for word in ws]
    plain = [component.developer, *component.categories]
    return (
        joined(*component.names.items()),
        joined((UNTRANSLATED, component.id), *keywords),
        joined(*component.summaries.items(), *((UNTRANSLATED, text) for text in plain)),
    )


def _expression(words: Sequence[tuple[str, ...]], languages: Sequence[str]) -> str:
    """An FTS5 query: every word, in any of the languages.

    Words and languages consist of letters, digits, ``@`` and ``_``: nothing can end the quotes.
    """
    tags = [language.lower() for language in languages]
    return " AND ".join(
        "(" + " OR ".join(f'"{" ".join(f"{tag}={p}" for p in word)}"*' for tag in tags) + ")"
        for word in words
    )
