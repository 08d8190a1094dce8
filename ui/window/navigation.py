"""Which page is open, and which may be: decides, and draws nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ui.state.page_name import PageName

_FREE = 2
"""So many steps at the beginning can be opened in any order."""


class Navigation:
    """The way through the steps, and the pages beside it.

    Attributes:
        steps: in their order; every other page may be opened at any time, and so may the first
            two: where and what are chosen in any order.
        page: the open one.
    """

    def __init__(
        self,
        steps: Sequence[PageName],
        *,
        is_complete: Callable[[PageName], bool],
        is_begun: Callable[[PageName], bool],
        is_closed: Callable[[], bool],
    ) -> None:
        """``is_complete`` tells whether a step is done, ``is_begun`` whether it has work though
        others before it are not, ``is_closed`` whether something is being written, so that the way
        is closed."""
        self.steps = tuple(steps)
        self.page = self.steps[0]
        self._is_complete = is_complete
        self._is_begun = is_begun
        self._is_closed = is_closed
        self._last_step = self.page

    def may_open(self, page: PageName) -> bool:
        """Every step before it is done, but for the second, which needs nothing; while something is
        written, only where it is shown."""
        if page not in self.steps:
            return True
        if self._is_closed():
            return page is self._last_step
        place = self.steps.index(page)
        return (
            place < _FREE or self._is_begun(page) or all(map(self._is_complete, self.steps[:place]))
        )

    def open(self, page: PageName) -> None:
        """``page`` is the open one now; `may_open` is asked before."""
        self.page = page
        if page in self.steps:
            self._last_step = page

    @property
    def previous(self) -> PageName | None:
        """The step before, or from the other pages where the person was; None at the first."""
        if self.page not in self.steps:
            return self._last_step
        place = self.steps.index(self.page)
        return self.steps[place - 1] if place else None

    @property
    def next(self) -> PageName | None:
        """The step that follows, or one before it that is no longer done; None at the last."""
        if self.page not in self.steps:
            return None
        place = self.steps.index(self.page)
        for step in self.steps[:place]:
            # The drive may have been pulled out meanwhile.
            if not self._is_complete(step):
                return step
        return self.steps[place + 1] if place + 1 < len(self.steps) else None
