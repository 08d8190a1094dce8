"""What the window asks of a page, and a page of the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.state.page_name import PageName
from ui.state.session import Session
from ui.style import style
from ui.style.symbol import Symbol
from ui.style.tokens import breakpoint_at, size
from ui.style.watching import unwatched
from ui.tasks.bridge import Bridge
from ui.widgets import labels
from ui.widgets.foot import Foot
from ui.widgets.page_scroll import PageScroll
from ui.widgets.toast import Toast

_TITLE_TOP = 28
_SENTENCE = 2
"""Its place, after the head and a gap."""
_SCANT = 400
"""Below this height of the window, in design pixels, its words leave room for what it is about."""


class Page(QWidget):
    """A page: a title, a sentence, content below, its part of the foot, and one primary button.

    A page reads and changes the session, runs work through the bridge, and knows no other page.
    Subclasses fill ``self.body`` and override what differs; what takes long to make, in `fill`.

    Signals:
        changed(): title, foot, the primary button or `complete` may be another now.
        proceed(): on to the next step.
        go(object): to the page of that `PageName`.
        back(): to where the person was.
        toasted(object): a `Toast` to show over the foot; it leaves with the page.
        demo_wanted(): a window of its own with the demo remote and a throwaway drive.
        files_given(object): apps are to be taken from the files of these names.
        share_wanted(object): that `Target` is to be handed out on the network.

    Attributes:
        name: as in ``go`` and in the window's ``page``; set by each page's class.
        icon: its icon in the sidebar.
        is_wide: whether the content takes the whole width; else at most ``content-max``.
        scrolls: whether the body scrolls as a whole; pages with a list of their own do not.
        head: the layout with the title; search, segments, buttons for the whole page follow it.
        body: the layout below the sentence.
        foot: its part of the window's foot.
    """

    changed = Signal()
    proceed = Signal()
    go = Signal(object)
    back = Signal()
    toasted = Signal(object)
    demo_wanted = Signal()
    files_given = Signal(object)
    share_wanted = Signal(object)

    name: PageName
    icon: Symbol
    is_wide = False
    scrolls = False

    def __init__(self, session: Session, bridge: Bridge, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.bridge = bridge
        self._is_filled = False
        self.setObjectName(self.name.value)
        self._title = labels.title(parent=self)
        # What stands beside it may be higher, and does not push it down.
        self._title.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._sentence = labels.body(quiet=True, parent=self)
        self.foot = Foot()
        self.head = QHBoxLayout()
        self.head.setSpacing(style.px(style.GRID))
        self.head.addWidget(self._title, 1)
        self.body = QVBoxLayout()
        self.body.setSpacing(style.px(style.INNER))
        self._around = QVBoxLayout(self)
        self._around.setSpacing(0)
        self._around.addLayout(self.head)
        self._around.addSpacing(style.px(style.HALF))
        self._around.addWidget(self._sentence)
        self._around.addSpacing(style.px(style.GAP))
        self._is_scant = False
        self._content = QWidget()
        self._area: PageScroll | None = None
        self._around.addWidget(self._framed(), 1)
        self._set_margins()
        self.retitle()

    def _framed(self) -> QWidget:
        """The body, no wider than it should be, and scrolling where the page wants it."""
        content = self._content
        content.setLayout(self.body)
        self.body.setContentsMargins(0, 0, 0, style.px(style.GAP) if self.scrolls else 0)
        if not self.scrolls:
            return content
        self._area = PageScroll(content)
        return self._area

    @property
    def label(self) -> str:
        """One word, for the sidebar."""
        raise NotImplementedError

    @property
    def value(self) -> str:
        """What has been chosen or reached, in small below `label`: "10 apps, 2.1 GB"."""
        return ""

    @property
    def title(self) -> str:
        """A short sentence above the page."""
        raise NotImplementedError

    @property
    def sentence(self) -> str:
        """One sentence below the title; empty for none."""
        return ""

    @property
    def window_title(self) -> str:
        """What stands in the window's title before its name, whichever page is open."""
        return ""

    @property
    def foot_text(self) -> str:
        """What is said in the foot while nothing else has to be."""
        return ""

    @property
    def tells_what_is_lost(self) -> bool:
        """Whether it says already that the drive was pulled out, and what to do."""
        return False

    @property
    def primary_text(self) -> str:
        """Of the one primary button; empty for none."""
        return ""

    @property
    def primary_enabled(self) -> bool:
        return True

    @property
    def primary_reason(self) -> str:
        """Why the primary button cannot be pressed now; empty if that is plain."""
        return ""

    @property
    def primary_is_quiet(self) -> bool:
        """Whether it is drawn as a secondary button: a stray click there does no harm."""
        return False

    @property
    def primary_icon(self) -> Symbol | None:
        """Beside its text."""
        return None

    @property
    def is_entered_at_primary(self) -> bool:
        """Whether keys come to the primary button first: there is nothing to do but to say yes."""
        return False

    @property
    def complete(self) -> bool:
        """Whether this step is done."""
        return False

    @property
    def behind(self) -> bool:
        """Whether it is shown as done: for what is made of it, it is enough that it was."""
        return self.complete

    @property
    def begun(self) -> bool:
        """Whether this step may be opened though others before it are not done."""
        return False

    def primary(self) -> None:
        """The primary button was pressed."""
        self.proceed.emit()

    def make(self) -> None:
        """Be ready to be shown, if it is not: of its pages a window shows few at once."""
        if not self._is_filled:
            self._is_filled = True
            with unwatched():
                self.fill()

    def fill(self) -> None:
        """Make what it has not needed before it is first shown; what it tells the window it tells
        without that."""

    def entered(self) -> None:
        """It is shown now; the session may be another than last time."""

    def left(self) -> None:
        """It is no longer shown: time to stop what only this page wanted."""

    def share(self) -> None:
        """Ctrl+Shift+S: hand the drive that is shown out on the network, where there is one."""

    def undo(self) -> None:
        """Ctrl+Z where no toast takes anything back: what was marked last, say."""

    def look_again(self) -> None:
        """What is shown may be out of date."""
        self.session.drives.refresh()

    def toast(self, toast: Toast) -> None:
        """Something has happened that can be undone, or is only to be told."""
        self.toasted.emit(toast)

    def under_title(self, widget: QWidget) -> None:
        """In place of the sentence: a page that has more to say there than words."""
        self._around.insertWidget(self._around.indexOf(self._sentence), widget)

    def reveal(self, widget: QWidget) -> None:
        """Scroll to what somebody has to see now, where the body scrolls."""
        if self._area is not None and self.isVisible():
            self._area.reveal(widget)

    def retitle(self) -> None:
        """Show `title` and `sentence` again after they have changed."""
        self._title.setText(self.title)
        self._sentence.setText(self.sentence)
        self._show_sentence()

    def _show_sentence(self) -> None:
        said = bool(self.sentence) and (self.scrolls or not self._is_scant)
        self._sentence.setVisible(said)

    @property
    def is_scant(self) -> bool:
        """Whether the window is so low that words leave room for what they are about."""
        return self.window().height() < style.px(_SCANT)

    def _fit_words(self) -> None:
        """With large letters in a low window the title is small, and scrolls with what scrolls."""
        scant = self.is_scant
        if scant == self._is_scant:
            return
        self._is_scant = scant
        self._title.set_size(style.Text.HEADING if scant else style.Text.TITLE)
        if self.scrolls and scant:
            self.body.insertWidget(0, self._title)
            self.body.insertWidget(1, self._sentence)
        elif self.scrolls:
            self.head.insertWidget(0, self._title, 1)
            self._around.insertWidget(_SENTENCE, self._sentence)
        self._show_sentence()

    @property
    def is_narrow(self) -> bool:
        """Whether the window is one with little room, and the sidebar narrow."""
        return self.window().width() < style.px(breakpoint_at("sidebar becomes narrow under"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_margins()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ApplicationFontChange:
            self._set_margins()

    def _set_margins(self) -> None:
        self._fit_words()
        if not self.is_wide:
            self._content.setMaximumWidth(style.px(size("content-max")))
        side = style.px(style.MARGIN_NARROW if self.is_narrow else style.MARGIN)
        top = style.px(_TITLE_TOP - style.GRID if self.is_narrow else _TITLE_TOP)
        if self._is_scant:
            top = style.px(style.HALF if self.scrolls else style.GRID)
        if self._area is None:
            self._around.setContentsMargins(side, top, side, style.px(style.GAP))
            return
        # The content scrolls to the foot, and beside its bar up to the window's edge.
        self._area.set_side(side)
        beside = 0 if self._is_scant else side
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            self.head.setContentsMargins(side, 0, 0, 0)
            self._sentence.setContentsMargins(beside, 0, 0, 0)
            self._around.setContentsMargins(0, top, side, 0)
        else:
            self.head.setContentsMargins(0, 0, side, 0)
            self._sentence.setContentsMargins(0, 0, beside, 0)
            self._around.setContentsMargins(side, top, 0, 0)
