"""A plan as a tree: everything once, what needs it above it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.message import Message, verbatim
from app.severity import Severity
from app.stick.findings import Code, by_remedy, finding
from app.stick.planning.outline import flat, outline
from app.stick.planning.plan import Action, Item


def item(ref: str, *needed_by: str, chosen: bool = False, action: Action = Action.ADD) -> Item:
    return Item("org.test", ref, "0" * 64, None, action, chosen, Message("Because."), needed_by)


def drawn(items: list[Item]) -> list[str]:
    """The outline in lines: an indented name, "again" where it stands elsewhere too."""
    parts = outline(items)
    lines = []
    for name, branches in (
        ("chosen", parts.chosen),
        ("beside", parts.beside),
        ("kept", parts.kept),
    ):
        for depth, branch in flat(branches):
            again = " again" if branch.again else ""
            lines.append(f"{name} {'  ' * depth}{branch.item.ref}{again}")
    return lines


def test_what_is_needed_stands_below_what_needs_it() -> None:
    assert drawn(
        [
            item("runtime", "app"),
            item("locale", "runtime"),
            item("app", chosen=True),
            item("appstream"),
        ]
    ) == ["chosen app", "chosen   runtime", "chosen     locale", "beside appstream"]


def test_what_two_need_is_whole_once_and_named_again() -> None:
    assert drawn(
        [
            item("a", chosen=True),
            item("b", chosen=True),
            item("runtime", "a", "b"),
            item("locale", "runtime"),
        ]
    ) == [
        "chosen a",
        "chosen   runtime",
        "chosen     locale",
        "chosen b",
        "chosen   runtime again",
    ]


def test_what_stays_comes_last_unless_something_new_needs_it() -> None:
    keep = Action.KEEP
    assert drawn(
        [
            item("old", chosen=True, action=keep),
            item("runtime", "old", "new", action=keep),
            item("codec", "old", action=keep),
            item("new", chosen=True),
        ]
    ) == ["chosen new", "chosen   runtime", "kept old", "kept   codec", "kept   runtime again"]


REFS = st.sampled_from(["a", "b", "c", "d", "e"])


@given(
    st.lists(
        st.builds(
            lambda ref, needed, chosen, action: item(ref, *needed, chosen=chosen, action=action),
            REFS,
            st.lists(REFS, unique=True, max_size=3),
            st.booleans(),
            st.sampled_from(list(Action)),
        ),
        unique_by=lambda item: item.ref,
    )
)
def test_everything_is_there_exactly_once_whatever_needs_what(items: list[Item]) -> None:
    lines = drawn(items)

    once = sorted(line.split()[1] for line in lines if not line.endswith(" again"))
    assert once == sorted(item.ref for item in items)


def test_findings_by_what_helps_the_worst_first() -> None:
    findings = [
        finding(Code.ORPHAN_OBJECTS, "objects", verbatim("a")),
        finding(Code.END_OF_LIFE, "app", verbatim("b")),
        finding(Code.OBJECT_CORRUPT, "1", verbatim("c")),
        finding(Code.SUMMARY_MISSING, "summary", verbatim("d")),
        finding(Code.OBJECT_MISSING, "2", verbatim("e")),
    ]

    groups = [
        (remedy.severity, [str(finding.message) for finding in remedy.findings])
        for remedy in by_remedy(findings)
    ]

    assert groups == [
        (Severity.ERROR, ["c", "e"]),
        (Severity.ERROR, ["d"]),
        (Severity.WARNING, ["b"]),
        (Severity.INFO, ["a"]),
    ]
