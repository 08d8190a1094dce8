"""What `app` says is shown in the person's language, whatever stands in its gaps."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QTranslator
from PySide6.QtWidgets import QApplication

from app.errors import SatchelError, unexpected
from app.fs.files import explain
from app.resources import resource
from app.settings import FILE, load_settings
from app.stick.findings import Code, finding
from app.trust.verdict import Judgement, Verdict
from ui.i18n import wording
from ui.i18n.numbers import counted, dated, local_size, sized
from ui.i18n.wording import worded


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
        assert worded("Nothing was written.") == "Nichts wurde geschrieben."

    def test_what_stands_in_a_gap_is_translated_as_well(self) -> None:
        error = explain(OSError(errno.ENOSPC, "no space"), "writing the repository")
        assert worded(error.message) == (
            "Das Laufwerk ist voll: Kein Platz mehr beim Schreiben des Repositorys."
        )
        assert worded(error.hint).startswith("Schaffen Sie Platz")

    def test_what_stands_in_a_gap_may_name_a_file_in_brackets(self) -> None:
        gone = OSError(errno.ENOENT, "gone", "/media/STICK")
        assert worded(explain(gone, "looking at the drive").message) == (
            "Das Laufwerk oder ein Ordner darauf ist verschwunden, beim Ansehen des Laufwerks "
            "(/media/STICK)."
        )

    def test_a_gap_ends_where_the_next_sentence_begins(self) -> None:
        said = worded(
            "app/org.a.A//stable (x86_64) was not found in Here, There. "
            "127.0.0.1 was not searched: https://a.org is not a Flatpak repository: it has no "
            "summary. Flathub was not searched: dl.flathub.org was not found."
        )
        assert said == (
            "app/org.a.A//stable (x86_64) wurde in Here, There nicht gefunden. "
            "127.0.0.1 wurde nicht durchsucht: https://a.org ist kein Flatpak-Repository: Es hat "
            "keine Übersicht. Flathub wurde nicht durchsucht: dl.flathub.org wurde nicht gefunden."
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
        said = worded(
            "org.gnome.Maps needs the runtime org.gnome.Platform, which is not on the drive."
        )
        assert said == (
            "org.gnome.Maps braucht die Laufzeitumgebung org.gnome.Platform, die nicht auf dem "
            "Laufwerk ist."
        )

    def test_sizes_in_a_gap_are_written_as_the_language_does(self) -> None:
        said = worded("It may not fit: this needs up to 1.2 GB, but only 300 MB are free.")
        assert "1,2\N{NO-BREAK SPACE}GB" in said
        assert "300\N{NO-BREAK SPACE}MB" in said

    def test_what_ends_in_another_sentence(self) -> None:
        verdict = Judgement(Verdict.UNKNOWN_KEY, key_id="0123456789ABCDEF").describe()
        said = worded(f"The signature of org.gnome.Maps is not good: {verdict}")
        assert said == (
            "Die Signatur von org.gnome.Maps ist nicht gut: Signiert mit einem Schlüssel, dem hier "
            "nicht vertraut wird (0123 4567 89AB CDEF)."
        )

    @pytest.mark.parametrize("code", Code)
    def test_what_to_do_about_findings_is_all_translated(self, code: Code) -> None:
        hint = finding(code, "x", "Something.").hint
        parts = re.split(r"(?<=[.]) ", hint)
        assert not set(parts) & set(re.split(r"(?<=[.]) ", worded(hint)))
        assert "satchel" not in worded(hint)

    def test_languages_in_a_gap_are_called_as_their_speakers_do(self) -> None:
        said = worded("No translation into the language pt: org.gnome.Maps.")
        assert "Português" in said
        assert "the language of" in worded("the language of")

    def test_every_hint_of_a_finding(self) -> None:
        hints = {finding(code, "", "").hint for code in Code}
        same = [hint for hint in hints if hint and worded(hint) == hint]
        assert not same

    def test_sentences_that_were_put_together(self) -> None:
        assert worded("Nothing was written. Try again later.") == (
            "Nichts wurde geschrieben. Versuchen Sie es später noch einmal."
        )

    def test_a_bug(self) -> None:
        assert "schiefgegangen" in worded(unexpected(ValueError("x")).message)

    @pytest.mark.parametrize(
        "text", ["", "x", "Nobody wrote this sentence.", "{0}", "a" * 100_000, "(.*)", "\\"]
    )
    def test_what_is_not_known_stays_as_it_is(self, text: str) -> None:
        assert worded(text) == text

    def test_texts_in_the_shape_of_a_sentence_are_read_once(self) -> None:
        """As somebody's drive may have them: tried part by part they would take minutes."""
        for sentence in wording._sentences():
            first, *between = sentence.pieces
            shaped = first + ("".join(between) or first) * 200
            for text in (shaped[:3990], f"{shaped[:3900]}{sentence.pieces[-1]}"):
                assert isinstance(worded(text), str)

    def test_gaps_may_hold_what_looks_like_a_gap(self) -> None:
        assert worded("{1} was not found.") == "{1} wurde nicht gefunden."

    def test_numbers(self) -> None:
        assert sized(1_234_000_000) == "1,2\N{NO-BREAK SPACE}GB"
        assert counted(12345) == "12.345"
        assert dated(0) == "01.01.70"
        assert dated(None) == "unbekannt"
        assert dated(10**20) == "unbekannt"


def test_without_a_catalogue_it_is_english() -> None:
    error = SatchelError("Nothing was written.", "Run the same command again.")
    assert worded(error.message) == error.message
    assert local_size("no size") == "no size"
