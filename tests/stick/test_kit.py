"""The kit of a stick: what is rendered."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from app.errors import SatchelError
from app.replacing import replace
from app.stick.kit.contents import KitCollection, KitRef, KitWarning, WarningKind
from app.stick.kit.installer import installer
from app.stick.kit.rendering import render
from tests.stick.kit_contents import APPS, DEAD, HELLO, OTHER, PLATFORM, RUNTIMES, contents

pytestmark = pytest.mark.slow


class Page(HTMLParser):
    """What a browser would show, and whether every element is closed."""

    VOID = frozenset({"meta", "input", "br"})

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page.decode())
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_files() -> None:
    files = render(contents())
    assert files["install.sh"] == installer()
    assert files["apps.flatpakrepo"] == b"a"
    assert sorted(files) == [
        "START-HERE.html", "apps.flatpakrepo", "contents.tsv", "install.sh", "needs.sh",
        "runtimes.flatpakrepo",
    ]  # fmt: skip


def test_sources_of_the_same_name_do_not_overwrite_each_other() -> None:
    first, second = contents().collections
    both = contents(collections=(replace(first, remote="Apps"), second))
    files = render(both)
    assert files["Apps.flatpakrepo"] == b"r"
    assert files["apps-2.flatpakrepo"] == b"a"
    assert "collection\torg.test.Apps\tapps\tapps-2.flatpakrepo\t" in files["contents.tsv"].decode()


def test_lines_for_the_shell() -> None:
    lines = [line.split("\t") for line in render(contents())["contents.tsv"].decode().splitlines()]
    assert lines[0] == ["satchel-contents", "1"]
    assert ["collection", APPS, "apps", "apps.flatpakrepo", DEAD, "Test Apps"] in lines
    assert ["ref", APPS, HELLO, "chosen", "Hallo Welt"] in lines
    assert ["ref", APPS, OTHER, "chosen", "org.test.Other"] in lines
    assert ["needs", HELLO, RUNTIMES, PLATFORM] in lines
    assert all(field for line in lines for field in line)


NASTY = "a\tb\nref\tx\x1b[31m\r\u202ec\u2028d\x00 <b>&amp;\"'$(id) `id` $USER \\n %s"


def test_nasty_text_is_only_text() -> None:
    first, second = contents().collections
    hello, *others = contents().refs
    nasty = contents(
        collections=(replace(first, title=NASTY, url=NASTY), second),
        refs=(replace(hello, name=NASTY, summary=NASTY, version=NASTY), *others),
        warnings=(KitWarning(WarningKind.UNSIGNED, NASTY),),
    )
    plain = "a b ref x [31m c d <b>&amp;\"'$(id) `id` $USER \\n %s"
    files = render(nasty)
    table = files["contents.tsv"].decode()
    assert f"\tchosen\t{plain}\n" in table
    assert len(table.splitlines()) == len(render(contents())["contents.tsv"].splitlines())
    page = Page(files["START-HERE.html"])
    assert page.text.count(plain) == 6
    assert page.tags.count("b") == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"repo": "/etc"},
        {"repo": "a/../../b"},
        {"repo": ""},
        {"repo": "a\tb"},
        {"collections": (KitCollection("-x", "x", "", DEAD, b""),)},
        {"collections": (KitCollection(APPS, "../x", "", DEAD, b""),)},
        {"collections": (KitCollection(APPS, "x", "", DEAD, b""),) * 2},
        {"refs": (KitRef(APPS, "app/../x/y", True),)},
        {"refs": (KitRef(APPS, "appstream2/x86_64", True),)},
        {"refs": (KitRef("org.test.Unknown", HELLO, True),)},
        {"refs": (KitRef(APPS, HELLO, True, needs=((APPS, "x y"),)),)},
        {"refs": (KitRef(APPS, HELLO, True, needs=(("$(id)", PLATFORM),)),)},
    ],
)
def test_unsafe_names_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(SatchelError):
        render(contents(**changes))


def test_page() -> None:
    unsigned = KitWarning(WarningKind.UNSIGNED, "Test Apps", ("Hallo Welt",))
    page = Page(render(contents(warnings=(unsigned,), label="Class 7 B"))["START-HERE.html"])
    for text in (
        "What is on this drive", "Was auf diesem Laufwerk ist", "22 November 2025",
        "22. November 2025", "2 apps", "2 Apps", "Hallo Welt", "Prints a greeting", "0.1",
        "4\N{NO-BREAK SPACE}MB", "1.3\N{NO-BREAK SPACE}GB", "1,3\N{NO-BREAK SPACE}GB",
        "Nobody vouches for Hallo Welt (from Test Apps)", "org.test.Hello.Plugin.fun",
        'sh "/media/$USER/Class 7 B/satchel/install.sh"',
        "sh install.sh org.test.Hello", 'satchel verify "/media/$USER/Class 7 B"', "Test Apps",
    ):  # fmt: skip
        assert text in page.text
    assert "script" not in page.tags
    assert not {"src", "href"} & {name for name, _ in page.attributes}
    assert dict(page.attributes)["content"] is not None


def test_page_of_a_bare_stick() -> None:
    hello = KitRef(APPS, HELLO, True)
    page = Page(render(contents(refs=(hello,), label='a"; rm'))["START-HERE.html"])
    assert "1 app for" in page.text
    assert "details" in page.tags  # other ways
    assert "Needed by them" not in page.text
    assert "Everything together" not in page.text
    assert '/media/$USER/NAME-OF-DRIVE"' in page.text
