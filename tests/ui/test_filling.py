"""What is filled into a text is never looked at as a text to fill."""

from __future__ import annotations

from itertools import product
from pathlib import Path

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.drive.drive import Drive
from app.message import NOTHING
from ui.i18n.filling import filled
from ui.models.place import places_of
from ui.pages.drive.erase_drive import EraseDialog
from ui.tasks.bridge import Bridge

_FOREIGN = (
    "%1",
    "%2",
    "%1%2%3",
    "%%1",
    "%n",
    "%",
    "100 %",
    "{0}",
    "{}",
    r"\1",
    r"\g<0>",
    "Salt & Pepper",
    "&amp;",
    "<b>%2</b>",
    "<img src='file:///etc/passwd'>",
    "",
)


def test_arguments_stay_what_they_are() -> None:
    for foreign, other in product(_FOREIGN, repeat=2):
        assert filled("a %1 b %2 c", foreign, other) == f"a {foreign} b {other} c"
        assert filled("%2%1", foreign, other) == f"{other}{foreign}"


def test_places_are_filled_in_any_order_and_number() -> None:
    assert filled("%2, %1, %2", "a", "b") == "b, a, b"
    assert filled("nothing", "a") == "nothing"
    nine = [chr(ord("a") + number) for number in range(9)]
    assert filled("%1%2%3%4%5%6%7%8%9", *nine) == "abcdefghi"
    assert filled("%10", "a") == "a0"


def test_what_has_no_argument_stays() -> None:
    for text in ("%0", "%n", "100 %", "%", "%%", "%x", "%3", "%²"):
        assert filled(text, "a", "b") == text


def test_a_drives_name_does_not_change_what_is_asked(qtbot: QtBot) -> None:
    name = "S%1%2"
    drive = Drive("/dev/sdb", 16, "", name, "", "usb", 32 * 10**9, True, False, NOTHING, ())
    bridge = Bridge()
    dialog = EraseDialog(places_of(drive)[0], bridge, loops_are_removable=False)
    qtbot.addWidget(dialog)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert any(text.startswith(f"Erase {name} (32") for text in texts), texts
    dialog.reject()
    qtbot.waitUntil(lambda: not bridge.busy)


def test_no_text_is_filled_another_way() -> None:
    """A chain of ``.replace("%1", …)`` looks at what it filled in before."""
    ui = Path(__file__).parents[2] / "ui"
    chains = [path.name for path in ui.rglob("*.py") if 'replace("%' in path.read_text("utf-8")]
    assert not chains
