"""What a check found, by app and in plain words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.fs.root import Root
from app.message import Message
from app.ostree.fsck import Damage
from app.ostree.objects import ObjectKind, ObjectName
from app.replacing import replace
from app.stick.checking.report import CheckReport
from app.stick.findings import Code, Finding, finding
from app.stick.inspecting.inspection import InspectedCollection, InspectedRef, Inspection
from app.stick.store.location import Location
from tests.ui.controllers.values import drive_ref, report, space
from ui.models.check_remarks import CheckRemark, RemarkSign, remarks_of
from ui.models.finding_words import FindingWords

pytestmark = pytest.mark.usefixtures("qapp")

ONE, TWO = "app/org.test.One/x86_64/stable", "app/org.test.Two/x86_64/stable"
RUNTIME = "runtime/org.test.Platform/x86_64/1"
LOCALE = "runtime/org.test.One.Locale/x86_64/stable"
REFS = tuple(
    replace(drive_ref(ref, needed_by=needed_by), name=name, commit=commit * 64)
    for ref, name, commit, needed_by in (
        (ONE, "One", "a", ()),
        (TWO, "Two", "b", ()),
        (RUNTIME, "Platform", "c", (ONE, TWO)),
        (LOCALE, "One", "d", (ONE,)),
    )
)
OBJECT = ObjectName("e" * 64, ObjectKind.FILE)
FORBIDDEN = re.compile(
    r"\b(ref|remote|runtime|mount|commit|repository|collection|object|summary|stick)s?\b", re.I
)
"""Never in the window but under "Details for builders"."""


def of_code(code: Code, subject: str) -> Finding:
    return finding(code, subject, Message("It is so."))


def remarks(
    *findings: Finding, damage: tuple[Damage, ...] = (), refs: tuple[InspectedRef, ...] = REFS
) -> tuple[CheckRemark, ...]:
    collection = InspectedCollection("org.test", "", "", "", False, None, None, refs, ())
    inspection = Inspection(
        Location(Root(Path("/drive")), "."), "", None, False, (collection,), space()
    )
    judged: CheckReport = replace(report(*findings), damage=damage)
    return remarks_of(judged, inspection, "CLASSROOM")


def test_findings_about_an_app_are_one_remark_on_it() -> None:
    [remark] = remarks(
        of_code(Code.OBJECT_CORRUPT, ONE),
        of_code(Code.OBJECT_MISSING, ONE),
        of_code(Code.OBJECT_MISSING, ONE),
    )
    assert remark.ref == ONE
    assert remark.title == "One"
    assert remark.sign is RemarkSign.BROKEN
    assert "1 file" in remark.text
    assert "2 file" in remark.text


def test_what_belongs_to_one_app_is_told_of_the_app() -> None:
    [remark] = remarks(of_code(Code.COMMIT_PARTIAL, LOCALE))
    assert remark.ref == ONE


def test_what_several_need_is_told_once() -> None:
    [remark] = remarks(of_code(Code.OBJECT_CORRUPT, RUNTIME))
    assert remark.shared
    assert not remark.ref
    assert remark.title == "Platform"


@pytest.mark.parametrize(
    ("commits", "title", "ref"),
    [("a", "One", ONE), ("d", "One", ONE), ("ab", "Shared by all apps", ""), ("", "CLASSROOM", "")],
)
def test_damage_is_told_of_whoever_needs_it(commits: str, title: str, ref: str) -> None:
    damage = Damage(OBJECT, None, tuple(commit * 64 for commit in commits))
    [remark] = remarks(of_code(Code.OBJECT_MISSING, str(OBJECT)), damage=(damage,))
    assert (remark.title, remark.ref) == (title, ref)


def test_what_is_to_be_repaired_stands_first_and_hints_are_no_faults() -> None:
    told = remarks(
        of_code(Code.FOREIGN_CONTENT, "holiday.jpg"),
        of_code(Code.END_OF_LIFE, TWO),
        of_code(Code.OBJECT_MISSING, ONE),
    )
    assert [(remark.title, remark.sign is RemarkSign.BROKEN) for remark in told] == [
        ("One", True),
        ("Two gets no more updates", False),
        ("CLASSROOM", False),
    ]


def test_no_more_than_a_few_sentences_about_one_thing() -> None:
    codes = (Code.OBJECT_CORRUPT, Code.OBJECT_MISSING, Code.COMMIT_UNSIGNED, Code.COMMIT_PARTIAL)
    [remark] = remarks(*(of_code(code, ONE) for code in codes))
    assert remark.text.count(".") == 3


@pytest.mark.parametrize("code", Code)
def test_every_finding_has_plain_words(code: Code) -> None:
    sentence = FindingWords().sentence(code, 2)
    assert sentence.endswith(".")
    assert not FORBIDDEN.search(sentence)
