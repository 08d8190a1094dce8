"""Every text comes through the catalogues, and there is room for a longer one.

The pseudo-language puts every translated text in brackets and makes it half as long again, longer
than German does. A text without brackets is one that nobody can translate. From right to left:
`test_seen`.
"""

from __future__ import annotations

import ast
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, QTranslator
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import ui
from app.resources import resource
from app.stick.environment import Environment
from tests.ui.dialog_states import DIALOG_STATES
from tests.ui.essential_states import in_turn
from tests.ui.widget_tree import cut_off, front, texts
from tests.ui.window_states import WINDOW_STATES
from ui.window.main_window import MainWindow

SMALL = QSize(900, 600)
_WORD = 15
"""Letters that the last word is longer by, at most, as German's are."""
pytestmark = pytest.mark.slow

ALL = WINDOW_STATES | DIALOG_STATES

DATA = re.compile(
    r"""(
    Satchel(\ demo)?                    # the name, and the demo remote's
    | English                           # what languages are called by those who speak them
    | x86_64 | aarch64 | i386 | arm | riscv64
    | /[^ ]*                            # paths
    | ((\w+[.])+\ )?[\d.]+(\ →\ [\d.]+)?  # versions, of what is called by its ID
    | [\d\s.,:/%+\N{NO-BREAK SPACE}-]*(bytes|kB|MB|GB|TB|s|min|h)?  # numbers
    | (\w+[.])+\w+(,\ [\d.]+\N{NO-BREAK SPACE}GB)?  # IDs; drives called so
    | GNOME\ Platform\ \d+              # a runtime, by its ID and branch
    | FAT32 | exFAT | ext4
    | \N{EN DASH}                        # no number
    | https?://\S+ | nvidia-[\d-]+       # addresses, drivers
    | [0-9a-f]{64} | ostree-metadata | satchel
    | (summaries/)?\S*[.]?(summary|sig|idx|gz|flatpakrepo)\S*  # files of a repository
    | .+\ \ \N{MIDDLE DOT}\ \ \w+        # languages with their codes
    )""",
    re.VERBOSE,
)
"""What is no text: names and numbers that are the same in every language."""


class Pseudo(QTranslator):
    def translate(
        self, context: str, source: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        del context, disambiguation, n
        more = "~" * (len(source) // 2)
        words = (more[start : start + _WORD] for start in range(0, len(more), _WORD))
        return f"[{source}{' '.join(words)}]"

    def isEmpty(self) -> bool:
        return False


@pytest.fixture
def pseudo_window(
    qapp: QApplication, open_window: Callable[..., MainWindow], demo: Environment
) -> Iterator[MainWindow]:
    translator = Pseudo()
    qapp.installTranslator(translator)
    window = open_window(demo)
    window.resize(SMALL)
    yield window
    qapp.removeTranslator(translator)


@pytest.mark.parametrize("state", in_turn(ALL))
def test_every_text_is_translated_and_longer_ones_have_room_in_a_small_window(
    pseudo_window: MainWindow, qtbot: QtBot, state: str
) -> None:
    ALL[state](pseudo_window, qtbot)

    bare = [
        f"{text!r} in {widget!r}"
        for widget, text in texts(front(pseudo_window))
        if "[" not in text and not DATA.fullmatch(text)
    ]

    assert not bare
    qtbot.waitUntil(lambda: pseudo_window.size() == SMALL)

    def has_room() -> None:
        assert not list(cut_off(front(pseudo_window)))

    # Layouts follow a little later.
    qtbot.waitUntil(has_room)


def test_no_text_is_where_lupdate_does_not_see_it() -> None:
    """Within an f-string: it would never come into a catalogue."""
    unseen = [
        f"{path.name}:{call.lineno}"
        for path in Path(ui.__file__).parent.rglob("*.py")
        for joined in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "tr"
    ]

    assert not unseen


GERMAN = resource("translations", "satchel_de.ts")

UNGERMAN = re.compile(
    r"""
    \b([Dd]u|[Dd]ich|[Dd]ir|[Dd]eine?[mnrs]?)\b  # the window says "Sie"
    | [“"][\w{%]                                # quotes open like „this“
    | [”']
    | [.][.] | (?<=\w)[ ]?…                     # a no-break space before the dots
    | [ ][,;:?!] | [ ][.](?!\w)
    | Unterschr | Laufzeiten\b | [Gg]esichert   # Signatur, Laufzeitumgebung, gespeichert
    """,
    re.VERBOSE,
)


def test_german_is_german_and_calls_things_by_one_name() -> None:
    said = [
        "".join(translation.itertext()).strip()
        for translation in ET.parse(GERMAN).getroot().iter("translation")
    ]

    assert not [text for text in said if UNGERMAN.search(text)]


def test_german_is_complete() -> None:
    unfinished = [
        message.findtext("source")
        for message in ET.parse(GERMAN).getroot().iter("message")
        if (translation := message.find("translation")) is None
        or translation.get("type") == "unfinished"
    ]

    assert not unfinished
