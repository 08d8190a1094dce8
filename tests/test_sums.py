"""Of a stranger's file no more is read than it has to have, whatever becomes of it meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

from app.client.receiving.bundles import install_bundles
from app.client.receiving.installation import Place, Scope
from app.client.receiving.plan import BundleItem, State
from app.client.receiving.refusal import RefusalKind
from app.flatpak.program import FlatpakProgram
from app.flatpak.refs import Ref
from app.fs.root import Root
from app.fs.sums import copy_and_sum, file_sum
from app.ostree.pull.object_cache import CachePlace
from app.ostree.pull.payload_cache import PayloadCache
from app.progress import CancelToken, Meter, Phase, silent
from app.stick.cloning.named_by_sum import copy_checked
from app.stick.cloning.original import OriginalDamagedError

DATA = b"x" * (3 << 20)
SUM = sha256(DATA).hexdigest()


def growing(path: Path) -> Callable[[], None]:
    """It has as much again each time it is called, up to 100 times as much."""

    def grow() -> None:
        if path.stat().st_size < 100 * len(DATA):
            with path.open("ab") as file:
                file.write(DATA)

    return grow


class Growing(CancelToken):
    """Nobody stops it, but a file grows whenever it is asked."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._grow = growing(path)

    def check(self) -> None:
        self._grow()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "drive" / SUM
    file.parent.mkdir()
    file.write_bytes(DATA)
    return file


@pytest.mark.parametrize("size", [0, 1, len(DATA) - 1, len(DATA), len(DATA) + 1])
def test_only_what_has_the_size_has_a_sum_that_fits(file: Path, size: int) -> None:
    target = BytesIO()
    with file.open("rb") as source:
        summed = file_sum(source, size)
        source.seek(0)
        assert copy_and_sum(source, target, size) == summed
    assert (summed == SUM) == (size >= len(DATA))
    assert bool(summed) == (size >= len(DATA))
    assert target.getvalue() == DATA[:size]


def test_what_never_ends_ends() -> None:
    target = BytesIO()
    with open("/dev/zero", "rb") as source:
        assert not copy_and_sum(source, target, 10)
        assert not file_sum(source, 10)
    assert target.getvalue() == bytes(10)


def test_an_app_in_a_file_that_grows_is_not_installed(file: Path, tmp_path: Path) -> None:
    item = BundleItem(
        source="",
        ref=Ref("app", "org.test.Hello", "x86_64", "stable"),
        name="Hello",
        drive=Root(file.parent),
        path=file.name,
        sha256=SUM,
        commit="",
        state=State.INSTALL,
        size=len(DATA),
    )
    place, program = Place(Scope.USER, tmp_path / "user"), FlatpakProgram({"PATH": os.defpath})
    (tmp_path / "copies").mkdir()
    growing = Growing(file)
    tried = install_bundles([item], place, program, tmp_path / "copies", silent, growing)
    assert tried.failed[str(item.ref)].kind is RefusalKind.DAMAGED
    assert tried.bytes == len(DATA)


def test_content_that_grows_is_not_cloned(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    meter = Meter(silent, Phase.COPY)
    words = SUM, len(DATA), Root(target), meter, Growing(file)
    with pytest.raises(OriginalDamagedError):
        copy_checked(Root(tmp_path), f"{file.parent.name}/{file.name}", *words)
    assert meter.bytes == len(DATA)
    assert not any((target / file.parent.name).iterdir())


def test_what_was_checked_is_kept_as_long_as_it_was(file: Path, tmp_path: Path) -> None:
    cache = PayloadCache(CachePlace(tmp_path / "cache", 10**9))
    with file.open("rb") as source:
        growing(file)()
        cache.keep(SUM, len(DATA), source.fileno())
        assert cache.size(SUM) == len(DATA)
