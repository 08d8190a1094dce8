"""What is damaged in what was published is made anew by the next publish."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.media.publishing.publisher import Publisher
from tests.media.publishing.test_checked import DAMAGE, codes
from tests.upstream import Upstream


def largest(directory: Path) -> Path:
    return max((directory / "objects").rglob("*.filez"), key=lambda path: path.stat().st_size)


def test_damaged_bytes_under_both_of_their_names(publisher: Publisher) -> None:
    publisher.first("org.test.Hello")
    path = largest(publisher.path)
    sound = path.read_bytes()
    with path.open("r+b") as file:
        file.seek(len(sound) // 2)
        file.write(b"damaged")
    assert path.stat().st_nlink == 2
    done = publisher.again()
    assert "1 files were damaged or missing" in done.stdout
    assert path.read_bytes() == sound
    assert codes(publisher) == set()


@pytest.mark.thorough
def test_every_damage(publisher: Publisher, tmp_path: Path) -> None:
    upstream = publisher.upstream
    upstream.add_app("org.test.Verified", subset="verified")
    upstream.update()
    publisher.first("org.test.Hello", "org.test.Verified")
    upstream.bump(f"app/org.test.Hello/{upstream.arch}/stable")
    upstream.update()
    publisher.again()
    for name, (damage, _) in DAMAGE.items():
        copy = publisher.copy(tmp_path / name)
        damage(copy)
        copy.again()
        assert codes(copy) == set(), name


@pytest.mark.thorough
def test_every_object(publisher: Publisher, tmp_path: Path) -> None:
    """Those that only the maker makes among them: bound commits, catalogues."""
    publisher.first("org.test.Hello")
    for ending in ("commit", "dirtree", "dirmeta", "filez"):
        copy = publisher.copy(tmp_path / ending)
        for path in (copy.path / "objects").rglob(f"*.{ending}"):
            data = path.read_bytes()
            path.unlink()
            path.write_bytes(data[:-1] + b"x")
        copy.again()
        assert codes(copy) == set(), ending


@pytest.mark.thorough
def test_what_nobody_has_any_more(publisher: Publisher, own_upstream: Upstream) -> None:
    publisher.first("org.test.Hello")
    path = largest(publisher.path)
    name = path.relative_to(publisher.path)
    with path.open("r+b") as file:
        file.write(b"damaged")
    (own_upstream.path / name).unlink()
    for cached in publisher.home.rglob(path.name):
        cached.unlink()
    done = publisher.again("--no-related", check=False)
    assert done.returncode in (4, 6), done.said
    assert "Traceback" not in done.said
