"""What becomes of texts that others wrote."""

from __future__ import annotations

import re
import tracemalloc
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.credentials import public_sentence
from app.text import Policy, clean

GAP = "\N{REPLACEMENT CHARACTER}"
JOINERS = "\u200c\u200d\u200e\u200f"
TURNS = "\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
MARKS = "\u0301\u0489\u20dd\u05b0\u0e34\ufe0f\u034f"
HUGE = 50_000_000
ORDERLY = [policy for policy in Policy if policy.value.orderly]
EXACT = [policy for policy in Policy if not policy.value.orderly]

hostile = st.text(
    st.one_of(
        st.characters(codec=None),
        st.sampled_from(f"ab \t\r\n\x00\x1b\x07\x7f\x85\x9b\xa0\xad{JOINERS}{TURNS}{MARKS}"),
        st.sampled_from(["\ud800", "\udcff", "\ue000", "\uffff", "\u2028", "\u2029", "\ufeff"]),
    ),
    max_size=400,
)


def longest(policy: Policy) -> int:
    return policy.value.longest + len(policy.value.more)


@given(hostile, st.sampled_from(Policy), st.sampled_from(["", "x" * 60, " " * 200, "á" * 4000]))
def test_one_line_that_moves_nothing(text: str, policy: Policy, before: str) -> None:
    cleaned = clean(before + text, policy)
    assert len(cleaned) <= longest(policy)
    assert all(char.isprintable() or char in JOINERS for char in cleaned)
    assert not set(cleaned) & set(TURNS)
    cleaned.encode()
    stacked = 0
    for char in cleaned:
        stacked = stacked + 1 if unicodedata.category(char) in {"Mn", "Me", "Cf"} else 0
        assert stacked <= 8


@given(hostile, st.sampled_from(Policy))
def test_what_is_clean_stays_as_it_is(text: str, policy: Policy) -> None:
    cleaned = clean(text, policy)
    assert clean(cleaned, policy) == cleaned


@given(st.text(st.sampled_from("aZ09 .-_äößйλ中文हि"), max_size=50), st.sampled_from(Policy))
def test_ordinary_words_are_kept(text: str, policy: Policy) -> None:
    cleaned = clean(text, policy)
    assert cleaned == (" ".join(text.split()) if policy in ORDERLY else text)


@pytest.mark.parametrize("policy", ORDERLY)
def test_space_is_put_in_order(policy: Policy) -> None:
    assert clean(" a\t\nb\u2028 c\xa0d ", policy) == "a b c d"


@pytest.mark.parametrize("policy", EXACT)
def test_space_that_counts(policy: Policy) -> None:
    assert clean("Müllers  Stick ", policy) == "Müllers  Stick "
    assert clean("a\xa0b\n", policy) == f"a b{GAP}"


def test_a_text_of_any_length_costs_what_is_kept() -> None:
    huge = "\u0301" * HUGE
    for policy in Policy:
        tracemalloc.start()
        try:
            cleaned = clean(huge, policy)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert cleaned == "\u0301" * 8 + policy.value.more
        assert most < 400 * longest(policy) + 100_000


def test_scripts_are_written_as_they_are() -> None:
    words = [
        "می‌خواهم",  # a joiner keeps letters apart
        "क्‍ष",
        "שָׁל֑וֹם",
        "ไม้ตื้น",
        "👩‍👩‍👧‍👦 🏳️‍🌈",
        "Việt".encode().decode(),
        unicodedata.normalize("NFD", "Việt Nam"),
        "★★★★★★★★★★★★ ————————————",
    ]
    for policy in set(Policy) - {Policy.FIELD}:
        for word in words:
            assert clean(word, policy) == word
    assert clean(words[0], Policy.FIELD) == "می خواهم"


def test_a_flood_of_marks_is_held_back() -> None:
    flood = "Z" + "\u0301\u0336\u20dd" * 30 + "a" + "\u0301\u200d" * 500 + "."
    assert re.fullmatch(
        r"Z[\u0301\u0336\u20dd]{8}a[\u0301\u200d]{8}\.", clean(flood, Policy.SENTENCE)
    )


def test_what_is_cut_off_is_told_where_somebody_looks_for_it() -> None:
    assert clean("a" * 61, Policy.EXCERPT) == "a" * 60 + "…"
    assert clean("a " * 500, Policy.EXCERPT).endswith("…")
    assert clean("a" * 121, Policy.QUOTED) == "a" * 120 + "…"
    assert clean("a" * 101, Policy.TITLE) == "a" * 100


@given(hostile)
def test_what_satchel_says_holds_no_secret(text: str) -> None:
    said = public_sentence(f"{text} https://user:secret@example.org/repo {text}")
    assert "secret" not in said
    assert public_sentence(said) == said


@pytest.mark.parametrize("before", [9_950, 9_980, 10_000, 49_980, 50_000])
def test_a_secret_that_is_cut_in_two_is_none(before: int) -> None:
    said = public_sentence("x" * before + " https://user:secret@example.org/repo")
    assert "secre" not in said
