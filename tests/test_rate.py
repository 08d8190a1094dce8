"""Rate and remaining time settle, and do not jump."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.progress import Advanced, Phase
from app.rate import Pace, Rate, RemainingTime

MB = 1_000_000


def event(done: float, total: float, objects: tuple[int, int] = (0, 0)) -> Advanced:
    return Advanced(Phase.DOWNLOAD, *objects, int(done), int(total))


def paces(amount: Callable[[float], float], total: float, seconds: float) -> list[Pace]:
    """Ten events a second, ``amount(t)`` bytes at the time t."""
    rate = Rate(100.0)
    steps = int(seconds * 10)
    return [rate.tell(event(amount(n / 10), total), 100.0 + n / 10) for n in range(1, steps + 1)]


def test_says_nothing_about_time_at_first() -> None:
    first = paces(lambda t: t * MB, 100 * MB, 2.9)

    assert all(pace.rate is None and pace.left is None for pace in first)
    assert first[-1].share == pytest.approx(0.029)


def test_an_even_pace_is_told_as_it_is() -> None:
    last = paces(lambda t: 2 * t * MB, 120 * MB, 30)[-1]

    assert last.share == pytest.approx(0.5)
    assert last.rate == pytest.approx(2 * MB, rel=0.01)
    assert last.left == 30


def test_the_remaining_time_does_not_jump_when_the_network_does() -> None:
    """Five seconds fast, five seconds nothing, over and over: a megabyte a second in the end."""

    def in_gusts(t: float) -> float:
        return (t // 10 * 10 + min(t % 10 * 2, 10)) * MB

    told = [pace.left for pace in paces(in_gusts, 600 * MB, 540)[300:]]
    left = [seconds for seconds in told if seconds is not None]

    assert len(left) == len(told)
    assert [after for before, after in pairwise(left) if after != before] == [300, 180, 120, 60]


def test_what_was_there_at_the_start_is_not_fast_work() -> None:
    last = paces(lambda t: 1000 * MB + t * MB, 1100 * MB, 5)[-1]

    assert last.rate == pytest.approx(MB, rel=0.01)
    assert last.left == 120


def test_at_the_end_no_time_is_left() -> None:
    last = paces(lambda t: min(10 * t, 100) * MB, 100 * MB, 12)[-1]

    assert last.share == 1
    assert last.left is None


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (4, 10),
        (59, 60),
        (66, 120),
        (170, 180),
        (200, 300),
        (330, 600),
        (3000, 3600),
        (10**5, 172800),
    ],
)
def test_the_remaining_time_is_told_in_round_numbers(seconds: float, told: float) -> None:
    assert RemainingTime().tell(seconds) == told


@given(st.lists(st.floats(0, 10**7), max_size=50))
def test_it_never_changes_by_less_than_a_third(measured: list[float]) -> None:
    remaining = RemainingTime()
    told = [remaining.tell(seconds) for seconds in measured]

    assert all(
        before == after or min(before, after) <= 2 / 3 * max(before, after)
        for before, after in pairwise(told)
    )
    # And it is never far from what was measured.
    assert all(seconds <= 4 / 3 * text for seconds, text in zip(measured, told, strict=True))


def test_a_change_for_good_is_followed_within_a_minute() -> None:
    def slower(t: float) -> float:
        return (t * 10 if t < 20 else 200 + (t - 20)) * MB

    last = paces(slower, 400 * MB, 80)[-1]

    assert last.rate == pytest.approx(1 * MB, rel=0.3)
    assert last.left == pytest.approx(140, rel=0.35)


def test_a_rest_counts_neither_for_the_rate_nor_for_the_time() -> None:
    rate = Rate(0.0)
    for n in range(1, 101):
        before = rate.tell(event(n * MB / 10, 100 * MB), n / 10)
    rate.rest(500.0)
    after = rate.tell(event(10.1 * MB, 100 * MB), 500.1)

    assert before.rate is not None
    assert after.rate == pytest.approx(before.rate, rel=0.05)


def test_a_stop_is_told_instead_of_a_rate_that_fades() -> None:
    rate = Rate(0.0)
    for n in range(1, 101):
        before = rate.tell(event(n * MB / 10, 100 * MB), n / 10)
    told = [rate.tell(event(10 * MB, 100 * MB), n / 10) for n in range(101, 401)]

    assert before.still is None
    assert all(pace.still is None and pace.rate is not None for pace in told[:99])
    assert all(pace.rate is None and pace.left is None for pace in told[101:])
    assert told[-1].still == pytest.approx(30)
    assert told[-1].share == pytest.approx(0.1)


def test_after_a_stop_it_goes_on_as_before() -> None:
    rate = Rate(0.0)
    for n in range(1, 601):
        rate.tell(event(n * MB / 10, 100 * MB), n / 10)
    for n in range(601, 1201):
        rate.tell(event(60 * MB, 100 * MB), n / 10)
    after = [rate.tell(event(60 * MB + n * MB / 10, 100 * MB), 120 + n / 10) for n in range(1, 100)]

    assert all(pace.still is None for pace in after)
    assert after[-1].rate == pytest.approx(MB, rel=0.4)
    assert after[-1].left == pytest.approx(30, rel=0.6)


def test_without_a_total_of_bytes_objects_tell_how_far_it_is() -> None:
    rate = Rate(0.0)
    for n in range(1, 51):
        pace = rate.tell(event(n * 1000, 0, (n, 100)), n / 10)

    assert pace.share == 0.5
    assert pace.left == 10


def test_nothing_known_is_told_as_nothing() -> None:
    assert Rate(0.0).tell(event(0, 0), 10.0) == Pace(None, None, None)


@given(
    st.lists(
        st.tuples(st.floats(0, 1000), st.integers(0, 2**50), st.integers(0, 2**50)), max_size=30
    )
)
def test_whatever_is_reported_the_numbers_make_sense(
    reports: list[tuple[float, int, int]],
) -> None:
    rate, now = Rate(0.0), 0.0
    for later, done, total in reports:
        now += later
        pace = rate.tell(event(done, total), now)
        assert pace.share is None or 0 <= pace.share <= 1
        assert pace.rate is None or pace.rate > 0
        assert pace.left is None or pace.left >= 0
        assert pace.still is None or pace.rate is pace.left is None
