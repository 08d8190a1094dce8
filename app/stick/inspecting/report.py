"""What is on a stick and whether it is sound, to keep or to send: as JSON and as a page.

The page is one file, needs nothing else, and runs nothing: what a drive says is in it as text.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import UsageError
from app.fs.files import drive_errors, replace_file
from app.message import Day, Duration, Message, Size
from app.plain import plain
from app.stick.checking.check import CheckReport
from app.stick.checking.keys import UsedKey
from app.stick.findings import Finding, by_remedy
from app.stick.inspecting.inspect import InspectedCollection, Inspection
from app.stick.inspecting.sizes import NOTHING, Sizes
from app.stick.store.upstream_copy import RefState
from app.stick.trust.vouching import Voucher
from app.text import Policy, clean
from app.trust.verdict import Verdict
from app.units import date_text, moment_text, size_text

Words = Callable[[Message | str], str]
"""A text of the page → what a reader is to see."""

SUFFIXES = (".html", ".json")


@dataclass(frozen=True, slots=True)
class StickReport:
    """Everything known of a stick.

    Attributes:
        sizes: None if nobody has measured.
        check: None if nobody has checked.
        tool: what made the report.
        made: when, seconds since 1970.
    """

    inspection: Inspection
    sizes: Sizes | None
    check: CheckReport | None
    tool: str
    made: float


LANGUAGE = "en"
"""Of the page's own words; in other words, of those."""


def english(text: Message | str) -> str:
    """The words of the page as they are."""
    return str(text)


def write_report(report: StickReport, path: Path, words: Words = english) -> None:
    """Write it as what ``path`` ends in, one of `SUFFIXES`. Raises UsageError, DriveError."""
    check_suffix(path)
    if path.suffix.lower() == ".html":
        data = report_html(report, words)
    else:
        data = json.dumps(report_json(report), ensure_ascii=True, indent=2) + "\n"
    with drive_errors(Message("writing the report")):
        # A file name on a drive need not be text; nor need what is said about it.
        replace_file(path, data.encode("utf-8", "backslashreplace"))


def check_suffix(path: Path) -> None:
    """Raises UsageError for a name that does not tell what kind of report it is to be."""
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(
            Message("{path} does not tell what kind of report it is to be.", path=path.name),
            Message("Give it a name that ends in .html or .json."),
        )


# JSON


def report_json(report: StickReport) -> dict[str, Any]:
    """``inspect`` and ``verify`` are as those commands print them."""
    check = report.check
    return {
        "tool": report.tool,
        "made": int(report.made),
        "inspect": inspection_json(report.inspection, report.sizes),
        "verify": check_json(check) if check is not None else None,
    }


def check_json(report: CheckReport) -> dict[str, Any]:
    """The outcome of a check as programs rely on it."""
    return {
        "ok": report.ok,
        "findings": [_finding_json(finding) for finding in report.findings],
        "keys": plain(report.keys),
        "installable_until": report.until,
        "refs": report.refs,
        "objects": report.objects,
        "bytes": report.bytes,
        "seconds": report.seconds,
        "unread": report.unread,
        **({"repositories": list(report.repositories)} if report.repositories else {}),
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    """``repository`` only where the drive has more than one."""
    return {name: value for name, value in plain(finding).items() if value or name != "repository"}


def inspection_json(inspection: Inspection, sizes: Sizes | None) -> dict[str, Any]:
    """What is on a stick as programs rely on it."""
    collections = plain(inspection.collections)
    if sizes is not None:
        for collection in collections:
            for ref in collection["refs"]:
                size = sizes.refs.get((collection["id"], ref["ref"]), NOTHING)
                ref["size"], ref["shared"] = size.own, size.shared
    return {
        "target": str(inspection.location.root),
        "repository": inspection.location.repository_path,
        "tool": inspection.tool,
        "made": inspection.made,
        "interrupted": inspection.interrupted,
        "collections": collections,
        "installable_until": inspection.installable_until,
        "space": plain(inspection.space),
        **({"sizes": _sizes_json(sizes)} if sizes is not None else {}),
    }


def _sizes_json(sizes: Sizes) -> dict[str, Any]:
    return {
        "total": sizes.total,
        "objects": sizes.objects,
        "unused": sizes.unused,
        "overhead": sizes.overhead,
        "shares": [
            {
                "refs": [{"collection": collection, "ref": ref} for collection, ref in share.refs],
                "objects": share.objects,
                "bytes": share.bytes,
            }
            for share in sizes.shares
        ],
    }


# HTML

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 64rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent);
  padding: .25rem .75rem .25rem 0; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; } td.words { overflow-wrap: normal; }
th, td.date { white-space: nowrap; }
td.number, th.number { font-variant-numeric: tabular-nums; text-align: right;
  white-space: nowrap; }
.verdict { border: 1px solid currentColor; border-radius: 8px; font-size: 1.2rem; padding: 1rem; }
.quiet { opacity: .75; } code { overflow-wrap: anywhere; }
@media print { body { margin: 0; max-width: none; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"

STATES = {
    RefState.CURRENT: "Up to date",
    RefState.UPSTREAM_NEWER: "There is a newer one",
    RefState.UPSTREAM_OLDER: "Newer than the copied list",
    RefState.NOT_IN_UPSTREAM: "Not in the publisher's list",
    RefState.UNKNOWN: "No list to compare with",
    RefState.PARTIAL: "Not complete",
    RefState.MISSING: "Cannot be read",
}
"""What a state of `InspectedRef` means to people."""

SIGNATURES = {
    Verdict.GOOD: "Good",
    Verdict.UNSIGNED: "Not signed",
    Verdict.BAD: "Damaged signature",
    Verdict.UNKNOWN_KEY: "Signed, key not known here",
    Verdict.EXPIRED_KEY: "Key has expired",
    Verdict.EXPIRED_SIGNATURE: "Signature has expired",
    Verdict.REVOKED: "Key was revoked",
}
"""What a signature of `InspectedRef` means to people."""

SEVERITIES = {"error": "Error", "warning": "Warning", "info": "Note"}


def report_html(report: StickReport, words: Words = english) -> str:
    """A page for a browser or a printer."""
    return "\n".join(_page(report, words)) + "\n"


def _page(report: StickReport, words: Words) -> Iterator[str]:
    inspection = report.inspection
    title = words("Report about a drive")
    yield "<!DOCTYPE html>"
    yield f'<html lang="{_text(words(LANGUAGE))}"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{html.escape(_POLICY)}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{_text(title)}</title><style>{_STYLE}</style></head><body>"
    yield f"<h1>{_text(title)}</h1>"
    yield f"<p><code>{_text(str(inspection.location.shown))}</code></p>"
    yield f'<p class="quiet">{_text(report.tool)}, {_text(moment_text(int(report.made)))}</p>'
    yield f'<p class="verdict">{_text(words(verdict(report.check)))}</p>'
    if report.check is not None:
        yield from _findings(report.check, words)
        for key in report.check.keys:
            yield f"<p>{_text(' '.join(map(words, key_texts(key))))}</p>"
    yield f"<h2>{_text(words('What is on it'))}</h2>"
    yield from _refs(inspection, report.sizes, words)
    yield from _space(inspection, report.sizes, words)
    for collection in inspection.collections:
        yield from _collection(collection, words)
    yield "</body></html>"


def verdict(check: CheckReport | None) -> Message:
    """In one sentence."""
    if check is None:
        return Message("Nobody has checked the drive yet.")
    if check.only_unvouched:
        return Message("Nothing on the drive is damaged, but nobody here knows whose it is.")
    if not check.ok:
        return Message("The drive is not sound: something on it is damaged or missing.")
    if check.findings:
        return Message("The drive is sound, with something to know.")
    return Message("The drive is sound.")


def key_texts(key: UsedKey) -> list[Message]:
    """Who signed a collection, whose word that is, and until when; a sentence each."""
    name, collection, fingerprint = key.user_id, key.collection, key.fingerprint
    texts = [
        Message(
            "{collection} is signed by {name}, key {fingerprint}.",
            collection=collection,
            name=name,
            fingerprint=fingerprint,
        )
    ]
    match key.voucher:
        case Voucher.NAMED:
            texts.append(Message("You named it."))
        case Voucher.COMPUTER:
            texts.append(Message("This computer knows it as that of {source}.", source=key.source))
        case Voucher.JOB:
            texts.append(Message("Drives were made with it on this computer."))
        case Voucher.DRIVE | Voucher.NOBODY:
            texts.append(Message("Only this drive knows it."))
    if key.until is not None:
        texts.append(Message("It is good until {until}.", until=Day(key.until)))
    return texts


def _findings(check: CheckReport, words: Words) -> Iterator[str]:
    for remedy in by_remedy(check.findings):
        name = words(SEVERITIES[remedy.severity.value])
        yield f"<h2>{_text(name)}: {_text(words(remedy.hint))}</h2><ul>"
        for finding in remedy.findings:
            where = f"<code>{_text(finding.repository)}</code>: " if finding.repository else ""
            said = f"{where}{_text(words(finding.message))}"
            yield f"<li>{said} <code>{_text(finding.code.value)}</code></li>"
        yield "</ul>"
    read = Message(
        "{refs} refs with {objects} objects ({size}) were read in {duration}.",
        refs=check.refs,
        objects=f"{check.objects:,}",
        size=Size(check.bytes),
        duration=Duration(check.seconds),
    )
    yield f'<p class="quiet">{_text(words(read))}</p>'


def _refs(inspection: Inspection, sizes: Sizes | None, words: Words) -> Iterator[str]:
    heads = ["Name", "Version", "Date", "State", "Signed by", "Languages"]
    yield "<table><thead><tr>"
    yield "".join(f"<th>{_text(words(head))}</th>" for head in heads)
    if sizes is not None:
        for head in ("Size", "Shared"):
            yield f'<th class="number">{_text(words(head))}</th>'
    yield "</tr></thead><tbody>"
    for collection, ref in inspection.refs:
        signer = ref.signer or words(SIGNATURES[ref.signature])
        name = f"{_text(ref.name)}<br>" if ref.name else ""
        yield f"<tr><td>{name}<code>{_text(ref.ref)}</code></td>"
        yield _cells((ref.version,))
        yield f'<td class="date">{_text(date_text(ref.timestamp))}</td>'
        yield f'<td class="words">{_text(words(STATES[ref.state]))}</td>'
        yield _cells((signer, ", ".join(ref.languages)))
        if sizes is not None:
            size = sizes.refs.get((collection, ref.ref), NOTHING)
            yield f'<td class="number">{_text(words(size_text(size.own)))}</td>'
            yield f'<td class="number">{_text(words(size_text(size.shared)))}</td>'
        yield "</tr>"
    yield "</tbody></table>"


def _space(inspection: Inspection, sizes: Sizes | None, words: Words) -> Iterator[str]:
    rows: list[tuple[str, int]] = []
    if sizes is not None:
        rows += [
            ("All together", sizes.total),
            ("Lists, keys and directories", sizes.overhead),
            ("Needed by nothing", sizes.unused),
        ]
    rows += [("Free", inspection.space.free), ("Size of the drive", inspection.space.total)]
    yield f"<h2>{_text(words('Space'))}</h2><table>"
    for name, size in rows:
        yield f"<tr><td>{_text(words(name))}</td>"
        yield f'<td class="number">{_text(words(size_text(size)))}</td></tr>'
    yield "</table>"


def _collection(collection: InspectedCollection, words: Words) -> Iterator[str]:
    yield f"<h2>{_text(collection.label)}</h2><table>"
    for fact in collection_facts(collection):
        details = [f"{words(detail.name)}: {words(detail.value)}" for detail in fact.details]
        yield f"<tr><td>{_text(words(fact.name))}</td><td>{_text(words(fact.value))}"
        yield "".join(f"<br>{_text(detail)}" for detail in details)
        yield "</td></tr>"
    yield "</table>"
    problems = collection.disagreements or (Message("Everything agrees."),)
    yield "".join(f"<p>{_text(words(problem))}</p>" for problem in problems)


@dataclass(frozen=True, slots=True)
class Fact:
    """A name and a value, to be put into words, and what else is to be said of it."""

    name: str
    value: str
    details: tuple[Fact, ...] = ()


def collection_facts(collection: InspectedCollection) -> Sequence[Fact]:
    """What builders want to know of a collection."""
    facts = [Fact("Collection", collection.id)]
    if collection.url:
        facts.append(Fact("Address", collection.url))
    if collection.installable_until is not None:
        facts.append(Fact("Can be installed until", date_text(collection.installable_until)))
    metadata, upstream = collection.metadata, collection.upstream
    if metadata is None:
        facts.append(Fact("ostree-metadata", "None"))
    else:
        about = (
            Fact("Date", date_text(metadata.timestamp)),
            Fact("Made by", metadata.source),
            Fact("Signed", _yes(metadata.signed)),
            Fact("Fits the refs", _yes(metadata.in_sync)),
        )
        facts.append(Fact("ostree-metadata", metadata.commit, about))
    if upstream is None:
        facts.append(Fact("Copy of the upstream summary", "None"))
    else:
        files = tuple(Fact("File", path) for path in upstream.files)
        details = (Fact("Signed", _yes(upstream.signed)), *files)
        facts.append(Fact("Copy of the upstream summary", date_text(upstream.made), details))
    return facts


def _yes(value: bool) -> str:
    return "Yes" if value else "No"


def _cells(values: Iterable[str]) -> str:
    return "".join(f"<td>{_text(value)}</td>" for value in values)


def _text(text: str) -> str:
    return html.escape(clean(text, Policy.SENTENCE))
