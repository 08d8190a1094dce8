"""Appstream catalogues as flatpak publishes them: bytes in, components out. No I/O.

Format: https://www.freedesktop.org/software/appstream/docs/chap-CatalogData.html; what flatpak
makes of it: ``flatpak_appstream_xml_migrate`` in its ``flatpak-xml-utils.c``. Only what lists and
searches need is read; descriptions and screenshots, the bulk of a catalogue, are passed over, and
left to `appstream_details`, an app at a time.

This drives expat itself. ElementTree's parser has no way to refuse a document type and keeps whole
components; defusedxml refuses, but by way of ElementTree's parser in pure Python, several times
slower over Flathub's 60 MB. Without a document type there are no entities to multiply, nothing
external to load and no default attributes to repeat.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from xml.parsers import expat

from msgspec import Struct, field

from app.flatpak.catalogue.appstream_icons import AppIcon, cached_icon, number_of
from app.flatpak.catalogue.component import Component, main_components
from app.flatpak.refs import Ref
from app.formats.gvariant import FormatError
from app.languages import UNTRANSLATED, normal_language
from app.message import Message
from app.text import Policy, clean

MAX_CATALOGUE_SIZE = 256 * 1024 * 1024
"""Bytes of XML. Flathub has some 60 MB."""

MAX_COMPONENTS = 200_000
MAX_ELEMENT = 2 * 1024 * 1024
"""Bytes of a component that are handed on. Apps in fifty languages have 200,000."""

MAX_COMPONENT_TEXT = 256 * 1024
"""Characters kept of one component, all languages together. Well translated apps have 20,000."""

VERIFIED_KEY = "flathub::verification::verified"

_MAX_DEPTH = 64
# expat 2.5 and older scans an unfinished tag anew with every piece of input (CVE-2023-52425).
_MAX_TAG = 1024 * 1024
_STEP = 256 * 1024
_GZIP = 31
_GZIP_MAGIC = b"\x1f\x8b"


def parse_catalogue(data: bytes) -> Iterator[Component]:
    """The components of a catalogue, plain or gzipped, one after the other.

    Components without a ref are left out, as flatpak does. Memory does not grow with the size of
    the catalogue. Raises FormatError, possibly after the first components.
    """
    for component, _ in read_catalogue(data):
        yield component


def component_in(document: str, ref: str) -> Component | None:
    """What a document is about that an image of a registry brings along; None if it is not that
    ref or cannot be read."""
    with suppress(FormatError):
        return main_components(parse_catalogue(document.encode())).get(ref)
    return None


def read_catalogue(data: bytes) -> Iterator[tuple[Component, bytes]]:
    """As `parse_catalogue`, each with its element as it stands in the catalogue.

    The element is empty if it is larger than `MAX_ELEMENT`.
    """
    reader = _Reader()
    for chunk in _chunks(data):
        yield from reader.feed(chunk)
    yield from reader.feed(b"", final=True)


def _chunks(data: bytes) -> Iterator[bytes]:
    total = 0
    for chunk in _inflate(data) if data.startswith(_GZIP_MAGIC) else _pieces(data):
        total += len(chunk)
        if total > MAX_CATALOGUE_SIZE:
            raise FormatError(Message("the catalogue is larger than it can be"))
        yield chunk


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _STEP):
        yield data[start : start + _STEP]


def _inflate(data: bytes) -> Iterator[bytes]:
    stream = zlib.decompressobj(_GZIP)
    try:
        for piece in _pieces(data):
            rest = piece
            while rest and not stream.eof:
                yield stream.decompress(rest, _STEP)
                rest = stream.unconsumed_tail
            if stream.unused_data or (stream.eof and rest):
                raise FormatError(
                    Message("there are bytes after the end of the compressed catalogue")
                )
        # Input may be used up while output is still waiting.
        while not stream.eof and (chunk := stream.decompress(b"", _STEP)):
            yield chunk
    except zlib.error as error:
        raise FormatError(Message("the compressed catalogue is damaged")) from error
    if not stream.eof:
        raise FormatError(Message("the compressed catalogue is cut off"))


class _Draft(Struct):
    """A component while it is read. ``start``: where in the catalogue its element begins."""

    kind: str
    end_of_life: date | None
    start: int
    id: str = ""
    ref: str = ""
    license: str = ""
    developer: str = ""
    names: dict[str, str] = field(default_factory=dict)
    summaries: dict[str, str] = field(default_factory=dict)
    keywords: dict[str, list[str]] = field(default_factory=dict)
    categories: list[str] = field(default_factory=list)
    icons: list[AppIcon] = field(default_factory=list)
    languages: dict[str, int] = field(default_factory=dict)
    release: tuple[bool, date, str] | None = None
    verified: bool = False
    size: int = 0

    def finish(self) -> Component | None:
        ref = Ref.parse_or_none(self.ref)
        if ref is None or not self.id:
            return None
        release = self.release
        return Component(
            id=_flatpak_id(self.id, ref.id),
            ref=self.ref,
            kind=self.kind,
            names=self.names,
            summaries=self.summaries,
            keywords={language: tuple(words) for language, words in self.keywords.items()},
            developer=self.developer,
            categories=tuple(dict.fromkeys(self.categories)),
            license=self.license,
            version=release[2] if release else "",
            release_date=release[1] if release and release[1] != date.min else None,
            icons=tuple(dict.fromkeys(self.icons)),
            verified=self.verified,
            languages=self.languages,
            end_of_life=self.end_of_life,
        )


# Elements with text, as (parent, element); a parent of "" is the component itself.
_TEXTS = frozenset(
    {
        ("", "id"),
        ("", "name"),
        ("", "summary"),
        ("", "developer_name"),
        ("", "project_license"),
        ("", "bundle"),
        ("", "icon"),
        ("developer", "name"),
        ("categories", "category"),
        ("keywords", "keyword"),
        ("languages", "lang"),
        ("custom", "value"),
        ("metadata", "value"),
    }
)
_SECTIONS = frozenset(parent for parent, _ in _TEXTS if parent) | {"releases"}
_OLD_KINDS = {"desktop": "desktop-application"}
_ROOT, _COMPONENT, _CHILD, _GRANDCHILD = 1, 2, 3, 4


class _Reader:
    """Collects components from expat's events."""

    def __init__(self) -> None:
        # The encoding is given: flatpak knows none but UTF-8 either, whatever the file declares.
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._fed = 0
        self._depth = 0
        self._count = 0
        self._ready: list[tuple[Component, bytes]] = []
        # The input from the beginning of the present component on, and where that is in all of it.
        self._input = bytearray()
        self._input_start = 0
        self._draft: _Draft | None = None
        self._section = ""
        self._section_attributes: Mapping[str, str] = {}
        # The element whose text is being collected: parent, name, attributes, depth.
        self._element: tuple[str, str, Mapping[str, str], int] | None = None
        self._text: list[str] = []

    def feed(self, data: bytes, *, final: bool = False) -> list[tuple[Component, bytes]]:
        """The components that ``data`` completes."""
        self._input += data
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            place = f"line {error.lineno}: {expat.errors.messages[error.code]}"
            raise FormatError(
                Message("the catalogue is not well-formed XML ({place})", place=place)
            ) from error
        self._fed += len(data)
        if self._fed - max(self._parser.CurrentByteIndex, 0) > _MAX_TAG + _STEP:
            raise FormatError(Message("the catalogue has a tag longer than it can be"))
        if self._draft is not None:
            self._drop_input(self._draft.start)
        if self._draft is None or len(self._input) > MAX_ELEMENT:
            self._drop_input(self._parser.CurrentByteIndex)
        ready, self._ready = self._ready, []
        return ready

    def _drop_input(self, until: int) -> None:
        if until > self._input_start:
            del self._input[: until - self._input_start]
            self._input_start = until

    def _element_source(self) -> bytes:
        """The present component, whose end has just been seen."""
        assert self._draft is not None
        end = self._parser.CurrentByteIndex
        if self._draft.start < self._input_start or end - self._draft.start > MAX_ELEMENT:
            return b""
        source = self._input[self._draft.start - self._input_start : end - self._input_start]
        return bytes(source) + b"</component>"

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth = depth = self._depth + 1
        draft = self._draft
        if depth == _CHILD and draft is not None:
            self._start_child(name, attributes)
        elif depth == _GRANDCHILD and draft is not None:
            if not self._section:
                return
            if self._section == "releases":
                if name == "release":
                    _note_release(draft, attributes)
            elif (self._section, name) in _TEXTS:
                self._collect(self._section, name, attributes)
        elif depth == _COMPONENT and name == "component":
            self._count += 1
            if self._count > MAX_COMPONENTS:
                raise FormatError(Message("the catalogue has more components than it can have"))
            kind = clean(attributes.get("type", "generic"), Policy.CATALOGUE)
            end = _date(attributes.get("date_eol", ""))
            self._draft = _Draft(_OLD_KINDS.get(kind, kind), end, self._parser.CurrentByteIndex)
        elif depth == _ROOT and name != "components":
            raise FormatError(Message("this is not a catalogue of components"))
        elif depth > _MAX_DEPTH:
            raise FormatError(Message("the catalogue is nested deeper than it can be"))

    def _start_child(self, name: str, attributes: dict[str, str]) -> None:
        self._section = ""
        if ("", name) in _TEXTS:
            self._collect("", name, attributes)
        elif name in _SECTIONS:
            self._section = name
            self._section_attributes = attributes
        else:
            self._pass_over(True)

    def _pass_over(self, on: bool) -> None:
        """Only count until the current element ends: most of a catalogue is not looked at."""
        self._parser.StartElementHandler = self._start_inside if on else self._start
        self._parser.EndElementHandler = self._end_inside if on else self._end

    def _start_inside(self, _name: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise FormatError(Message("the catalogue is nested deeper than it can be"))

    def _end_inside(self, _name: str) -> None:
        self._depth -= 1
        if self._depth < _CHILD:
            self._pass_over(False)

    def _collect(self, parent: str, name: str, attributes: Mapping[str, str]) -> None:
        self._element = (parent, name, attributes, self._depth)
        self._text = []
        self._parser.CharacterDataHandler = self._characters

    def _characters(self, text: str) -> None:
        assert self._draft is not None
        self._draft.size += len(text)
        if self._draft.size > MAX_COMPONENT_TEXT:
            raise FormatError(Message("the catalogue has a component larger than it can be"))
        self._text.append(text)

    def _end(self, name: str) -> None:
        depth = self._depth
        self._depth -= 1
        if self._element is not None and self._element[3] == depth:
            self._parser.CharacterDataHandler = None
            parent, name, attributes, _ = self._element
            self._element = None
            text = clean("".join(self._text), Policy.CATALOGUE)
            if text:
                self._take(parent, name, attributes, text)
        elif depth == _COMPONENT and self._draft is not None:
            component = self._draft.finish()
            if component is not None:
                self._ready.append((component, self._element_source()))
            self._draft = None

    def _take(self, parent: str, name: str, attributes: Mapping[str, str], text: str) -> None:
        draft = self._draft
        assert draft is not None
        if not parent and name != "developer_name":
            _take_child(draft, name, attributes, text)
            return
        match parent:
            case "" | "developer":
                if "xml:lang" not in attributes:
                    draft.developer = draft.developer or text
            case "categories":
                draft.categories.append(text)
            case "keywords":
                language = _language_of({**self._section_attributes, **attributes})
                if language is not None:
                    draft.keywords.setdefault(language, []).append(text)
            case "languages":
                code = normal_language(text)
                if code:
                    draft.languages[code] = number_of(attributes.get("percentage"), 100)
            case _:
                if attributes.get("key") == VERIFIED_KEY:
                    draft.verified = text.lower() == "true"


def _take_child(draft: _Draft, name: str, attributes: Mapping[str, str], text: str) -> None:
    """The text of an element right below the component."""
    match name:
        case "id":
            draft.id = draft.id or text
        case "name" | "summary":
            language = _language_of(attributes)
            if language is not None:
                texts = draft.names if name == "name" else draft.summaries
                texts.setdefault(language, text)
        case "project_license":
            draft.license = draft.license or text
        case "bundle":
            if attributes.get("type") == "flatpak":
                draft.ref = draft.ref or text
        case "icon":
            icon = cached_icon(attributes, text) if attributes.get("type") == "cached" else None
            if icon is not None:
                draft.icons.append(icon)


def _refuse_doctype(*_: object) -> None:
    raise FormatError(Message("the catalogue declares a document type, which no catalogue has"))


def _flatpak_id(component: str, app: str) -> str:
    """As ``validate_component``: without ``.desktop``, unless the app's own ID ends so."""
    ending = ".desktop"
    if component != app + ending and app.endswith(ending):
        return component
    return component.removesuffix(ending)


def _language_of(attributes: Mapping[str, str]) -> str | None:
    """The language of an element's text; None if nobody speaks it (KDE's ``x-test``)."""
    language = attributes.get("xml:lang")
    return UNTRANSLATED if language is None else normal_language(language)


def _note_release(draft: _Draft, attributes: Mapping[str, str]) -> None:
    version = clean(attributes.get("version", ""), Policy.CATALOGUE)
    when = release_date(attributes)
    stable = attributes.get("type", "stable") == "stable"
    release = (stable, when or date.min, version)
    # Of equals the first counts: catalogues have the newest first.
    if version and (draft.release is None or release[:2] > draft.release[:2]):
        draft.release = release


def release_date(attributes: Mapping[str, str]) -> date | None:
    """The day of a release by its attributes."""
    return _timestamp(attributes.get("timestamp", "")) or _date(attributes.get("date", ""))


def _timestamp(text: str) -> date | None:
    try:
        return datetime.fromtimestamp(int(text), UTC).date()
    except (ValueError, OverflowError, OSError):
        return None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
