"""The components of a catalogue, made of what the commits of apps have of it. No I/O.

As ``flatpak_appstream_xml_migrate`` in flatpak's ``flatpak-xml-utils.c``: each component tells by
its ``bundle`` which ref it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat

from app.flatpak.refs import Ref
from app.formats.gvariant import FormatError
from app.formats.keyfile import Keyfile, KeyfileError
from app.message import Message

_INDENT = "\n    "
_TAGS = "X-Flatpak-Tags"
_MAX_DEPTH = 64
_MAX_ELEMENTS = 200_000
"""Of what one app says of itself. Those in fifty languages have some thousands."""


def catalogue(components: Sequence[Element]) -> bytes:
    """The file ``appstream.xml``."""
    root = Element("components", {"version": "0.8", "origin": "flatpak"})
    root.text = "\n  "
    for component in components:
        component.tail = "\n  "
        root.append(component)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def components_of(data: bytes, ref: Ref, metadata: str) -> Iterator[Element]:
    """Those in a catalogue about a ref; ``metadata`` is its key file. Raises FormatError."""
    root = _parsed(data)
    if root.tag != "components":
        raise FormatError(Message("this is not a catalogue of components"))
    for component in root:
        if component.tag == "component" and id_of(component, ref.id) is not None:
            yield bound(component, ref, metadata)


def element(data: bytes) -> Element:
    """One component. Raises FormatError."""
    return _parsed(data)


def id_of(component: Element, wanted: str) -> str | None:
    """Its ID, as icons are called by it, if it is that of an app or begins with it."""
    text = (component.findtext("id") or "").strip()
    return text if text == wanted or text.startswith(f"{wanted}.") else None


def bound(component: Element, ref: Ref, metadata: str) -> Element:
    """The component, with the bundle that tells of ``ref``."""
    for old in component.findall("bundle"):
        component.remove(old)
    try:
        keyfile = Keyfile.parse(metadata.encode())
        group = "Application" if ref.kind == "app" else "Runtime"
        runtime, sdk = keyfile.string(group, "runtime"), keyfile.string(group, "sdk")
        tags = keyfile.strings(group, "tags") or ()
    except KeyfileError:
        runtime, sdk, tags = None, None, ()
    attributes = {"type": "flatpak"}
    if runtime and not runtime.startswith("runtime/"):
        attributes["runtime"] = runtime
    if sdk:
        attributes["sdk"] = sdk
    bundle = ElementTree.SubElement(component, "bundle", attributes)
    bundle.text, bundle.tail = str(ref), "\n  "
    if tags:
        about = component.find("metadata")
        if about is None:
            about = ElementTree.SubElement(component, "metadata")
            about.tail = "\n  "
        value = ElementTree.SubElement(about, "value", {"key": _TAGS})
        value.text, value.tail = ",".join(tags), _INDENT
    return component


def _parsed(data: bytes) -> Element:
    """Without a document type there are no entities to multiply; and neither is it so deep that
    nobody comes to its ground, nor so much that it fills the memory."""
    guard = expat.ParserCreate("utf-8")
    guard.StartDoctypeDeclHandler = _refuse
    count = _Count()
    guard.StartElementHandler, guard.EndElementHandler = count.begin, count.end
    try:
        guard.Parse(data, True)
        return ElementTree.fromstring(data)
    except (expat.ExpatError, ElementTree.ParseError, ValueError, LookupError) as error:
        raise FormatError(Message("the catalogue is not well-formed XML")) from error


def _refuse(*_: object) -> None:
    raise FormatError(Message("the catalogue has a document type"))


class _Count:
    """How many elements there are, and how many are around the one that is read."""

    def __init__(self) -> None:
        self._elements = self._depth = 0

    def begin(self, *_: object) -> None:
        self._elements += 1
        self._depth += 1
        if self._depth > _MAX_DEPTH or self._elements > _MAX_ELEMENTS:
            raise FormatError(Message("the catalogue has more elements than any app"))

    def end(self, *_: object) -> None:
        self._depth -= 1
