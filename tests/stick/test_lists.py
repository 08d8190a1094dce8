"""Lists of apps as people have them; every line is used or told."""

from __future__ import annotations

import gzip
import json

import pytest

from app.flatpak.remotes.remote import Registry, Remote
from app.stick.choices.importing import Imported, import_choice
from app.stick.choices.profile import ProfileError

REMOTES = (
    Remote("flathub", "https://dl.flathub.org/repo/"),
    Remote("beta", "https://dl.flathub.org/beta-repo/", aliases=("flathub-beta",)),
)
A, B, C = "org.a.Maps", "org.b.Calculator", "io.c.Notes-Pro"


def read(text: str | bytes) -> Imported:
    return import_choice(text.encode() if isinstance(text, str) else text, "it", REMOTES)


def test_what_comes_from_a_container_registry_is_never_taken_from_elsewhere() -> None:
    fedora = Registry("fedora", "oci+https://registry.example.org")
    for text in (
        f"{A}\tfedora\n{B}\tflathub\n",
        f"Maps    {A}    44    stable    fedora    system\nCalc  {B}  1  stable  flathub  system",
        json.dumps([{"application": A, "origin": "fedora"}, {"ref": B, "origin": "flathub"}]),
        f"flatpak install fedora {A}\nflatpak install flathub {B}\n",
        f"fedora:{A}\nflathub:{B}\n",
    ):
        imported = import_choice(text.encode(), "it", REMOTES, (fedora,))
        assert [chosen.partition("//")[0] for chosen in imported.profile.refs] == [f"flathub:{B}"]
        assert [str(notice.message) for notice in imported.notices] == [
            f"From container registries: {A} (fedora); passed over."
        ]
        # On another computer, which does not know it.
        if "    " not in text:
            messages = [str(notice.message) for notice in read(text).notices]
            assert messages == [f"{A} is to come from fedora, which no known remote has."]


def refs(text: str | bytes) -> tuple[str, ...]:
    return read(text).profile.refs


def told(text: str | bytes) -> list[str]:
    return [str(notice.message) for notice in read(text).notices]


ALL = f"flatpak install -y flathub {A} {B} {C}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Several on a line
        (f"{A} {B} {C}", (A, B, C)),
        (f"{A}, {B}; {C}", (A, B, C)),
        (f"{A}  {B}\t{C}", (A, B, C)),
        (f'["{A}", "{B}"]', (A, B)),
        (f"('{A}' \"{B}\")", (A, B)),
        (f"Office: {A}, {B}", (A, B)),
        (f"Office: {A} {B}", (A, B)),
        (f"- {A}\n- {B}  # the good one, not {C}\n", (A, B)),
        (f"* {A}\n+ `{B}`\n", (A, B)),
        (f"flathub {A} {B}", (f"flathub:{A}", f"flathub:{B}")),
        (f"{A}//stable {B}/x86_64/beta {A}", (f"{A}//stable", f"{B}/x86_64/beta")),
        # REMOTE:REF
        (f"flathub:{A}", (f"flathub:{A}",)),
        (f"flathub-beta:app/{A}/x86_64/beta", (f"beta:app/{A}//beta",)),
        (f"flathub:{A} beta:{B}", (f"flathub:{A}", f"beta:{B}")),
        # Commands
        (ALL, (f"flathub:{A}", f"flathub:{B}", f"flathub:{C}")),
        (f"$ sudo flatpak install --system --arch arm flathub {A}//beta", (f"flathub:{A}//beta",)),
        (f"flatpak --user install --noninteractive {A} {B}", (A, B)),
        (f"flatpak install \\\n  flathub \\\n  {A} \\\n  {B}\n", (f"flathub:{A}", f"flathub:{B}")),
        (f"flatpak update && flatpak install beta {A} > /dev/null 2>&1 || exit 1", (f"beta:{A}",)),
        (f"if flatpak install -y flathub '{A}'; then echo {B}; fi", (f"flathub:{A}",)),
        (f"flatpak install flathub '{A}", (f"flathub:{A}",)),
        # Brewfile
        (f'flatpak "{A}"', (A,)),
        (f'flatpak "{A}", remote: "flathub-beta"', (f"beta:{A}",)),
        (f"flatpak '{A}', remote: 'x', url: \"https://dl.flathub.org/beta-repo\"", (f"beta:{A}",)),
        # Tables
        (f"Name,ID,Branch\nMaps,{A},stable\n", (f"{A}//stable",)),
        (f'"Name";"ID"\n"Maps; and more";"{A}"\n', (A,)),
        (f'Maps,{A},"Unlike {B}, it is free"', (A,)),
        (f"| Name | ID |\n|---|---|\n| Maps | {A} |\n", (A,)),
        (f"{A}\torg.fedoraproject.KDE6Platform/x86_64/f40\tflathub\n", (f"flathub:{A}",)),
        (f"\x1b[1mName Application ID\x1b[0m\nMaps {A} 1\n", (A,)),
        # Pages
        (f"https://flathub.org/apps/{A}\nhttps://flathub.org/de/apps/details/{B}",
         (f"flathub:{A}", f"flathub:{B}")),
        (f"https://dl.flathub.org/repo/appstream/{A}.flatpakref", (f"flathub:{A}",)),
    ],
)  # fmt: skip
def test_what_is_taken(text: str, expected: tuple[str, ...]) -> None:
    assert refs(text) == expected


def test_the_json_of_flatpak_list() -> None:
    """As ``flatpak_table_printer_print_json`` writes it: its keys are headings, in any language."""
    rows = [
        {
            "name": "Maps",
            "application_id": A,
            "version": "",
            "branch": "24.08",
            "origin": "flathub",
        },
        {
            "name": "Calc",
            "application_id": B,
            "branch": "stable",
            "origin": "gone",
            "arch": "x86_64",
        },
        {"name": "GNOME", "application_id": "org.gnome.Platform", "branch": "47"},
        {"name": "Notes", "version": "1"},
    ]
    imported = read(json.dumps(rows))
    assert imported.profile.refs == (f"flathub:{A}//24.08", f"{B}/x86_64/stable")
    said = [str(notice.message) for notice in imported.notices]
    assert said[0].startswith("1 runtimes")
    assert said[1].startswith("Entry 4 names no app: “Notes, 1”")
    assert "gone" in said[2]
    assert "org.b.Calculator" in said[2]
    german = [{"name": "Karten", "anwendungskennung": A, "zweig": "stable", "ursprung": "flathub"}]
    assert refs(json.dumps(german)) == (f"flathub:{A}//stable",)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ([A, B], (A, B)),
        ({"apps": [A, {"id": B, "remote": "beta"}]}, (A, f"beta:{B}")),
        ({"id": A, "permissions": {"shared": "network"}}, (A,)),
        ([[f"{A} {B}"]], (A, B)),
        ({"flatpaks": [{"ref": f"app/{A}/x86_64/stable", "id": A}]}, (f"app/{A}//stable",)),
    ],
)
def test_other_json(value: object, expected: tuple[str, ...]) -> None:
    assert refs(json.dumps(value)) == expected


def test_every_line_that_was_not_used_is_named() -> None:
    lines = [
        "# my apps",
        "Things that I need",
        A,
        "firefox",
        "",
        f"flatpak uninstall {B}",
        "flatpak install flathub gimp",
        'brew "ripgrep"',
        f"flatpak install flathub {C} gimp inkscape",
        "---",
        "https://example.org/x.flatpakref",
        "evil\x1b[31m\u202e \N{BELL}line",
    ]
    said = told("\r\n".join(lines))
    assert refs("\n".join(lines)) == (A, f"flathub:{C}")
    named = {int(sentence.split()[1]): sentence for sentence in said}
    assert sorted(named) == [2, 4, 6, 7, 8, 9, 11, 12]
    assert "“Things that I need”" in named[2]
    assert "“gimp”, “inkscape”" in named[9]
    assert all(sentence.isprintable() for sentence in said)
    many = told(f"{A}\n" + "rubbish\n" * 120 + "x" * 5000)
    assert len(many) == 51
    assert "71 more" in many[-1]
    assert all(len(sentence) < 200 for sentence in many)


def test_a_script_is_read_for_its_flatpaks() -> None:
    imported = read(
        f"""#!/bin/bash
set -e
gsettings set org.gnome.desktop.interface gtk-theme dark
sudo apt install vlc && flatpak install -y flathub \\
   {A} \\
   org.kde.Platform//6 \\

flatpak run {B} --install-extension x.y.z
APPS='{B}//beta {C}'
for app in $APPS; do
  flatpak install "$app"
done
install_flatpak "org.d.Last"  # not the first
build_flatpak "org.d.Last.yml"
"""
    )
    assert imported.profile.refs == (f"flathub:{A}", f"{B}//beta", C, "org.d.Last")
    said = [str(notice.message) for notice in imported.notices]
    assert [sentence.split()[1] for sentence in said if sentence.startswith("Line")] == [
        "8",
        "11",
        "14",
    ]
    assert any(sentence.startswith("4 lines of this script") for sentence in said)


def test_where_an_app_is_to_come_from_is_never_passed_over() -> None:
    for text in (f"gnome:{A}", f'flatpak "{A}", remote: "gnome"', f"flatpak install gnome {A}"):
        imported = read(text)
        assert imported.profile.refs == (A,)
        (notice,) = imported.notices
        assert A in str(notice.message)
        assert "gnome" in str(notice.message)


def test_origins_that_are_not_known_are_told_from_those_that_are() -> None:
    imported = read(f"Maps\t{A}\t1\tstable\tflathub\tsystem\nCalc\t{B}\t\tstable\tfedora\tuser\n")
    assert imported.profile.refs == (f"flathub:{A}//stable", f"{B}//stable")
    (notice,) = imported.notices
    assert B in str(notice.message)
    assert "fedora" in str(notice.message)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings(encoding: str) -> None:
    """Windows writes UTF-16."""
    assert refs(f"Müller\t{A}\tstable\r\n".encode(encoding)) == (f"{A}//stable",)
    preinstall = f"[Flatpak Preinstall {A}]\nBranch=stable\n".encode(encoding)
    assert refs(preinstall) == (f"app/{A}//stable",)


def test_old_encodings_of_latin_letters() -> None:
    assert refs(f"Müller Ä\t{A}\n".encode("latin-1")) == (A,)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)), id="picture"),
        pytest.param(gzip.compress(f"{A}\n".encode() * 50), id="packed"),
        pytest.param(b"\x7fELF" + bytes(60) + A.encode(), id="program"),
        pytest.param(f"{A}\n".encode() + b"\x01\x02", id="controls"),
        pytest.param(b"\xff\xfe" + f"{A}\n\0".encode("utf-16-le"), id="zero"),
        pytest.param(bytes(range(128, 256)) + A.encode(), id="no-text"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(ProfileError, match="not a text") as caught:
        read(data)
    assert caught.value.hint


@pytest.mark.parametrize("text", ["[" * 100_000, "{" * 100_000, '[{"a": ' * 5000, "[1e999]", "[]"])
def test_json_that_is_none(text: str) -> None:
    with pytest.raises(ProfileError, match="names no apps"):
        read(text)


@pytest.mark.parametrize(
    "part", ["a,", "\t", "x ", "flatpak ", "flatpak - ", '"', "x.y.", "[", "a:"]
)
def test_long_lines_are_read_at_once(part: str) -> None:
    """A megabyte is the most that is read; nothing in it is looked at again and again."""
    assert refs(f"{part * (500_000 // len(part))}\n{A}\n") == (A,)
