"""What a catalogue says about one app beyond what lists need. Bytes in, values out.

Format: https://www.freedesktop.org/software/appstream/docs/chap-CatalogData.html. The element was
part of a catalogue without document type (`appstream.read_catalogue`), so it has no entities.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import islice
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from msgspec import Struct, field

from app.flatpak.catalogue.ages import youngest
from app.flatpak.catalogue.appstream import release_date
from app.flatpak.catalogue.appstream_icons import number_of
from app.flatpak.remotes.addresses import ascii_address
from app.languages import UNTRANSLATED, fallbacks, normal_language, pick
from app.ostree.pull.fetch import is_web_address
from app.text import Policy, clean

_MOST_BLOCKS = 100
_MOST_ITEMS = 100
_MOST_SCREENSHOTS = 20
_MOST_RELEASES = 20
_MOST_IMAGES = 60
_LONGEST_ADDRESS = 2000
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class BlockKind(StrEnum):
    """What a part of a description is."""

    PARAGRAPH = "paragraph"
    BULLETS = "bullets"
    NUMBERS = "numbers"


_KINDS = {"p": BlockKind.PARAGRAPH, "ul": BlockKind.BULLETS, "ol": BlockKind.NUMBERS}


class TextBlock(Struct, frozen=True):
    """A paragraph, which is one text, or a list. Texts are single lines without markup."""

    kind: BlockKind
    texts: tuple[str, ...]


class Release(Struct, frozen=True):
    """``made`` is None where upstream does not say."""

    version: str
    made: date | None
    stable: bool
    description: tuple[TextBlock, ...]


class ScreenshotImage(Struct, frozen=True):
    """``width`` and ``height``: pixels; 0 where upstream does not say."""

    address: str
    width: int = 0
    height: int = 0


class Screenshot(Struct, frozen=True):
    """One picture, in several sizes."""

    caption: str
    images: tuple[ScreenshotImage, ...]


class Details(Struct, frozen=True):
    """Attributes:
    screenshots: of those that are pictures; videos are left out.
    captions: of the screenshots; empty texts for those without one.
    releases: as upstream lists them, newest first.
    urls: by kind, such as ``homepage``, ``bugtracker``, ``donation``; only http and https.
    content_license: of the texts here, an SPDX expression.
    content_rating: what is in it that not everybody should see, and how much (OARS).
    is_rated: whether its maker has answered what is in it at all.
    """

    description: tuple[TextBlock, ...] = ()
    screenshots: tuple[Screenshot, ...] = ()
    captions: tuple[str, ...] = ()
    releases: tuple[Release, ...] = ()
    urls: Mapping[str, str] = field(default_factory=dict)
    content_license: str = ""
    content_rating: Mapping[str, str] = field(default_factory=dict)
    is_rated: bool = False

    @property
    def age(self) -> int | None:
        """From which it is for; None where nobody says."""
        return youngest(self.content_rating) if self.is_rated else None


def parse_details(element: bytes, languages: Sequence[str]) -> Details:
    """The details of a component for a reader of ``languages``; empty for what cannot be read."""
    try:
        root = ElementTree.fromstring(element)
    except ElementTree.ParseError:
        return Details()
    shots = list(islice(root.iterfind("screenshots/screenshot"), _MOST_SCREENSHOTS))
    releases = islice(root.iterfind("releases/release"), _MOST_RELEASES)
    return Details(
        description=_description(root, languages),
        screenshots=tuple(_screenshots(shots, languages)),
        captions=tuple(_translated(shot.iterfind("caption"), languages) for shot in shots),
        releases=tuple(
            Release(
                version=_short(release.get("version", "")),
                made=release_date(release.attrib),
                stable=release.get("type", "stable") == "stable",
                description=_description(release, languages),
            )
            for release in releases
        ),
        urls=dict(_urls(root)),
        content_license=_text(root.find("metadata_license")),
        content_rating={
            _short(attribute.get("id", "")): _text(attribute)
            for attribute in root.iterfind("content_rating/content_attribute")
            if _text(attribute) not in {"", "none"}
        },
        is_rated=root.find("content_rating") is not None,
    )


def _screenshots(shots: Iterable[Element], languages: Sequence[str]) -> Iterator[Screenshot]:
    for shot in shots:
        images = [
            ScreenshotImage(
                address, number_of(image.get("width"), 0), number_of(image.get("height"), 0)
            )
            for image in islice(shot.iterfind("image"), _MOST_IMAGES)
            if is_web_address(address := ascii_address("".join(image.itertext()).strip()))
            and len(address) <= _LONGEST_ADDRESS
        ]
        if images:
            yield Screenshot(_translated(shot.iterfind("caption"), languages), tuple(images))


def _urls(root: Element) -> Iterator[tuple[str, str]]:
    for element in root.iterfind("url"):
        url = _text(element)
        if url.startswith(("https://", "http://")):
            yield _short(element.get("type", "")), url


def _description(parent: Element, languages: Sequence[str]) -> tuple[TextBlock, ...]:
    """In the most preferred language that there is anything in.

    Catalogues translate whole descriptions, what apps ship translates each paragraph: both occur.
    """
    blocks: dict[str, list[TextBlock]] = {}
    for description in parent.iterfind("description"):
        whole = _language(description, UNTRANSLATED)
        for child in description:
            kind = _KINDS.get(child.tag)
            if kind is None or whole is None:
                continue
            inner = _language(child, whole)
            items = [child] if kind is BlockKind.PARAGRAPH else child.findall("li")
            texts: dict[str, list[str]] = {}
            for item in items[:_MOST_ITEMS]:
                language = _language(item, inner)
                if language is not None and (text := _text(item)):
                    texts.setdefault(language, []).append(text)
            for language, lines in texts.items():
                blocks.setdefault(language, []).append(TextBlock(kind, tuple(lines)))
    best = next((blocks[name] for name in fallbacks(languages) if name in blocks), [])
    return tuple(best[:_MOST_BLOCKS])


def _translated(elements: Iterable[Element], languages: Sequence[str]) -> str:
    texts: dict[str, str] = {}
    for element in elements:
        language = _language(element, UNTRANSLATED)
        if language is not None:
            texts.setdefault(language, _text(element))
    return pick(texts, languages)


def _language(element: Element, inherited: str | None) -> str | None:
    """The language of an element; None if nobody speaks it."""
    text = element.get(_LANGUAGE)
    return inherited if text is None else normal_language(text)


def _text(element: Element | None) -> str:
    return "" if element is None else _short("".join(element.itertext()))


def _short(text: str) -> str:
    return clean(text, Policy.CATALOGUE)
