"""What replaces a renamed ref, and where flatpak gives up."""

from __future__ import annotations

import pytest

from app.flatpak.eol_rebase import ReplacementError, replacements
from app.flatpak.refs import Ref


def app(name: str) -> str:
    return f"app/org.test.{name}/x86_64/stable"


def follow(said: dict[str, str | None]) -> list[str]:
    """Of the first of them."""
    first = Ref.parse(next(iter(said)))
    return [str(ref) for ref in replacements(first, lambda ref: said[str(ref)])]


def test_one_after_the_other() -> None:
    assert follow({app("A"): None}) == []
    chain = {app("A"): app("B"), app("B"): app("C"), app("C"): None}
    assert follow(chain) == [app("B"), app("C")]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({app("A"): app("B")}, "not there"),
        ({app("A"): app("B"), app("B"): app("C")}, "not there"),
        ({app("A"): app("A")}, "by itself"),
        ({app("A"): app("B"), app("B"): app("A")}, "by itself"),
        ({app("A"): ""}, "no app or runtime"),
        ({app("A"): "app/../x/y"}, "no app or runtime"),
        ({app("A"): "runtime/org.test.B/x86_64/1"}, "another kind"),
    ],
)
def test_what_flatpak_installs_nothing_for(said: dict[str, str | None], why: str) -> None:
    with pytest.raises(ReplacementError, match=why):
        follow(said)
