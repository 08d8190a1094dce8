"""A set that was saved, or a list, is added to what is chosen."""

from __future__ import annotations

import pytest

from app.replacing import replace
from app.stick.choices.availability import Availability, Offered
from app.stick.choices.profile import Profile
from tests.ui.controllers.conftest import HELLO
from ui.controllers.choice_loading import ChoiceLoader, TakenChoice
from ui.state.choice import ChosenRef
from ui.state.saved_choices import LoadedChoice
from ui.state.session import Session

MAPS = ChosenRef("app/org.test.Maps/x86_64/stable", "up", "Maps")


def loaded(*refs: ChosenRef) -> LoadedChoice:
    offered = tuple(Offered(ref.ref, ref.remote, ref.name) for ref in refs)
    profile = Profile(tuple(ref.ref for ref in refs), languages=("fr",))
    return LoadedChoice("Class 5b", profile, Availability(offered, (), ()))


@pytest.fixture
def loader(chosen: Session) -> ChoiceLoader:
    return ChoiceLoader(chosen, chosen)


@pytest.fixture
def taken(loader: ChoiceLoader) -> list[TakenChoice]:
    told: list[TakenChoice] = []
    loader.taken.connect(told.append)
    return told


def test_it_is_added_to_what_is_chosen(
    loader: ChoiceLoader, chosen: Session, taken: list[TakenChoice]
) -> None:
    before = chosen.choice
    loader.take(loaded(HELLO, MAPS))
    assert chosen.choice.refs == (HELLO, MAPS)
    assert chosen.choice.options == before.options
    (told,) = taken
    assert (told.added, told.before) == (1, before)


def test_alone_it_says_for_whom(loader: ChoiceLoader, chosen: Session) -> None:
    chosen.set_choice(replace(chosen.choice, refs=()))
    loader.take(loaded(MAPS))
    assert chosen.choice.refs == (MAPS,)
    assert chosen.choice.options.languages == ("fr",)


def test_of_which_nothing_is_there_changes_nothing(
    loader: ChoiceLoader, chosen: Session, taken: list[TakenChoice]
) -> None:
    before = chosen.choice
    loader.take(loaded())
    assert chosen.choice == before
    assert [told.added for told in taken] == [0]
