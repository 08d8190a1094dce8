"""Brings resources/translations up to date; see packaging/translate.

Every module of ``ui`` has a catalogue of its own in every language, so that people who work on
different pages do not meet in one file; ``app.ts`` has the sentences of `app`. All of a language
become one ``satchel_LANGUAGE.qm``. English has catalogues for numbers in words ("1 app, 2 apps"),
and for sentences that the command line says otherwise than a window should.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sentences import sentences

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "resources" / "translations"
LANGUAGES = ("de", "en")
_MAY_BE_PARTIAL = frozenset({"en"})
_TOOLS = Path(sys.executable).parent
_UNFINISHED = re.compile(
    r"\s*<message>\s*<source>[^<]*</source>\s*<translation type=\"unfinished\">.*?</message>",
    re.DOTALL,
)
_CALLS = ("tr(", "translate(")


def main(arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "translations"
        shutil.copytree(TRANSLATIONS, place)
        update(place, Path(scratch))
        if arguments == ["--check"]:
            problems = [f"{path}: not up to date" for path in differences(place, TRANSLATIONS)]
        else:
            for path in differences(place, TRANSLATIONS):
                target = TRANSLATIONS / path
                if (place / path).exists():
                    target.parent.mkdir(exist_ok=True)
                    # A window that is open has the old file mapped into its memory.
                    fresh = target.with_name(f".{target.name}")
                    shutil.copy(place / path, fresh)
                    fresh.replace(target)
                else:
                    target.unlink()
            problems = []
        problems += [f"{name}: {source}" for name, source in untranslated(place)]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


def update(place: Path, scratch: Path) -> None:
    """Bring all catalogues in ``place`` up to date and compile them."""
    said = sentences(ROOT / "app")
    (place / "app.json").write_text(json.dumps(said, indent=0, ensure_ascii=False) + "\n", "utf-8")
    collected = scratch / "app.py"
    lines = "".join(f"translate('app', {text!r})\n" for text in said)
    collected.write_text(lines, "utf-8")
    sources = {"app": collected}
    for path in sorted((ROOT / "ui").rglob("*.py")):
        if any(call in path.read_text("utf-8") for call in _CALLS):
            sources[".".join(path.relative_to(ROOT).with_suffix("").parts)] = path
    jobs = [(language, name, path) for language in LANGUAGES for name, path in sources.items()]
    with ThreadPoolExecutor() as pool:
        for _ in pool.map(lambda job: _collect(place, *job), jobs):
            pass
    for language in LANGUAGES:
        catalogues = place / language
        if language in _MAY_BE_PARTIAL:
            sentences_only = catalogues / "app.ts"
            kept = _UNFINISHED.sub("", sentences_only.read_text("utf-8"))
            sentences_only.write_text(kept, "utf-8")
        for path in catalogues.glob("*.ts"):
            if path.stem not in sources or not ET.parse(path).getroot().findall(".//message"):
                path.unlink()
        if not any(catalogues.glob("*.ts")):
            (place / f"satchel_{language}.qm").unlink(missing_ok=True)
            continue
        _run(
            "pyside6-lrelease",
            *("-silent", "-nounfinished", "-removeidentical"),
            *map(str, sorted(catalogues.glob("*.ts"))),
            *("-qm", str(place / f"satchel_{language}.qm")),
        )


def _collect(place: Path, language: str, name: str, source: Path) -> None:
    target = place / language / f"{name}.ts"
    target.parent.mkdir(exist_ok=True)
    plural = ["-pluralonly"] if language in _MAY_BE_PARTIAL and name != "app" else []
    _run(
        "pyside6-lupdate",
        *("-silent", "-no-obsolete", "-locations", "none", *plural),
        *("-source-language", "en", "-target-language", language),
        *(str(source), "-ts", str(target)),
    )


def _run(tool: str, *arguments: str) -> None:
    done = subprocess.run(
        [str(_TOOLS / tool), *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{tool} failed:\n{done.stdout}{done.stderr}")


def differences(one: Path, other: Path) -> list[Path]:
    """Files that are not the same in two trees."""

    def files(tree: Path) -> dict[Path, bytes]:
        return {
            path.relative_to(tree): path.read_bytes() for path in tree.rglob("*") if path.is_file()
        }

    first, second = files(one), files(other)
    return sorted(path for path in {*first, *second} if first.get(path) != second.get(path))


def untranslated(place: Path) -> list[tuple[str, str]]:
    """(catalogue, source text) of all that still needs words."""
    found = []
    for language in LANGUAGES:
        for path in sorted((place / language).glob("*.ts")):
            if language in _MAY_BE_PARTIAL and path.stem == "app":
                continue
            for message in ET.parse(path).getroot().iter("message"):
                translation = message.find("translation")
                if translation is None or translation.get("type") == "unfinished":
                    found.append((f"{language}/{path.name}", message.findtext("source") or ""))
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
