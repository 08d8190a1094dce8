"""The report about a stick as a page, for a browser or a printer.

It is one file, needs nothing else, and runs nothing: what a drive says is in it as text. The
template has the layout; its words are messages, since it is made in one language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct

from app.message import Duration, Message, Size, verbatim
from app.pages import page_template
from app.stand_ins import name_of
from app.stick.checking.report import CheckReport
from app.stick.checking.soundness import verdict_on
from app.stick.findings import by_remedy
from app.stick.inspecting.facts import (
    HEADS,
    SEVERITIES,
    SIGNATURES,
    STATES,
    StickReport,
    collection_facts,
    key_texts,
    space_facts,
)
from app.stick.inspecting.sizes import NOTHING
from app.text import Policy, clean
from app.units import date_text, moment_text

_LANGUAGE = Message("en")
"""The code of the language that the page is in."""
_HEADS = ("name", "version", "date", "state", "signer", "languages")
_SIZE_HEADS = ("size", "shared")


class _Row(Struct, frozen=True):
    """A ref; ``sizes``: its own and what it shares, or none if nobody has measured."""

    ref: str
    name: str
    version: str
    date: str
    state: Message
    signer: Message | str
    languages: str
    sizes: tuple[Message, ...]


def report_page(report: StickReport, words: Callable[[Message], str]) -> str:
    """The page, with what ``words`` gives for its messages."""

    def text(value: Any) -> str:
        said = words(value) if isinstance(value, Message) else str(value)
        return clean(said, Policy.SENTENCE)

    inspection, check = report.inspection, report.check
    return page_template("templates", "report.html", text=text).render(
        language=_LANGUAGE,
        title=Message("Report about a drive"),
        place=name_of(inspection.location.shown),
        tool=report.tool,
        made=moment_text(int(report.made)),
        verdict=verdict_on(check).words,
        severities=SEVERITIES,
        groups=by_remedy(check.findings) if check is not None else (),
        read=_read(check) if check is not None else None,
        keys=[key_texts(key) for key in check.keys] if check is not None else (),
        refs_title=Message("What is on it"),
        heads=[HEADS[name] for name in _HEADS],
        size_heads=[HEADS[name] for name in _SIZE_HEADS] if report.sizes is not None else (),
        rows=list(_rows(report)),
        space_title=Message("Space"),
        space=space_facts(inspection, report.sizes),
        collections=[
            (
                collection.label,
                collection_facts(collection),
                collection.disagreements or (Message("Everything agrees."),),
            )
            for collection in inspection.collections
        ],
    )


def _read(check: CheckReport) -> Message:
    return Message(
        "{refs} refs with {objects} objects ({size}) were read in {duration}.",
        refs=check.refs,
        objects=f"{check.objects:,}",
        size=Size(check.bytes),
        duration=Duration(check.seconds),
    )


def _rows(report: StickReport) -> Iterator[_Row]:
    for collection, ref in report.inspection.refs:
        sizes: tuple[Message, ...] = ()
        if report.sizes is not None:
            size = report.sizes.refs.get((collection, ref.ref), NOTHING)
            sizes = verbatim(Size(size.own)), verbatim(Size(size.shared))
        yield _Row(
            ref=ref.ref,
            name=ref.name,
            version=ref.version,
            date=date_text(ref.timestamp),
            state=STATES[ref.state],
            signer=ref.signer or SIGNATURES[ref.signature],
            languages=", ".join(ref.languages),
            sizes=sizes,
        )
    measured = report.sizes is not None
    for bundle in report.inspection.bundles:
        yield _Row(
            ref=bundle.ref,
            name=bundle.name,
            version=bundle.version,
            date=date_text(bundle.timestamp),
            state=bundle.problem or Message("A file: {file}", file=bundle.file),
            signer=bundle.source or SIGNATURES[bundle.signature],
            languages="",
            sizes=(verbatim(Size(bundle.size)), verbatim(Size(0))) if measured else (),
        )
