"""The colours that everything is drawn in now: light, dark, or the platform's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from msgspec import Struct
from PySide6.QtGui import QColor, QPalette

from ui.style.colours import coloured, contrast
from ui.style.tokens import tokens

_LOUD_CONTRAST = 20.0
"""A platform's palette that is stronger is meant for high contrast; Fusion's own has 18.3."""


class Scheme(Enum):
    LIGHT = "light"
    DARK = "dark"
    CONTRAST = "contrast"
    """The platform's own colours, lines and frames twice as thick."""


class Look(Struct, frozen=True):
    """The palette of ``tokens.json``, a colour a field."""

    scheme: Scheme
    page: QColor
    side: QColor
    card: QColor
    sunken: QColor
    hover: QColor
    line: QColor
    line_strong: QColor
    control: QColor
    text: QColor
    soft: QColor
    disabled: QColor
    accent: QColor
    accent_hover: QColor
    accent_pressed: QColor
    on_accent: QColor
    accent_text: QColor
    accent_tint: QColor
    accent_line: QColor
    warm: QColor
    warm_text: QColor
    warm_tint: QColor
    warm_line: QColor
    bad: QColor
    bad_hover: QColor
    on_bad: QColor
    bad_text: QColor
    bad_tint: QColor
    bad_line: QColor
    meter_used: QColor
    meter_new: QColor
    meter_free: QColor
    plug: QColor
    scrim: QColor
    shadow: QColor

    @property
    def is_dark(self) -> bool:
        return self.page.lightnessF() < self.text.lightnessF()

    @property
    def line_width(self) -> int:
        """Of frames, in logical pixels."""
        return 2 if self.scheme is Scheme.CONTRAST else 1

    def named(self, token: str) -> QColor:
        """By its name in ``tokens.json``: ``accent-tint``."""
        colour: QColor = getattr(self, token.replace("-", "_"))
        return colour


def look_of(scheme: Scheme, platform: QPalette) -> Look:
    """The look of ``scheme``; with high contrast in the colours of ``platform``."""
    if scheme is Scheme.CONTRAST:
        return _of_the_platform(platform)
    colours = {
        name.replace("-", "_"): coloured(value)
        for name, value in tokens()["palette"][scheme.value].items()
    }
    return Look(scheme, **colours)


def is_loud(platform: QPalette) -> bool:
    """Whether a platform's palette is one for high contrast."""
    return contrast(platform.windowText().color(), platform.window().color()) >= _LOUD_CONTRAST


def qpalette(look: Look) -> QPalette:
    """For the application: what is not drawn by us is in the same colours."""
    palette = QPalette()
    for role, token in tokens()["qpalette"].items():
        group, _, name = role.rpartition(".")
        wanted = QPalette.ColorRole[name]
        if group:
            palette.setColor(QPalette.ColorGroup[group], wanted, look.named(token))
        else:
            palette.setColor(wanted, look.named(token))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text):
        palette.setColor(QPalette.ColorGroup.Disabled, role, look.disabled)
    palette.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.ButtonText, look.disabled)
    return palette


def look() -> Look:
    """The present one."""
    return _current[0]


def set_look(wanted: Look) -> None:
    """From now on; only `ui.style.dressing` and `on_paper` call it."""
    _current[0] = wanted


@contextmanager
def on_paper() -> Iterator[None]:
    """Paper is light, whatever the screen is."""
    before = look()
    set_look(look_of(Scheme.LIGHT, QPalette()))
    try:
        yield
    finally:
        set_look(before)


def _of_the_platform(platform: QPalette) -> Look:
    """Tokens become roles; what the mapping does not name is the token it belongs to."""
    mapping: dict[str, str] = tokens()["high-contrast"]
    colours: dict[str, QColor] = {}
    for role in (each.replace("_", "-") for each in Look.__struct_fields__ if each != "scheme"):
        wanted = mapping.get(role) or mapping.get(role.rpartition("-")[0]) or "WindowText"
        group, _, name = wanted.rpartition(".")
        chosen = QPalette.ColorGroup[group] if group else QPalette.ColorGroup.Active
        colours[role.replace("-", "_")] = platform.color(chosen, QPalette.ColorRole[name])
    for veil in ("scrim", "shadow"):
        colours[veil] = coloured(tokens()["palette"]["dark"][veil])
    return Look(Scheme.CONTRAST, **colours)


_current = [look_of(Scheme.LIGHT, QPalette())]
