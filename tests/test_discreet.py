"""Values that do not show, or do not compare, all that they hold."""

from __future__ import annotations

import pickle

import pytest
from msgspec import Struct

from app.discreet import Discreet
from app.replacing import replace


class Source(Discreet, Struct, frozen=True):
    UNSHOWN = frozenset({"password"})
    UNCOMPARED = frozenset({"title"})

    name: str
    password: str = ""
    title: str = ""


def test_what_is_secret_is_not_shown() -> None:
    assert repr(Source("flathub", "secret", "Flathub")) == "Source(name='flathub', title='Flathub')"


def test_only_what_is_compared_makes_two_differ() -> None:
    source = Source("flathub", "secret", "Flathub")
    assert source == replace(source, title="")
    assert len({source, replace(source, title=""), replace(source, password="")}) == 2
    assert source != replace(source, password="")


def test_it_is_a_value_as_any() -> None:
    source = Source("flathub", "secret", "Flathub")
    assert pickle.loads(pickle.dumps(source)).password == "secret"
    with pytest.raises(AttributeError):
        source.name = "other"  # type: ignore[misc]
