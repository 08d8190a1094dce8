"""Taking over a choice that was saved or imported, without losing another unasked."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal

from ui.state.saved_choices import LoadedChoice
from ui.state.session import Choice, ChosenRef, Session


class LoadingState(Enum):
    """Of the choice that was loaded last."""

    NOTHING = auto()
    ASKING = auto()
    """Something else is chosen already, and the person is asked what shall become of that."""
    TAKEN = auto()


class ChoiceLoader(QObject):
    """Signals:
    replacement_asked(object, int): whether this `LoadedChoice` shall take the place of so many
        chosen ones, or be added to them; `replace`, `add` or nothing answers.
    taken(object): what there is of the `LoadedChoice` is chosen now.

    Attributes:
        state: the `LoadingState`.
    """

    replacement_asked = Signal(object, int)
    taken = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._loaded: LoadedChoice | None = None
        self._told = ""
        self.state = LoadingState.NOTHING
        session.choice_changed.connect(self._choice_changed)

    def take(self, loaded: LoadedChoice) -> None:
        """Take it; with another choice present, ask what shall become of that."""
        self._loaded = loaded
        wanted, present = self._wanted(loaded).refs, self._session.choice.refs
        self.state = LoadingState.ASKING
        if not wanted or set(present) <= set(wanted):
            self.replace()
        else:
            self.replacement_asked.emit(loaded, len(present))

    def replace(self) -> None:
        """It takes the place of what is chosen; nothing does not."""
        self._finish(keep=())

    def add(self) -> None:
        """What is chosen stays."""
        self._finish(keep=self._session.choice.refs)

    def tell(self, text: str) -> None:
        """Say something about the choice, until it is another."""
        self._told = text
        self._session.set_notice(text)

    def _finish(self, keep: tuple[ChosenRef, ...]) -> None:
        if self._loaded is None or self.state is not LoadingState.ASKING:
            return
        self.state = LoadingState.TAKEN
        wanted = self._wanted(self._loaded)
        if wanted.refs:
            refs = tuple(dict.fromkeys((*keep, *wanted.refs)))
            self._session.set_choice(replace(wanted, refs=refs))
        self.taken.emit(self._loaded)

    def _wanted(self, loaded: LoadedChoice) -> Choice:
        usual, profile = self._session.default_options, loaded.profile
        options = replace(
            self._session.choice.options,
            arch=profile.architecture or usual.arch,
            gpus=profile.gpus,
            languages=profile.languages or usual.languages,
            related=profile.related,
            keep_versions=profile.keep_versions,
        )
        refs = tuple(
            ChosenRef(offered.ref, offered.remote, offered.name)
            for offered in loaded.availability.offered
        )
        return Choice(refs, options)

    def _choice_changed(self) -> None:
        # What was said about the choice that was loaded is over.
        if self._told and self._session.notice == self._told:
            self._session.set_notice("")
