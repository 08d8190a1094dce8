"""Files that are dropped on the window or opened with it: their apps are added to the choice."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto
from functools import partial
from pathlib import Path

from msgspec import Struct
from PySide6.QtCore import QObject, Signal

from app.errors import InterruptedByUser, SatchelError, UsageError
from app.flatpak.remotes.adding import OfferedRemote
from app.flatpak.remotes.known import Known
from app.message import Message
from app.progress import CancelToken, Reporter
from app.replacing import replace
from app.stick.choices.taking import OfferedFile, Refusal, Taken, take
from app.stick.environment import Environment
from app.stick.planning.computers import options_for
from ui.state.choice import Choice, ChosenRef
from ui.state.session import Session
from ui.tasks.bridge import Bridge

MOST = 200
"""Files at a time."""


class GivenState(Enum):
    """Of what was given last."""

    IDLE = auto()
    WAITING = auto()
    """Until the sources of this computer are known."""
    READING = auto()
    ASKING = auto()
    """The person looks at a source that would be new."""


class GivenResult(Struct, frozen=True):
    """What came of it.

    Attributes:
        added: names of the apps that are chosen now.
        present: names of those that were chosen before.
        sources: those that were added.
        known: those that were there before.
        computers: how many said what they need.
        files: the apps that are.
        offered: the only one of them, where nothing else was given: it is looked at first.
        folder: where nothing else was given, one that is to be looked at.
    """

    added: tuple[str, ...] = ()
    present: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    refused: tuple[Refusal, ...] = ()
    computers: int = 0
    files: tuple[OfferedFile, ...] = ()
    offered: OfferedFile | None = None
    folder: Path | None = None


class GivenFiles(QObject):
    """Signals:
    source_offered(object): this `OfferedRemote` would be new; `answer` tells what became of it.
    ended(object): the `GivenResult`.
    state_changed(): so is `state`.

    Attributes:
        state: the `GivenState`.
    """

    source_offered = Signal(object)
    ended = Signal(object)
    state_changed = Signal()

    def __init__(self, session: Session, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._bridge = bridge
        self.state = GivenState.IDLE
        self._words: list[str] = []
        self._over: list[str] = []
        """Those beyond `MOST`."""
        self._results: list[Taken] = []
        self._open: list[Taken] = []
        """Those whose sources have to be looked at first."""
        self._offers: list[OfferedRemote] = []
        self._sources: list[str] = []
        self._asked = False
        self._undo: tuple[Choice, Choice] | None = None
        session.remotes_changed.connect(self._remotes_changed)

    def open(self, words: Sequence[str]) -> None:
        """Take what these paths and addresses hand on; `ended` tells what came of it."""
        if not words:
            return
        fresh = list(dict.fromkeys(words))
        self._words += [word for word in fresh[:MOST] if word not in self._words]
        self._over += fresh[MOST:]
        if self.state is GivenState.IDLE:
            self._begin()

    def answer(self, added: bool) -> None:
        """Whether the source that was offered last is one of this computer's now."""
        if self.state is not GivenState.ASKING:
            return
        offer = self._offers.pop(0)
        if added:
            self._sources.append(offer.remote.label)
        self._ask()

    def choose_file(self, offered: OfferedFile) -> None:
        """The person wants the app that was looked at; `ended` tells."""
        if self.state is GivenState.IDLE:
            self._results = [Taken(offered.file.given, offered.name, file=offered)]
            self._finish(looked_at=True)

    def undo(self) -> None:
        """What was added is not chosen any more, unless the choice is another since."""
        if self._undo is not None and self._session.choice == self._undo[1]:
            self._session.set_choice(self._undo[0])
        self._undo = None

    def _begin(self) -> None:
        if self._session.knows_remotes:
            self._read()
        else:
            self._enter(GivenState.WAITING)

    def _remotes_changed(self) -> None:
        if self.state is GivenState.WAITING:
            self._read()

    def _read(self) -> None:
        words, self._words = self._words, []
        self._enter(GivenState.READING)
        session = self._session
        self._bridge.run(
            partial(_take, words, session.choice.options.arch, session.environment, session.known),
            done=self._take,
            failed=self._fail,
        )

    def _take(self, results: tuple[Taken, ...]) -> None:
        for result in results:
            # Nobody is asked twice.
            ask = result.sources and not self._asked
            (self._open if ask else self._results).append(result)
        for offer in (offer for result in self._open for offer in result.sources):
            if all(offer.remote.url != other.remote.url for other in self._offers):
                self._offers.append(offer)
        self._ask()

    def _ask(self) -> None:
        """About one source after the other; then what comes from them is read again."""
        if self._offers:
            self._enter(GivenState.ASKING)
            self.source_offered.emit(self._offers[0])
            return
        again = [result for result in self._open if not result.is_source]
        self._open = []
        if again and self._sources and not self._asked:
            self._asked = True
            self._words[:0] = [result.word for result in again]
            self._read()
            return
        self._results += again
        self._finish()

    def _fail(self, error: SatchelError) -> None:
        # Each file that fails is a result; this is the end of the window.
        self._results, self._open, self._offers, self._sources = [], [], [], []
        self._asked = False
        self._enter(GivenState.IDLE)
        if not isinstance(error, InterruptedByUser):
            self.ended.emit(GivenResult(refused=(Refusal("", error), *self._passed_over())))
            if self._words:
                self._begin()

    def _finish(self, *, looked_at: bool = False) -> None:
        """``looked_at``: a file that is alone need not be looked at first."""
        self._asked = False
        results, self._results = self._results, []
        sources, self._sources = self._sources, []
        files = [result.file for result in results if result.file is not None]
        if len(results) == 1 and files and not (looked_at or self._over):
            self._show(GivenResult(files=(files[0],), offered=files[0]))
            return
        if len(results) == 1 and results[0].folder is not None and not self._over:
            self._show(GivenResult(folder=results[0].folder))
            return
        refused = self._passed_over()
        refused += (refusal for result in results for refusal in result.refused)
        refused += (
            Refusal(result.name, _no_source(result)) for result in results if result.sources
        )
        refused += (Refusal(each.name, _beside(each.name)) for each in results if each.folder)
        choice = self._session.choice
        fresh: dict[tuple[str, str], ChosenRef] = {}
        present = []
        for app in (app for result in results for app in result.offered):
            if choice.has(app.ref, app.remote):
                present.append(app.name)
            else:
                fresh[app.remote, app.ref] = ChosenRef(app.ref, app.remote, app.name)
        for offered in files:
            if offered.file in choice.files:
                present.append(offered.name)
            else:
                fresh["", offered.ref] = ChosenRef(offered.ref, "", offered.name, offered.file)
        if fresh and self._bridge.guarded:
            refused += (Refusal(each.name, _busy(each.name)) for each in fresh.values())
            fresh, results = {}, []
        wanted = _with_computers(
            choice.with_refs(fresh.values()), results, chosen=bool(choice.refs)
        )
        self._undo = None
        if wanted != choice:
            self._undo = (choice, wanted)
            self._session.set_choice(wanted)
        known = (result.known for result in results if result.known not in ("", *sources))
        self._enter(GivenState.IDLE)
        self.ended.emit(
            GivenResult(
                tuple(each.name for each in fresh.values()),
                tuple(dict.fromkeys(present)),
                tuple(sources),
                tuple(dict.fromkeys(known)),
                tuple(refused),
                sum(len(result.computers) for result in results),
                tuple(files),
            )
        )
        if self._words:
            self._begin()

    def _passed_over(self) -> list[Refusal]:
        """What was too much at once."""
        over, self._over = self._over, []
        error = UsageError(
            Message("Satchel takes {most} files at a time.", most=MOST),
            Message("Add the others afterwards."),
        )
        return [Refusal(word, error) for word in over]

    def _show(self, result: GivenResult) -> None:
        """What is looked at and changes nothing yet."""
        self._enter(GivenState.IDLE)
        self.ended.emit(result)
        if self._words:
            self._begin()

    def _enter(self, state: GivenState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit()


def _with_computers(choice: Choice, results: Sequence[Taken], *, chosen: bool) -> Choice:
    """``chosen``: something was before, for computers of the architecture that it says."""
    computers = tuple(computer for result in results for computer in result.computers)
    if not computers:
        return choice
    needs = [result.needs for result in results if result.needs is not None]
    options = options_for(choice.options, needs)
    if chosen:
        options = replace(options, arch=choice.options.arch)
    return replace(choice, options=options, computers=(*choice.computers, *computers))


def _no_source(result: Taken) -> SatchelError:
    source = result.sources[0].remote.label
    return UsageError(
        Message("{name} comes from {source}, which was not added.", name=result.name, source=source)
    )


def _beside(name: str) -> SatchelError:
    return UsageError(
        Message("{name} is a folder.", name=name),
        Message("Drop it alone to see what is on it."),
    )


def _busy(name: str) -> SatchelError:
    return UsageError(
        Message("A drive is being written, so {name} was not added.", name=name),
        Message("Add it when the drive is ready."),
    )


def _take(
    words: Sequence[str],
    arch: str,
    environment: Environment,
    known: Known,
    _report: Reporter,
    cancel: CancelToken,
) -> tuple[Taken, ...]:
    return take(words, arch, environment, known, cancel)
