"""The page of the kit, by its bytes: a stick is judged by making them once more.

What changes here makes the pages of sticks that are out there unknown or altered:
``app/stick/kit/releases.py`` says what to do about that.
"""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.replacing import replace
from app.stick.kit.contents import (
    KitCollection,
    KitContents,
    KitRef,
    KitRegistry,
    KitSystem,
    KitWarning,
    WarningKind,
    plain_field,
)
from app.stick.kit.gaps import read_page
from app.stick.kit.page import fixed_parts, page, read_dates

APPS = "org.test.Apps"
HOSTILE = "<!--/apps--><b>&amp;\"'{{ 7 * 7 }}{% if x %}$USER\t\x1b[31m\u202e"
SHOWN = "&lt;!--/apps--&gt;&lt;b&gt;&amp;amp;&quot;&#x27;{{ 7 * 7 }}{% if x %}$USER [31m"
NBSP = "\N{NO-BREAK SPACE}"

NOTHING = KitContents("repo", (), (), 0)
GAPS = {
    "app_count_en": "2 apps",
    "made_en": "22 November 2025",
    "app_count_de": "2 Apps",
    "made_de": "22. November 2025",
    "until": (
        '<p class="soft"><span lang="en">Good until <time datetime="2026-03-01">1 March 2026</time>'
        ": then the first key or signature on it ends. Ask whoever made it for a new one in time."
        '</span><span lang="de">Gültig bis zum <time datetime="2026-03-01">1. März 2026</time>: '
        "dann läuft der erste Schlüssel oder die erste Signatur darauf ab. Rechtzeitig "
        "erneuern lassen.</span></p>"
    ),
    "all_en": "everything but what needs a newer flatpak than the computer has (see below)",
    "all_de": "Alles bis auf das, was ein neueres flatpak braucht (siehe unten),",
    "label_en": "Kim&#x27;s &lt;3",
    "example": "org.test.B",
    "label_de": "Kim&#x27;s &lt;3",
    "warnings": (
        '<section class="warnings"><h2><span lang="en">Good to know</span>'
        '<span lang="de">Gut zu wissen</span></h2>\n<ul>\n'
        f'<li><span lang="en">{SHOWN} is not on this drive: it could not be brought along.</span>'
        f'<span lang="de">{SHOWN} ist nicht auf diesem Laufwerk: Es konnte nicht mitkommen.</span>'
        "</li>\n"
        f'<li><span lang="en">{SHOWN} is not on this drive: a part of it may only be downloaded by '
        f'each computer itself.</span><span lang="de">{SHOWN} ist nicht auf diesem Laufwerk: Einen '
        "Teil davon darf nur jeder Computer selbst herunterladen.</span></li>\n"
        f'<li><span lang="en">Nobody vouches for {SHOWN} (from {SHOWN}): no signature of it can be '
        "checked. If somebody has changed it, nobody can tell. To install it all the same: "
        "<code>sh install.sh --allow-unsigned</code></span>"
        f'<span lang="de">Für {SHOWN} (von {SHOWN}) bürgt niemand: Keine Signatur lässt sich '
        "prüfen. Hat es jemand verändert, merkt das keiner. Trotzdem installieren: "
        "<code>sh install.sh --allow-unsigned</code></span></li>\n"
        f'<li><span lang="en">{SHOWN} was renamed: org.test.New is installed instead.</span>'
        f'<span lang="de">{SHOWN} wurde umbenannt: Installiert wird stattdessen org.test.New.'
        "</span></li>\n"
        f'<li><span lang="en">{SHOWN} needs flatpak 1.16.2 (or 1.14.4, 1.12.0) or newer.</span>'
        f'<span lang="de">{SHOWN} braucht flatpak ab 1.16.2 (oder 1.14.4, 1.12.0).</span></li>\n'
        "</ul></section>"
    ),
    "apps": (
        f'<li><span class="tile" style="--hue:338" aria-hidden="true">A</span><div class="what">'
        f'<h3>{SHOWN} <small class="version">{SHOWN}</small></h3><p>{SHOWN}</p><p class="id">'
        '<code>org.test.B</code></p></div><span class="size"><span lang="en">'
        f'1.3{NBSP}GB</span><span lang="de">1,3{NBSP}GB</span></span></li>\n'
        '<li><span class="tile" style="--hue:291" aria-hidden="true">O</span><div class="what">'
        '<h3>org.test.A</h3><p class="id"><code>org.test.A</code></p></div>'
        '<span class="size"></span></li>'
    ),
    "needed": (
        '<details><summary><span lang="en">Needed by them (1, they come along by themselves)</span>'
        '<span lang="de">Von ihnen gebraucht (1, kommen von selbst mit)</span><span class="size">'
        f'<span lang="en">4{NBSP}MB</span><span lang="de">4{NBSP}MB</span></span></summary>\n'
        '<div class="scroll"><table>\n<tr><td><code>org.test.P</code></td><td>23.08</td>'
        f'<td class="size"><span lang="en">4{NBSP}MB</span><span lang="de">4{NBSP}MB</span></td>'
        "</tr>\n</table></div></details>"
    ),
    "total": (
        f'<span lang="en">Everything together takes 1.3{NBSP}GB once installed. What is already '
        'there is not installed twice.</span><span lang="de">Alles zusammen belegt installiert '
        f"1,3{NBSP}GB. Was schon da ist, wird nicht noch einmal installiert.</span>"
    ),
    "systems": (
        '<div class="card system"><h2><span lang="en">Operating system update</span>'
        '<span lang="de">Aktualisierung des Betriebssystems</span></h2>\n'
        f'<p lang="en">An update of {SHOWN} to {SHOWN} of 22 November 2025 is on this drive as '
        f"well (<code>{SHOWN}</code>). A computer that runs it finds the update by itself: leave "
        "the drive plugged in and look for updates in the settings or the software centre "
        "(Endless OS does so with <code>eos-updater</code>). <code>install.sh</code> has nothing "
        "to do with it.</p>\n"
        f'<p lang="de">Auch eine Aktualisierung von {SHOWN} auf {SHOWN} vom 22. November 2025 ist '
        f"auf diesem Laufwerk (<code>{SHOWN}</code>). Ein Computer mit diesem System findet sie "
        "von selbst: Laufwerk angesteckt lassen und in den Einstellungen oder der "
        "Softwareverwaltung nach Aktualisierungen suchen (Endless OS macht das mit "
        "<code>eos-updater</code>). <code>install.sh</code> hat damit nichts zu tun.</p></div>"
    ),
    "sources": f"{SHOWN} (<code>{APPS}</code>), other (<code>org.test.Other</code>)",
}


def hostile(text: str) -> KitContents:
    """All there is, with ``text`` wherever others have their say."""
    return KitContents(
        repo=".ostree/repo",
        collections=(
            KitCollection(APPS, "apps", text, text, b""),
            KitCollection("org.test.Other", "other", "", "", b""),
        ),
        refs=(
            KitRef(APPS, "app/org.test.A/x86_64/stable", True),
            KitRef(APPS, "app/org.test.B/x86_64/stable", True, text, text, text, 1_310_000_000),
            KitRef(APPS, "runtime/org.test.P/x86_64/23.08", False, text, size=4_200_000),
        ),
        made_at=1_763_785_200,
        warnings=(
            KitWarning(WarningKind.LEFT_OUT, text),
            KitWarning(WarningKind.EXTRA_DATA, text),
            KitWarning(WarningKind.UNSIGNED, text, (text,)),
            KitWarning(WarningKind.RENAMED, text, ("org.test.New",)),
            KitWarning(WarningKind.NEWER_FLATPAK, text, ("1.16.2", "1.14.4", "1.12.0")),
        ),
        label="Kim's <3",
        until=1_772_366_400,
        systems=(KitSystem("org.test.Os", text, text, text, 1_763_785_200),),
    )


def test_what_fills_the_gaps() -> None:
    fixed, gaps = read_page(page(hostile(HOSTILE)))
    assert dict(gaps) == GAPS
    assert fixed == fixed_parts()


def test_of_nothing_nothing_is_told() -> None:
    fixed, gaps = read_page(page(NOTHING))
    assert dict(gaps) == {
        **dict.fromkeys(GAPS, ""),
        "app_count_en": "0 apps",
        "app_count_de": "0 Apps",
        "made_en": "1 January 1970",
        "made_de": "1. Januar 1970",
        "all_en": "everything",
        "all_de": "Alles",
        "label_en": "NAME-OF-DRIVE",
        "label_de": "NAME-DES-LAUFWERKS",
        "example": "org.example.App",
    }
    assert fixed == fixed_parts()


def test_not_everything_is_installed_where_somebody_has_to_agree() -> None:
    """Also of what has no signature though its source signs, or needs such."""
    platform = KitRef(APPS, "runtime/org.test.P/x86_64/1", False)
    app = KitRef(
        APPS, "app/org.test.A/x86_64/stable", True, needs=((APPS, "runtime/org.test.P/x86_64/1"),)
    )
    source = KitCollection(APPS, "apps", "", "", b"")
    for lost in (replace(source, unsigned=True), source):
        refs = (app, replace(platform, unsigned=not lost.unsigned))
        gaps = dict(read_page(page(replace(NOTHING, collections=(lost,), refs=refs)))[1])
        assert gaps["all_en"] == "everything but what nobody vouches for (see below)"
        assert gaps["all_de"] == "Alles bis auf das, wofür niemand bürgt (siehe unten),"
        assert "Nobody vouches for it" in gaps["apps"]


def test_what_cannot_be_installed_is_no_part_of_everything() -> None:
    """Without its signature of a source without a collection ID, or without its runtime, or with
    a flatpak that is too old; what runs on what nobody vouches for wants agreement as well."""
    platform = ("remote:apps", "runtime/org.test.P/x86_64/1")
    raw = ("remote:raw", "runtime/org.test.Raw/x86_64/1")
    refused = KitRef(APPS, "app/org.test.A/x86_64/stable", True, needs=(platform,))
    doubtful = KitRef(APPS, "app/org.test.B/x86_64/stable", True, needs=(raw,))
    contents = replace(
        NOTHING,
        collections=(
            KitCollection(APPS, "named", "", "", b""),
            KitCollection("remote:apps", "apps", "", "", b""),
            KitCollection("remote:raw", "raw", "", "", b"", unsigned=True),
        ),
        refs=(refused, doubtful, KitRef(*platform, False, unsigned=True), KitRef(*raw, False)),
        warnings=(
            KitWarning(WarningKind.RUNTIME, "C", ("org.test.None//1",)),
            KitWarning(WarningKind.NEWER_FLATPAK, "app/org.test.D/x86_64/stable", ("9.9",)),
        ),
    )
    gaps = dict(read_page(page(contents))[1])
    assert gaps["all_en"] == (
        "everything but what nobody vouches for, what needs a newer flatpak than the computer has, "
        "what needs something that is not on the drive and what cannot be installed (see below)"
    )
    assert gaps["all_de"] == (
        "Alles bis auf das, wofür niemand bürgt, das, was ein neueres flatpak braucht, das, wofür "
        "etwas auf dem Laufwerk fehlt und das, was sich nicht installieren lässt (siehe unten),"
    )
    first, second = gaps["apps"].split("</li>")[:2]
    assert "Cannot be installed" in first
    assert "Nobody vouches for it" in second
    assert "C needs org.test.None//1, which is not on this drive" in gaps["warnings"]


def test_every_warning_has_words() -> None:
    for kind in WarningKind:
        told = KitWarning(kind, "x", ("y",))
        filling = dict(read_page(page(replace(NOTHING, warnings=(told,))))[1])["warnings"]
        assert '<span lang="en">' in filling
        assert '"></span>' not in filling


def test_many_apps_are_in_order() -> None:
    refs = [
        KitRef(APPS, f"app/org.test.A{number}/x86_64/stable", True, f"App {number:03}", size=number)
        for number in range(999, -1, -1)
    ]
    collection = KitCollection(APPS, "apps", "", "", b"")
    made = page(replace(NOTHING, collections=(collection,), refs=tuple(refs)))
    gaps = dict(read_page(made)[1])
    assert gaps["app_count_en"] == "1000 apps"
    lines = gaps["apps"].split("\n")
    assert [f"<h3>App {number:03}</h3>" in lines[number] for number in range(1000)] == [True] * 1000


@pytest.mark.parametrize("moment", [0, 951_782_400, 1_763_785_200, 4_102_444_800])
def test_dates_are_read_back(moment: int) -> None:
    day = moment - moment % 86_400
    assert read_dates(page(replace(NOTHING, made_at=moment, until=moment))) == (day, day)


@given(st.text())
def test_no_text_becomes_part_of_the_page(text: str) -> None:
    fixed, gaps = read_page(page(hostile(text.encode("utf-8", "replace").decode())))
    assert fixed == fixed_parts()
    assert dict(gaps).keys() == GAPS.keys()
    plain = plain_field(text.encode("utf-8", "replace").decode())
    assert f"(from {plain}): no signature" in html.unescape(dict(gaps)["warnings"])


def test_what_computers_of_several_kinds_get_is_told_once() -> None:
    def of(arch: str, size: int) -> tuple[KitRef, ...]:
        return (
            KitRef(APPS, f"app/org.test.A/{arch}/stable", True, "A", size=size),
            KitRef(APPS, f"runtime/org.test.P/{arch}/1", False, size=size),
        )

    collection = KitCollection(APPS, "apps", "", "", b"")
    refs = (*of("aarch64", 3_000_000), *of("x86_64", 2_000_000))
    made = page(replace(NOTHING, collections=(collection,), refs=refs))
    gaps = dict(read_page(made)[1])
    assert gaps["app_count_en"] == "1 app"
    assert gaps["apps"].count("<li>") == 1
    assert "Needed by them (1," in gaps["needed"]
    assert f"Everything together takes 6{NBSP}MB" in gaps["total"]


def test_an_app_of_several_sources_is_told_as_the_one_that_computers_get() -> None:
    other = KitCollection("remote:tool", "tool", "Tool", "https://tool.test/", b"")
    collection = KitCollection(APPS, "apps", "Apps", "https://apps.test/", b"")
    ref = "app/org.test.A/x86_64/stable"
    refs = (
        KitRef(APPS, ref, True, "A", version="1", size=2_000_000),
        KitRef(other.id, ref, True, "A", version="2", size=5_000_000),
    )
    contents = replace(NOTHING, collections=(collection, other), refs=refs)
    gaps = dict(read_page(page(contents))[1])
    assert gaps["app_count_en"] == "1 app"
    assert '<small class="version">1</small>' in gaps["apps"]
    assert '<small class="version">2</small>' not in gaps["apps"]
    assert f"takes 2{NBSP}MB" in gaps["total"]


def test_what_comes_from_a_registry_says_at_each_app_that_nobody_vouches_for_it() -> None:
    registry = KitRegistry("registry:reg", "reg", "oci+https://reg.test", "")
    image = KitRef("registry:reg", "app/org.test.A/x86_64/stable", True, "A")
    gaps = dict(read_page(page(replace(NOTHING, registries=(registry,), images=(image,))))[1])
    assert gaps["apps"].count("Nobody vouches for it") == 1


def test_what_nobody_vouches_for_says_so_at_each_app() -> None:
    unsigned = KitCollection(
        "remote:tool", "tool", "Tool", "https://tool.test/", b"", unsigned=True
    )
    tool = KitRef(unsigned.id, "app/org.test.Tool/x86_64/stable", True)
    both = hostile("x")
    gaps = dict(
        read_page(
            page(
                replace(
                    both,
                    collections=(*both.collections, unsigned),
                    refs=(*both.refs, tool),
                )
            )
        )[1]
    )
    assert gaps["apps"].count("Nobody vouches for it") == 1
    # What clients call its source tells people nothing; where it is does.
    assert "Tool (<code>https://tool.test/</code>)" in gaps["sources"]
    assert "remote:" not in gaps["sources"]
