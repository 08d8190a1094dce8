"""Parts that apps take from their makers are carried where that is wanted."""

from __future__ import annotations

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from tests.build_contents import ExtraData
from tests.satchel import environment
from tests.servers import Exchange, cut, endless, hang_up, ignore_range, replace, status
from tests.stick.damage import flip_middle
from tests.stick.extra_data.makers import APP, CODEC, CODEC_REF, PART, SITE, Maker
from tests.terminal import Terminal


def test_what_comes(maker: Maker) -> None:
    done = maker.make("org.test.Extra", "--with-extra-data", "--json")
    assert done.finished["ok"]
    assert done.finished["left_out"] == []
    for extra in (PART, CODEC):
        assert maker.payload(extra).read_bytes() == extra.payload
    assert maker.codes() == {}
    print(done.stdout)


@pytest.mark.thorough
def test_without_the_option(maker: Maker) -> None:
    done = maker.make("org.test.Hello", "org.test.Extra", "--json", check=7)
    left = {each["ref"]: each["code"] for each in done.finished["left_out"]}
    assert left == {APP: "extra-data-missing", CODEC_REF: "extra-data-missing"}
    assert maker.server.asked == []


@pytest.mark.thorough
def test_what_is_on_the_drive_comes_with_the_app_only(maker: Maker) -> None:
    maker.make("org.test.Hello", "--with-extra-data", "--json")
    assert not maker.payload(PART).exists()
    assert maker.payload(CODEC).exists()


def test_a_plan_tells_sizes_and_terms(maker: Maker) -> None:
    plan = maker.plan("org.test.Extra", "--with-extra-data", "--json").json
    terms = {each["ref"]: each for each in plan["terms"]}
    assert terms.keys() == {APP, CODEC_REF}
    assert terms[APP]["licence"] == "MIT"
    assert terms[APP]["free"]
    assert terms[APP]["size"] == terms[APP]["fetch"] == len(PART.payload)
    assert not terms[APP]["accepted"]
    assert terms[CODEC_REF]["licence"] == ""
    without = maker.plan("org.test.Hello", "--json").json
    with_codec = maker.plan("org.test.Hello", "--with-extra-data", "--json").json
    more = with_codec["estimate"]["fetch"] - without["estimate"]["fetch"]
    assert more >= len(CODEC.payload)
    text = maker.plan("org.test.Extra", "--with-extra-data").stdout
    assert "Licence: MIT" in text
    assert PART.uri in text
    assert "may not be allowed" in " ".join(text.split())


@pytest.mark.thorough
def test_an_update_keeps_it(maker: Maker) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    asked = len(maker.server.asked)
    maker.update("--json")
    assert maker.payload(PART).exists()
    assert maker.codes() == {}
    assert len(maker.server.asked) == asked


@pytest.mark.thorough
def test_the_next_drive_takes_it_from_the_cache(maker: Maker) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    asked = len(maker.server.asked)
    maker.next_drive()
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    assert maker.payload(PART).read_bytes() == PART.payload
    assert len(maker.server.asked) == asked
    maker.next_drive()
    maker.make("org.test.Extra", "--with-extra-data", "--offline", "--json")
    assert maker.payload(PART).read_bytes() == PART.payload


def test_what_another_repository_on_the_drive_needs_stays(maker: Maker) -> None:
    """They share the folder."""
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    others = maker.drive / ".ostree/repos.d"
    shutil.copytree(maker.drive / ".ostree/repo", others / "other")
    words = ("org.test.Extra", "--destination-repo", ".ostree/repo", "--json")
    told = maker.run("remove", *words, "--dry-run").json["estimate"]["freed"]
    done = maker.run("remove", *words, "--yes").finished
    assert maker.payload(PART).read_bytes() == PART.payload
    assert told["bytes"] == sum(done["pruned"][name] for name in ("bytes", "leftover_bytes"))
    shutil.rmtree(others)
    maker.run("prune")
    assert not maker.payload(PART).exists()


# ---- What cannot be had

PAGE = b"<!DOCTYPE html><html><body>Please accept our cookies</body></html>"


def _to_file(exchange: Exchange) -> None:
    exchange.send("302 Found", b"", "Location: file:///etc/passwd")


WRONG = {
    "gone": status("404 Not Found"),
    "denied": status("403 Forbidden"),
    "a page": replace(lambda _: PAGE),
    "a page of that size": replace(lambda body: PAGE.ljust(len(body))),
    "other bytes": replace(lambda body: body[::-1]),
    "less": replace(lambda body: body[:-1]),
    "more": replace(lambda body: body + b"x"),
    "no end": endless(b""),
    "a file of this computer": _to_file,
}


@pytest.mark.parametrize("what", list(WRONG))
def test_what_cannot_be_had_is_left_out(maker: Maker, what: str) -> None:
    maker.server.always[PART.uri] = WRONG[what]
    done = maker.make("org.test.Hello", "org.test.Extra", "--with-extra-data", "--json", check=7)
    left = {each["ref"]: each["code"] for each in done.finished["left_out"]}
    assert left == {APP: "extra-data-missing"}
    assert not maker.payload(PART).parent.exists()
    assert maker.payload(CODEC).exists()
    assert maker.codes() == {"extra-data-missing": APP}
    assert list((maker.drive / ".ostree/repo/tmp").iterdir()) == []


def test_alone_it_ends_the_job(maker: Maker) -> None:
    maker.server.always[PART.uri] = WRONG["gone"]
    said = maker.make("org.test.Extra", "--with-extra-data", check=4).said
    assert "org.test.Extra" in said
    assert PART.uri in said


def test_an_extension_is_left_out(maker: Maker) -> None:
    maker.server.always[CODEC.uri] = WRONG["gone"]
    done = maker.make("org.test.Hello", "--with-extra-data", "--json")
    left = {each["ref"]: each["code"] for each in done.finished["left_out"]}
    assert left == {CODEC_REF: "extra-data-missing"}


@pytest.mark.thorough
def test_it_goes_on_where_it_broke_off(maker: Maker) -> None:
    maker.server.on(PART.uri, cut(200_000), cut(50_000))
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    assert maker.payload(PART).read_bytes() == PART.payload
    assert maker.offsets(PART) == [0, 200_000, 250_000]


@pytest.mark.thorough
def test_a_server_that_gives_no_parts(maker: Maker) -> None:
    maker.server.on(PART.uri, cut(200_000), ignore_range, ignore_range)
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    assert maker.payload(PART).read_bytes() == PART.payload


@pytest.mark.thorough
def test_the_next_run_goes_on_too(maker: Maker) -> None:
    maker.server.on(PART.uri, cut(200_000), *[hang_up] * 20)
    maker.make("org.test.Extra", "--with-extra-data", "--json", check=4)
    maker.server.rules[PART.uri].clear()
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    assert maker.payload(PART).read_bytes() == PART.payload
    assert maker.offsets(PART)[-1] == 200_000


# ---- What becomes of it


@pytest.mark.thorough
def test_what_is_missing_or_damaged_is_no_sound_drive(maker: Maker) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    flip_middle(maker.payload(PART))
    place = str(maker.payload(PART).relative_to(maker.drive))
    assert maker.codes() == {"extra-data-corrupt": place}
    assert maker.damaged() == [APP]
    maker.payload(PART).unlink()
    assert maker.codes() == {"extra-data-missing": APP}
    assert maker.run("verify", check=1).returncode == 1
    maker.repair()
    assert maker.payload(PART).read_bytes() == PART.payload
    assert maker.codes() == {}


@pytest.mark.thorough
def test_a_damaged_one_comes_again(maker: Maker) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    flip_middle(maker.payload(PART))
    plan = maker.repair("--dry-run", "--json").json
    assert [(each["way"], each["bytes"]) for each in plan["supplies"]] == [
        ("maker", len(PART.payload))
    ]
    assert plan["unhealed"] == []
    maker.repair()
    assert maker.payload(PART).read_bytes() == PART.payload
    assert maker.codes() == {}


@pytest.mark.thorough
def test_a_copy_has_it(maker: Maker) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    original = maker.drive
    maker.next_drive()
    maker.run_on(original, "clone", maker.drive, "--yes")
    assert maker.payload(PART).read_bytes() == PART.payload
    assert maker.codes() == {}
    flip_middle(original / maker.payload(PART).relative_to(maker.drive))
    maker.next_drive()
    maker.run_on(original, "clone", maker.drive, "--yes", check=6)


@pytest.mark.thorough
def test_what_is_told_of_it(maker: Maker) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    told = maker.run("inspect", "--sizes", "--json").json
    refs = {ref["ref"]: ref for each in told["collections"] for ref in each["refs"]}
    assert refs[APP]["extra_data"] == len(PART.payload)
    assert refs[APP]["extra_data_missing"] == 0
    assert refs[APP]["size"] > len(PART.payload)
    assert "Its maker hands out" in maker.run("inspect").stdout
    page = (maker.drive / "satchel/START-HERE.html").read_text()
    assert "Extra (org.test.Extra) has a part that comes from its maker" in page
    assert f"{APP} has a part" not in page
    assert "licence: MIT" in page
    # All that it takes once installed, as upstream's list says it as well.
    installed = refs[APP]["installed_size"]
    assert installed > len(PART.payload)
    assert f"\tlisted\t{installed}\n" in (maker.drive / "satchel/contents.tsv").read_text()


@pytest.mark.thorough
def test_another_drive_has_it(maker: Maker) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    before, asked = maker.drive, len(maker.server.asked)
    maker.next_drive()
    maker.clear_cache()
    maker.make("org.test.Extra", "--with-extra-data", "--from", before, "--json")
    assert maker.payload(PART).read_bytes() == PART.payload
    assert len(maker.server.asked) == asked


def test_a_repair_takes_it_from_another_drive(maker: Maker) -> None:
    """Its maker may have it no more."""
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    good = maker.drive
    maker.next_drive()
    maker.run_on(good, "clone", maker.drive, "--yes")
    maker.clear_cache()
    for part in (PART, CODEC):
        maker.server.always[part.uri] = status("404 Not Found")
    flip_middle(maker.payload(PART))
    maker.payload(CODEC).unlink()
    size = len(PART.payload) + len(CODEC.payload)
    plan = maker.repair("--from", good, "--dry-run", "--json").json
    assert [(each["way"], each["label"], each["bytes"]) for each in plan["supplies"]] == [
        ("drive", str(good), size)
    ]
    assert plan["fetch"] == 0
    maker.repair("--from", good)
    assert maker.codes() == {}
    assert maker.payload(PART).read_bytes() == PART.payload


@pytest.mark.thorough
def test_a_drive_without_it_differs(maker: Maker) -> None:
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    other = maker.drive
    maker.next_drive()
    maker.run_on(other, "clone", maker.drive, "--yes")
    maker.payload(PART).unlink()
    told = maker.run_on(other, "diff", maker.drive, "--json").json
    differs = {each["ref"]: each["kind"] for each in told["refs"] if each["kind"] != "same"}
    assert differs == {APP: "extra-data"}
    assert f"with it: {other}" in maker.run_on(other, "diff", maker.drive).stdout


@pytest.mark.thorough
def test_it_leaves_with_the_app(maker: Maker) -> None:
    maker.make("org.test.Hello", "org.test.Extra", "--with-extra-data", "--json")
    others = maker.drive / "satchel/extra-data" / sha256(b"theirs").hexdigest() / "theirs"
    others.parent.mkdir()
    others.write_bytes(b"theirs")
    maker.run("remove", "org.test.Extra", "--yes")
    assert not maker.payload(PART).parent.exists()
    assert maker.payload(CODEC).exists()
    assert others.exists()
    assert maker.codes() == {}


def test_what_two_apps_have_leaves_with_the_last(maker: Maker) -> None:
    """The preview tells what becomes free to the byte."""
    maker.make("org.test.Extra", "org.test.Applied", "--with-extra-data", "--json")
    size = len(PART.payload)
    for app, last in (("org.test.Extra", False), ("org.test.Applied", True)):
        told = maker.run("remove", app, "--dry-run", "--json").json["estimate"]["freed"]["bytes"]
        freed = maker.run("remove", app, "--yes", "--json").finished["pruned"]
        assert told == freed["bytes"] + freed["leftover_bytes"]
        assert (told >= size) is last
        assert maker.payload(PART).exists() is not last
        assert maker.codes() == {}


@pytest.mark.thorough
def test_a_newer_version_brings_its_own(maker: Maker, tmp_path: Path) -> None:
    maker.upstream = maker.upstream.copy(tmp_path / "later")
    maker.use(maker.upstream)
    maker.make("org.test.Extra", "--with-extra-data", "--json")
    shutil.rmtree(maker.upstream.directory / "build" / APP)
    newer = ExtraData(b"another part", f"{SITE}/newer.bin", "part.bin")
    maker.upstream.add_app("org.test.Extra", extra_data=newer)
    maker.upstream.update()
    maker.serve(newer)
    told = maker.update("--dry-run", "--json").json
    assert {each["ref"]: each["fetch"] for each in told["terms"]}[APP] == len(newer.payload)
    maker.update("--json")
    assert maker.payload(newer).read_bytes() == newer.payload
    assert not maker.payload(PART).parent.exists()
    assert maker.codes() == {}


@pytest.mark.thorough
def test_who_is_asked_may_say_no(maker: Maker) -> None:
    words = ("make", maker.drive, "org.test.Extra", "--with-extra-data", "--remote", maker.remote)
    for answer in ("n", ""):
        terminal = Terminal(maker.home, *words, env=maker.variables)
        terminal.until("Do you accept the terms")
        terminal.type(f"{answer}\n")
        assert terminal.end() == 130
        terminal.close()
    assert list(maker.drive.iterdir()) == []
    terminal = Terminal(maker.home, *words, env=maker.variables)
    terminal.until("Do you accept the terms")
    terminal.type("y\n")
    terminal.until("Write this")
    terminal.type("y\n")
    assert terminal.end() == 0
    terminal.close()
    # Accepted once is enough.
    again = Terminal(maker.home, *words, env=maker.variables)
    again.until("Write this")
    again.type("y\n")
    assert again.end() == 0
    again.close()
    assert "Do you accept the terms" not in again.seen


@pytest.mark.thorough
def test_of_what_upstream_has_no_more(maker: Maker, tmp_path: Path) -> None:
    maker.upstream = maker.upstream.copy(tmp_path / "later")
    maker.use(maker.upstream)
    maker.make("org.test.Hello", "org.test.Extra", "--with-extra-data", "--json")
    maker.upstream.remove(APP)
    maker.upstream.update()
    maker.clear_cache()
    maker.payload(PART).unlink()
    maker.repair()
    assert maker.payload(PART).read_bytes() == PART.payload
    assert "extra-data-missing" not in maker.codes()


@pytest.mark.thorough
def test_in_a_file_it_cannot_come(maker: Maker, tmp_path: Path) -> None:
    file = tmp_path / "extra.flatpak"
    words = ("flatpak", "build-bundle", maker.upstream.path, file, "org.test.Extra", "stable")
    subprocess.run(words, env={**environment(maker.home)}, check=True)
    said = maker.make(file, "--with-extra-data", check=2).said
    assert "does not fetch for an app in a file" in " ".join(said.split())


def test_a_file_of_others_that_takes_no_room_is_not_read(maker: Maker) -> None:
    """It would take hours to look at what nobody has ever written."""
    maker.make("org.test.Hello", "--json")
    place = maker.drive / "satchel/extra-data" / ("0" * 64) / "empty.bin"
    place.parent.mkdir(parents=True)
    place.touch()
    os.truncate(place, 1 << 40)
    assert maker.codes()["extra-data-corrupt"].endswith("/empty.bin")


def test_a_prune_leaves_that_of_refs_that_are_emptied(maker: Maker) -> None:
    """They get their names again with the next job or repair."""
    maker.make("org.test.Extra", "--with-extra-data", "--yes")
    repository = maker.drive / ".ostree/repo"
    for path in (repository / "refs").rglob("*"):
        if path.is_file():
            path.write_bytes(b"")
    (repository / "summary").write_bytes(b"")
    for words in (("--dry-run",), ()):
        assert maker.run("prune", "--json", *words).json["leftovers"] == 0
    assert maker.payload(PART).exists()
