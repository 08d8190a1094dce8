"""What a set of apps says about itself, and which sources its apps come from.

The tables ``[about]`` and ``[sources.NAME]`` of the file: FORMAT.md beside this.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from app.credentials import public_address
from app.flatpak.refs import is_valid_remote_name
from app.flatpak.remotes.addresses import same_place
from app.flatpak.remotes.remote import Remote
from app.formats import schema
from app.languages import UNTRANSLATED, is_language, normal_language, pick
from app.message import Message
from app.ostree.names import is_collection_id
from app.text import Policy, clean

_MOST_LANGUAGES = 200
_MOST_SOURCES = 100
_LONGEST = 10_000


class SetWords(Struct, frozen=True):
    """In one language: what a set is called, and whom it is for. Either may be empty."""

    name: str = ""
    audience: str = ""


class About(Struct, frozen=True):
    """Attributes:
    words: by language, `UNTRANSLATED` first.
    keeper: who looks after the set; empty if nobody says so.
    date: when it was made or changed last.
    """

    words: tuple[tuple[str, SetWords], ...]
    keeper: str = ""
    date: datetime.date | None = None

    def name(self, languages: Sequence[str]) -> str:
        return self._pick(lambda words: words.name, languages)

    def audience(self, languages: Sequence[str]) -> str:
        return self._pick(lambda words: words.audience, languages)

    def _pick(self, part: Callable[[SetWords], str], languages: Sequence[str]) -> str:
        texts = {language: part(words) for language, words in self.words if part(words)}
        return pick(texts, languages)


class Source(Struct, frozen=True):
    """Where apps of a set come from, so that another computer recognises it.

    Attributes:
        name: what stands before ``:`` in the refs.
        title: for people.
        address, collection: either may be empty.
    """

    name: str
    title: str = ""
    address: str = ""
    collection: str = ""

    @property
    def label(self) -> str:
        return self.title or self.name

    def among(self, remotes: Sequence[Remote]) -> Remote | None:
        """The remote of this computer that it is. None is ever added for a set."""
        same_name = [remote for remote in remotes if remote.answers_to(self.name)]
        for remote in (*same_name, *remotes):
            if self.collection and remote.collection_id == self.collection:
                return remote
            if self.address and same_place(remote.address, self.address):
                return remote
        return None


def read_about(value: object) -> About:
    """The table ``about``. Raises `SchemaError`."""
    table = _table(value)
    own = _WORDS(table)
    if not own.name:
        raise schema.SchemaError(Message("the set has no name"))
    words = {UNTRANSLATED: own}
    for key, inner in table.items():
        # Tables that a later Satchel has written are none of a language.
        if isinstance(inner, dict) and is_language(key):
            words.setdefault(normal_language(key) or UNTRANSLATED, _WORDS(inner))
    return About(tuple(words.items()), **_FACTS(table))


def read_sources(value: object) -> tuple[Source, ...]:
    """The table ``sources``. Raises `SchemaError`."""
    tables = _SOURCES(value)
    return tuple(_source(name, table) for name, table in tables.items())


def written_about(about: About) -> Iterator[str]:
    """The lines of the table."""
    for language, words in about.words:
        yield ""
        if language == UNTRANSLATED:
            yield "[about]"
            yield from _texts(name=words.name, audience=words.audience, keeper=about.keeper)
            if about.date is not None:
                yield f"date = {about.date.isoformat()}"
        else:
            yield f"[about.{_quoted(language)}]"
            yield from _texts(name=words.name, audience=words.audience)


def written_sources(sources: Sequence[Source]) -> Iterator[str]:
    """The lines of the tables."""
    for source in sources:
        yield ""
        yield f"[sources.{_quoted(source.name)}]"
        yield from _texts(title=source.title, address=source.address, collection=source.collection)


def source_of(remote: Remote) -> Source:
    """How a set names a remote: without what only this computer may know of it."""
    address = remote.address if remote.address.startswith("https://") else ""
    return Source(
        remote.name,
        clean(remote.title, Policy.TITLE),
        address,
        remote.collection_id or "",
    )


def _texts(**texts: str) -> Iterator[str]:
    for key, text in texts.items():
        if text:
            yield f"{key} = {_quoted(text)}"


def _quoted(text: str) -> str:
    # A JSON text of what is printable is a TOML text as well.
    return json.dumps(text, ensure_ascii=False)


# What each may be


def _date(value: object) -> datetime.date:
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    raise schema.SchemaError(Message("the date has to be written like 2026-11-28"))


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, dict) or len(value) > _MOST_LANGUAGES:
        raise schema.SchemaError(Message("a table is needed"))
    return value


def _source(name: str, table: object) -> Source:
    if not is_valid_remote_name(name) or len(name) > _MOST_LANGUAGES:
        raise schema.SchemaError(
            Message("{name} cannot be the name of a source", name=clean(name, Policy.EXCERPT))
        )
    source = _SOURCE(table)(name)
    if not (source.address or source.collection):
        raise schema.SchemaError(
            Message("the source {name} has neither address nor collection", name=name)
        )
    return source


def _make_source(
    title: str = "", address: str = "", collection: str = ""
) -> Callable[[str], Source]:
    return lambda name: Source(name, title, public_address(address), collection)


_TITLE = schema.cleaned_text(_LONGEST, Policy.TITLE)
_WORDS = schema.structure(SetWords, name=schema.optional(_TITLE), audience=schema.optional(_TITLE))
_FACTS: schema.Reader[dict[str, Any]] = schema.structure(
    dict, keeper=schema.optional(_TITLE), date=schema.optional(_date)
)
_SOURCE = schema.structure(
    _make_source,
    title=schema.optional(_TITLE),
    address=schema.optional(schema.cleaned_text(_LONGEST, Policy.ADDRESS)),
    collection=schema.optional(
        schema.text(
            _LONGEST,
            lambda text: not text or is_collection_id(text),
            expected=Message("a collection is written like org.flathub.Stable"),
        )
    ),
)
_SOURCES = schema.mapping_of(schema.text(_LONGEST), _table, _MOST_SOURCES)
