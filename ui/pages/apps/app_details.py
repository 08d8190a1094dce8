"""All there is to know about an app before it is chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPalette, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.errors import SatchelError
from app.flatpak.catalogue.app_info import About
from app.flatpak.catalogue.appstream_details import Block, BlockKind
from app.flatpak.catalogue.remote_catalogue import Row
from app.flatpak.permissions import Permission, Power
from app.flatpak.refs import Ref
from app.stick.planning.plan import Addition, Item
from ui.i18n.filling import filled
from ui.i18n.numbers import dated_on, sized
from ui.i18n.wording import worded_together
from ui.models.app_rows import row_key
from ui.style import icons, style
from ui.widgets import labels
from ui.widgets.buttons import tall
from ui.widgets.labels import Label
from ui.widgets.state_panel import StatePanel

_RELEASES = 2
_LONG_NAME = re.compile(r"\S{16,}")
_JOINT = re.compile(r"[./_-](?=\w)")
_FITS = 36
_FITS_BESIDE_ICON = 16
"""Letters in a line, at least."""
_SHARED = 8


class AppDetails(QStackedWidget):
    """One app at a time. What is not known yet is filled in when it is.

    Signals:
        toggled(object): the `Row` is to be chosen, or taken away.
    """

    toggled = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._languages: tuple[str, ...] = ()
        self._row: Row | None = None
        self._chosen = False
        self.setAccessibleName(self.tr("Details"))
        self._nothing = StatePanel(self)
        self._nothing.show_empty(
            self.tr("Details appear here"), self.tr("Click an app to see what it is."), icon="info"
        )
        self._build()
        self.addWidget(self._nothing)
        self.addWidget(self._scroll)

    def _build(self) -> None:
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setAccessibleName(self.tr("Details"))
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        inside = QWidget()
        self._scroll.setWidget(inside)
        inside.setBackgroundRole(QPalette.ColorRole.Window)
        self._picture = QLabel(inside)
        self._picture.setFixedSize(style.Icon.LARGE, style.Icon.LARGE)
        self._name = _theirs(labels.heading(parent=inside))
        self._maker = _theirs(labels.body(quiet=True, parent=inside))
        self._choose = QPushButton(inside)
        tall(self._choose)
        self._choose.clicked.connect(self._toggle)
        self._summary = _theirs(labels.body(parent=inside))
        self._ended = _Part(self.tr("End of life"), inside, tone=style.Tone.WARN)
        self._cost = _Part(self.tr("On this drive"), inside)
        self._text = _Part(self.tr("Description"), inside, theirs=True)
        self._may = _Part(self.tr("What it may do"), inside)
        self._pictures = _Part(self.tr("Screenshots show"), inside, theirs=True)
        self._facts = _Part(self.tr("Facts"), inside)
        head = QHBoxLayout()
        head.setSpacing(style.GAP)
        titles = QVBoxLayout()
        titles.setSpacing(style.HALF)
        titles.addWidget(self._name)
        titles.addWidget(self._maker)
        titles.addStretch(1)
        head.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(titles, 1)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(style.GRID, 0, style.GRID, style.GAP)
        layout.setSpacing(style.GAP)
        layout.addLayout(head)
        layout.addWidget(self._choose)
        layout.addWidget(self._summary)
        for part in (
            self._ended, self._cost, self._text, self._may, self._pictures, self._facts,
        ):  # fmt: skip
            layout.addWidget(part)
        layout.addStretch(1)

    def sizeHint(self) -> QSize:
        return QSize(38 * style.GRID, 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(28 * style.GRID, 0)

    @property
    def row(self) -> Row | None:
        return self._row

    def speak(self, languages: Sequence[str]) -> None:
        """The person's languages, best first, from the next `show_row` on."""
        self._languages = tuple(languages)

    def show_nothing(self) -> None:
        self._row = None
        self.setCurrentWidget(self._nothing)

    def show_row(self, row: Row, picture: QPixmap | None, *, chosen: bool) -> None:
        """What the list knows already."""
        component = row.component
        another = self._row is None or row_key(self._row) != row_key(row)
        self._row = row
        self._name.setText(_breakable(component.name(self._languages), _FITS_BESIDE_ICON))
        self._maker.setText(_breakable(self._made_by(row), _FITS_BESIDE_ICON))
        self._maker.setVisible(bool(self._maker.text()))
        self._summary.setText(_breakable(component.summary(self._languages) or row.ref))
        self.show_picture(picture)
        self.show_chosen(chosen)
        if another:
            for part in (self._ended, self._text, self._may, self._pictures):
                part.say([])
            self._cost.say([self.tr("Working out what it adds…")])
            self._facts.say(self._first_facts(row))
            self._scroll.verticalScrollBar().setValue(0)
        self.setCurrentWidget(self._scroll)

    def show_picture(self, picture: QPixmap | None) -> None:
        if picture is None:
            app = self._row is None or self._row.ref.startswith("app/")
            icons.give(self._picture, "apps" if app else "runtime", side=style.Icon.LARGE)
            return
        icons.take(self._picture)
        side = style.Icon.LARGE
        ratio = self.devicePixelRatioF()
        shown = picture.scaled(
            QSize(round(side * ratio), round(side * ratio)),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        shown.setDevicePixelRatio(ratio)
        self._picture.setPixmap(shown)

    def show_chosen(self, chosen: bool) -> None:
        self._chosen = chosen
        text = self.tr("Take it away") if chosen else self.tr("Choose")
        self._choose.setText(text)
        icons.give(
            self._choose,
            "remove" if chosen else "add",
            role=self._choose.foregroundRole(),
        )
        name = self._name.text().replace("\N{ZERO WIDTH SPACE}", "")
        self._choose.setAccessibleName(
            filled(self.tr("Take %1 away") if chosen else self.tr("Choose %1"), name)
        )

    def show_about(self, about: About) -> None:
        """What its remote says, once it has been read."""
        if self._row is None or str(about.ref) != self._row.ref:
            return
        if about.eol or about.eol_rebase or self._row.ended:
            self._ended.say(list(self._end(about)))
        self._text.say(list(_lines(about.details.description)))
        if about.ref.kind == "app" and about.permissions is not None:
            self._may.say(
                [self._may_do(one) for one in about.permissions]
                or [self.tr("It keeps to its own files.")]
            )
        captions = [f"• {caption}" for caption in about.details.captions if caption]
        self._pictures.say(captions)
        self._facts.say([*self._first_facts(self._row), *self._more_facts(about)])

    def show_addition(self, ref: str, addition: Addition) -> None:
        """What it adds to the drive beside what is chosen already."""
        if self._row is None or ref != self._row.ref:
            return
        lines = [
            filled(
                self.tr("Adds %1, %2 to download."), sized(addition.write), sized(addition.fetch)
            )
        ]
        if addition.added:
            names = self._named(addition.added)
            lines.append(filled(self.tr("Needs and brings along: %1."), names))
        if addition.shared:
            names = self._named(addition.shared)
            lines.append(filled(self.tr("Shares what is there or chosen: %1."), names))
        self._cost.say(lines)

    def show_no_addition(self, ref: str, error: SatchelError) -> None:
        """It cannot be chosen, and why."""
        if self._row is None or ref != self._row.ref:
            return
        self._cost.say([worded_together(error.message, error.hint)])

    # Words

    def _made_by(self, row: Row) -> str:
        component = row.component
        if component.verified:
            text = self.tr("%1, verified") if component.developer else self.tr("Verified")
            return filled(text, component.developer)
        return component.developer

    def _first_facts(self, row: Row) -> list[str]:
        component = row.component
        licence = component.license or self.tr("unknown")
        free = self.tr("free") if component.is_free else self.tr("not known to be free")
        facts = [
            filled(self.tr("Licence: %1 (%2)"), licence, free),
            filled(self.tr("Source: %1"), row.remote.label),
        ]
        if component.version:
            version = component.version
            if component.release_date is not None:
                version += f", {dated_on(component.release_date)}"
            facts.insert(0, filled(self.tr("Version: %1"), version))
        return facts

    def _more_facts(self, about: About) -> Iterator[str]:
        sizes = self.tr("Size: %1 to download, %2 installed")
        yield filled(sizes, sized(about.download_size), sized(about.installed_size))
        yield filled(self.tr("Name: %1"), str(about.ref))
        others = [branch for branch in about.branches if branch != about.ref.branch]
        if others:
            yield filled(self.tr("Other branches: %1"), ", ".join(others))
        if about.runtime is not None:
            runtime = f"{about.runtime.id} {about.runtime.branch}"
            yield filled(self.tr("Runs on: %1"), runtime)
        if about.optional:
            names = ", ".join(dict.fromkeys(_short(ref) for ref in about.optional[:_SHARED]))
            more = len(about.optional) - _SHARED
            yield filled(self.tr("Also offered for it: %1"), names) + (
                f", … (+{more})" if more > 0 else ""
            )
        for release in about.details.releases[:_RELEASES]:
            texts = " ".join(text for block in release.description for text in block.texts)
            if texts:
                yield filled(self.tr("New in %1: %2"), release.version, texts)
        homepage = about.details.urls.get("homepage")
        if homepage:
            yield filled(self.tr("Website: %1"), homepage)

    def _end(self, about: About) -> Iterator[str]:
        yield self.tr("It gets no more updates.")
        if about.eol:
            yield about.eol
        if about.eol_rebase:
            yield filled(self.tr("It is replaced by %1."), about.eol_rebase)

    def _named(self, items: Sequence[Item]) -> str:
        """A few words: translations are all the same to people."""
        names = dict.fromkeys(
            self.tr("translations") if _is_locale(item.ref) else _short(item.ref) for item in items
        )
        more = len(names) - _SHARED
        return ", ".join(list(names)[:_SHARED]) + (f", … (+{more})" if more > 0 else "")

    def _may_do(self, permission: Permission) -> str:
        words = {
            Power.NETWORK: self.tr("It uses the network."),
            Power.ALL_FILES: self.tr("It reads and changes all files."),
            Power.HOME: self.tr("It reads and changes all of your own files."),
            Power.SOME_FILES: self.tr("It uses these folders: %1."),
            Power.ALL_DEVICES: self.tr("It uses all devices, such as cameras."),
            Power.GRAPHICS: self.tr("It draws with the graphics card."),
            Power.SOUND: self.tr("It plays and records sound."),
            Power.WATCH_WINDOWS: self.tr("It can watch other windows where X11 is used."),
            Power.PRINT: self.tr("It prints."),
            Power.SESSION_BUS: self.tr("It talks to all of your programs."),
            Power.SYSTEM_BUS: self.tr("It talks to all services of the computer."),
            Power.ESCAPE: self.tr("It can start programs outside of its walls."),
            Power.DEBUG: self.tr("It can look into other programs."),
        }
        text = filled(words[permission.power], ", ".join(permission.subjects))
        return filled(self.tr("Far-reaching: %1"), text) if permission.wide else text

    def _toggle(self) -> None:
        if self._row is not None:
            self.toggled.emit(self._row)


class _Part(QWidget):
    """A heading and lines below it; not there while there is nothing to say."""

    def __init__(
        self,
        heading: str,
        parent: QWidget,
        *,
        tone: style.Tone | None = None,
        theirs: bool = False,
    ) -> None:
        super().__init__(parent)
        title = Label(heading, bold=True, parent=self)
        self._lines = labels.body(parent=self)
        if theirs:
            _theirs(self._lines)
        row = QHBoxLayout()
        row.setSpacing(style.GRID)
        if tone is not None:
            mark = QLabel(self)
            icons.give(mark, "warning", tone=tone)
            row.addWidget(mark)
        row.addWidget(title, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(style.HALF)
        layout.addLayout(row)
        layout.addWidget(self._lines)
        self.hide()

    def say(self, lines: Sequence[str]) -> None:
        self._lines.setText(_breakable("\n".join(lines)))
        self.setVisible(bool(lines))


def _breakable(text: str, fits: int = _FITS) -> str:
    """Long names may go on in the next line after a period or a slash, or where a line ends."""
    text = _LONG_NAME.sub(lambda found: _JOINT.sub("\\g<0>\N{ZERO WIDTH SPACE}", found[0]), text)
    endless = re.compile(rf"[^\s\N{{ZERO WIDTH SPACE}}]{{{fits + 1},}}")
    piece = re.compile(rf"\S{{{fits // 4}}}(?=\w)")
    return endless.sub(lambda found: piece.sub("\\g<0>\N{ZERO WIDTH SPACE}", found[0]), text)


def _theirs(label: Label) -> Label:
    """What upstream says; nobody here translates it."""
    label.setProperty("upstream", True)
    return label


def _lines(blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        for number, text in enumerate(block.texts, 1):
            marks = {BlockKind.BULLETS: "• ", BlockKind.NUMBERS: f"{number}. "}
            yield marks.get(block.kind, "") + text


def _is_locale(ref: str) -> bool:
    return Ref.parse(ref).id.endswith(".Locale")


def _short(ref: str) -> str:
    parsed = Ref.parse(ref)
    return f"{parsed.id} {parsed.branch}"
