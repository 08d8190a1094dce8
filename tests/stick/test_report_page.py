"""The page of the report, by values alone: what a drive says, and in whose words."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.drive.space import Space
from app.fs.root import Root
from app.message import Message, verbatim
from app.replacing import replace
from app.severity import Severity
from app.stick.checking.keys import UsedKey
from app.stick.checking.report import CheckReport
from app.stick.findings import Code, Finding
from app.stick.inspecting.facts import HEADS, SEVERITIES, SIGNATURES, STATES, StickReport
from app.stick.inspecting.inspection import (
    InspectedCollection,
    InspectedCopy,
    InspectedMetadata,
    InspectedRef,
    Inspection,
    RefKind,
)
from app.stick.inspecting.report_page import report_page
from app.stick.inspecting.sizes import RefSize, Sizes
from app.stick.store.location import Location
from app.stick.store.record import MetadataSource
from app.stick.store.upstream_copy import RefState
from app.stick.trust.vouching import Voucher
from app.trust.verdict import Verdict

HOSTILE = "<script>alert(1)</script>\"'&lt;{{ 7 * 7 }}{% if x %}\x1b[31m\N{RIGHT-TO-LEFT OVERRIDE}"
GAP = "\N{REPLACEMENT CHARACTER}"
SHOWN = f"<script>alert(1)</script>\"'&lt;{{{{ 7 * 7 }}}}{{% if x %}}{GAP}[31m{GAP}"


class Page(HTMLParser):
    """Its text by elements; every element that has an end has it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.language: str | None = None
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        if tag == "html":
            self.language = dict(attrs)["lang"]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open[-1] != "style":
            self.texts.append(data.strip())


def ref(text: str, state: RefState, signature: Verdict) -> InspectedRef:
    return InspectedRef(
        ref=text,
        kind=RefKind.APP,
        commit="",
        timestamp=0,
        name=text,
        version=text,
        chosen=True,
        reason=verbatim(text),
        needed_by=(),
        state=state,
        signed=True,
        signature=signature,
        signer="",
        languages=(text,),
        installed_size=0,
        download_size=0,
    )


def report(text: str) -> StickReport:
    """All there is, with ``text`` wherever others have their say."""
    refs = tuple(map(ref, [text] * len(STATES), RefState, Verdict))
    full = InspectedCollection(
        id=text,
        remote=text,
        title=text,
        url=text,
        unsigned=False,
        metadata=InspectedMetadata(text, None, MetadataSource.SATCHEL, signed=True, in_sync=False),
        upstream=InspectedCopy(0, (text,), signed=True),
        refs=refs,
        disagreements=(Message("{text} differs.", text=text),),
        installable_until=0,
    )
    bare = replace(full, metadata=None, upstream=None, refs=(), disagreements=())
    space = Space(Path("/drive"), "ext4", 4096, 1_000, 2_000_000_000, None, None, False)
    return StickReport(
        inspection=Inspection(
            Location(Root(Path("/drive", text.replace("/", ""))), "."),
            text,
            None,
            False,
            (full, bare),
            space,
        ),
        sizes=Sizes({(text, text): RefSize(1_200_000, 5, {}, complete=True)}, (), 7, 9),
        check=CheckReport(
            findings=(
                Finding(Code.OBJECT_CORRUPT, Severity.ERROR, text, verbatim(text), verbatim(text)),
                Finding(
                    Code.KIT_ALTERED, Severity.WARNING, text, verbatim(text), verbatim(text), text
                ),
            ),
            refs=1,
            objects=1_000,
            bytes=1_000_000,
            seconds=1.0,
            keys=(UsedKey(text, text, text, Voucher.COMPUTER, text, 0),),
        ),
        tool=text,
        made=0.0,
    )


def test_what_a_drive_says_is_text() -> None:
    page = Page(report_page(report(HOSTILE), str))
    assert page.language == "en"
    assert "script" not in page.names
    assert page.texts.count(SHOWN) > 20
    assert f"{SHOWN} differs." in page.texts
    assert "1.2 MB" in page.texts
    assert "Damaged" in page.texts


def test_every_word_is_a_message() -> None:
    """In another language nothing English is left but dates and names."""

    def words(message: Message) -> str:
        return message.worded(lambda part: part.template if part.arguments else "~", str)

    whole = report("NAME")
    page = Page(report_page(whole, words))
    assert page.language == "~"
    constant = [
        str(message)
        for messages in (HEADS, STATES, SIGNATURES, SEVERITIES)
        for message in messages.values()
    ]
    assert not set(page.texts) & set(constant)
    kept = {
        *("NAME", "/drive/NAME", "NAME, 1970-01-01 00:00:00 UTC", "NAME (NAME)"),
        *("1970-01-01", "object-corrupt", "kit-altered", ": NAME", "~: NAME", "ostree-metadata"),
        *("~: ~", "~: satchel", "~: unknown", "NAME differs.", "~"),
        "1 refs with 1,000 objects (1.0 MB) were read in 1 s.",
    }
    others = {text for text in page.texts if text not in kept and not text.endswith(("B", "bytes"))}
    assert [text for text in others if not text.startswith("NAME is signed by NAME")] == []


@pytest.mark.parametrize("state", RefState)
@pytest.mark.parametrize("verdict", Verdict)
def test_every_state_and_signature_has_words(state: RefState, verdict: Verdict) -> None:
    whole = report("NAME")
    collection = replace(whole.inspection.collections[0], refs=(ref("NAME", state, verdict),))
    whole = replace(whole, inspection=replace(whole.inspection, collections=(collection,)))
    texts = Page(report_page(whole, str)).texts
    assert {str(STATES[state]), str(SIGNATURES[verdict])} <= set(texts)


def test_what_nobody_measured_or_checked_is_not_told() -> None:
    page = Page(report_page(replace(report("NAME"), sizes=None, check=None), str))
    assert "Not checked yet" in page.texts
    assert not {"Size", "Shared", "All together"} & set(page.texts)
    assert {"Free", "1.0 kB", "Size of the drive", "2.0 GB"} <= set(page.texts)
