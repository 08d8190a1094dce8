"""What `app` says is shown in the person's language, whatever stands in its gaps."""

from __future__ import annotations

import errno
import itertools
import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.errors import SatchelError, UpstreamError, unexpected
from app.fs.files import explain
from app.message import (
    Day,
    Duration,
    Language,
    Message,
    Size,
    parse_message,
    sentences,
    verbatim,
)
from app.remedy import Remedy
from app.resources import resource
from app.settings import FILE, load_settings
from app.stick.findings import Code, finding
from app.stick.inspecting.facts import HEADS, SIGNATURES, STATES
from app.stick.inspecting.report_page import report_page
from app.trust.verdict import Judgement, Verdict
from tests.stick.test_report_page import report
from ui.i18n.language_names import named
from ui.i18n.numbers import counted, dated, dated_on, sized
from ui.i18n.wording import worded

COMMAND_LINE = {
    Remedy.VOUCH_FOR_MAKER,
    Remedy.COMMAND_HELP,
    Remedy.LIST_COMMANDS,
}
"""What only the command line can do."""


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    translator = QTranslator()
    assert translator.load(str(resource("translations", "satchel_de.qm")))
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)
    QLocale.setDefault(before)


@pytest.mark.usefixtures("german")
class TestGerman:
    def test_a_sentence_without_gaps(self) -> None:
        assert worded(Message("Nothing was written.")) == "Nichts wurde geschrieben."

    def test_what_stands_in_a_gap_is_translated_as_well(self) -> None:
        error = explain(OSError(errno.EACCES, "denied"), Message("writing the repository"))
        assert worded(error.message) == ("Keine Berechtigung, beim Schreiben des Repositorys.")
        assert worded(error.hint).startswith("Lassen Sie")

    def test_what_stands_in_a_gap_may_name_a_file_in_brackets(self) -> None:
        denied = OSError(errno.EACCES, "denied", "/media/STICK")
        assert worded(explain(denied, Message("looking at the drive")).message) == (
            "Keine Berechtigung, beim Ansehen des Laufwerks (/media/STICK)."
        )

    def test_sentences_that_were_put_together(self) -> None:
        away = UpstreamError(Message("{host} was not found.", host="dl.flathub.org"))
        message = sentences(
            Message(
                "{ref} ({arch}) was not found in {remotes}.",
                ref="org.a.A",
                arch="x86_64",
                remotes=("Here", "There"),
            ),
            Message("{remote} was not searched: {error}", remote="Flathub", error=away),
        )
        assert worded(message) == (
            "org.a.A (x86_64) wurde in Here, There nicht gefunden. "
            "Flathub wurde nicht durchsucht: dl.flathub.org wurde nicht gefunden."
        )

    def test_what_is_wrong_with_settings(self, tmp_path: Path) -> None:
        for text, why in (
            ("{", "Sie sind kein JSON."),
            (
                '{"connections": 0, "languages": 1}',
                "„connections“ kann nicht 0 sein. Eine Zahl von 1 bis 128 wird gebraucht. "
                "„languages“ kann nicht 1 sein. Eine Liste von Sprachen wird gebraucht.",
            ),
        ):
            (tmp_path / FILE).write_text(text)
            message = load_settings(tmp_path).notices[0].message
            assert worded(message).endswith(f"sind beschädigt: {why}")

    def test_names_stay_as_they_are(self) -> None:
        message = Message(
            "{ref} needs the runtime {runtime}, which is not on the drive.",
            ref="org.gnome.Maps",
            runtime="org.gnome.Platform",
        )
        assert worded(message) == (
            "org.gnome.Maps braucht die Laufzeitumgebung org.gnome.Platform, die nicht auf dem "
            "Laufwerk ist."
        )

    def test_values_are_written_as_the_language_does(self) -> None:
        message = Message(
            "{size}, {number}, {day}, {time}, {language}",
            size=Size(1_200_000_000),
            number=12345,
            day=Day(0),
            time=Duration(90),
            language=Language("pt"),
        )
        assert worded(message) == (
            "1,2\N{NO-BREAK SPACE}GB, 12.345, 1. Januar 1970, 2\N{NO-BREAK SPACE}min, "
            + named("pt")
        )

    def test_what_ends_in_another_sentence(self) -> None:
        verdict = Judgement(Verdict.UNKNOWN_KEY, key_id="0123456789ABCDEF").describe()
        message = Message(
            "The signature of {ref} is not good: {verdict}", ref="org.gnome.Maps", verdict=verdict
        )
        assert worded(message) == (
            "Die Signatur von org.gnome.Maps ist nicht gut: Signiert mit einem Schlüssel, dem hier "
            "nicht vertraut wird (0123 4567 89AB CDEF)."
        )

    @pytest.mark.parametrize("remedy", Remedy)
    def test_the_window_names_no_command(self, remedy: Remedy) -> None:
        gaps = dict.fromkeys(re.findall(r"\{(\w+)\}", remedy.value), "X")
        advice = remedy.advice(**gaps)
        assert not re.search(r"satchel \w|(?<!\w)--\w", worded(advice)) or remedy in COMMAND_LINE
        assert worded(advice) != str(advice)

    @pytest.mark.parametrize("code", Code)
    def test_what_to_do_about_findings_is_all_translated(self, code: Code) -> None:
        hint = finding(code, "x", verbatim("Something.")).hint
        assert worded(hint) != str(hint)

    def test_a_bug(self) -> None:
        assert "schiefgegangen" in worded(unexpected(ValueError("x")).message)

    @pytest.mark.parametrize(
        "text", ["", "x", "Nobody wrote this sentence.", "{0}", "%1", "(.*)", "\\"]
    )
    def test_what_somebody_else_wrote_stays_as_it_is(self, text: str) -> None:
        assert worded(verbatim(text)) == text
        assert worded(Message("{remote} was not searched: {error}", remote=text, error="x")) == (
            f"{text} wurde nicht durchsucht: x"
        )

    def test_texts_in_the_shape_of_messages_cost_what_they_weigh(self) -> None:
        """As a stranger's drive may have them: once such a text took a minute.

        The bound is in seconds of this process's own time, however busy the computer is.
        """
        hostile = []
        for remedy in Remedy:
            shape = re.sub(r"\{\w+\}", "x", f"{remedy.value} ")
            hostile += [shape * 60, shape + "x" * 4000, "{a}" * 1000 + shape]
        for left, right in itertools.product("({[<%\\&", ")}]>%. "):
            hostile += [left * 2000 + right * 2000, f"{left}a{right} " * 800]
        for text in list(hostile):
            # What a drive's record says beside the text.
            message = parse_message(text[:1000], {"a": text, "x": {"id": text[:900], "args": {}}})
            hostile += [str(message)] if message is not None else []
        before = time.process_time()

        for text in hostile:
            assert worded(verbatim(text)).startswith(text[:100])
            assert worded(Message("{remote} was not searched: {error}", remote=text, error=text))

        assert time.process_time() - before < 10

    def test_the_report_is_in_the_language_of_the_window(self) -> None:
        page = report_page(report("NAME"), worded)
        assert '<html lang="de">' in page
        for text in ("Bericht über ein Laufwerk", "Signiert von", "Passt zu den Refs", "1,2 MB"):
            assert f">{text}<" in page or f">{text}: " in page
        english = {"Name", "Version"}
        for message in (*HEADS.values(), *STATES.values(), *SIGNATURES.values()):
            assert f">{message}<" not in page or str(message) in english

    def test_numbers(self) -> None:
        assert sized(1_234_000_000) == "1,2\N{NO-BREAK SPACE}GB"
        assert counted(12345) == "12.345"
        assert dated(0) == "1. Januar 1970"
        assert dated(None) == "unbekannt"
        assert dated(10**20) == "unbekannt"


@pytest.mark.parametrize("name", ["en_US", "en_GB", "en"])
def test_no_day_can_be_taken_for_a_month(name: str) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale(name))
    try:
        for told in (
            dated(1_796_029_200),
            dated_on(date(2026, 11, 30)),
            worded(Message("{day}", day=Day(1_796_029_200))),
        ):
            assert told == "30 November 2026"
    finally:
        QLocale.setDefault(before)


def test_without_a_catalogue_it_is_english() -> None:
    error = SatchelError(Message("Nothing was written."), Remedy.GO_ON)
    assert worded(error.message) == "Nothing was written."
    assert worded(error.hint) == "Try again; it goes on from here."
