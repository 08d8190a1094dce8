"""This window: its language, its colours, and what it tells when a drive is ready."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QSignalBlocker, Signal
from PySide6.QtWidgets import QWidget

from app.settings import Appearance
from ui.controllers.settings import SettingsView
from ui.i18n.language_names import language_name
from ui.i18n.translation import translations
from ui.pages.settings.rows import SettingRow, SettingsCard
from ui.widgets.check_box import Switch
from ui.widgets.fields import Combo


class WindowCard(SettingsCard):
    """Signals: changed(str, object): the setting of that name shall have this value."""

    changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("This window"), parent)
        self._languages: tuple[str, ...] = ()
        self._language = Combo(self.tr("Language"))
        # Languages are called as those who speak them do.
        self._language.setProperty("upstream", True)
        self._language.activated.connect(self._set_language)
        self._appearance = Combo(self.tr("Appearance"))
        for appearance, name in (
            (Appearance.SYSTEM, self.tr("As this computer")),
            (Appearance.LIGHT, self.tr("Light")),
            (Appearance.DARK, self.tr("Dark")),
        ):
            self._appearance.addItem(name, appearance.value)
        self._appearance.activated.connect(self._set_appearance)
        self._notifications = Switch(self.tr("Notification when a drive is ready"))
        self._notifications.clicked.connect(self._set_notifications)
        self._sound = Switch(self.tr("Sound when a drive is ready"))
        self._sound.clicked.connect(self._set_sound)
        self._screenshots = Switch(self.tr("Pictures of apps"))
        self._screenshots.clicked.connect(self._set_screenshots)
        self._sound_row = SettingRow(self.tr("Sound when a drive is ready"), "", self._sound)
        for row in (
            SettingRow(self.tr("Language"), self.tr("Takes effect at once"), self._language),
            SettingRow(self.tr("Appearance"), "", self._appearance),
            SettingRow(self.tr("Notification when a drive is ready"), "", self._notifications),
            self._sound_row,
            SettingRow(
                self.tr("Pictures of apps"),
                self.tr("Fetched when you look at an app"),
                self._screenshots,
            ),
        ):
            self.rows.add_row(row)

    @property
    def fields(self) -> tuple[Combo, ...]:
        """What should be of one width."""
        return self._language, self._appearance

    def show_settings(self, view: SettingsView) -> None:
        settings = view.settings
        self._languages = settings.languages
        self._show_language(view)
        self._appearance.setCurrentIndex(self._appearance.findData(settings.appearance.value))
        for switch, on in (
            (self._notifications, settings.notifications),
            (self._sound, settings.sound),
            (self._screenshots, settings.screenshots),
        ):
            with QSignalBlocker(switch):
                switch.setChecked(on)
        # It comes with the notification.
        self._sound_row.setVisible(settings.notifications)
        self.rows.arrange()

    def _show_language(self, view: SettingsView) -> None:
        """Each by what its speakers call it, so that they find it whatever is shown."""
        self._language.clear()
        self._language.addItem(self.tr("As this computer"), "")
        for code in translations():
            self._language.addItem(language_name(code).own, code)
        chosen = spoken_of(view.settings.languages) if view.settings.languages else ""
        self._language.setCurrentIndex(max(self._language.findData(chosen), 0))

    def _set_language(self) -> None:
        """In front of those that were set; what apps say of themselves follows it."""
        code = self._language.currentData()
        others = tuple(each for each in self._languages if spoken_of((each,), "") != code)
        self.changed.emit("languages", (code, *others) if code else ())

    def _set_appearance(self) -> None:
        self.changed.emit("appearance", self._appearance.currentData())

    def _set_notifications(self, on: bool) -> None:
        self.changed.emit("notifications", on)

    def _set_sound(self, on: bool) -> None:
        self.changed.emit("sound", on)

    def _set_screenshots(self, on: bool) -> None:
        self.changed.emit("screenshots", on)


def spoken_of(languages: tuple[str, ...], otherwise: str = "en") -> str:
    """The one that the window speaks for a reader of ``languages``."""
    there = translations()
    for language in languages:
        name = QLocale(language).name()
        for code in (name, name.partition("_")[0]):
            if code in there:
                return code
    return otherwise
