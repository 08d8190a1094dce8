"""Brings resources/translations up to date; see packaging/translate.

A language has one catalogue, ``satchel_LANGUAGE.ts``. Qt's lupdate collects it from ``ui`` (what is
translated there) and ``app`` (every ``Message("…")`` but those of the command line), and lrelease
compiles it. English has one for numbers in words ("1 app, 2 apps"), and for sentences that the
command line says otherwise than a window should.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "resources" / "translations"
LANGUAGES = ("de", "en")
_MAY_BE_PARTIAL = frozenset({"en"})
_TOOLS = Path(sys.executable).parent


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "translations"
        shutil.copytree(TRANSLATIONS, place)
        update(place)
        if arguments == ["--check"]:
            problems = [f"{path}: not up to date" for path in differences(place, TRANSLATIONS)]
        else:
            for path in differences(place, TRANSLATIONS):
                # A window that is open has the old file mapped into its memory.
                fresh = TRANSLATIONS / f".{path}"
                shutil.copy(place / path, fresh)
                fresh.replace(TRANSLATIONS / path)
            problems = []
        problems += [f"{name}: {source}" for name, source in untranslated(place)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def update(place: Path) -> None:
    """Bring all catalogues in ``place`` up to date and compile them."""
    command = ROOT / "app" / "cli"
    sources = [
        path
        for directory in ("app", "ui")
        for path in sorted((ROOT / directory).rglob("*.py"))
        if not path.is_relative_to(command)
    ]
    for language in LANGUAGES:
        catalogue = place / f"satchel_{language}.ts"
        _run(
            "pyside6-lupdate",
            *("-silent", "-no-obsolete", "-locations", "none"),
            *("-tr-function-alias", "tr+=Message"),
            *("-source-language", "en", "-target-language", language),
            *(*map(str, sources), "-ts", str(catalogue)),
        )
        if language in _MAY_BE_PARTIAL:
            _drop_what_stays(catalogue)
        _run(
            "pyside6-lrelease",
            *("-silent", "-nounfinished", "-removeidentical"),
            *(str(catalogue), "-qm", str(catalogue.with_suffix(".qm"))),
        )


def _drop_what_stays(catalogue: Path) -> None:
    """Sentences that need no other words in this language; those with numbers do."""
    tree = ET.parse(catalogue)
    root = tree.getroot()
    for context in list(root.iter("context")):
        for message in list(context.iter("message")):
            if message.get("numerus") != "yes" and _is_unfinished(message):
                context.remove(message)
        if context.find("message") is None:
            root.remove(context)
    ET.indent(tree, " " * 4)
    text = ET.tostring(root, "unicode")
    catalogue.write_text(
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{text}\n', "utf-8"
    )


def _is_unfinished(message: ET.Element) -> bool:
    translation = message.find("translation")
    return translation is None or translation.get("type") == "unfinished"


def _run(tool: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(_TOOLS / tool), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{tool} failed:\n{done.stdout}{done.stderr}")


def differences(one: Path, other: Path) -> list[str]:
    """Names of files that are not the same in two directories."""

    def files(directory: Path) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in directory.iterdir()}

    first, second = files(one), files(other)
    return sorted(name for name in {*first, *second} if first.get(name) != second.get(name))


def untranslated(place: Path) -> list[tuple[str, str]]:
    """(catalogue, source text) of all that still needs words."""
    return [
        (catalogue.name, message.findtext("source") or "")
        for catalogue in sorted(place.glob("*.ts"))
        for message in ET.parse(catalogue).getroot().iter("message")
        if _is_unfinished(message)
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
