"""Names that are painted, in as many lines as they need."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from ui.style.broken_lines import broken, fits, wrapped


@pytest.fixture
def metrics(qapp: QApplication) -> QFontMetrics:
    return QFontMetrics(qapp.font())


def test_a_name_that_fits_stays_in_one_line(metrics: QFontMetrics) -> None:
    assert broken("Squared Paper", metrics, 1000, 2) == ["Squared Paper"]


def test_it_is_broken_between_words(metrics: QFontMetrics) -> None:
    width = metrics.horizontalAdvance("Squared")
    assert broken("Squared Paper", metrics, width, 2) == ["Squared", "Paper"]
    assert fits("Squared Paper", metrics, width, 2)
    assert not fits("Squared Paper", metrics, width, 1)


def test_the_last_line_ends_in_an_ellipsis(metrics: QFontMetrics) -> None:
    width = metrics.horizontalAdvance("Squared")
    first, last = broken("Squared Paper Sheets", metrics, width, 2)
    assert first == "Squared"
    assert last.endswith("…")


def test_a_word_that_is_too_wide_is_the_last_line(metrics: QFontMetrics) -> None:
    width = metrics.horizontalAdvance("Class")
    (only,) = broken("Classroom Atlas", metrics, width, 2)
    assert only.endswith("…")


def test_a_name_without_spaces_goes_on_in_the_next_line(metrics: QFontMetrics) -> None:
    font = QApplication.font()
    width = metrics.horizontalAdvance("CLASS-ROOM")
    assert wrapped("CLASS-ROOM", font, width + 1, 2) == ["CLASS-ROOM"]
    lines = wrapped("SCHOOL-CLASSROOM", font, width, 2)
    assert "".join(lines) == "SCHOOL-CLASSROOM"
    assert len(lines) == 2
    *_, last = wrapped("SCHOOL-CLASSROOM-NORTH-7", font, width, 2)
    assert last.endswith("…")
