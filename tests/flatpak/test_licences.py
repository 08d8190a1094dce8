"""Which SPDX expressions mean free software."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.flatpak.catalogue.licences import is_free_license


@pytest.mark.parametrize(
    "expression",
    [
        "MIT",
        "GPL-3.0+",
        "gpl-3.0-or-later",
        "GPL-2.0-or-later WITH Classpath-exception-2.0",
        "(MIT OR LicenseRef-proprietary) AND MPL-2.0",
        "GPL-2.0-only OR GPL-3.0-only OR LicenseRef-KDE-Accepted-GPL",
        "LicenseRef-proprietary OR (MIT AND (Apache-2.0 or BSD-3-Clause))",
        "LicenseRef-free=https://example.com/licence",
        "CC0-1.0",
    ],
)
def test_free_licences(expression: str) -> None:
    assert is_free_license(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "LicenseRef-proprietary",
        "LicenseRef-proprietary=https://example.com",
        "MIT AND LicenseRef-proprietary",
        "CC-BY-NC-4.0",
        "MIT AND",
        "AND MIT",
        "MIT MIT",
        "(MIT",
        "MIT)",
        "MIT WITH",
        "()",
        "(" * 10000 + "MIT",
        "GPL",
    ],
)
def test_other_licences(expression: str) -> None:
    assert not is_free_license(expression)


@given(st.lists(st.sampled_from(["(", ")", "AND", "OR", "WITH", "MIT", "X"])).map(" ".join))
def test_no_expression_is_too_odd(expression: str) -> None:
    assert is_free_license(expression) in {True, False}
