"""A choice that was saved is taken over, and no other is lost unasked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.stick.choices.availability import Availability, Offered
from app.stick.choices.profile import Profile
from tests.ui.controllers.conftest import HELLO
from ui.controllers.choice_loading import ChoiceLoader, LoadingState
from ui.state.saved_choices import LoadedChoice
from ui.state.session import ChosenRef, Session

MAPS = ChosenRef("app/org.test.Maps/x86_64/stable", "up", "Maps")


def loaded(*refs: ChosenRef) -> LoadedChoice:
    offered = tuple(Offered(ref.ref, ref.remote, ref.name) for ref in refs)
    profile = Profile(tuple(ref.ref for ref in refs), languages=("de",))
    return LoadedChoice("Class 5b", profile, Availability(offered, (), ()))


class Ears:
    def __init__(self, loader: ChoiceLoader) -> None:
        self.asked: list[int] = []
        self.taken: list[LoadedChoice] = []
        loader.replacement_asked.connect(lambda _loaded, present: self.asked.append(present))
        loader.taken.connect(self.taken.append)


@pytest.fixture
def loader(chosen: Session) -> ChoiceLoader:
    return ChoiceLoader(chosen, chosen)


def test_nothing_is_lost_by_more_of_the_same(loader: ChoiceLoader, chosen: Session) -> None:
    ears = Ears(loader)
    loader.take(loaded(HELLO, MAPS))
    assert chosen.choice.refs == (HELLO, MAPS)
    assert chosen.choice.options.languages == ("de",)
    assert not ears.asked
    assert len(ears.taken) == 1
    assert loader.state is LoadingState.TAKEN


def test_another_choice_is_asked_about(loader: ChoiceLoader, chosen: Session) -> None:
    ears = Ears(loader)
    loader.take(loaded(MAPS))
    assert ears.asked == [1]
    before = chosen.choice
    assert before.refs == (HELLO,)
    assert loader.state is LoadingState.ASKING
    loader.add()
    assert chosen.choice.refs == (HELLO, MAPS)
    loader.replace()
    assert chosen.choice.refs == (HELLO, MAPS)


def test_it_takes_the_place_of_another(loader: ChoiceLoader, chosen: Session) -> None:
    loader.take(loaded(MAPS))
    loader.replace()
    assert chosen.choice.refs == (MAPS,)


def test_a_choice_of_which_nothing_is_there_changes_nothing(
    loader: ChoiceLoader, chosen: Session
) -> None:
    ears = Ears(loader)
    before = chosen.choice
    loader.take(loaded())
    assert chosen.choice == before
    assert len(ears.taken) == 1


def test_what_was_said_ends_with_the_choice(loader: ChoiceLoader, chosen: Session) -> None:
    loader.tell("Class 5b: 2 chosen.")
    chosen.set_choice(replace(chosen.choice, refs=()))
    assert not chosen.notice
