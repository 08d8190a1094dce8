"""``required-flatpak``: flatpak's own examples, and what sscanf makes of rubbish."""

from __future__ import annotations

import pytest

from app.flatpak.required_flatpak import Version, lacking, readable, required_text, unreadable

SERIES = ("1.6.2", "1.4.2", "1.0.2")


@pytest.mark.parametrize(
    ("required", "have", "lacks"),
    [
        ((), (1, 8, 0), None),
        (SERIES, (1, 7, 0), None),
        (SERIES, (1, 6, 2), None),
        (SERIES, (1, 6, 3), None),
        (SERIES, (1, 4, 2), None),
        (SERIES, (1, 0, 3), None),
        (SERIES, (1, 6, 1), "1.6.2"),
        (SERIES, (1, 4, 1), "1.4.2"),
        (SERIES, (1, 2, 100), "1.6.2"),
        (SERIES, (0, 11, 8), "1.6.2"),
        (SERIES, (2, 0, 0), None),
        # The series named first decides, and nothing after it is read.
        (("1.14.1", "1.14.9"), (1, 14, 5), None),
        (("1.14.5", "rubbish"), (1, 14, 5), None),
        (("rubbish", "1.14.5"), (1, 14, 5), "rubbish"),
        (("1.16",), (1, 18, 0), "1.16"),
        ((" 1. 16.+2-rc1",), (1, 16, 1), "1.16.2"),
        (("1.16.-2",), (1, 16, 0), None),
        (("99999999999.0.0",), (1, 16, 0), "99999999999.0.0"),
        (("",), (1, 16, 0), ""),
    ],
)
def test_what_flatpak_asks_for(required: tuple[str, ...], have: Version, lacks: str | None) -> None:
    assert lacking(required, have) == lacks


def test_how_it_is_told() -> None:
    assert required_text(("1.14.4", "1.16.2", "1.12.8")) == "1.16.2 (or 1.14.4, 1.12.8)"
    assert required_text(("1.16.2",)) == "1.16.2"
    assert readable(("x", "1.14.4", "01.16.2", "1.14.4")) == ("1.16.2", "1.14.4")
    assert unreadable(("1.14.4", "1.16")) == "1.16"
    assert unreadable(("1.14.4",)) is None
