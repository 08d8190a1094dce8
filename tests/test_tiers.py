"""What the tiers name is there."""

from __future__ import annotations

import re

import pytest

from tests.satchel import ROOT
from tests.tiers import SAMPLED, WHOLE


@pytest.mark.parametrize("name", SAMPLED)
def test_a_row_of_which_some_are_taken_is_there(name: str) -> None:
    """Of one that has another name now all would be."""
    file, *_, function = name.split("::")
    text = (ROOT / file).read_text("utf-8")

    assert re.search(rf"^ *def {function}\(", text, re.MULTILINE)


def test_what_is_not_for_the_fast_run_is_there() -> None:
    assert [place for place in WHOLE if not (ROOT / place).exists()] == []
