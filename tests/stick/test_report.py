"""What inspect tells of every ref, and the report that verify writes about a stick."""

from __future__ import annotations

import json
import os
import shutil
import stat
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.gpg import SigningKey
from tests.satchel import satchel
from tests.stick.damage import HELLO, LOCALE, METADATA, RUNTIME, Stick, copy_stick, flip_middle
from tests.stick.makers import make_with_flatpak
from tests.upstream import Upstream


def refs(drive: Path, home: Path) -> dict[str, dict[str, object]]:
    [collection] = satchel("inspect", "--json", drive, home=home).json["collections"]
    return {entry["ref"]: entry for entry in collection["refs"]}


class Page(HTMLParser):
    """Its text, and whether every element that has an end has it."""

    _VOID = frozenset({"meta", "br"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = ""
        self.open: list[str] = []
        self.names: set[str] = set()
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        if tag not in self._VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_ref_tells_its_kind_version_signer_and_languages(good: Path, tmp_path: Path) -> None:
    by_ref = refs(good, tmp_path)
    hello = by_ref[HELLO]
    assert (hello["kind"], hello["name"], hello["version"]) == ("app", "Hello", "1.0")
    assert hello["signature"] == "good"
    assert "@" in str(hello["signer"])
    assert hello["languages"] == ["de"]
    assert by_ref[RUNTIME]["kind"] == "runtime"
    assert by_ref[RUNTIME]["languages"] == ["de", "en"]
    assert by_ref[LOCALE]["kind"] == "language"
    assert [entry["kind"] for ref, entry in by_ref.items() if ref.startswith("appstream")] == [
        "list"
    ]


def test_what_agrees_and_what_does_not(good: Path, tmp_path: Path) -> None:
    [collection] = satchel("inspect", "--json", good, home=tmp_path).json["collections"]
    assert collection["disagreements"] == []
    stick = copy_stick(good, tmp_path / "stick")
    stick.remove_ref(METADATA)
    shutil.rmtree(stick.satchel / "upstream")
    stick.set_signatures(HELLO, [])
    [collection] = satchel("inspect", "--json", stick.root, home=tmp_path).json["collections"]
    assert len(collection["disagreements"]) == 3


def test_a_forged_signature_has_no_signer(
    stick: Stick, attacker: SigningKey, tmp_path: Path
) -> None:
    stick.sign(HELLO, attacker)
    hello = refs(stick.root, tmp_path)[HELLO]
    assert (hello["signature"], hello["signer"]) == ("unknown-key", "")


def test_a_stick_without_any_key_has_unknown_signers(stick: Stick, tmp_path: Path) -> None:
    for path in stick.key_files:
        path.unlink()
    assert {entry["signature"] for entry in refs(stick.root, tmp_path).values()} == {"unknown-key"}


def test_without_gpg_signers_are_unknown(good: Path, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    # This process remembers what gpg has found good.
    refs = satchel(
        "inspect", "--json", good, home=tmp_path, env={"PATH": str(programs)}, process=True
    ).json["collections"][0]["refs"]  # fmt: skip
    assert {entry["signature"] for entry in refs} == {"unknown-key"}


def test_a_language_that_is_not_there_is_not_told(stick: Stick, tmp_path: Path) -> None:
    tree = stick.tree(LOCALE)
    stick.path(tree["/files/de"]).unlink()
    assert refs(stick.root, tmp_path)[HELLO]["languages"] == []


def test_the_report_as_json_is_what_the_commands_print(good: Path, tmp_path: Path) -> None:
    home, path = tmp_path / "home", tmp_path / "report.json"
    home.mkdir()
    printed = satchel(
        "verify", "--trust-drive-keys", "--json", good, "--report", path, home=home
    ).json
    report = json.loads(path.read_text())
    assert report["verify"] == printed
    inspected = satchel("inspect", "--json", "--sizes", good, home=home).json
    # What is free changes all the time.
    assert report["inspect"]["collections"] == inspected["collections"]
    assert report["inspect"]["sizes"] == inspected["sizes"]


def test_a_device_is_written_to_and_stays(good: Path, tmp_path: Path) -> None:
    """As /dev/null and /dev/full, whatever their names end in."""
    for minor, status, said in ((3, 0, ""), (7, 3, "No space left on device")):
        device = tmp_path / f"{minor}.html"
        os.mknod(device, stat.S_IFCHR | 0o666, os.makedev(1, minor))
        words = ("verify", "--quick", "--trust-drive-keys", good, "--report", device)
        assert said in satchel(*words, home=tmp_path, check=status).stderr
        assert device.is_char_device()


def test_the_report_as_a_page_says_what_to_do(stick: Stick, tmp_path: Path) -> None:
    flip_middle(stick.path(stick.object("filez")))
    path = tmp_path / "report.html"
    satchel("verify", "--trust-drive-keys", stick.root, "--report", path, home=tmp_path, check=1)
    page = Page(path.read_text())
    assert "1 app damaged" in page.text
    assert "object-corrupt" in page.text
    assert "satchel repair" in page.text
    assert HELLO in page.text
    assert "script" not in page.names


def test_nothing_on_a_drive_becomes_part_of_the_page(good: Path, tmp_path: Path) -> None:
    stick = copy_stick(good, tmp_path / "<script>alert(1)")
    record = stick.satchel / "stick.json"
    name = "<script>alert(2)</script>\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe"
    content = json.loads(record.read_text())
    for refs_of_one in content["refs"].values():
        for ref in refs_of_one.values():
            # What the catalogue does not name is called as here.
            ref["name"] = name
    text = json.dumps(content, ensure_ascii=False)
    record.write_text(text.replace('"title": "', '"title": "\\u202e'))
    path = tmp_path / "report.html"
    satchel(
        "verify", "--trust-drive-keys", stick.root, "--report", path, home=tmp_path, check=False
    )
    page = Page(path.read_text())
    assert "<script>alert(1)" in page.text
    assert "<script>alert(2)" in page.text
    assert "script" not in page.names
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in path.read_text()


def test_what_says_that_nothing_helps_comes_first(
    stick: Stick, attacker: SigningKey, tmp_path: Path
) -> None:
    flip_middle(stick.path(stick.object("filez")))
    stick.sign(HELLO, attacker)
    path = tmp_path / "report.html"
    satchel("verify", "--trust-drive-keys", stick.root, "--report", path, home=tmp_path, check=1)
    text = Page(path.read_text()).text
    assert text.index("Do not hand this drive on") < text.index("satchel repair")


def test_a_report_needs_a_name_that_tells_its_kind(good: Path, tmp_path: Path) -> None:
    done = satchel("verify", good, "--report", tmp_path / "report.pdf", home=tmp_path, check=2)
    assert ".html" in done.said
    done = satchel(
        "verify",
        "--trust-drive-keys",
        good,
        "--report",
        tmp_path / "nowhere/report.html",
        home=tmp_path,
        check=3,
    )
    assert "report" in done.said


def test_without_anything_to_report_on_the_check_still_tells(tmp_path: Path) -> None:
    drive = tmp_path / "empty"
    drive.mkdir()
    report = tmp_path / "report.html"
    done = satchel("verify", drive, "--report", report, home=tmp_path / "home", check=1)
    assert "repo-invalid" in done.stdout
    assert "No report was written" in done.stderr
    assert not report.exists()


@pytest.fixture(scope="module")
def foreign(upstream: Upstream, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A drive as ``flatpak create-usb`` makes it."""
    return make_with_flatpak(upstream, tmp_path_factory.mktemp("foreign"), "org.test.Hello")


def test_a_stick_that_flatpak_made(foreign: Path, tmp_path: Path) -> None:
    by_ref = refs(foreign, tmp_path)
    assert by_ref[HELLO]["kind"] == "app"
    assert by_ref[HELLO]["state"] == "unknown"
    assert by_ref[HELLO]["signature"] == "unknown-key"
    path = tmp_path / "report.html"
    satchel("verify", foreign, "--report", path, home=tmp_path, check=False)
    assert HELLO in Page(path.read_text()).text
