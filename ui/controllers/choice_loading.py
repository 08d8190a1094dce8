"""Taking over a set that was saved, or a list that was opened: what is chosen already stays."""

from __future__ import annotations

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.replacing import replace
from ui.state.choice import Choice, ChosenRef
from ui.state.saved_choices import LoadedChoice
from ui.state.session import Session


class TakenChoice(Struct, frozen=True):
    """What became of it.

    Attributes:
        added: how many are chosen now that were not.
        before: the choice as it was.
    """

    loaded: LoadedChoice
    added: int
    before: Choice


class ChoiceLoader(QObject):
    """Signals:
    taken(object): what there is of it is chosen now, a `TakenChoice`.
    """

    taken = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def take(self, loaded: LoadedChoice) -> None:
        """Add it to what is chosen; alone it also says for whom the drive is."""
        before = self._session.choice
        refs = tuple(
            ChosenRef(offered.ref, offered.remote, offered.name)
            for offered in loaded.availability.offered
            if offered.ref not in before.as_files
        )
        together = tuple(dict.fromkeys((*before.refs, *refs)))
        after = replace(before, refs=together)
        if refs and not before.refs:
            after = self._as_it_says(loaded, after)
        self._session.set_choice(after)
        self.taken.emit(TakenChoice(loaded, len(together) - len(before.refs), before))

    def _as_it_says(self, loaded: LoadedChoice, choice: Choice) -> Choice:
        profile, options = loaded.profile, choice.options
        return replace(
            choice,
            options=replace(
                options,
                arch=profile.architecture or options.arch,
                gpus=profile.gpus or options.gpus,
                languages=profile.languages or options.languages,
                related=profile.related,
                keep_versions=profile.keep_versions,
            ),
        )
