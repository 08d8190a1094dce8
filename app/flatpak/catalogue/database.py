"""The catalogue of a remote as a database, searched while one types.

It is an SQLite database with FTS5 that is built in memory and kept as one file, its digest at the
end. Readers load the whole file, some 20 MB for Flathub, and check it: nobody ever sees a half
written, exchanged or damaged one, and nothing has to be locked.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from msgspec import Struct

from app.closing import Closing
from app.flatpak.catalogue.appstream_icons import AppIcon
from app.flatpak.catalogue.component import Component
from app.flatpak.catalogue.search_terms import cut, fold_name, index_columns
from app.flatpak.catalogue.search_terms import match as match_expression
from app.flatpak.catalogue.spelling import Vocabulary
from app.languages import UNTRANSLATED, fallbacks
from app.trust.verdict import Verdict

if TYPE_CHECKING:
    from app.flatpak.catalogue.appstream_details import Details

FORMAT = "5"
"""Of the database; part of what a catalogue is said to be ``about``."""

MAX_QUERY = 200
"""Characters of a query that count."""

_EFFORT = 3
_SEPARATOR = "\n"
_DIGEST_BYTES = 32
_MAX_WORDS = 8
_MAX_LANGUAGES = 16
_EVERYTHING = 1_000_000


_SCHEMA = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE component (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL, ref TEXT NOT NULL, main INTEGER NOT NULL,
    free INTEGER NOT NULL, verified INTEGER NOT NULL, released TEXT NOT NULL, ends TEXT NOT NULL,
    categories TEXT NOT NULL, languages TEXT NOT NULL, data TEXT NOT NULL
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

# Of this connection only: what is kept does not hold it.
_VOCABULARY = "CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab ('main', 'words', 'row')"


class Match(StrEnum):
    """Where a search found its words."""

    NAME = "name"
    HANDLE = "handle"
    TEXT = "text"


class Hit(Struct, frozen=True):
    """A hit. ``match``: all words in the name; in the name, ID or keywords; or anywhere."""

    component: Component
    match: Match


class AppOutline(Struct, frozen=True):
    """What lists are filtered and sorted by. ``number``: of the component in its catalogue.

    ``released`` and ``ends`` are days such as 2026-05-03, or empty; ``languages`` as a component's.
    """

    number: int
    ref: str
    main: bool
    free: bool
    verified: bool
    released: str
    ends: str
    categories: tuple[str, ...]
    languages: Mapping[str, int]


class Catalogue(Closing):
    """The apps of one remote and architecture. May be used from several threads."""

    def __init__(self, connection: sqlite3.Connection, about: Mapping[str, str]) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._words: tuple[tuple[str, ...], Vocabulary] | None = None
        self.commit = about["commit"]
        self.collection = about["collection"]

    @classmethod
    def build(cls, components: Iterator[tuple[Component, bytes]], about: Mapping[str, str]) -> Self:
        """Of components and their elements. Raises what reading them raises, sqlite3.Error."""
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        try:
            connection.executescript(_SCHEMA)
            connection.execute(_VOCABULARY)
            connection.executemany("INSERT INTO about VALUES (?, ?)", about.items())
            # Packed at once: all together they are sixty megabytes.
            packed = [(component, zlib.compress(xml, _EFFORT)) for component, xml in components]
            packed.sort(key=lambda pair: _order(pair[0]))
            for number, (component, xml) in enumerate(packed):
                _insert(connection, number, component, xml)
            connection.commit()
        except BaseException:
            connection.close()
            raise
        return cls(connection, about)

    @classmethod
    def open(cls, data: bytes, about: Mapping[str, str], *, unsigned: bool) -> Self | None:
        """What `dump` gave, if it is undamaged and the one that is wanted.

        ``about``: as for `build`, without the verdict ``signature``, which has to be good;
        ``unsigned``: or that there is none.
        """
        view = memoryview(data)
        content, digest = view[:-_DIGEST_BYTES], view[-_DIGEST_BYTES:]
        if not content or sha256(content).digest() != digest:
            return None
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        try:
            connection.deserialize(content)
            connection.execute(_VOCABULARY)
            connection.execute("PRAGMA query_only = ON")
            stored = dict(connection.execute("SELECT key, value FROM about"))
        except sqlite3.Error:
            stored = {}
        signature = stored.pop("signature", "")
        good = signature == Verdict.GOOD.value
        good = good or (unsigned and signature == Verdict.UNSIGNED.value)
        if stored != about or not good:
            connection.close()
            return None
        return cls(connection, stored)

    def dump(self) -> bytes:
        """The database and its digest, to keep."""
        with self._lock:
            content = self._connection.serialize()
        return content + sha256(content).digest()

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
        from app.flatpak.catalogue.appstream_details import Details, parse_details

        column = "ref" if "/" in name else "id"
        rows = self._query(
            "SELECT xml FROM element WHERE number = "
            f"(SELECT min(number) FROM component WHERE {column} = ?)",
            name,
        )
        return parse_details(zlib.decompress(rows[0][0]), languages) if rows else Details()

    def outlines(self) -> list[AppOutline]:
        """All components, by number."""
        return [
            AppOutline(
                number, ref, bool(main), bool(free), bool(verified), released, ends,
                tuple(categories.split(_SEPARATOR)) if categories else (), _percents(languages),
            )
            for number, ref, main, free, verified, released, ends, categories, languages
            in self._query(
                "SELECT number, ref, main, free, verified, released, ends, categories, languages "
                "FROM component ORDER BY number"
            )
        ]  # fmt: skip

    def labels(self, languages: Sequence[str]) -> dict[int, str]:
        """Number → name to sort by, in the most preferred of ``languages`` that there is."""
        labels: dict[int, str] = {}
        for language in fallbacks(languages)[:_MAX_LANGUAGES]:
            for number, folded in self._query(
                "SELECT number, min(folded) FROM label WHERE language = ? GROUP BY number", language
            ):
                labels.setdefault(number, folded)
        return labels

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

    def suggestion(self, text: str, languages: Sequence[str]) -> str:
        """What may have been meant by a ``text`` that finds nothing; empty for no idea."""
        words = ["".join(word) for word in cut(text[:MAX_QUERY])[:_MAX_WORDS]]
        return " ".join(self._vocabulary(fallbacks(languages)).corrected(words) or ())

    def warm_up(self, languages: Sequence[str]) -> None:
        """So that the first search and `suggestion` take no longer than later ones."""
        self.matching("a", languages)
        self._vocabulary(fallbacks(languages))

    def _vocabulary(self, languages: tuple[str, ...]) -> Vocabulary:
        if self._words is None or self._words[0] != languages:
            uses: dict[str, int] = {}
            for language in languages[:_MAX_LANGUAGES]:
                tag = f"{language.lower()}="
                # As one row, for the reason of `_numbers`; there is no space in a term.
                joined = self._query(
                    "SELECT group_concat(term || ' ' || doc, ' ') FROM temp.vocabulary "
                    "WHERE term >= ? AND term < ?",
                    tag,
                    f"{language.lower()}>",
                )[0][0]
                flat = joined.split(" ") if joined else []
                for term, count in zip(flat[::2], flat[1::2], strict=True):
                    word = term[len(tag) :]
                    uses[word] = uses.get(word, 0) + int(count)
            self._words = languages, Vocabulary(uses)
        return self._words[1]

    def search(self, text: str, languages: Sequence[str], limit: int) -> list[Hit]:
        """What a person may mean by ``text``; every word has to be the beginning of some word.

        Best first: the exact ID, names that begin with the text, names with all the words, then
        IDs and keywords, then summaries, developers and categories; in each the shortest names
        first. Texts in ``languages`` (such as ``de_AT``) and untranslated ones are looked at.
        """
        best = list(self._ranked(text, languages, limit).items())[: max(limit, 0)]
        components = self.rows([number for number, _ in best])
        return [
            Hit(component, match) for component, (_, match) in zip(components, best, strict=True)
        ]

    def _ranked(self, text: str, languages: Sequence[str], limit: int) -> dict[int, Match]:
        # Arguments of a command that are not UTF-8 arrive as lone surrogates.
        text = text[:MAX_QUERY].encode(errors="replace").decode()
        words = cut(text)[:_MAX_WORDS]
        if not words or limit < 1:
            return {}
        spoken = tuple(dict.fromkeys((*fallbacks(languages)[:_MAX_LANGUAGES], UNTRANSLATED)))
        ranked: dict[int, Match] = {}
        for match, numbers in self._tiers(text, words, spoken, limit):
            # What an earlier one has stays where it is.
            ranked = dict.fromkeys(chain(ranked, numbers), match) | ranked
            if len(ranked) >= limit:
                break
        return ranked

    def _tiers(
        self, text: str, words: list[tuple[str, ...]], languages: Sequence[str], limit: int
    ) -> Iterator[tuple[Match, list[int]]]:
        yield (
            Match.HANDLE,
            self._numbers(
                "SELECT number FROM component WHERE id = ? COLLATE NOCASE ORDER BY number LIMIT ?",
                text.strip(),
                limit,
            ),
        )
        start = fold_name(text)
        marks = ",".join("?" * len(languages))
        yield (
            Match.NAME,
            self._numbers(
                f"SELECT number FROM label WHERE language IN ({marks}) AND folded >= ? "
                "AND folded < ? ORDER BY length(folded), number LIMIT ?",
                *languages,
                start,
                start + "\U0010ffff",
                # One component may have several such names.
                limit * len(languages),
            ),
        )
        expression = match_expression(words, languages)
        for columns, match in (
            ("{name}", Match.NAME),
            ("{name handle}", Match.HANDLE),
            ("{name handle rest}", Match.TEXT),
        ):
            yield (
                match,
                self._numbers(
                    # Numbers are given out in the order wanted: FTS5 stops at the limit.
                    "SELECT rowid AS number FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?",
                    f"{columns} : ({expression})",
                    2 * limit,
                ),
            )

    def _numbers(self, statement: str, *values: str | int) -> list[int]:
        """Of a statement that selects ``number``.

        As one row: with each row that is read Python's lock changes hands, so that of thousands a
        search would wait for whatever else is done meanwhile.
        """
        # In the order of what is grouped: SQLite has no other reason to look at it again.
        joined = self._query(f"SELECT group_concat(number) FROM ({statement})", *values)[0][0]
        return list(map(int, joined.split(","))) if joined else []

    def _query(self, statement: str, *values: str | int) -> list[Any]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


def _insert(connection: sqlite3.Connection, number: int, component: Component, xml: bytes) -> None:
    connection.execute(
        "INSERT INTO component VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (number, *_columns(component), _encode(component)),
    )
    connection.execute("INSERT INTO element VALUES (?, ?)", (number, xml))
    names = component.names or {UNTRANSLATED: component.id}
    connection.executemany(
        "INSERT OR IGNORE INTO label VALUES (?, ?, ?)",
        ((language, fold_name(name), number) for language, name in names.items()),
    )
    connection.execute(
        "INSERT INTO words (rowid, name, handle, rest) VALUES (?, ?, ?, ?)",
        (number, *index_columns(component)),
    )


def _order(component: Component) -> tuple[bool, bool, int, str, str]:
    label = fold_name(component.name(()))
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
        " ".join(f"{code}:{percent}" for code, percent in component.languages.items()),
    )


@lru_cache(maxsize=8192)
def _percents(text: str) -> Mapping[str, int]:
    """Many apps come in the same languages, or nobody says in which."""
    pairs = (pair.rpartition(":") for pair in text.split())
    return MappingProxyType({code: int(percent) for code, _, percent in pairs})


def _encode(component: Component) -> str:
    values = [getattr(component, name) for name in Component.__struct_fields__]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, AppIcon):
        return [value.name, value.width, value.height, value.scale]
    raise TypeError(type(value))


def _decode(data: str) -> Component:
    values = dict(zip(Component.__struct_fields__, json.loads(data), strict=True))
    return Component(
        **values
        | {
            "keywords": {name: tuple(words) for name, words in values["keywords"].items()},
            "categories": tuple(values["categories"]),
            "icons": tuple(AppIcon(*icon) for icon in values["icons"]),
            "release_date": values["release_date"] and date.fromisoformat(values["release_date"]),
            "end_of_life": values["end_of_life"] and date.fromisoformat(values["end_of_life"]),
        }
    )
